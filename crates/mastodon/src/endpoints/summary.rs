//! Requests that only this project's app makes: of its relay, and of every server the beginning of an answer, so that its
//! download carries no code for the rest.
//!
//! They are not in the catalogue, which lists Mastodon's methods and is compared with recordings of whole answers.

use http::Method;

use crate::{Endpoint, InstanceSummary, SourcesReport, endpoint::Scope};

/// Who a server is (4.0): as [`super::GetInstance`], answering the beginning of it.
///
/// `GET /api/v2/instance`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GetInstanceSummary;

impl Endpoint for GetInstanceSummary {
    type Answer = InstanceSummary;

    const SCOPE: Scope = Scope::Public;

    fn method(&self) -> Method {
        Method::GET
    }

    fn path(&self) -> String {
        "/api/v2/instance".to_owned()
    }
}

/// How a Watersmeet relay hears its sources; other servers have no such path.
///
/// `GET /api/watersmeet/sources`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GetSources;

impl Endpoint for GetSources {
    type Answer = SourcesReport;

    const SCOPE: Scope = Scope::Public;

    fn method(&self) -> Method {
        Method::GET
    }

    fn path(&self) -> String {
        "/api/watersmeet/sources".to_owned()
    }
}

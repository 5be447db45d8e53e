//! Requests whose answers the app reads in part, so that its download carries no code for the rest.
//!
//! They are not in the catalogue, since comparing recordings with them would find what they leave out on purpose.

use http::Method;

use crate::{Endpoint, InstanceSummary, endpoint::Scope};

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

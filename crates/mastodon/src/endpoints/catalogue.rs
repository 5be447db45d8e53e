//! All requests of the API in one list, for tools that compare recordings or list what a server lacks.

use http::{HeaderMap, Method, StatusCode};
use serde::Serialize;
use serde_json::Value;

use crate::{
    ApiError, Endpoint, PageLinks, Rejected,
    endpoint::{Scope, read_as},
    lenient::{Shape, Wire},
};

/// One request of the API, without its values.
#[derive(Clone, Debug)]
pub struct Description {
    /// The name of the type.
    pub name: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The path; `{}` stands for a segment that is data.
    pub path: &'static str,
    /// What the token must be allowed to do.
    pub scope: Scope,
    /// The structure of the answer.
    pub shape: fn() -> Shape,
    /// Reads an answer and writes it again.
    pub reread: fn(StatusCode, &HeaderMap, &[u8]) -> Result<Reread, ApiError>,
}

/// An answer that was read and written again.
#[derive(Clone, Debug, PartialEq)]
pub struct Reread {
    /// The answer as this crate writes it.
    pub value: Value,
    /// The neighbouring pages.
    pub page: PageLinks,
    /// What had to be left out.
    pub rejected: Vec<Rejected>,
}

impl Description {
    pub(super) fn of<E>(name: &'static str, path: &'static str) -> Self
    where
        E: Endpoint<Answer: Serialize> + Default,
    {
        Self {
            name,
            method: E::default().method(),
            path,
            scope: E::SCOPE,
            shape: <E::Answer as Wire>::shape,
            reread: reread::<E::Answer>,
        }
    }
}

/// Reads an answer as a type and writes it again.
///
/// # Errors
/// What [`read_as`] says.
pub fn reread<T: Wire + Default + Serialize>(
    status: StatusCode,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Reread, ApiError> {
    let answer = read_as::<T>(status, headers, body)?;
    let value = serde_json::to_value(&answer.value).map_err(|why| ApiError::Malformed {
        reason: why.to_string(),
    })?;
    Ok(Reread {
        value,
        page: answer.page,
        rejected: answer.rejected,
    })
}

/// Every request that this crate has a type for.
#[must_use]
pub fn catalogue() -> Vec<Description> {
    let mut list = vec![
        Description::of::<super::PostStatus>("PostStatus", "/api/v1/statuses"),
        Description::of::<super::UploadMedia>("UploadMedia", "/api/v2/media"),
        Description::of::<super::UpdateCredentials>(
            "UpdateCredentials",
            "/api/v1/accounts/update_credentials",
        ),
    ];
    super::accounts::describe(&mut list);
    super::collections::describe(&mut list);
    super::filters::describe(&mut list);
    super::instance::describe(&mut list);
    super::media::describe(&mut list);
    super::notifications::describe(&mut list);
    super::oauth::describe(&mut list);
    super::search::describe(&mut list);
    super::statuses::describe(&mut list);
    super::timelines::describe(&mut list);
    list
}

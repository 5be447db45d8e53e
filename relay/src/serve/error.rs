//! What a client is told when it cannot have what it asked for, in Mastodon's shape.

use std::borrow::Cow;

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;

use crate::archive::ArchiveError;

/// An answer that is not a success: a status code and one sentence, sent as `{"error": "…"}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ApiError {
    status: StatusCode,
    message: Cow<'static, str>,
}

impl ApiError {
    /// The request itself is wrong (400).
    pub(super) fn bad_request(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// The record is unknown, deleted or not public (404), in Mastodon's words.
    pub(super) fn record_not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "Record not found")
    }

    /// The relay has no such path (404).
    pub(super) fn no_such_path() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "This relay has no such path. It serves the public, reading part of Mastodon's API",
        )
    }

    /// Somebody tried to write (403); says where writing is possible.
    pub(super) fn read_only() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "This relay is for reading only. Send this request to the server where your account lives",
        )
    }

    /// Something of our own is out of order (503); the log has the details.
    pub(super) fn unavailable(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, message)
    }

    /// The status and the sentence, for answers in another shape.
    pub(super) fn into_parts(self) -> (StatusCode, Cow<'static, str>) {
        (self.status, self.message)
    }

    /// Any other refusal.
    pub(super) fn new(status: StatusCode, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            status,
            message: message.into(),
        }
    }
}

impl From<ArchiveError> for ApiError {
    /// The reader learns that it is not their fault; the operator learns the rest.
    fn from(error: ArchiveError) -> Self {
        tracing::error!(%error, "a reader's question failed");
        Self::unavailable("The relay cannot read its archive at the moment")
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        (
            self.status,
            Json(Body {
                error: &self.message,
            }),
        )
            .into_response()
    }
}

#[derive(Serialize)]
struct Body<'a> {
    error: &'a str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_error_has_mastodons_shape() {
        let response = ApiError::record_not_found().into_response();
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
        let body = axum::body::to_bytes(response.into_body(), 1024)
            .await
            .unwrap();
        assert_eq!(&body[..], br#"{"error":"Record not found"}"#);
    }
}

//! What a client is told when signing in goes wrong, in the shape of RFC 6749 §5.2.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

/// A refusal of the token, revocation or authorization endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Failure {
    status: StatusCode,
    /// The word that programs read.
    pub(super) error: &'static str,
    /// The sentence that people read.
    pub(super) description: &'static str,
}

impl Failure {
    const fn new(status: StatusCode, error: &'static str, description: &'static str) -> Self {
        Self {
            status,
            error,
            description,
        }
    }

    pub(super) const fn bad(error: &'static str, description: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error, description)
    }

    /// The client is unknown or its secret is wrong.
    pub(super) const fn invalid_client() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "invalid_client",
            "This relay does not know the client, or its secret is wrong. Register it again with POST /api/v1/apps",
        )
    }

    /// A token is to be revoked by somebody it was not given to.
    pub(super) const fn unauthorized_client() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "unauthorized_client",
            "The token belongs to another client, or the client's secret is wrong",
        )
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let body = json!({"error": self.error, "error_description": self.description});
        let mut response = (self.status, Json(body)).into_response();
        response
            .headers_mut()
            .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}

//! `/api/v1/polls/:id` and `/api/v1/media/:id`: parts of a post that have ids of their own, out of the post that has them.

use axum::{
    Router,
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
    routing::get,
};
use serde_json::Value;
use timeline::{public_id::PublicId, publish::media_in};

use super::{access::Sight, answer::json_of, error::ApiError, shared::Shared};
use crate::archive::StoredStatus;

/// The paths.
pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/api/v1/polls/{id}", get(poll))
        .route("/api/v1/media/{id}", get(medium))
}

/// `GET /api/v1/polls/:id`.
async fn poll(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    sight: Sight,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    let number = PublicId::parse(&id).ok_or_else(ApiError::record_not_found)?;
    let status = sight.found(shared.engine.archive.with_poll(number).await?)?;
    let poll = part_of(&status, "/poll")?;
    Ok(json_of(&asked, sight.freshness(), &poll))
}

/// `GET /api/v1/media/:id`.
async fn medium(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    sight: Sight,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    let (post, place) = media_in(&id).ok_or_else(ApiError::record_not_found)?;
    let status = sight.found(shared.engine.archive.status(post).await?)?;
    let medium = part_of(&status, &format!("/media_attachments/{place}"))?;
    Ok(json_of(&asked, sight.freshness(), &medium))
}

/// What stands in a kept post at this JSON pointer. An edit may have taken it away.
fn part_of(status: &StoredStatus, pointer: &str) -> Result<Value, ApiError> {
    let mut read: Value = serde_json::from_slice(&status.json).unwrap_or_default();
    let part = read.pointer_mut(pointer).map(Value::take);
    let part = part.filter(Value::is_object);
    part.ok_or_else(ApiError::record_not_found)
}

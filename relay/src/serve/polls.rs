//! `/api/v1/polls/:id`: a poll, out of the post that has it.

use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};
use serde_json::Value;
use timeline::public_id::PublicId;

use super::{
    access::has_key,
    answer::{self, Freshness},
    error::ApiError,
    query::Query,
    shared::Shared,
};

/// `GET /api/v1/polls/:id`.
pub(super) async fn poll(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    query: Query,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    let may_see_guarded = has_key(&shared.config, &asked, &query);
    let number = PublicId::parse(&id).ok_or_else(ApiError::record_not_found)?;
    let status = shared.engine.archive.with_poll(number).await?;
    let status = status.filter(|it| may_see_guarded || !it.is_guarded);
    let status = status.ok_or_else(ApiError::record_not_found)?;
    let poll = serde_json::from_slice(&status.json)
        .ok()
        .and_then(|mut status: Value| status.get_mut("poll").map(Value::take));
    // An edit may have taken the poll away.
    let poll = poll.filter(Value::is_object);
    let poll = poll.ok_or_else(ApiError::record_not_found)?;
    let freshness = Freshness::for_reader(may_see_guarded);
    Ok(answer::json_of(&asked, freshness, &poll))
}

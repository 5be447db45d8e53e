//! `/api/v1/lists…`: the operator's views, as clients know lists.

use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};
use serde_json::{Value, json};

use super::{
    answer::{Freshness, json_of},
    error::ApiError,
    shared::Shared,
};
use crate::views::View;

/// `GET /api/v1/lists`.
pub(super) async fn lists(State(shared): State<Shared>, asked: HeaderMap) -> Response {
    let lists: Vec<Value> = shared.config.views.iter().map(shown).collect();
    json_of(&asked, Freshness::Settled, &lists.into())
}

/// `GET /api/v1/lists/:id`, by the list's id or the view's name.
pub(super) async fn list(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    let view = find(&shared, &id)?;
    Ok(json_of(&asked, Freshness::Settled, &shown(view)))
}

/// `GET /api/v1/lists/:id/accounts`: a view selects posts, not people.
pub(super) async fn accounts(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    find(&shared, &id)?;
    Ok(json_of(&asked, Freshness::Settled, &json!([])))
}

/// The view with this id as a list, or this name.
pub(super) fn find<'a>(shared: &'a Shared, id: &str) -> Result<&'a View, ApiError> {
    let mut views = shared.config.views.iter();
    let found = views.find(|it| it.list_id() == id || it.name == id);
    found.ok_or_else(ApiError::record_not_found)
}

fn shown(view: &View) -> Value {
    json!({
        "id": view.list_id(),
        "title": view.title,
        "replies_policy": "list",
        "exclusive": false,
    })
}

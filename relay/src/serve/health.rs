//! `/health` for whoever keeps the relay running, and `/api/watersmeet/sources` for whoever reads it.

use std::time::Duration;

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use mastodon::Timestamp;
use serde_json::json;
use tokio::time::timeout;

use super::{
    answer::{Freshness, json_of},
    shared::Shared,
};
use crate::views::grammar;

/// Longest time that the question may take; an archive that is slower than this is out of order.
const READY_TIME: Duration = Duration::from_secs(2);

/// `GET /health/live`: the process runs and answers; whoever gets no answer starts it anew.
pub(super) async fn live() -> Response {
    let body = json!({"live": true});
    ([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

/// `GET /health` and `/health/ready`: 200 when posts can be read and new ones are kept. Sources may all be down: the archive still
/// answers.
pub(super) async fn health(State(shared): State<Shared>) -> Response {
    let is_ready = timeout(READY_TIME, shared.engine.is_ready())
        .await
        .unwrap_or(false);
    let (total, hearing) = shared.engine.sources.hearing();
    let status = if is_ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let trouble = shared.engine.failing().map(|it| {
        json!({
            "kind": it.trouble.name(),
            "since": Timestamp::from_unix_millis(it.since),
            "advice": it.trouble.advice(),
        })
    });
    let body = json!({
        "live": true,
        "ready": is_ready,
        "archive": {"trouble": trouble},
        "sources": {"total": total, "hearing": hearing},
    });
    (status, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

/// `GET /api/watersmeet/sources`: how each source is heard, and the operator's views.
pub(super) async fn sources(State(shared): State<Shared>, asked: HeaderMap) -> Response {
    let config = &shared.config;
    let views: Vec<_> = shared
        .config
        .views
        .iter()
        .map(|it| {
            json!({
                "id": it.list_id(),
                "name": it.name,
                "title": it.title,
                "hashtags": it.hashtags,
                "parameters": grammar::parameters(&it.selection),
            })
        })
        .collect();
    let body = json!({
        "relay": {
            "name": config.name,
            "version": env!("CARGO_PKG_VERSION"),
            "started_at": Timestamp::from_unix_millis(shared.engine.started_at),
            "offline": shared.engine.offline,
        },
        "sources": shared.engine.sources.snapshot(),
        "views": views,
    });
    json_of(&asked, Freshness::Live, &body)
}

//! `/api/v1/trends…`: what is talked about on all sources, as <https://docs.joinmastodon.org/methods/trends/> describes it.
//!
//! The engine counts in the background; here a page of that is compared with what is kept at this moment, and what was
//! withdrawn or hidden since is left out. A page may therefore be short: its `Link` says whether more follows.

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, Uri},
    response::Response,
    routing::get,
};
use serde_json::Value;

use super::{
    answer::{self, Freshness, json_of},
    error::ApiError,
    paging::Stretch,
    query::Query,
    search::{shown_history, shown_tag},
    shared::Shared,
};
use crate::{archive::TrendingLink, source::health::unix_millis};

/// How many hashtags or links are told when nothing is said, and at most; Mastodon's own numbers.
const TAGS_AND_LINKS: (usize, usize) = (10, 20);

/// How many posts.
const STATUSES: (usize, usize) = (20, 40);

/// The paths; the bare one is Mastodon's older name for that of hashtags.
pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/api/v1/trends", get(tags))
        .route("/api/v1/trends/tags", get(tags))
        .route("/api/v1/trends/statuses", get(statuses))
        .route("/api/v1/trends/links", get(links))
}

/// `GET /api/v1/trends/tags`.
async fn tags(
    State(shared): State<Shared>,
    uri: Uri,
    query: Query,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    let stretch = stretch(&query, TAGS_AND_LINKS);
    let trends = shared.engine.trends();
    let archive = &shared.engine.archive;
    let now = unix_millis().div_euclid(1_000);
    let page = stretch.cut(&trends.tags);
    let page = archive.still_trending_tags(page, now).await?;
    let shown = page
        .iter()
        .map(|it| shown_tag(&shared, &it.key, &it.history));
    let response = json_of(&asked, Freshness::Live, &shown.collect());
    let total = trends.tags.len();
    Ok(linked(response, &shared, &uri, &query, stretch, total))
}

/// `GET /api/v1/trends/statuses`.
async fn statuses(
    State(shared): State<Shared>,
    uri: Uri,
    query: Query,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    let stretch = stretch(&query, STATUSES);
    let trends = shared.engine.trends();
    let archive = &shared.engine.archive;
    let page = stretch.cut(&trends.statuses);
    let page = archive.still_trending_statuses(page).await?;
    let body = answer::list(page.iter().map(|it| &it.json));
    let response = answer::json(&asked, Freshness::Live, body);
    let total = trends.statuses.len();
    Ok(linked(response, &shared, &uri, &query, stretch, total))
}

/// `GET /api/v1/trends/links`.
async fn links(
    State(shared): State<Shared>,
    uri: Uri,
    query: Query,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    let stretch = stretch(&query, TAGS_AND_LINKS);
    let trends = shared.engine.trends();
    let archive = &shared.engine.archive;
    let page = stretch.cut(&trends.links);
    let page = archive.still_trending_links(page).await?;
    let shown = page.into_iter().map(with_history);
    let response = json_of(&asked, Freshness::Live, &shown.collect());
    let total = trends.links.len();
    Ok(linked(response, &shared, &uri, &query, stretch, total))
}

fn stretch(query: &Query, (default, most): (usize, usize)) -> Stretch {
    Stretch::of(query, default, most)
}

fn linked(
    mut response: Response,
    shared: &Shared,
    uri: &Uri,
    query: &Query,
    stretch: Stretch,
    total: usize,
) -> Response {
    let base = &shared.config.public_url;
    let links = stretch.links(base, uri.path(), query, total);
    response.headers_mut().extend(links);
    response
}

/// A preview card that says how often it was shared.
fn with_history((link, mut card): (TrendingLink, Value)) -> Value {
    if let Value::Object(members) = &mut card {
        members.insert("history".to_owned(), shown_history(&link.history));
    }
    card
}

//! `/api/v1/trends…`: what is talked about on all sources, as <https://docs.joinmastodon.org/methods/trends/> describes it.
//!
//! The engine counts in the background; here a page of that is compared with what is kept at this moment, and what was
//! withdrawn or hidden since is left out. A page may therefore be short: its `Link` says whether more follows.

use std::sync::Arc;

use axum::{
    Router,
    extract::FromRequestParts,
    http::{HeaderMap, Uri, request::Parts},
    response::Response,
    routing::get,
};
use bytes::Bytes;
use serde_json::Value;

use super::{
    answer::{self, Freshness},
    error::ApiError,
    paging::Stretch,
    query::Query,
    search::{shown_history, shown_tag},
    shared::Shared,
};
use crate::archive::{TrendingLink, Trends};

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

/// What a request asks for, and what was counted last.
struct Asked {
    shared: Shared,
    trends: Arc<Trends>,
    uri: Uri,
    query: Query,
    headers: HeaderMap,
}

impl FromRequestParts<Shared> for Asked {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, shared: &Shared) -> Result<Self, ApiError> {
        Ok(Self {
            shared: shared.clone(),
            trends: shared.engine.trends(),
            uri: parts.uri.clone(),
            query: Query::of(&parts.uri)?,
            headers: parts.headers.clone(),
        })
    }
}

impl Asked {
    /// The part of a list that is asked for, by its default and greatest length.
    fn stretch(&self, (default, most): (usize, usize)) -> Stretch {
        Stretch::of(&self.query, default, most)
    }

    /// The answer that tells a part of a list of `total`.
    fn answer(&self, body: Bytes, stretch: Stretch, total: usize) -> Response {
        let mut response = answer::json(&self.headers, Freshness::Live, body);
        let base = &self.shared.config.public_url;
        let links = stretch.links(base, self.uri.path(), &self.query, total);
        response.headers_mut().extend(links);
        response
    }
}

/// `GET /api/v1/trends/tags`.
async fn tags(asked: Asked) -> Result<Response, ApiError> {
    let (all, stretch) = (&asked.trends.tags, asked.stretch(TAGS_AND_LINKS));
    let archive = &asked.shared.engine.archive;
    let counted_at = asked.trends.counted_at;
    let page = archive
        .still_trending_tags(stretch.cut(all), counted_at)
        .await?;
    let shown = page
        .iter()
        .map(|it| shown_tag(&asked.shared, &it.key, &it.history));
    let body = shown.collect::<Value>().to_string();
    Ok(asked.answer(body.into(), stretch, all.len()))
}

/// `GET /api/v1/trends/statuses`.
async fn statuses(asked: Asked) -> Result<Response, ApiError> {
    let (all, stretch) = (&asked.trends.statuses, asked.stretch(STATUSES));
    let archive = &asked.shared.engine.archive;
    let page = archive.still_trending_statuses(stretch.cut(all)).await?;
    let body = answer::list(page.iter().map(|it| &it.json));
    Ok(asked.answer(body, stretch, all.len()))
}

/// `GET /api/v1/trends/links`.
async fn links(asked: Asked) -> Result<Response, ApiError> {
    let (all, stretch) = (&asked.trends.links, asked.stretch(TAGS_AND_LINKS));
    let archive = &asked.shared.engine.archive;
    let page = archive.still_trending_links(stretch.cut(all)).await?;
    let body = page
        .into_iter()
        .map(with_history)
        .collect::<Value>()
        .to_string();
    Ok(asked.answer(body.into(), stretch, all.len()))
}

/// A preview card that says how often it was shared.
fn with_history((link, mut card): (TrendingLink, Value)) -> Value {
    if let Value::Object(members) = &mut card {
        members.insert("history".to_owned(), shown_history(&link.history));
    }
    card
}

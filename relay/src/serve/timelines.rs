//! `/api/v1/timelines/…`: pages of the combined timeline and of hashtags, as
//! <https://docs.joinmastodon.org/methods/timelines/> describes them.

use axum::{
    extract::{Path, State},
    http::{HeaderMap, HeaderName, HeaderValue, Uri},
    response::Response,
};

use super::{
    answer::{self, Freshness},
    error::ApiError,
    paging::{link_header, paging_of},
    query::Query,
    shared::Shared,
};
use crate::views::{Reach, Selection, keys_of};

/// Most hashtags in each of `any[]`, `all[]` and `none[]`. Mastodon takes four; a view of the relay may name more.
const MAX_TAGS: usize = 32;

/// Where the log stood when the page was read: a stream that begins there misses nothing after the page.
const CURSOR: HeaderName = HeaderName::from_static("watersmeet-cursor");

/// `GET /api/v1/timelines/public`: everything that the relay hears, but answers to others.
pub(super) async fn public(
    State(shared): State<Shared>,
    uri: Uri,
    query: Query,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    let selection = Selection::public(reach(&query), query.flag("only_media"));
    page(&shared, &uri, &query, &asked, &selection).await
}

/// `GET /api/v1/timelines/tag/:tag`: posts with the hashtag, with Mastodon's `any[]`, `all[]` and `none[]`.
pub(super) async fn tag(
    State(shared): State<Shared>,
    Path(tag): Path<String>,
    uri: Uri,
    query: Query,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    let any = query.list("any").take(MAX_TAGS).chain([tag.as_str()]);
    let mut selection = Selection::hashtags(any, reach(&query));
    if selection.tags.any.is_empty() {
        return Err(ApiError::record_not_found());
    }
    selection.tags.all = keys_of(query.list("all").take(MAX_TAGS));
    selection.tags.none = keys_of(query.list("none").take(MAX_TAGS));
    selection.only_media = query.flag("only_media");
    page(&shared, &uri, &query, &asked, &selection).await
}

fn reach(query: &Query) -> Reach {
    if query.flag("local") {
        Reach::Local
    } else if query.flag("remote") {
        Reach::Remote
    } else {
        Reach::All
    }
}

async fn page(
    shared: &Shared,
    uri: &Uri,
    query: &Query,
    asked: &HeaderMap,
    selection: &Selection,
) -> Result<Response, ApiError> {
    let paging = paging_of(query)?;
    // Before the page is read: what arrives meanwhile is then in both, and never in neither.
    let cursor = shared.engine.log.cursor(shared.engine.log.end());
    let statuses = shared.engine.archive.timeline(selection, &paging).await?;
    let body = answer::list(statuses.iter().map(|it| &it.json));
    let mut response = answer::json(asked, Freshness::Live, body);
    if let (Some(newest), Some(oldest)) = (statuses.first(), statuses.last()) {
        let (newest, oldest) = (newest.id.to_string(), oldest.id.to_string());
        let link = link_header(
            &shared.config.public_url,
            uri.path(),
            query,
            &newest,
            &oldest,
        );
        response.headers_mut().extend(link);
    }
    if let Ok(cursor) = HeaderValue::try_from(cursor.to_string()) {
        response.headers_mut().insert(CURSOR, cursor);
    }
    Ok(response)
}

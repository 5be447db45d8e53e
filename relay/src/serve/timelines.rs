//! `/api/v1/timelines/…`: pages of the combined timeline, of hashtags and of views, as
//! <https://docs.joinmastodon.org/methods/timelines/> describes them, with the grammar of [`crate::views::grammar`] added.

use axum::{
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::Response,
};

use super::{
    access::has_key,
    answer::{self, Freshness},
    error::ApiError,
    follow::follow,
    lists,
    news::{self, News},
    paging::{CURSORS, link_header, paging_of},
    query::Query,
    readers::Caller,
    shared::Shared,
};
use crate::views::{Selection, keys_of};

/// `GET /api/v1/timelines/public`: everything that the relay hears, but answers to others; or what the parameters ask for.
pub(super) async fn public(
    State(shared): State<Shared>,
    caller: Caller,
    uri: Uri,
    query: Query,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    let selection = query.selection(CURSORS)?;
    follow(&shared, &caller, &selection).await;
    page(&shared, &uri, &query, &asked, selection).await
}

/// `GET /api/v1/timelines/tag/:tag`: posts with the hashtag, with Mastodon's `any[]`, `all[]` and `none[]`.
pub(super) async fn tag(
    State(shared): State<Shared>,
    Path(tag): Path<String>,
    caller: Caller,
    uri: Uri,
    query: Query,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    let mut selection = query.selection(CURSORS)?;
    let own = keys_of([tag.as_str()]);
    if own.is_empty() {
        return Err(ApiError::record_not_found());
    }
    let any = selection.tags.any.iter().chain(&own).map(String::as_str);
    selection.tags.any = keys_of(any);
    selection.replies_to_others = !query.flag("no_replies");
    follow(&shared, &caller, &selection).await;
    page(&shared, &uri, &query, &asked, selection).await
}

/// `GET /api/v1/timelines/list/:id`: a view of relay.toml, by its id as a list or by its name; the grammar's parameters ask for some of it.
pub(super) async fn list(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    uri: Uri,
    query: Query,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    let view = lists::find(&shared, &id)?;
    let selection = query.narrowed(&view.selection, CURSORS)?;
    page(&shared, &uri, &query, &asked, selection).await
}

async fn page(
    shared: &Shared,
    uri: &Uri,
    query: &Query,
    asked: &HeaderMap,
    selection: Selection,
) -> Result<Response, ApiError> {
    let may_see_guarded = has_key(&shared.config, asked, query);
    let selection = selection.seen_by(may_see_guarded);
    if let Some(cursor) = query.get("cursor") {
        let freshness = Freshness::for_reader(may_see_guarded);
        return match news::since(&shared.engine.log, cursor, query, &selection)? {
            News::Held(page) => Ok(page.answer(asked, freshness)),
            News::Lost(gap) => {
                let mut response = newest(shared, uri, query, asked, &selection, freshness).await?;
                gap.put(response.headers_mut());
                Ok(response)
            }
        };
    }
    let freshness = Freshness::for_reader(may_see_guarded);
    newest(shared, uri, query, asked, &selection, freshness).await
}

/// A page of what is kept.
async fn newest(
    shared: &Shared,
    uri: &Uri,
    query: &Query,
    asked: &HeaderMap,
    selection: &Selection,
    freshness: Freshness,
) -> Result<Response, ApiError> {
    let paging = paging_of(query)?;
    // Before the page is read: what arrives meanwhile is then in both, and never in neither.
    let cursor = shared.engine.log.cursor(shared.engine.log.end());
    let statuses = shared.engine.archive.timeline(selection, &paging).await?;
    let body = answer::list(statuses.iter().map(|it| &it.json));
    let mut response = answer::json(asked, freshness, body);
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
    news::put_cursor(response.headers_mut(), cursor);
    Ok(response)
}

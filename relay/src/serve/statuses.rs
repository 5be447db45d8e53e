//! `/api/v1/statuses/…`: single posts and the conversations around them.

use std::collections::HashMap;

use axum::{
    Router,
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
    routing::get,
};
use bytes::Bytes;
use mastodon::{PollTitle, Status, StatusEdit, StatusEditPoll, Timestamp};
use serde::Deserialize;
use serde_json::json;
use timeline::{
    public_id::PublicId,
    publish::plain_text,
    thread::{Bounds, Node, assemble},
};
use tracing::trace;

use super::{access::Sight, accounts::ids, answer, error::ApiError, query::Query, shared::Shared};
use crate::archive::{ArchiveError, StoredStatus};

/// Most posts that are asked about at once; Mastodon's own bound for `statuses?id[]=`.
const MAX_STATUSES: usize = 20;

/// Who boosted, favourited or quoted a post, its sources do not say.
const NOBODY: [&str; 3] = [
    "/api/v1/statuses/{id}/favourited_by",
    "/api/v1/statuses/{id}/quotes",
    "/api/v1/statuses/{id}/reblogged_by",
];

/// The paths.
pub(super) fn routes() -> Router<Shared> {
    let mut routes = Router::new()
        .route("/api/v1/statuses", get(statuses))
        .route("/api/v1/statuses/{id}", get(status))
        .route("/api/v1/statuses/{id}/context", get(context))
        .route("/api/v1/statuses/{id}/history", get(history))
        .route("/api/v1/statuses/{id}/source", get(source));
    for path in NOBODY {
        routes = routes.route(path, get(nobody));
    }
    routes
}

/// `GET /api/v1/statuses/:id`: one post, also by an id that it had before.
async fn status(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    sight: Sight,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    let status = find(&shared, &id, sight).await?;
    Ok(answer::json(&asked, sight.freshness(), status.json))
}

/// `GET /api/v1/statuses?id[]=…`: several posts; those that are unknown are left out.
async fn statuses(
    State(shared): State<Shared>,
    sight: Sight,
    query: Query,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    let mut found = Vec::new();
    let asked_for = ids(&query, MAX_STATUSES)?;
    for id in asked_for.into_iter().filter_map(PublicId::parse) {
        found.extend(shared.engine.archive.status(id).await?);
    }
    found.retain(|it| sight.has(it));
    let body = answer::list(found.iter().map(|it| &it.json));
    Ok(answer::json(&asked, sight.freshness(), body))
}

/// `GET /api/v1/statuses/:id/context`: the conversation, out of the archive and what the sources add while the reader waits.
async fn context(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    sight: Sight,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    let focus = find(&shared, &id, sight).await?;
    // Bounded by the engine itself; when the sources are down, what the archive knows is the answer.
    let is_fresh = shared.engine.fetch_context(&focus.uri).await;
    trace!(uri = %focus.uri, is_fresh, "a conversation was asked for");
    let mut known = shared.engine.archive.context(&focus.uri).await?;
    for part in [&mut known.ancestors, &mut known.descendants] {
        part.retain(|it| sight.has(it));
    }
    let ancestors = answer::list(known.ancestors.iter().map(|it| &it.json));
    let descendants = answer::list(in_reading_order(&focus, &known.descendants));
    let mut body = Vec::with_capacity(ancestors.len() + descendants.len() + 40);
    for part in [
        &br#"{"ancestors":"#[..],
        &ancestors,
        br#","descendants":"#,
        &descendants,
        b"}",
    ] {
        body.extend_from_slice(part);
    }
    Ok(answer::json(&asked, sight.freshness(), Bytes::from(body)))
}

/// `GET /api/v1/statuses/:id/history`: the one version that is known, the present one.
async fn history(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    sight: Sight,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    let status = read(&find(&shared, &id, sight).await?)?;
    let options = status.poll.map(|poll| StatusEditPoll {
        options: poll
            .options
            .into_iter()
            .map(|it| PollTitle { title: it.title })
            .collect(),
    });
    let edit = StatusEdit {
        content: status.content.unwrap_or_default(),
        spoiler_text: status.spoiler_text,
        sensitive: status.sensitive,
        created_at: status.edited_at.unwrap_or(status.created_at),
        account: Some(status.account),
        poll: options,
        media_attachments: status.media_attachments,
        emojis: status.emojis,
        quote: status.quote,
    };
    Ok(answer::json_of(&asked, sight.freshness(), &json!([edit])))
}

/// `GET /api/v1/statuses/:id/source`: the words alone, for nobody here has typed them.
async fn source(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    sight: Sight,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    let status = read(&find(&shared, &id, sight).await?)?;
    let body = json!({
        "id": status.id,
        "text": plain_text(status.content.as_deref().unwrap_or_default()),
        "spoiler_text": status.spoiler_text,
    });
    Ok(answer::json_of(&asked, sight.freshness(), &body))
}

/// The paths of [`NOBODY`], for posts that there are.
async fn nobody(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    sight: Sight,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    find(&shared, &id, sight).await?;
    Ok(answer::json_of(&asked, sight.freshness(), &json!([])))
}

/// A kept post as data.
fn read(status: &StoredStatus) -> Result<Status, ApiError> {
    serde_json::from_slice(&status.json).map_err(|error| ApiError::from(ArchiveError::new(error)))
}

async fn find(shared: &Shared, id: &str, sight: Sight) -> Result<StoredStatus, ApiError> {
    let id = PublicId::parse(id).ok_or_else(ApiError::record_not_found)?;
    sight.found(shared.engine.archive.status(id).await?)
}

/// Whether `path` is the app's page of a post whose author asks search engines to stay away.
pub(super) async fn is_page_of_noindex(shared: &Shared, path: &str) -> bool {
    let id = path.strip_prefix("/posts/").and_then(PublicId::parse);
    let Some(id) = id else { return false };
    let found = shared.engine.archive.status(id).await;
    let status = found.ok().flatten();
    let read = status.and_then(|it| serde_json::from_slice::<mastodon::Status>(&it.json).ok());
    read.is_some_and(|it| it.account.noindex == Some(true))
}

/// What the order of a conversation depends on.
#[derive(Deserialize)]
struct Reply {
    id: String,
    in_reply_to_id: Option<String>,
    account: Author,
    created_at: Timestamp,
}

#[derive(Deserialize)]
struct Author {
    id: String,
}

/// The answers as Mastodon orders them. One whose parent is not known by id yet stands at the end.
fn in_reading_order<'a>(focus: &StoredStatus, answers: &'a [StoredStatus]) -> Vec<&'a Bytes> {
    let node = |status: &StoredStatus| {
        let reply: Reply = serde_json::from_slice(&status.json).ok()?;
        Some(Node {
            key: reply.id,
            parent: reply.in_reply_to_id,
            author: reply.account.id,
            at: reply.created_at.unix_millis().unwrap_or_default(),
        })
    };
    let nodes: Vec<_> = std::iter::once(focus)
        .chain(answers)
        .filter_map(node)
        .collect();
    let thread = assemble(&focus.id.to_string(), &nodes, Bounds::default());
    let places: HashMap<_, _> = thread.descendants.into_iter().zip(0_usize..).collect();
    let mut ordered: Vec<_> = answers.iter().collect();
    ordered.sort_by_key(|it| {
        places
            .get(&it.id.to_string())
            .copied()
            .unwrap_or(usize::MAX)
    });
    ordered.into_iter().map(|it| &it.json).collect()
}

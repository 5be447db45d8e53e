//! `/api/v2/search` and what else is found by words, as <https://docs.joinmastodon.org/methods/search/> describes it.

mod terms;

use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::Response,
    routing::get,
};
use bytes::Bytes;
use serde_json::{Value, json};
use timeline::{
    key::{host_of, local_id_in},
    public_id::named_id,
    tag,
};

use super::{
    access::Sight,
    accounts::called,
    answer::{self, json_of},
    error::ApiError,
    paging,
    query::Query,
    shared::Shared,
};
use crate::archive::{Part, StoredStatus, TagDay};

/// How far into what is found anybody may read.
const MAX_OFFSET: usize = 1_000;

/// The paths.
pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/api/v2/search", get(v2))
        .route("/api/v1/search", get(v1))
        .route("/api/v1/accounts/search", get(people))
        .route("/api/v1/tags/{name}", get(hashtag))
}

/// What was found.
#[derive(Default)]
struct Found {
    accounts: Vec<Bytes>,
    statuses: Vec<Bytes>,
    hashtags: Vec<String>,
}

/// `GET /api/v2/search`.
async fn v2(
    State(shared): State<Shared>,
    query: Query,
    sight: Sight,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    let found = find(&shared, &query, sight).await?;
    let mut hashtags = Vec::new();
    for name in &found.hashtags {
        hashtags.push(tag_of(&shared, name, sight).await?);
    }
    Ok(told(&asked, sight, &found, &hashtags.into()))
}

/// `GET /api/v1/search`: the same with the plain names of hashtags.
async fn v1(
    State(shared): State<Shared>,
    query: Query,
    sight: Sight,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    let found = find(&shared, &query, sight).await?;
    Ok(told(&asked, sight, &found, &json!(found.hashtags)))
}

/// `GET /api/v1/accounts/search`.
async fn people(
    State(shared): State<Shared>,
    query: Query,
    sight: Sight,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    let part = part(&query, sight);
    let found = accounts(&shared, text(&query)?, query.flag("resolve"), part).await?;
    Ok(answer::json(
        &asked,
        sight.freshness(),
        answer::list(&found),
    ))
}

/// `GET /api/v1/tags/:name`; a hashtag that nobody used has a history of zeros.
async fn hashtag(
    State(shared): State<Shared>,
    Path(name): Path<String>,
    sight: Sight,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    let key = tag::key(&name);
    if key.is_empty() {
        return Err(ApiError::record_not_found());
    }
    let body = tag_of(&shared, &key, sight).await?;
    Ok(json_of(&asked, sight.freshness(), &body))
}

fn text(query: &Query) -> Result<&str, ApiError> {
    let text = query.get("q").map(str::trim).filter(|it| !it.is_empty());
    text.ok_or_else(|| ApiError::bad_request("q is missing: say what to search for"))
}

fn part(query: &Query, sight: Sight) -> Part {
    let offset = query.get("offset").and_then(|it| it.parse().ok());
    Part {
        offset: offset.unwrap_or(0).min(MAX_OFFSET),
        limit: paging::limit(query.get("limit")),
        with_guarded: sight.of_guarded,
    }
}

async fn find(shared: &Shared, query: &Query, sight: Sight) -> Result<Found, ApiError> {
    let text = text(query)?;
    let (part, resolve) = (part(query, sight), query.flag("resolve"));
    let kind = query.get("type");
    if let Some(other) = kind.filter(|it| !matches!(*it, "accounts" | "hashtags" | "statuses")) {
        return Err(ApiError::bad_request(format!(
            "type: \"{other}\" is not known; there are accounts, hashtags and statuses"
        )));
    }
    let wants = |name: &str| kind.is_none_or(|it| it == name);
    let mut found = Found::default();
    if let Some(address) = address_in(text) {
        if wants("statuses") {
            let status = at(shared, text, resolve).await?;
            let status = status.filter(|it| sight.has(it));
            found.statuses.extend(status.map(|it| it.json));
        }
        if wants("accounts")
            && found.statuses.is_empty()
            && let Some(handle) = acct_in(&address)
        {
            found
                .accounts
                .extend(called(shared, &handle, resolve).await);
        }
        return Ok(found);
    }
    if wants("accounts") && !text.starts_with('#') {
        found.accounts = accounts(shared, text, resolve, part).await?;
    }
    let archive = &shared.engine.archive;
    if wants("hashtags") {
        found.hashtags = archive.search_tags(&tag::key(text), part).await?;
    }
    if wants("statuses")
        && let Some(search) = terms::read(text)?
    {
        let statuses = archive.search_statuses(search, part).await?;
        found
            .statuses
            .extend(statuses.into_iter().map(|it| it.json));
    }
    Ok(found)
}

/// The people whom a text names: a full handle finds that one alone, whatever it wants to be suggested for.
async fn accounts(
    shared: &Shared,
    text: &str,
    resolve: bool,
    part: Part,
) -> Result<Vec<Bytes>, ApiError> {
    let handle = text.trim_start_matches('@');
    let is_full = handle.contains('@') && !handle.contains(char::is_whitespace);
    if is_full && let Some(exact) = called(shared, handle, resolve).await {
        return Ok(if part.offset == 0 {
            vec![exact]
        } else {
            Vec::new()
        });
    }
    let found = shared.engine.archive.search_accounts(handle, part).await?;
    Ok(found.into_iter().map(|it| it.json).collect())
}

/// The post with this address: its `uri`, or what a source calls it, who is asked if `resolve`.
async fn at(shared: &Shared, text: &str, resolve: bool) -> Result<Option<StoredStatus>, ApiError> {
    let engine = &shared.engine;
    if let Some(known) = engine.archive.by_uri(text).await? {
        return Ok(Some(known));
    }
    let (Some(host), Some(id)) = (host_of(text), local_id_in(text)) else {
        return Ok(None);
    };
    // What a server told before it was taken out of the sources is known by its name still.
    let source = engine.source_at(&host).unwrap_or_else(|| host.clone());
    let known = engine.archive.told_as(&source, id).await?;
    if known.is_some() || !resolve || !engine.fetch_status(&host, id).await {
        return Ok(known);
    }
    Ok(engine.archive.told_as(&source, id).await?)
}

/// The text as a web address, when it is one.
fn address_in(text: &str) -> Option<Uri> {
    let is_web = text.starts_with("https://") || text.starts_with("http://");
    text.parse().ok().filter(|_| is_web)
}

/// The handle in the address of a profile, `https://host/@name` or `https://host/users/name`.
fn acct_in(address: &Uri) -> Option<String> {
    let path = address.path().trim_matches('/');
    let name = path
        .strip_prefix('@')
        .or_else(|| path.strip_prefix("users/"))?;
    let host = address.authority()?;
    (!name.contains('/')).then(|| match name.contains('@') {
        true => name.to_owned(),
        false => format!("{name}@{host}"),
    })
}

async fn tag_of(shared: &Shared, key: &str, sight: Sight) -> Result<Value, ApiError> {
    let archive = &shared.engine.archive;
    let history = archive.tag_history(key, sight.of_guarded).await?;
    Ok(shown_tag(shared, key, &history))
}

/// A hashtag as an entity of Mastodon's.
pub(super) fn shown_tag(shared: &Shared, key: &str, history: &[TagDay]) -> Value {
    let base = shared.config.public_url.trim_end_matches('/');
    let path: String = form_urlencoded::byte_serialize(key.as_bytes()).collect();
    json!({
        "id": named_id(&format!("tag:{key}")),
        "name": key,
        "url": format!("{base}/tags/{path}"),
        "history": shown_history(history),
        "following": false,
        "featuring": false,
    })
}

/// Days of use, whose numbers Mastodon writes as texts.
pub(super) fn shown_history(history: &[TagDay]) -> Value {
    let day = |it: &TagDay| {
        json!({
            "day": it.day.to_string(),
            "uses": it.uses.to_string(),
            "accounts": it.accounts.to_string(),
        })
    };
    history.iter().map(day).collect()
}

fn told(asked: &HeaderMap, sight: Sight, found: &Found, hashtags: &Value) -> Response {
    let (accounts, statuses) = (answer::list(&found.accounts), answer::list(&found.statuses));
    let hashtags = hashtags.to_string();
    let parts: [&[u8]; 7] = [
        b"{\"accounts\":",
        &accounts,
        b",\"statuses\":",
        &statuses,
        b",\"hashtags\":",
        hashtags.as_bytes(),
        b"}",
    ];
    answer::json(asked, sight.freshness(), Bytes::from(parts.concat()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_a_profile_says_its_handle() {
        for (address, handle) in [
            ("https://a.example/@ann", Some("ann@a.example")),
            ("https://a.example/users/ann", Some("ann@a.example")),
            ("http://a.example:81/@ann", Some("ann@a.example:81")),
            ("https://a.example/@ann@b.example", Some("ann@b.example")),
            ("https://a.example/@ann/117", None),
            ("https://a.example/about", None),
        ] {
            let address: Uri = address.parse().unwrap();
            assert_eq!(acct_in(&address).as_deref(), handle, "{address}");
        }
    }
}

//! `/api/v1/accounts/…`: who writes, and what they wrote, as <https://docs.joinmastodon.org/methods/accounts/> describes it.

use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, Uri},
    response::Response,
    routing::get,
};
use bytes::Bytes;
use serde_json::{Value, json};
use timeline::{public_id::PublicId, tag};

use super::{
    access::Sight,
    answer::{self, Freshness, json_of},
    error::ApiError,
    oauth::guest_account,
    paging::{link_header, paging_of},
    query::Query,
    shared::Shared,
};
use crate::archive::{AccountQuery, StoredAccount};

/// Most accounts that are asked about at once; Mastodon's own bound for `accounts?id[]=`.
const MAX_ACCOUNTS: usize = 40;

/// Accounts of one name on different servers that are looked at.
const MAX_NAMESAKES: usize = 2;

/// The paths.
pub(super) fn routes() -> Router<Shared> {
    let mut routes = Router::new()
        .route("/api/v1/accounts", get(accounts))
        .route("/api/v1/accounts/lookup", get(lookup))
        .route("/api/v1/accounts/relationships", get(relationships))
        .route(
            "/api/v1/accounts/familiar_followers",
            get(familiar_followers),
        )
        .route("/api/v1/accounts/{id}", get(account))
        .route("/api/v1/accounts/{id}/statuses", get(statuses));
    for path in NOTHING {
        routes = routes.route(path, get(nothing));
    }
    routes
}

/// Lists of other accounts and things that belong to an account: a relay has none of them.
const NOTHING: [&str; 5] = [
    "/api/v1/accounts/{id}/endorsements",
    "/api/v1/accounts/{id}/featured_tags",
    "/api/v1/accounts/{id}/followers",
    "/api/v1/accounts/{id}/following",
    "/api/v1/accounts/{id}/lists",
];

/// An account that this relay can show.
enum Known {
    /// The one that lives here.
    Guest(Value),
    /// Somebody that a source told of.
    Person(StoredAccount),
}

impl Known {
    fn json(&self) -> Bytes {
        match self {
            Self::Guest(guest) => Bytes::from(guest.to_string()),
            Self::Person(person) => person.json.clone(),
        }
    }
}

/// `GET /api/v1/accounts/:id`, also by the id that mentions have.
async fn account(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    let known = find(&shared, &id).await?;
    Ok(answer::json(&asked, Freshness::Live, known.json()))
}

/// `GET /api/v1/accounts?id[]=…`: several accounts; those that are unknown are left out.
async fn accounts(
    State(shared): State<Shared>,
    query: Query,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    let mut found = Vec::new();
    for id in ids(&query, MAX_ACCOUNTS)? {
        found.extend(find(&shared, id).await.ok().map(|it| it.json()));
    }
    Ok(answer::json(&asked, Freshness::Live, answer::list(&found)))
}

/// `GET /api/v1/accounts/lookup?acct=`: by full handle; a bare name will do where only one account has it. Who is not known
/// is asked for.
async fn lookup(
    State(shared): State<Shared>,
    query: Query,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    let acct = query.get("acct").ok_or_else(ApiError::record_not_found)?;
    let known = find_called(&shared, acct, true).await?;
    Ok(answer::json(&asked, Freshness::Live, known.json()))
}

/// `GET /api/v1/accounts/:id/statuses`: from what is kept and what a source adds while the reader waits.
async fn statuses(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    uri: Uri,
    query: Query,
    sight: Sight,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    let freshness = sight.freshness();
    let paging = paging_of(&query)?;
    let tagged = query.get("tagged").map(tag::key);
    let person = match find(&shared, &id).await? {
        Known::Person(person) if !query.flag("pinned") => person,
        // Which posts are pinned, no source says; and a guest writes nothing.
        _ => return Ok(json_of(&asked, freshness, &json!([]))),
    };
    let wish = AccountQuery {
        only_media: query.flag("only_media"),
        exclude_replies: query.flag("exclude_replies"),
        tagged,
        with_guarded: sight.of_guarded,
    };
    let archive = &shared.engine.archive;
    // Upwards there is nothing that a source has and the relay has not heard.
    if paging.min_id.is_none() && paging.since_id.is_none() {
        let below = match paging.max_id {
            Some(id) => archive.status(id).await?.map(|it| it.uri),
            None => None,
        };
        if below.is_some() || paging.max_id.is_none() {
            let handle = &person.handle;
            shared.engine.fetch_account(handle, below.as_deref()).await;
        }
    }
    // What came may have told whose words these are.
    let person = match find(&shared, &id).await? {
        Known::Person(newer) => newer,
        Known::Guest(_) => person,
    };
    let found = archive.account_statuses(&person, &wish, &paging).await?;
    let body = answer::list(found.iter().map(|it| &it.json));
    let mut response = answer::json(&asked, freshness, body);
    if let (Some(newest), Some(oldest)) = (found.first(), found.last()) {
        let (newest, oldest) = (newest.id.to_string(), oldest.id.to_string());
        let base = &shared.config.public_url;
        let link = link_header(base, uri.path(), &query, &newest, &oldest);
        response.headers_mut().extend(link);
    }
    Ok(response)
}

/// The paths of [`NOTHING`], for accounts that there are.
async fn nothing(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    find(&shared, &id).await?;
    Ok(json_of(&asked, Freshness::Live, &json!([])))
}

/// `GET /api/v1/accounts/relationships?id[]=…`: a guest has none with anybody.
async fn relationships(query: Query, asked: HeaderMap) -> Result<Response, ApiError> {
    let relations: Vec<_> = ids(&query, MAX_ACCOUNTS)?
        .into_iter()
        .map(|id| {
            json!({
                "id": id,
                "following": false,
                "showing_reblogs": false,
                "notifying": false,
                "languages": null,
                "followed_by": false,
                "blocking": false,
                "blocked_by": false,
                "muting": false,
                "muting_notifications": false,
                "requested": false,
                "requested_by": false,
                "domain_blocking": false,
                "endorsed": false,
                "note": "",
            })
        })
        .collect();
    Ok(json_of(&asked, Freshness::Settled, &relations.into()))
}

/// `GET /api/v1/accounts/familiar_followers?id[]=…`: a guest follows nobody.
async fn familiar_followers(query: Query, asked: HeaderMap) -> Result<Response, ApiError> {
    let none: Vec<_> = ids(&query, MAX_ACCOUNTS)?
        .into_iter()
        .map(|id| json!({"id": id, "accounts": []}))
        .collect();
    Ok(json_of(&asked, Freshness::Settled, &none.into()))
}

/// The values of `id[]`, as many as `max`; more are refused as Mastodon does.
pub(super) fn ids(query: &Query, max: usize) -> Result<Vec<&str>, ApiError> {
    let ids: Vec<_> = query.list("id").take(max + 1).collect();
    if ids.len() > max {
        return Err(ApiError::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            format!("Too many ids; {max} is the most"),
        ));
    }
    Ok(ids)
}

async fn find(shared: &Shared, id: &str) -> Result<Known, ApiError> {
    let guest = guest_account(shared);
    if guest.get("id").and_then(Value::as_str) == Some(id) {
        return Ok(Known::Guest(guest));
    }
    let id = PublicId::parse(id).ok_or_else(ApiError::record_not_found)?;
    let found = shared.engine.archive.account(id).await?;
    found
        .map(Known::Person)
        .ok_or_else(ApiError::record_not_found)
}

/// The account with this full handle as JSON, when one is known (or, if `may_ask`, a source knows it).
pub(super) async fn called(shared: &Shared, handle: &str, may_ask: bool) -> Option<Bytes> {
    let known = find_called(shared, handle, may_ask).await;
    known.ok().map(|it| it.json())
}

/// The account that somebody calls so; when nobody is known under a full handle and `may_ask`, a source is asked.
async fn find_called(shared: &Shared, acct: &str, may_ask: bool) -> Result<Known, ApiError> {
    let acct = acct.trim().trim_start_matches('@').to_lowercase();
    let (name, domain) = acct.rsplit_once('@').unwrap_or((&acct, ""));
    let guest = guest_account(shared);
    let home = shared.config.public_url.split_once("://");
    let is_home = domain.is_empty() || home.is_some_and(|(_, host)| host == domain);
    if is_home && guest.get("acct").and_then(Value::as_str) == Some(name) {
        return Ok(Known::Guest(guest));
    }
    let archive = &shared.engine.archive;
    if domain.is_empty() {
        let mut namesakes = archive.accounts_named(name, MAX_NAMESAKES).await?;
        let only = namesakes.pop().filter(|_| namesakes.is_empty());
        return only
            .map(Known::Person)
            .ok_or_else(ApiError::record_not_found);
    }
    let found = archive.account_called(&acct).await?;
    let is_enough = found.as_ref().is_some_and(|it| !it.is_only_named);
    if is_enough || !may_ask || !shared.engine.fetch_account(&acct, None).await {
        return found
            .map(Known::Person)
            .ok_or_else(ApiError::record_not_found);
    }
    let found = archive.account_called(&acct).await?;
    found
        .map(Known::Person)
        .ok_or_else(ApiError::record_not_found)
}

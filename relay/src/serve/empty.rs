//! Answers to what clients ask of a person's account before they show anything: here nobody has one, so they are empty, but of the right shape.
//!
//! They are the same with a token and without.

use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::Response,
    routing::get,
};
use serde_json::{Value, json};

use super::{
    answer::{Freshness, json_of},
    error::ApiError,
    oauth::guest_account,
    query::Query,
    shared::Shared,
};

/// Most accounts that are asked about at once; Mastodon's own bound for `accounts?id[]=`.
const MAX_ACCOUNTS: usize = 40;

/// Lists that are always empty.
pub(super) const LISTS: [&str; 29] = [
    "/api/v1/announcements",
    "/api/v1/blocks",
    "/api/v1/bookmarks",
    "/api/v1/conversations",
    "/api/v1/custom_emojis",
    "/api/v1/directory",
    "/api/v1/domain_blocks",
    "/api/v1/endorsements",
    "/api/v1/favourites",
    "/api/v1/featured_tags",
    "/api/v1/featured_tags/suggestions",
    "/api/v1/filters",
    "/api/v1/follow_requests",
    "/api/v1/followed_tags",
    "/api/v1/instance/activity",
    "/api/v1/instance/domain_blocks",
    "/api/v1/instance/languages",
    "/api/v1/mutes",
    "/api/v1/notifications",
    "/api/v1/notifications/requests",
    "/api/v1/scheduled_statuses",
    "/api/v1/suggestions",
    "/api/v1/timelines/direct",
    "/api/v2/filters",
    "/api/v2/suggestions",
    "/api/v1/accounts/{id}/endorsements",
    "/api/v1/accounts/{id}/featured_tags",
    "/api/v1/accounts/{id}/lists",
    "/api/v1/lists/{id}/accounts",
];

/// Single things of which there is none.
pub(super) const MISSING: [&str; 13] = [
    "/api/v1/conversations/{id}",
    "/api/v1/filters/{id}",
    "/api/v1/instance/terms_of_service",
    "/api/v1/media/{id}",
    "/api/v1/notifications/{id}",
    "/api/v1/notifications/requests/{id}",
    "/api/v1/push/subscription",
    "/api/v1/scheduled_statuses/{id}",
    "/api/v1/timelines/link",
    "/api/v1_alpha/async_refreshes/{id}",
    "/api/v2/filters/{id}",
    "/api/v2/notifications/{key}",
    "/api/v2/notifications/{key}/accounts",
];

/// The paths.
pub(super) fn routes() -> Router<Shared> {
    let mut routes = Router::new()
        .route("/api/v1/accounts/{id}", get(account))
        .route("/api/v1/accounts/relationships", get(relationships))
        .route(
            "/api/v1/accounts/familiar_followers",
            get(familiar_followers),
        );
    for path in LISTS {
        routes = routes.route(path, always(json!([])));
    }
    for path in MISSING {
        routes = routes.route(path, get(async || ApiError::record_not_found()));
    }
    for (path, value) in objects() {
        routes = routes.route(path, always(value));
    }
    routes
}

fn always(value: Value) -> axum::routing::MethodRouter<Shared> {
    get(move |asked: HeaderMap| async move { json_of(&asked, Freshness::Settled, &value) })
}

/// What has a shape and says "nothing" in it.
pub(super) fn objects() -> [(&'static str, Value); 10] {
    let summary = json!({"pending_requests_count": 0, "pending_notifications_count": 0});
    let count = json!({"count": 0});
    [
        (
            "/api/v1/preferences",
            json!({
                "posting:default:visibility": "public",
                "posting:default:sensitive": false,
                "posting:default:language": null,
                "reading:expand:media": "default",
                "reading:expand:spoilers": false,
                "reading:autoplay:gifs": false,
            }),
        ),
        ("/api/v1/markers", json!({})),
        (
            "/api/v1/annual_reports",
            json!({"annual_reports": [], "accounts": [], "statuses": []}),
        ),
        ("/api/v1/instance/translation_languages", json!({})),
        ("/api/v1/notifications/unread_count", count.clone()),
        ("/api/v2/notifications/unread_count", count),
        (
            "/api/v1/notifications/policy",
            json!({
                "filter_not_following": false,
                "filter_not_followers": false,
                "filter_new_accounts": false,
                "filter_private_mentions": false,
                "summary": summary,
            }),
        ),
        (
            "/api/v2/notifications/policy",
            json!({
                "for_not_following": "accept",
                "for_not_followers": "accept",
                "for_new_accounts": "accept",
                "for_private_mentions": "accept",
                "for_limited_accounts": "accept",
                "summary": summary,
            }),
        ),
        (
            "/api/v1/notifications/requests/merged",
            json!({"merged": true}),
        ),
        (
            "/api/v2/notifications",
            json!({"accounts": [], "statuses": [], "notification_groups": []}),
        ),
    ]
}

/// `GET /api/v1/accounts/:id`: the guest, the only account that lives here.
async fn account(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    let guest = guest_account(&shared);
    if guest.get("id").and_then(Value::as_str) != Some(&id) {
        return Err(ApiError::record_not_found());
    }
    Ok(json_of(&asked, Freshness::Settled, &guest))
}

/// `GET /api/v1/accounts/relationships?id[]=…`: a guest has none with anybody.
async fn relationships(query: Query, asked: HeaderMap) -> Result<Response, ApiError> {
    let relations: Vec<_> = ids(&query)?
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
    let none: Vec<_> = ids(&query)?
        .into_iter()
        .map(|id| json!({"id": id, "accounts": []}))
        .collect();
    Ok(json_of(&asked, Freshness::Settled, &none.into()))
}

fn ids(query: &Query) -> Result<Vec<&str>, ApiError> {
    let ids: Vec<_> = query.list("id").take(MAX_ACCOUNTS + 1).collect();
    if ids.len() > MAX_ACCOUNTS {
        return Err(ApiError::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            format!("Too many ids; {MAX_ACCOUNTS} is the most"),
        ));
    }
    Ok(ids)
}

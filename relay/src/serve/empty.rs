//! Answers to what clients ask of a person's account before they show anything: here nobody has one, so they are empty, but of the right shape.
//!
//! They are the same with a token and without.

use axum::{Router, http::HeaderMap, routing::get};
use serde_json::{Value, json};

use super::{
    answer::{Freshness, json_of},
    error::ApiError,
    shared::Shared,
};

/// Lists that are always empty.
pub(super) const LISTS: [&str; 25] = [
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
];

/// Single things of which there is none.
pub(super) const MISSING: [&str; 12] = [
    "/api/v1/conversations/{id}",
    "/api/v1/filters/{id}",
    "/api/v1/instance/terms_of_service",
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
    let mut routes = Router::new();
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

//! The one account that everybody has here: a guest, who reads.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use mastodon::Timestamp;
use serde_json::{Value, json};
use timeline::publish::account_id;

use super::{
    super::{query::Query, shared::Shared},
    token::{self, Refused},
};

/// What a guest is called.
const NAME: &str = "guest";

/// What stands in the guest's profile.
const NOTE: &str = "<p>Whoever signs in to this relay is this guest: everything can be read, nothing can be written.</p>";

/// A day, in milliseconds.
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// The guest as an Account of Mastodon's. Its `id` can be fetched like any other account's.
pub(in crate::serve) fn guest_account(shared: &Shared) -> Value {
    let base = &shared.config.public_url;
    let uri = uri(shared);
    let day = shared.engine.started_at.div_euclid(DAY_MS) * DAY_MS;
    let picture = format!("{base}/app/icon-512.png");
    json!({
        "id": account_id(&uri, NAME),
        "username": NAME,
        "acct": NAME,
        "display_name": format!("Guest of {}", shared.config.name),
        "locked": false,
        "bot": false,
        "discoverable": false,
        "indexable": false,
        "noindex": true,
        "group": false,
        "created_at": Timestamp::from_unix_millis(day),
        "note": NOTE,
        "url": format!("{base}/about/relay"),
        "uri": uri,
        "avatar": picture,
        "avatar_static": picture,
        "header": picture,
        "header_static": picture,
        "followers_count": 0,
        "following_count": 0,
        "statuses_count": 0,
        "last_status_at": null,
        "hide_collections": true,
        "roles": [],
        "emojis": [],
        "fields": [],
    })
}

fn uri(shared: &Shared) -> String {
    format!("{}/{NAME}", shared.config.public_url)
}

/// `GET /api/v1/accounts/verify_credentials`.
pub(super) async fn verify(
    State(shared): State<Shared>,
    headers: HeaderMap,
    query: Query,
) -> Result<Response, Refused> {
    let more = json!({
        "source": {
            "privacy": "public",
            "sensitive": false,
            "language": null,
            "note": "",
            "fields": [],
            "follow_requests_count": 0,
            "hide_collections": true,
            "discoverable": false,
            "indexable": false,
        },
        // Everybody's role: no rights.
        "role": {"id": "-99", "name": "", "permissions": "0", "color": "", "highlighted": false},
    });
    own(&shared, &headers, &query, more)
}

/// `GET /api/v1/profile` (Mastodon 4.6).
pub(super) async fn profile(
    State(shared): State<Shared>,
    headers: HeaderMap,
    query: Query,
) -> Result<Response, Refused> {
    let more = json!({
        "note": "",
        "formatted_note": NOTE,
        "formatted_fields": [],
        "avatar_description": "",
        "header_description": "",
        "show_media": false,
        "show_media_replies": false,
        "show_featured": false,
        "attribution_domains": [],
        "featured_tags": [],
    });
    own(&shared, &headers, &query, more)
}

/// The guest's account as the guest alone is told it, with more members.
fn own(
    shared: &Shared,
    headers: &HeaderMap,
    query: &Query,
    more: Value,
) -> Result<Response, Refused> {
    token::of_guest(shared, headers, query)?;
    let mut account = guest_account(shared);
    if let (Value::Object(members), Value::Object(more)) = (&mut account, more) {
        members.extend(more);
    }
    Ok(private(account))
}

/// `GET` and `POST /oauth/userinfo`, in the words of OpenID.
pub(super) async fn userinfo(
    State(shared): State<Shared>,
    headers: HeaderMap,
    query: Query,
) -> Result<Response, Refused> {
    token::of_guest(&shared, &headers, &query)?;
    let account = guest_account(&shared);
    let text = |name: &str| account.get(name).cloned().unwrap_or_default();
    Ok(private(json!({
        "iss": format!("{}/", shared.config.public_url),
        "sub": uri(&shared),
        "name": text("display_name"),
        "preferred_username": NAME,
        "profile": text("url"),
        "picture": text("avatar"),
    })))
}

fn private(body: Value) -> Response {
    ([(header::CACHE_CONTROL, "private, no-store")], Json(body)).into_response()
}

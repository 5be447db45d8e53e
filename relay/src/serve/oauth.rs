//! Guests: whoever signs in here is the same read-only guest, so that clients that insist on an account can be used.
//!
//! Nothing is stored. Client ids, codes and tokens are what they say, signed with the relay's key ([`keys`]); a token carries no rights, since
//! everything can be read without one.

mod authorize;
mod client;
mod code;
mod failure;
mod guest;
mod keys;
mod scopes;
mod spent;
mod token;

use axum::{
    Router,
    extract::State,
    http::HeaderMap,
    response::Response,
    routing::{get, post},
};
use serde_json::json;

pub(super) use self::{guest::guest_account, keys::GuestKeys, spent::Spent};
use self::{scopes::Scopes, token::GRANT_TYPES};
use super::{
    answer::{Freshness, json_of},
    shared::Shared,
};

/// The address that stands for "show the code to the person".
const OUT_OF_BAND: &str = "urn:ietf:wg:oauth:2.0:oob";

/// The paths of signing in and of the guest.
pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/.well-known/oauth-authorization-server", get(discovery))
        .route("/api/v1/apps", post(client::register))
        .route("/api/v1/apps/verify_credentials", get(client::verify))
        .route(
            "/oauth/authorize",
            get(authorize::ask).post(authorize::decide),
        )
        .route("/oauth/authorize/native", get(authorize::show_code))
        .route("/oauth/token", post(token::exchange))
        .route("/oauth/revoke", post(token::revoke))
        .route(
            "/oauth/userinfo",
            get(guest::userinfo).post(guest::userinfo),
        )
        .route("/api/v1/accounts/verify_credentials", get(guest::verify))
        .route("/api/v1/profile", get(guest::profile))
}

/// `GET /.well-known/oauth-authorization-server`: RFC 8414, with Mastodon's own `app_registration_endpoint`.
async fn discovery(State(shared): State<Shared>, asked: HeaderMap) -> Response {
    let base = &shared.config.public_url;
    let body = json!({
        "issuer": format!("{base}/"),
        "authorization_endpoint": format!("{base}/oauth/authorize"),
        "token_endpoint": format!("{base}/oauth/token"),
        "revocation_endpoint": format!("{base}/oauth/revoke"),
        "userinfo_endpoint": format!("{base}/oauth/userinfo"),
        "app_registration_endpoint": format!("{base}/api/v1/apps"),
        "service_documentation": env!("CARGO_PKG_REPOSITORY"),
        "scopes_supported": Scopes::every().names(),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": GRANT_TYPES,
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
    });
    json_of(&asked, Freshness::Settled, &body)
}

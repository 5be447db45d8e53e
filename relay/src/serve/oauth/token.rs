//! Tokens: they carry no rights, but clients ask whom one belongs to; what the answer needs is inside, signed.

use std::time::{SystemTime, UNIX_EPOCH};

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    super::{error::ApiError, form::Form, query::Query, shared::Shared},
    client::Known,
    code::{self, Bond},
    failure::Failure,
    keys::{Purpose, Signature},
    scopes::Scopes,
};

/// What a token may be asked for with.
pub(super) const GRANT_TYPES: [&str; 2] = ["authorization_code", "client_credentials"];

/// What a token says.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Token {
    /// Whether the guest signed in; otherwise it is the client's own.
    #[serde(rename = "g")]
    is_guest: bool,
    /// Seconds since 1970.
    #[serde(rename = "c")]
    created_at: u64,
    #[serde(rename = "s")]
    scopes: u64,
    /// The client's number.
    #[serde(rename = "a")]
    pub(super) app: String,
    #[serde(rename = "n")]
    pub(super) name: String,
    #[serde(rename = "w", default, skip_serializing_if = "Option::is_none")]
    pub(super) website: Option<String>,
    /// Tells it from every other token.
    #[serde(rename = "k")]
    nonce: u64,
    #[serde(skip)]
    signature: Signature,
}

impl Token {
    pub(super) fn scopes(&self) -> Scopes {
        Scopes::from_bits(self.scopes)
    }
}

/// Why a request that needs a token got nothing; both in Mastodon's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// There is no token, or it is not this relay's, or it was revoked.
    Invalid,
    /// It is a client's own token, and nobody signed in.
    NoGuest,
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        match self {
            Self::Invalid => {
                let text = "The access token is invalid";
                let mut response = ApiError::new(StatusCode::UNAUTHORIZED, text).into_response();
                response.headers_mut().insert(
                    header::WWW_AUTHENTICATE,
                    HeaderValue::from_static(
                        "Bearer realm=\"Watersmeet\", error=\"invalid_token\"",
                    ),
                );
                response
            }
            Self::NoGuest => {
                let text = "This method requires an authenticated user";
                ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, text).into_response()
            }
        }
    }
}

/// The token of a request: in its header, or in its address as some clients do.
pub(super) fn of(shared: &Shared, headers: &HeaderMap, query: &Query) -> Result<Token, Refused> {
    let bearer = headers
        .get(header::AUTHORIZATION)
        .and_then(|it| it.to_str().ok())
        .and_then(|it| it.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim());
    let text = bearer.or_else(|| query.get("access_token"));
    let token = text.and_then(|it| open(shared, it));
    token
        .filter(|it| !shared.spent.is_revoked(&it.signature))
        .ok_or(Refused::Invalid)
}

/// The same for what only somebody who signed in may ask.
pub(super) fn of_guest(
    shared: &Shared,
    headers: &HeaderMap,
    query: &Query,
) -> Result<Token, Refused> {
    let token = of(shared, headers, query)?;
    token.is_guest.then_some(token).ok_or(Refused::NoGuest)
}

fn open(shared: &Shared, text: &str) -> Option<Token> {
    let opened = shared.guests.open(Purpose::Token, text, &[])?;
    let token: Token = serde_json::from_slice(&opened.payload).ok()?;
    Some(Token {
        signature: opened.signature,
        ..token
    })
}

/// `POST /oauth/token`.
pub(super) async fn exchange(
    State(shared): State<Shared>,
    headers: HeaderMap,
    Form(form): Form,
) -> Result<Response, Failure> {
    let known = Known::authenticated(&shared.guests, &headers, &form)?;
    let (is_guest, scopes) = match form.get("grant_type") {
        Some("authorization_code") => (true, redeem(&shared, &known, &form)?),
        Some("client_credentials") => {
            let scopes = Scopes::parse(form.get("scope")).ok();
            let scopes = scopes.filter(|it| known.client.scopes().cover(*it));
            (
                false,
                scopes.ok_or(Failure::bad(
                    "invalid_scope",
                    "The client did not register for one of these scopes",
                ))?,
            )
        }
        Some(_) => {
            return Err(Failure::bad(
                "unsupported_grant_type",
                "This relay gives tokens for authorization_code and client_credentials",
            ));
        }
        None => return Err(Failure::bad("invalid_request", "grant_type is missing")),
    };
    let created_at = now_s();
    let token = Token {
        is_guest,
        created_at,
        scopes: scopes.bits(),
        app: known.number(),
        name: known.client.name,
        website: known.client.website,
        nonce: rand::random(),
        signature: Signature::default(),
    };
    let payload = serde_json::to_vec(&token)
        .map_err(|_error| Failure::bad("invalid_request", "The token cannot be written down"))?;
    let body = json!({
        "access_token": shared.guests.seal(Purpose::Token, &payload, &[]),
        "token_type": "Bearer",
        "scope": scopes.text(),
        "created_at": created_at,
    });
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response())
}

fn redeem(shared: &Shared, known: &Known, form: &Query) -> Result<Scopes, Failure> {
    let verifier = form.get("code_verifier").map(code::challenge_of);
    let bond = Bond {
        client_id: &known.client_id,
        redirect_uri: form.get("redirect_uri").unwrap_or_default(),
        challenge: verifier.as_deref(),
    };
    let code = form
        .get("code")
        .ok_or(Failure::bad("invalid_request", "code is missing"))?;
    code::redeem(&shared.guests, &shared.spent, code, bond, now_s()).ok_or(Failure::bad(
        "invalid_grant",
        "The code was used or is too old, or it belongs to another client, redirect_uri or code_verifier",
    ))
}

/// `POST /oauth/revoke` (RFC 7009): a token that is none is revoked already.
pub(super) async fn revoke(
    State(shared): State<Shared>,
    headers: HeaderMap,
    Form(form): Form,
) -> Result<Response, Failure> {
    let known = Known::authenticated(&shared.guests, &headers, &form)
        .map_err(|_unknown| Failure::unauthorized_client())?;
    if let Some(token) = form.get("token").and_then(|it| open(&shared, it)) {
        if token.app != known.number() {
            return Err(Failure::unauthorized_client());
        }
        shared.spent.revoke(token.signature);
    }
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(json!({}))).into_response())
}

/// Seconds since 1970.
pub(super) fn now_s() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.unwrap_or_default().as_secs()
}

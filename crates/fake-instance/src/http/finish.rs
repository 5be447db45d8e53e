//! What is laid over every answer: limits, CORS, caching, and the faults that the server was given.
use std::convert::Infallible;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};

use crate::clock::http_date;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::errors::Refusal;
use crate::limits::{
    ANONYMOUS, DELETES, Limit, MEDIA, PAGING, PER_TOKEN, PER_USER, REGISTRATION, Standing,
};
use crate::options::Software;
use crate::world::World;

const EXPOSED: &str = "Link, X-RateLimit-Reset, X-RateLimit-Limit, X-RateLimit-Remaining, X-Request-Id, Mastodon-Async-Refresh";
/// Bytes that a slow answer gives at a time.
const SLOW_PIECE: usize = 64;

/// Answers a browser's question whether it may call.
pub(crate) fn preflight(software: Software, call: &Call) -> Response {
    let mut headers = HeaderMap::new();
    if readable_from_afar(&call.path) {
        let asked = call
            .header("access-control-request-headers")
            .unwrap_or_default();
        let allowed = if software == Software::GoToSocial {
            "Origin, Content-Length, Content-Type, Authorization, Idempotency-Key"
        } else {
            asked
        };
        set(&mut headers, "access-control-allow-origin", "*");
        set(
            &mut headers,
            "access-control-allow-methods",
            "POST, PUT, DELETE, GET, PATCH, OPTIONS",
        );
        set(&mut headers, "access-control-allow-headers", allowed);
        set(&mut headers, "access-control-expose-headers", EXPOSED);
        set(&mut headers, "access-control-max-age", "7200");
    }
    let status = if software == Software::GoToSocial {
        StatusCode::NO_CONTENT
    } else {
        StatusCode::OK
    };
    (status, headers).into_response()
}

/// Paths that browsers may call from other pages; the authorize page and `/health` are not among them.
fn readable_from_afar(path: &str) -> bool {
    [
        "/api/",
        "/.well-known/",
        "/nodeinfo/",
        "/@",
        "/users/",
        "/oauth/token",
        "/oauth/revoke",
        "/oauth/userinfo",
    ]
    .iter()
    .any(|start| path.starts_with(start))
}

/// Faults that answer instead of the server: 429, 5xx and HTML.
pub(crate) fn before(world: &mut World, call: &Call) -> Result<(), Answer> {
    if !call.path.starts_with("/api/") {
        return Ok(());
    }
    let now = world.now();
    let locale = call.locale(world);
    let faults = &mut world.servers[call.server].faults;
    if faults.too_many_requests > 0 || faults.too_many_requests_until > now {
        faults.too_many_requests = faults.too_many_requests.saturating_sub(1);
        let until = faults.too_many_requests_until.max(now + 1_000);
        let answer = Refusal::new(429, "Too many requests").answer(&locale);
        return Err(answer
            .header("x-ratelimit-limit", "300")
            .header("x-ratelimit-remaining", "0")
            .header("x-ratelimit-reset", crate::clock::iso_micros(until, 0)));
    }
    if faults.server_errors > 0 || faults.server_errors_until > now {
        faults.server_errors = faults.server_errors.saturating_sub(1);
        let status = if faults.server_error_status == 0 {
            500
        } else {
            faults.server_error_status
        };
        // A proxy answers with HTML and without CORS; only the server itself speaks JSON.
        return Err(match status {
            502 | 504 => Answer::html(format!(
                "<html><head><title>{status}</title></head><body><h1>{status}</h1></body></html>"
            )),
            503 => Refusal::new(503, "Remote data could not be fetched").answer(&locale),
            _ => Refusal::new(status, "Internal server error").answer(&locale),
        }
        .status(status));
    }
    if faults.html_with_200 {
        return Err(Answer::html(
            "<!doctype html><title>Just a moment...</title><p>Checking your browser.</p>"
                .to_owned(),
        ));
    }
    Ok(())
}

/// Counts the call against the limits that it falls under.
pub(crate) fn count(world: &mut World, call: &Call) -> Option<Standing> {
    if !call.path.starts_with("/api/") {
        return None;
    }
    let now = world.now();
    let who = call.viewer().map(|person| format!("{person:?}"));
    let address = || "127.0.0.1".to_owned();
    let mut limits: Vec<(Limit, String)> = Vec::new();
    match (&call.grant, &who) {
        (Some(grant), Some(who)) => {
            limits.push((PER_TOKEN, grant.token.clone()));
            limits.push((PER_USER, who.clone()));
        }
        _ => limits.push((ANONYMOUS, address())),
    }
    if ["max_id", "min_id", "since_id", "page"]
        .iter()
        .any(|name| call.params.text(name).is_some())
    {
        limits.push((PAGING, who.clone().unwrap_or_else(address)));
    }
    let posts = call.method == Method::POST;
    if posts && call.path.ends_with("/media") {
        limits.push((MEDIA, who.clone().unwrap_or_else(address)));
    }
    if (call.method == Method::DELETE && call.path.starts_with("/api/v1/statuses/"))
        || (posts && call.path.ends_with("/unreblog"))
    {
        limits.push((DELETES, who.unwrap_or_else(address)));
    }
    if posts && call.path == "/api/v1/apps" {
        limits.push((REGISTRATION, address()));
    }
    let enforce = world.rate_limits;
    world.servers[call.server]
        .limiter
        .count(&limits, now, enforce)
}

/// 429 in the words of the software.
pub(crate) fn too_many(world: &World, call: &Call) -> Answer {
    let words = match world.servers[call.server].software {
        Software::GoToSocial => "rate limit reached",
        _ => "Too many requests",
    };
    Refusal::new(429, words).answer(&call.locale(world))
}

/// With the headers that tell of the nearest limit. There is no `Retry-After`: Mastodon has none.
pub(crate) fn with_standing(_world: &World, answer: Answer, standing: Option<Standing>) -> Answer {
    match standing {
        Some(standing) => answer
            .header("x-ratelimit-limit", standing.most.to_string())
            .header("x-ratelimit-remaining", standing.remaining.to_string())
            .header("x-ratelimit-reset", standing.reset),
        None => answer,
    }
}

/// An answer ready to be sent.
pub(crate) struct Finished {
    response: Response,
    slow_ms: u64,
    body: Bytes,
}

fn set(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(HeaderName::from_static(name), value);
    }
}

/// Lays headers and faults over an answer.
pub(crate) fn lay(world: &World, call: &Call, answer: Answer) -> Finished {
    let here = &world.servers[call.server];
    let mut headers = HeaderMap::new();
    let api = call.path.starts_with("/api/");
    // A proxy's own error page has none of the server's headers.
    let from_proxy = matches!(answer.status, 502 | 504);
    if readable_from_afar(&call.path) && !from_proxy {
        set(&mut headers, "access-control-allow-origin", "*");
        set(&mut headers, "access-control-expose-headers", EXPOSED);
    }
    if api && !from_proxy {
        let anonymous = call.grant.is_none() && call.method == Method::GET && answer.status == 200;
        let caching = if anonymous {
            "public, max-age=15, stale-while-revalidate=30"
        } else {
            "private, no-store"
        };
        set(&mut headers, "cache-control", caching);
        set(&mut headers, "vary", "Authorization, Origin");
    }
    set(
        &mut headers,
        "date",
        &http_date(world.server_now(call.server)),
    );
    set(&mut headers, "content-type", answer.content_type);
    for (name, value) in &answer.headers {
        set(&mut headers, name, value);
    }
    let mut body = answer.body;
    if api && here.faults.malformed_json && answer.status < 400 {
        body = body.slice(..body.len() * 2 / 3);
    }
    if api && here.faults.huge_json_bytes > 0 && answer.status < 400 {
        let mut grown = body.to_vec();
        grown.resize(body.len() + here.faults.huge_json_bytes, b' ');
        body = grown.into();
    }
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    Finished {
        response: (status, headers).into_response(),
        slow_ms: if api { here.faults.slow_bytes_ms } else { 0 },
        body,
    }
}

impl Finished {
    /// The response, in slow pieces when the server was told to be slow.
    pub(crate) fn send(self) -> Response {
        let (parts, _) = self.response.into_parts();
        if self.slow_ms == 0 {
            return Response::from_parts(parts, Body::from(self.body));
        }
        let pause = Duration::from_millis(self.slow_ms);
        let pieces = stream::unfold(self.body, move |rest| async move {
            if rest.is_empty() {
                return None;
            }
            tokio::time::sleep(pause).await;
            let mut rest = rest;
            let piece = rest.split_to(SLOW_PIECE.min(rest.len()));
            Some((Ok::<Bytes, Infallible>(piece), rest))
        });
        Response::from_parts(parts, Body::from_stream(pieces))
    }
}

/// A plain file.
pub(crate) fn plain(answer: Answer) -> Response {
    let mut headers = HeaderMap::new();
    set(&mut headers, "content-type", answer.content_type);
    for (name, value) in &answer.headers {
        set(&mut headers, name, value);
    }
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, headers, answer.body).into_response()
}

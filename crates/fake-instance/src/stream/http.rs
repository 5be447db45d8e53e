//! The door to streaming: who may in, by which of the three ways a token may come.
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{FromRequestParts, Request};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::json;

use crate::http::params::Params;
use crate::oauth::Grant;
use crate::options::Software;
use crate::site::Site;
use crate::stream::{socket, sse};

/// Serves everything below `/api/v1/streaming`.
pub(crate) async fn serve(site: Site, request: Request) -> Response {
    let (mut parts, _) = request.into_parts();
    let path = parts.uri.path().trim_end_matches('/').to_owned();
    let (software, elsewhere, refused) = site.with(|world| {
        let here = &world.servers[site.server];
        let elsewhere = (here.faults.separate_streaming_host && !site.streaming_host)
            .then(|| format!("http://{}", here.streaming_domain));
        (
            here.software,
            elsewhere,
            here.faults.refuse_streams_until > world.now(),
        )
    });
    if software == Software::Hollo {
        return plain(StatusCode::NOT_FOUND, "404 Not Found");
    }
    if let Some(host) = elsewhere {
        let target = parts
            .uri
            .path_and_query()
            .map_or("", |target| target.as_str());
        let location = HeaderValue::from_str(&format!("{host}{target}"))
            .unwrap_or(HeaderValue::from_static("/"));
        return (
            StatusCode::MOVED_PERMANENTLY,
            [(header::LOCATION, location)],
        )
            .into_response();
    }
    if path.ends_with("/health") {
        return match software {
            Software::Mastodon => plain(StatusCode::OK, "OK"),
            _ => plain(StatusCode::NOT_FOUND, "Not Found"),
        };
    }
    if refused {
        return plain(StatusCode::SERVICE_UNAVAILABLE, "");
    }
    let mut query = Params::default();
    query.add_form(parts.uri.query().unwrap_or_default().as_bytes());
    let is_socket = parts
        .headers
        .get(header::UPGRADE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.eq_ignore_ascii_case("websocket"));
    if is_socket && site.with(|world| world.servers[site.server].faults.no_sockets) {
        return plain(StatusCode::BAD_REQUEST, "Bad Request");
    }
    let token = token_of(&parts.headers, &query).or_else(|| {
        // Strangers hear what is public: there it is heard through the eyes of somebody who follows nobody.
        (software == Software::Pleroma)
            .then(|| site.with(|world| world.servers[site.server].reader_token.clone()))
    });
    let grant = token
        .as_deref()
        .and_then(|token| site.with(|world| world.servers[site.server].registry.grant(token)));
    // An app's own token belongs to nobody, and nobody has no streams.
    let Some((grant, person)) = grant.and_then(|grant| grant.person.map(|person| (grant, person)))
    else {
        let why = if token.is_some() {
            "Invalid access token"
        } else {
            "Missing access token"
        };
        return refuse(why, is_socket);
    };
    if !is_socket {
        return match software {
            Software::Mastodon => sse::open(&site, &path, &query, grant, person),
            _ => plain(
                StatusCode::BAD_REQUEST,
                "Bad Request: websocket: the client is not using the websocket protocol",
            ),
        };
    }
    let protocol = parts
        .headers
        .get(header::SEC_WEBSOCKET_PROTOCOL)
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);
    match WebSocketUpgrade::from_request_parts(&mut parts, &()).await {
        Ok(upgrade) => {
            let upgrade = match protocol {
                Some(protocol) => upgrade.protocols([protocol]),
                None => upgrade,
            };
            let wish = socket::Wish {
                stream: query.text("stream").map(str::to_owned),
                tag: query.text("tag").map(str::to_owned),
                list: query.text("list").map(str::to_owned),
            };
            upgrade.on_upgrade(move |socket| socket::run(site, socket, grant, person, wish))
        }
        Err(rejection) => rejection.into_response(),
    }
}

/// The header wins over the query, the query over the subprotocol. A list of subprotocols is one wrong token.
fn token_of(headers: &HeaderMap, query: &Params) -> Option<String> {
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    text(header::AUTHORIZATION)
        .and_then(|value| value.strip_prefix("Bearer "))
        .or_else(|| query.text("access_token"))
        .or_else(|| text(header::SEC_WEBSOCKET_PROTOCOL))
        .filter(|token| !token.is_empty())
        .map(str::to_owned)
}

fn plain(status: StatusCode, text: &'static str) -> Response {
    (status, [(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")], text).into_response()
}

/// A socket is refused with an empty body and the reason in a header, a reader of events with JSON.
fn refuse(why: &'static str, is_socket: bool) -> Response {
    if is_socket {
        return (StatusCode::UNAUTHORIZED, [("x-error-message", why)]).into_response();
    }
    json_error(StatusCode::UNAUTHORIZED, why)
}

/// `{"error": …}` as the streaming server writes it.
pub(crate) fn json_error(status: StatusCode, why: &str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ];
    (status, headers, json!({ "error": why }).to_string()).into_response()
}

/// What both kinds of readers need to join.
pub(crate) fn scopes_of(grant: &Grant) -> Vec<String> {
    grant.scopes.clone()
}

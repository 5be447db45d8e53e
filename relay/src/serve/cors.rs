//! Lets a page of any origin read the relay, as Mastodon does: no credentials are involved, so `*` is safe.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::feeds;

/// Answer headers that a script may read; the last three are ours.
const EXPOSED: &str = "Link, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, X-Request-Id, \
                       Mastodon-Async-Refresh, Watersmeet-Cursor, Watersmeet-Deleted, Watersmeet-Gap";

/// Methods that a preflight allows: writing ones too, so that a script reads the refusal and not a network error.
const METHODS: &str = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

/// Longest list of request headers that a preflight answer repeats.
const MAX_REQUEST_HEADERS_BYTES: usize = 1024;

/// Answers preflights itself and marks every other answer of the API as readable from any origin.
pub(super) async fn allow_every_origin(request: Request, next: Next) -> Response {
    if !is_shared(request.uri().path()) {
        return next.run(request).await;
    }
    if request.method() == Method::OPTIONS {
        return preflight(request.headers());
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        HeaderValue::from_static("*"),
    );
    headers.insert(
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static(EXPOSED),
    );
    response
}

/// Whether `path` belongs to the part that other origins may read.
fn is_shared(path: &str) -> bool {
    // The page on which a person decides is nobody else's business.
    let is_page = path.starts_with("/oauth/authorize");
    let shared = [
        "/api/",
        "/streaming/",
        "/oauth/",
        "/nodeinfo/",
        "/.well-known/",
    ];
    let is_api = shared.iter().any(|prefix| path.starts_with(prefix));
    (is_api && !is_page) || feeds::is_feed(path)
}

fn preflight(asked: &HeaderMap) -> Response {
    let allowed = asked
        .get(header::ACCESS_CONTROL_REQUEST_HEADERS)
        .filter(|value| value.len() <= MAX_REQUEST_HEADERS_BYTES)
        .cloned()
        .unwrap_or(HeaderValue::from_static("*"));
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        HeaderValue::from_static("*"),
    );
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_METHODS,
        HeaderValue::from_static(METHODS),
    );
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, allowed);
    headers.insert(
        header::ACCESS_CONTROL_MAX_AGE,
        HeaderValue::from_static("7200"),
    );
    headers.insert(
        header::VARY,
        HeaderValue::from_static("Access-Control-Request-Headers"),
    );
    response
}

#[cfg(test)]
mod tests {
    use axum::{Router, body::Body, middleware::from_fn, routing::get};
    use tower::ServiceExt;

    use super::*;

    async fn ask(method: &str, path: &str, header: Option<(&str, &str)>) -> Response {
        let router = Router::new()
            .route("/api/x", get(async || "x"))
            .route("/page", get(async || "page"))
            .layer(from_fn(allow_every_origin));
        let mut request = Request::builder().method(method).uri(path);
        if let Some((name, value)) = header {
            request = request.header(name, value);
        }
        router
            .oneshot(request.body(Body::empty()).unwrap())
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn every_origin_may_read_the_api_and_its_links() {
        let response = ask("GET", "/api/x", None).await;
        assert_eq!(response.headers()["access-control-allow-origin"], "*");
        let exposed = response.headers()["access-control-expose-headers"].to_str();
        assert!(exposed.unwrap().starts_with("Link, X-RateLimit-Limit"));
    }

    #[tokio::test]
    async fn a_preflight_is_allowed_with_whatever_header_it_names() {
        let named = ("access-control-request-headers", "authorization,x-strange");
        let response = ask("OPTIONS", "/api/x", Some(named)).await;
        assert_eq!(response.status(), StatusCode::NO_CONTENT);
        assert_eq!(
            response.headers()["access-control-allow-headers"],
            "authorization,x-strange"
        );
    }

    #[tokio::test]
    async fn the_app_itself_is_not_shared() {
        let response = ask("GET", "/page", None).await;
        assert!(
            !response
                .headers()
                .contains_key("access-control-allow-origin")
        );
    }
}

//! What every request must keep to before any route sees it: a bounded address, a bounded body, a bounded time, and reading only.

use std::time::Duration;

use axum::{
    extract::Request,
    http::{HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::error::ApiError;

/// Longest path with query. Four lists of four hashtags with full names fit several times.
const MAX_ADDRESS_BYTES: usize = 8 * 1024;

/// Longest time for an answer's head; what follows (a stream) takes its own time. Above the 4 s a thread may take.
const ANSWER_TIME: Duration = Duration::from_secs(15);

/// What is sent to these is not written anywhere: clients register and sign in as guests.
const HARMLESS: [&str; 5] = [
    "/api/v1/apps",
    "/oauth/authorize",
    "/oauth/token",
    "/oauth/revoke",
    "/oauth/userinfo",
];

/// Refuses what is too long or would write, and gives up on an answer that takes too long.
pub(super) async fn keep_bounds(request: Request, next: Next) -> Response {
    let address = request.uri().path_and_query();
    if address.is_some_and(|it| it.as_str().len() > MAX_ADDRESS_BYTES) {
        return ApiError::new(StatusCode::URI_TOO_LONG, "The address is too long").into_response();
    }
    if let Some(refusal) = refuse_writes(request.method(), request.uri().path()) {
        return refusal;
    }
    let is_api = request.uri().path().starts_with("/api/");
    let mut response = match tokio::time::timeout(ANSWER_TIME, next.run(request)).await {
        Ok(response) => response,
        Err(_elapsed) => ApiError::unavailable("The answer took too long").into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    if is_api {
        // What is in search engines is for pages to decide, and for the authors of posts.
        headers.insert("x-robots-tag", HeaderValue::from_static("noindex"));
        headers
            .entry(header::CONTENT_SECURITY_POLICY)
            .or_insert(HeaderValue::from_static(
                "default-src 'none'; frame-ancestors 'none'",
            ));
    }
    response
}

/// A relay has nothing to write to: says so in a sentence, with the API's shape under the API's paths.
fn refuse_writes(method: &Method, path: &str) -> Option<Response> {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return None;
    }
    if *method == Method::POST && HARMLESS.contains(&path.trim_end_matches('/')) {
        return None;
    }
    if path.starts_with("/api/") || path.starts_with("/oauth/") {
        return Some(ApiError::read_only().into_response());
    }
    let allow = [(header::ALLOW, "GET, HEAD, OPTIONS")];
    Some((StatusCode::METHOD_NOT_ALLOWED, allow).into_response())
}

#[cfg(test)]
mod tests {
    use axum::{Router, body::Body, middleware::from_fn, routing::get};
    use tower::ServiceExt;

    use super::*;

    async fn ask(method: &str, path: &str) -> Response {
        Router::new()
            .route("/api/x", get(async || "x"))
            .route(
                "/api/slow",
                get(async || tokio::time::sleep(Duration::from_secs(3_600)).await),
            )
            .layer(from_fn(keep_bounds))
            .oneshot(
                Request::builder()
                    .method(method)
                    .uri(path)
                    .body(Body::empty())
                    .unwrap(),
            )
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn a_write_is_told_where_to_write_instead() {
        for method in ["POST", "PUT", "PATCH", "DELETE"] {
            let response = ask(method, "/api/v1/statuses").await;
            assert_eq!(response.status(), StatusCode::FORBIDDEN, "{method}");
            let body = axum::body::to_bytes(response.into_body(), 1024).await;
            let text = String::from_utf8(body.unwrap().to_vec()).unwrap();
            assert!(
                text.contains("the server where your account lives"),
                "{text}"
            );
        }
    }

    #[tokio::test]
    async fn a_write_outside_the_api_is_not_allowed() {
        assert_eq!(
            ask("POST", "/").await.status(),
            StatusCode::METHOD_NOT_ALLOWED
        );
    }

    #[tokio::test]
    async fn an_endless_address_is_refused() {
        let path = format!("/api/x?q={}", "a".repeat(MAX_ADDRESS_BYTES));
        assert_eq!(ask("GET", &path).await.status(), StatusCode::URI_TOO_LONG);
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_never_comes_is_given_up() {
        assert_eq!(
            ask("GET", "/api/slow").await.status(),
            StatusCode::SERVICE_UNAVAILABLE
        );
    }

    #[tokio::test]
    async fn nothing_may_be_sniffed_or_run() {
        let response = ask("GET", "/api/x").await;
        assert_eq!(response.headers()["x-content-type-options"], "nosniff");
        assert_eq!(response.headers()["referrer-policy"], "no-referrer");
        assert_eq!(
            response.headers()["content-security-policy"],
            "default-src 'none'; frame-ancestors 'none'"
        );
    }
}

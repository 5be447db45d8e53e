//! The limits as a reader meets them.

use axum::{Router, body::Body, middleware::from_fn_with_state, routing::get};
use tower::ServiceExt as _;

use super::*;

fn router(limits: &Limits) -> Router {
    let readers = Arc::new(Readers::new(limits));
    Router::new()
        .route("/api/x", get(async || "x"))
        .route("/app.js", get(async || "app"))
        .layer(from_fn_with_state(readers, keep_limits))
}

async fn ask(router: &Router, path: &str, peer: [u8; 4]) -> Response {
    let mut request = Request::get(path).body(Body::empty()).unwrap();
    request.extensions_mut().insert(Peer(peer.into()));
    router.clone().oneshot(request).await.unwrap()
}

fn two_requests() -> Limits {
    Limits {
        requests_per_5_minutes: 2,
        ..Limits::default()
    }
}

#[tokio::test]
async fn an_answer_says_how_much_is_left() {
    let router = router(&two_requests());
    let response = ask(&router, "/api/x", [192, 0, 2, 1]).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["x-ratelimit-limit"], "2");
    assert_eq!(response.headers()["x-ratelimit-remaining"], "1");
    let reset = response.headers()["x-ratelimit-reset"].to_str().unwrap();
    let reset = Timestamp::new(reset).unix_millis().unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let away = reset - i64::try_from(now.as_millis()).unwrap();
    // Half of five minutes, give or take a slow machine.
    assert!((100_000..=150_000).contains(&away), "{away}");
}

#[tokio::test]
async fn too_many_requests_are_told_when_to_come_back() {
    let router = router(&two_requests());
    for _ in 0..2 {
        ask(&router, "/api/x", [192, 0, 2, 1]).await;
    }
    let refused = ask(&router, "/api/x", [192, 0, 2, 1]).await;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    let wait: u64 = refused.headers()["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((100..=150).contains(&wait), "{wait}");
    let body = axum::body::to_bytes(refused.into_body(), 1024).await;
    assert_eq!(&body.unwrap()[..], br#"{"error":"Too many requests"}"#);
    let other = ask(&router, "/api/x", [192, 0, 2, 2]).await;
    assert_eq!(other.status(), StatusCode::OK);
    let app = ask(&router, "/app.js", [192, 0, 2, 1]).await;
    assert_eq!(app.status(), StatusCode::OK, "the app's files are free");
}

#[tokio::test]
async fn the_operators_own_machine_is_not_counted() {
    let router = router(&two_requests());
    for _ in 0..5 {
        let response = ask(&router, "/api/x", [127, 0, 0, 1]).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert!(!response.headers().contains_key("x-ratelimit-limit"));
    }
}

#[tokio::test]
async fn streams_of_one_address_are_counted_as_long_as_they_last() {
    let limits = Limits {
        streams_per_address: 1,
        ..Limits::default()
    };
    let readers = Arc::new(Readers::new(&limits));
    let caller = |peer: [u8; 4]| {
        let peer = Some(Peer(peer.into()));
        Arc::clone(&readers).caller(peer, &HeaderMap::new())
    };
    let first = caller([192, 0, 2, 1]).stream().unwrap();
    assert!(caller([192, 0, 2, 1]).stream().is_err());
    assert!(caller([192, 0, 2, 2]).stream().is_ok());
    drop(first);
    assert!(caller([192, 0, 2, 1]).stream().is_ok());
}

#[test]
fn connections_of_a_proxy_are_not_counted() {
    let limits = Limits {
        connections_per_address: 1,
        trusted_proxies: vec!["10.0.0.0/8".parse().unwrap()],
        ..Limits::default()
    };
    let readers = Readers::new(&limits);
    for (peer, second) in [
        ("192.0.2.1", false),
        ("10.0.0.1", true),
        ("127.0.0.1", true),
    ] {
        let peer = peer.parse().unwrap();
        let _first = readers.connection(peer).unwrap();
        assert_eq!(readers.connection(peer).is_some(), second, "{peer}");
    }
}

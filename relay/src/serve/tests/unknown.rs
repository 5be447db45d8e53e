//! What the relay does not have, and what it refuses.

use super::*;

#[tokio::test]
async fn an_unknown_path_of_the_api_is_a_json_error_and_never_the_app() {
    let relay = TestRelay::with(&[]).await;
    for path in [
        "/api/v1/timelines/bubble",
        "/api/v9/x",
        "/api/x",
        "/oauth/applications",
    ] {
        let got = relay.ask("GET", path, &[("accept", "text/html")]).await;
        assert_eq!(got.status, StatusCode::NOT_FOUND, "{path}");
        assert!(got.json()["error"].is_string(), "{path}");
    }
}

#[tokio::test]
async fn writing_is_refused_with_the_way_to_write() {
    let relay = TestRelay::with(&[]).await;
    for path in [
        "/api/v1/statuses",
        "/api/v1/timelines/public",
        "/api/v1/markers",
        "/oauth/applications",
    ] {
        let got = relay.ask("POST", path, &[]).await;
        assert_eq!(got.status, StatusCode::FORBIDDEN, "{path}");
        let error = got.json()["error"].as_str().unwrap().to_owned();
        assert!(
            error.contains("the server where your account lives"),
            "{error}"
        );
        assert_eq!(got.header("access-control-allow-origin"), "*");
    }
}

#[tokio::test]
async fn a_relay_without_the_app_still_has_a_page() {
    let relay = TestRelay::with(&[]).await;
    let got = relay.get("/").await;
    assert_eq!(got.status, StatusCode::OK);
    assert!(
        got.header("content-security-policy")
            .contains("frame-ancestors 'none'")
    );
    assert_eq!(got.header("x-content-type-options"), "nosniff");
}

#[tokio::test]
async fn the_host_header_is_never_believed() {
    let relay = TestRelay::with(&[post(1, &[])]).await;
    let host = [
        ("host", "evil.example"),
        ("x-forwarded-host", "evil.example"),
    ];
    let got = relay.ask("GET", "/api/v1/timelines/public", &host).await;
    assert!(!got.header("link").contains("evil"));
    let instance = relay.ask("GET", "/api/v2/instance", &host).await;
    assert!(!instance.json().to_string().contains("evil"));
}

#[tokio::test]
async fn a_slash_at_the_end_of_an_apis_path_is_forgiven() {
    let relay = TestRelay::with(&[post(1, &["rust"])]).await;
    for path in ["/api/v2/instance/", "/api/v1/timelines/tag/rust/?limit=1"] {
        assert_eq!(relay.get(path).await.status, StatusCode::OK, "{path}");
    }
}

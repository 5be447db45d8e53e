//! `/health` and `/api/watersmeet/sources`.

use super::*;

#[tokio::test]
async fn a_relay_is_ready_although_no_source_answers() {
    let relay = TestRelay::with(&[]).await;
    let got = relay.get("/health").await;
    assert_eq!(got.status, StatusCode::OK);
    let health = got.json();
    assert_eq!(
        (&health["live"], &health["ready"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(health["sources"]["total"], 2);
}

#[tokio::test]
async fn every_source_and_every_view_is_shown() {
    let relay = TestRelay::with(&[]).await;
    let got = relay.get("/api/watersmeet/sources").await.json();
    assert_eq!(got["relay"]["name"], "Watersmeet");
    assert_eq!(got["relay"]["offline"], true);
    assert!(got["relay"]["started_at"].as_str().unwrap().ends_with('Z'));
    let domains: Vec<_> = got["sources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["domain"])
        .collect();
    assert_eq!(domains, ["a.example", "b.example"]);
    assert_eq!(got["sources"][1]["hashtags"], json!(["rust"]));
    let view = &got["views"][0];
    assert_eq!(view["name"], "rust");
    assert_eq!(view["title"], "Rust");
    assert_eq!(view["hashtags"], json!(["rust", "rustlang"]));
    let parameters = json!([["any[]", "rust"], ["any[]", "rustlang"]]);
    assert_eq!(view["parameters"], parameters);
}

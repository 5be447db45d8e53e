//! `/api/v2/instance`, its elder, and nodeinfo.

use super::*;

#[tokio::test]
async fn the_relay_says_what_it_can_do() {
    let relay = TestRelay::with(&[]).await;
    let got = relay.get("/api/v2/instance").await;
    assert_eq!(got.status, StatusCode::OK);
    let instance = got.json();
    assert_eq!(instance["domain"], "relay.example");
    assert_eq!(
        instance["api_versions"],
        json!({"mastodon": 2, "watersmeet": 1})
    );
    let version = instance["version"].as_str().unwrap();
    assert!(
        version.starts_with("4.3.0 (compatible; Watersmeet "),
        "{version}"
    );
    let urls = &instance["configuration"]["urls"];
    assert_eq!(urls["streaming"], "wss://relay.example");
    assert_eq!(instance["registrations"]["enabled"], false);
}

#[tokio::test]
async fn what_the_relay_says_is_an_instance_of_the_documentation() {
    let relay = TestRelay::with(&[]).await;
    let new = relay.get("/api/v2/instance").await;
    serde_json::from_slice::<mastodon::Instance>(&new.body).unwrap();
    let old = relay.get("/api/v1/instance").await;
    serde_json::from_slice::<mastodon::InstanceV1>(&old.body).unwrap();
    assert_eq!(old.header("deprecation"), "@1668384000");
}

#[tokio::test]
async fn nodeinfo_leads_to_the_relays_name() {
    let relay = TestRelay::with(&[]).await;
    let links = relay.get("/.well-known/nodeinfo").await.json();
    assert_eq!(
        links["links"][0]["href"],
        "https://relay.example/nodeinfo/2.0"
    );
    for version in ["2.0", "2.1"] {
        let info = relay.get(&format!("/nodeinfo/{version}")).await.json();
        assert_eq!(info["version"], version);
        assert_eq!(info["software"]["name"], "watersmeet");
    }
}

#[tokio::test]
async fn what_every_client_asks_for_first_is_there_and_empty() {
    let relay = TestRelay::with(&[]).await;
    for path in [
        "/api/v1/custom_emojis",
        "/api/v1/announcements",
        "/api/v1/instance/rules",
    ] {
        assert_eq!(relay.get(path).await.json(), json!([]), "{path}");
    }
    assert_eq!(
        relay.get("/api/v1/instance/peers").await.json(),
        json!(["a.example", "b.example"])
    );
}

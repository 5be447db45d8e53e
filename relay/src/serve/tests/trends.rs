//! `/api/v1/trends…`.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use mastodon::{PreviewCard, StatusId, Tag};
use tokio::time::{Instant, sleep};

use super::*;

/// Now, in milliseconds since 1970.
fn unix_millis() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(now.as_millis()).unwrap()
}

/// A post that somebody at a.example wrote a moment ago.
fn fresh(name: &str, number: u32) -> Value {
    let mut status = said(name, number);
    status["created_at"] = json!(Timestamp::from_unix_millis(unix_millis() - 60_000));
    status["tags"] = json!([{"name": "River", "url": ""}]);
    status["favourites_count"] = json!(number);
    status["card"] =
        json!({"url": "https://x.example/a", "title": "A", "description": "", "type": "link"});
    status
}

async fn hear_now(relay: &TestRelay, status: &Value) {
    let status = Heard::Status(Box::new(serde_json::from_value(status.clone()).unwrap()));
    relay
        .tell_at(unix_millis(), "a.example", status, false)
        .await;
}

/// Waits for a count that has so many posts.
async fn counted(relay: &TestRelay, statuses: usize) {
    let until = Instant::now() + Duration::from_secs(20);
    while relay.engine.trends().statuses.len() != statuses {
        assert!(Instant::now() < until, "{:?}", relay.engine.trends());
        sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn trends_have_mastodons_shapes_and_pages() {
    let relay = TestRelay::with(&[]).await;
    for path in ["", "/tags", "/statuses", "/links"] {
        let got = relay.get(&format!("/api/v1/trends{path}")).await;
        assert_eq!((got.status, got.json()), (StatusCode::OK, json!([])));
        assert_eq!(got.header("link"), "");
    }
    for (number, name) in (1..).zip(["ann", "ben", "cyd"]) {
        hear_now(&relay, &fresh(name, number)).await;
    }
    counted(&relay, 3).await;
    for path in ["", "/tags"] {
        let got = relay.get(&format!("/api/v1/trends{path}")).await;
        let tags: Vec<Tag> = serde_json::from_slice(&got.body).unwrap();
        assert_eq!(tags[0].name, "river");
        assert_eq!(tags[0].url, "https://relay.example/tags/river");
        assert_eq!(tags[0].history.len(), 7);
        // Midnight may pass between the posts and the question.
        let uses = |it: &mastodon::TagHistory| it.uses.clone() + &it.accounts;
        let uses: Vec<_> = tags[0].history.iter().map(uses).collect();
        assert!(uses[0] == "33" || uses[1] == "33", "{uses:?}");
    }
    let got = relay.get("/api/v1/trends/links").await;
    let links: Vec<PreviewCard> = serde_json::from_slice(&got.body).unwrap();
    assert_eq!((links[0].title.as_str(), links[0].history.len()), ("A", 7));
    let whole = relay.get("/api/v1/trends/statuses").await;
    assert_eq!(whole.json()[0]["relay"]["seen_on"], json!(["a.example"]));
    let page = relay.get("/api/v1/trends/statuses?limit=2").await;
    assert_eq!(page.ids(), whole.ids()[..2]);
    let next = page.header("link").split_once('>').unwrap().0;
    let next = next.strip_prefix("<https://relay.example").unwrap();
    let page = relay.get(next).await;
    assert_eq!(page.ids(), whole.ids()[2..]);
    assert!(page.header("link").ends_with("rel=\"prev\""));
}

#[tokio::test]
async fn what_is_deleted_or_hidden_trends_no_more() {
    let relay = TestRelay::with(&[]).await;
    for (number, name) in (1..).zip(["ann", "ben", "cyd"]) {
        hear_now(&relay, &fresh(name, number)).await;
    }
    counted(&relay, 3).await;
    relay
        .tell("a.example", Heard::Gone(StatusId::new("cyd-3")))
        .await;
    let shown = relay.get("/api/v1/trends/statuses").await;
    assert_eq!(shown.ids().len(), 2);
    let mut wish = fresh("ben", 4);
    wish["account"]["note"] = json!("<p>#nobot</p>");
    hear_now(&relay, &wish).await;
    let shown = relay.get("/api/v1/trends/statuses").await.json();
    assert_eq!(shown.as_array().unwrap().len(), 1);
    assert_eq!(shown[0]["account"]["username"], "ann");
    // What one person says is no trend.
    for path in ["tags", "links"] {
        let got = relay.get(&format!("/api/v1/trends/{path}")).await;
        assert_eq!(got.json(), json!([]), "{path}");
    }
}

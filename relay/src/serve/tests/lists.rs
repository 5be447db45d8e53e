//! `/api/v1/lists`: the views.

use mastodon::List;

use super::*;

#[tokio::test]
async fn views_are_lists_whose_timelines_can_be_read() {
    let relay = TestRelay::with(&[post(1, &["rust"])]).await;
    let got = relay.get("/api/v1/lists").await;
    let lists: Vec<List> = serde_json::from_slice(&got.body).unwrap();
    let titles: Vec<_> = lists.iter().map(|it| it.title.as_str()).collect();
    assert_eq!(titles, ["Rust"]);
    let id = lists[0].id.as_str();
    let one = relay.get(&format!("/api/v1/lists/{id}")).await;
    assert_eq!(one.json(), got.json()[0]);
    let page = relay.get(&format!("/api/v1/timelines/list/{id}")).await;
    assert_eq!(page.ids(), ids([1]));
    let people = relay.get(&format!("/api/v1/lists/{id}/accounts")).await;
    assert_eq!(people.json(), json!([]));
    for path in ["/api/v1/lists/1", "/api/v1/lists/1/accounts"] {
        assert_eq!(relay.get(path).await.status, StatusCode::NOT_FOUND);
    }
}

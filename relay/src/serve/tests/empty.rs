//! What clients ask of a person's account: empty, and read by the types that our own client reads Mastodon with.

use axum::http::Method;
use mastodon::endpoints::catalogue;

use super::{
    super::empty::{LISTS, MISSING, objects},
    *,
};

#[tokio::test]
async fn every_empty_answer_has_the_shape_that_clients_read() {
    let relay = TestRelay::with(&[]).await;
    let known: std::collections::HashMap<_, _> = catalogue()
        .into_iter()
        .filter(|it| it.method == Method::GET)
        .map(|it| (it.path, it))
        .collect();
    let mut n_read = 0;
    let objects = objects();
    let paths = objects.iter().map(|(path, _)| path).chain(&LISTS);
    for path in paths {
        let got = relay.get(&path.replace("{id}", "1")).await;
        assert_eq!(got.status, StatusCode::OK, "{path}");
        // Older forms of the API are not in the catalogue.
        if let Some(description) = known.get(path.replace("{id}", "{}").as_str()) {
            let read = (description.reread)(got.status, &got.headers, &got.body);
            let read = read.unwrap_or_else(|error| panic!("{path}: {error}"));
            assert!(read.rejected.is_empty(), "{path}");
            n_read += 1;
        }
    }
    assert!(n_read > 25, "{n_read}");
}

#[tokio::test]
async fn what_does_not_exist_is_not_found_in_the_apis_shape() {
    let relay = TestRelay::with(&[]).await;
    for path in MISSING {
        let path = path.replace("{id}", "1").replace("{key}", "favourite-1-1");
        let got = relay.get(&path).await;
        assert_eq!(got.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(got.json(), json!({"error": "Record not found"}), "{path}");
    }
}

#[tokio::test]
async fn a_guest_stands_in_no_relation_to_anybody() {
    let relay = TestRelay::with(&[]).await;
    let got = relay
        .get("/api/v1/accounts/relationships?id[]=1&id[]=2")
        .await;
    let relations: Vec<mastodon::Relationship> = serde_json::from_slice(&got.body).unwrap();
    let ids: Vec<_> = relations.iter().map(|it| it.id.as_str()).collect();
    assert_eq!(ids, ["1", "2"]);
    assert!(!relations.iter().any(|it| it.following || it.blocking));
    let got = relay
        .get("/api/v1/accounts/familiar_followers?id[]=1")
        .await;
    assert_eq!(got.json(), json!([{"id": "1", "accounts": []}]));
    let many: String = (0..41).map(|it| format!("id[]={it}&")).collect();
    let got = relay
        .get(&format!("/api/v1/accounts/relationships?{many}"))
        .await;
    assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_guest_finds_everything_at_home() {
    let relay = TestRelay::with(&[post(1, &["rust"]), post(2, &[])]).await;
    let home = relay.get("/api/v1/timelines/home?limit=1").await;
    assert_eq!(home.ids(), ids([2]));
    assert!(
        home.header("link")
            .contains("/api/v1/timelines/home?limit=1&max_id=")
    );
    assert_eq!(
        relay.get("/api/v1/timelines/direct").await.json(),
        json!([])
    );
}

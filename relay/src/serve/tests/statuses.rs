//! `/api/v1/statuses/…`.

use super::*;

#[tokio::test]
async fn a_post_is_found_by_its_id() {
    let relay = TestRelay::with(&[post(7, &[])]).await;
    let got = relay.get(&format!("/api/v1/statuses/{}", id(7))).await;
    assert_eq!(got.json()["uri"], uri(7));
    assert_eq!(
        got.header("content-type"),
        "application/json; charset=utf-8"
    );
}

#[tokio::test]
async fn an_unknown_post_is_not_found() {
    let relay = TestRelay::with(&[]).await;
    for id in ["1", "abc", "99999999999999999999999"] {
        for path in ["", "/context"] {
            let got = relay.get(&format!("/api/v1/statuses/{id}{path}")).await;
            assert_eq!(got.status, StatusCode::NOT_FOUND);
            assert_eq!(got.json(), json!({"error": "Record not found"}));
        }
    }
}

#[tokio::test]
async fn several_posts_come_in_one_answer_without_the_unknown() {
    let relay = TestRelay::with(&[post(1, &[]), post(2, &[])]).await;
    let path = format!("/api/v1/statuses?id[]={}&id[]=5&id[]={}", id(1), id(2));
    assert_eq!(relay.get(&path).await.ids(), ids([1, 2]));
}

#[tokio::test]
async fn a_conversation_reads_from_its_root_and_authors_go_on_before_others_answer() {
    let rows = [
        reply(1, None, "ada", &[]),
        reply(2, Some(1), "bob", &[]),
        reply(3, Some(2), "cyd", &[]),
        reply(4, Some(2), "bob", &[]),
        reply(5, Some(3), "ada", &[]),
        reply(6, Some(4), "cyd", &[]),
    ];
    let relay = TestRelay::with(&rows).await;
    let got = relay
        .get(&format!("/api/v1/statuses/{}/context", id(2)))
        .await;
    let part = |name: &str| -> Vec<String> {
        let list = got.json()[name].as_array().unwrap().clone();
        list.iter()
            .map(|it| it["id"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(part("ancestors"), ids([1]));
    assert_eq!(part("descendants"), ids([4, 6, 3, 5]));
}

//! `/api/v1/polls/:id` and `/api/v1/media/:id`.

use mastodon::{MediaAttachment, Poll, StatusId};

use super::{accounts::first, *};

#[tokio::test]
async fn a_poll_is_fetched_by_its_own_id_until_its_post_goes() {
    let relay = TestRelay::with(&[]).await;
    let mut status = said("ada", 1);
    status["poll"] = json!({"id": "9", "expired": false, "multiple": false, "votes_count": 3,
        "options": [{"title": "Yes", "votes_count": 3}, {"title": "No", "votes_count": 0}]});
    relay.hear("a.example", &status).await;
    let shown = first(&relay, "/api/v1/timelines/public").await;
    let poll = shown.poll.unwrap();
    let path = format!("/api/v1/polls/{}", poll.id);
    let got: Poll = serde_json::from_slice(&relay.get(&path).await.body).unwrap();
    assert_eq!(got, poll);
    assert_eq!(
        relay.get("/api/v1/polls/9").await.status,
        StatusCode::NOT_FOUND
    );
    relay
        .tell("a.example", Heard::Gone(StatusId::new("ada-1")))
        .await;
    assert_eq!(relay.get(&path).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_attachment_is_fetched_by_its_own_id_until_its_post_goes() {
    let relay = TestRelay::with(&[]).await;
    let mut status = said("ada", 1);
    status["media_attachments"] = json!([
        {"id": "1", "type": "image", "url": "https://a.example/x.png", "description": "X"},
        {"id": "2", "type": "video", "url": "https://a.example/y.mp4", "description": "Y"},
    ]);
    relay.hear("a.example", &status).await;
    let shown = first(&relay, "/api/v1/timelines/public").await;
    let path = |it: &MediaAttachment| format!("/api/v1/media/{}", it.id);
    for media in &shown.media_attachments {
        let got = relay.get(&path(media)).await;
        let got: MediaAttachment = serde_json::from_slice(&got.body).unwrap();
        assert_eq!(got, *media);
    }
    let beyond = format!("/api/v1/media/{}02", shown.id);
    for path in [&beyond, "/api/v1/media/1", "/api/v1/media/x"] {
        let got = relay.get(path).await;
        assert_eq!(got.status, StatusCode::NOT_FOUND, "{path}");
    }
    relay
        .tell("a.example", Heard::Gone(StatusId::new("ada-1")))
        .await;
    let got = relay.get(&path(&shown.media_attachments[0])).await;
    assert_eq!(got.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn parts_of_a_guarded_post_are_for_the_key_alone() {
    let relay = TestRelay::with(&[]).await;
    let mut status = said("ada", 1);
    status["media_attachments"] =
        json!([{"id": "1", "type": "image", "url": "https://a.example/x.png"}]);
    let status = Heard::Status(Box::new(serde_json::from_value(status).unwrap()));
    relay.tell_at(HEARD_AT, "a.example", status, true).await;
    let key = [("authorization", "Bearer an-access-key-of-the-relay")];
    let page = relay.ask("GET", "/api/v1/timelines/public", &key).await;
    let id = page.json()[0]["media_attachments"][0]["id"].clone();
    let path = format!("/api/v1/media/{}", id.as_str().unwrap());
    assert_eq!(relay.get(&path).await.status, StatusCode::NOT_FOUND);
    let got = relay.ask("GET", &path, &key).await;
    assert_eq!(got.json()["id"], id);
    assert_eq!(got.header("cache-control"), "private, no-store");
}

//! `/api/v1/streaming…` as far as it is an answer; the conversations are tried beside their code.

use futures_util::{SinkExt as _, StreamExt as _};

use super::*;

#[tokio::test]
async fn a_plain_request_is_told_what_to_do() {
    let relay = TestRelay::with(&[]).await;
    let got = relay.get("/api/v1/streaming").await;
    assert_eq!(got.status, StatusCode::BAD_REQUEST);
    let error = got.json()["error"].as_str().unwrap().to_owned();
    assert!(error.contains("/api/v1/streaming/public"), "{error}");
}

#[tokio::test]
async fn streaming_is_healthy() {
    let relay = TestRelay::with(&[]).await;
    assert_eq!(relay.get("/api/v1/streaming/health").await.body, "OK");
}

#[tokio::test]
async fn every_stream_of_events_opens() {
    let relay = TestRelay::with(&[]).await;
    for path in [
        "public",
        "public/local",
        "public/remote",
        "public/media",
        "public?only_media=true",
        "hashtag?tag=rust",
        "hashtag/local?tag=rust",
    ] {
        let got = relay
            .ask("HEAD", &format!("/api/v1/streaming/{path}"), &[])
            .await;
        assert_eq!(got.status, StatusCode::OK, "{path}");
        assert_eq!(got.header("content-type"), "text/event-stream");
        assert_eq!(got.header("access-control-allow-origin"), "*");
    }
}

#[tokio::test]
async fn a_wrong_stream_of_events_is_refused_in_mastodons_words() {
    let relay = TestRelay::with(&[]).await;
    for (path, status, error) in [
        ("hashtag", 400, "Missing tag name parameter"),
        ("weather", 400, "Unknown stream type"),
        (
            "user",
            403,
            "This relay has no accounts: open this stream on your own server",
        ),
    ] {
        let got = relay.get(&format!("/api/v1/streaming/{path}")).await;
        assert_eq!(got.status.as_u16(), status, "{path}");
        assert_eq!(got.json(), json!({"error": error}));
    }
}

#[tokio::test]
async fn a_message_that_is_too_long_is_told_so() {
    let relay = TestRelay::with(&[]).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}/api/v1/streaming/", listener.local_addr().unwrap());
    let server = tokio::spawn(axum::serve(listener, relay.router.clone()).into_future());
    let (mut socket, _) = tokio_tungstenite::connect_async(url).await.unwrap();
    let long = tokio_tungstenite::tungstenite::Message::text("x".repeat(5_000));
    socket.send(long).await.unwrap();
    let told = socket.next().await.unwrap().unwrap();
    let tokio_tungstenite::tungstenite::Message::Close(Some(close)) = told else {
        panic!("not closed: {told}");
    };
    assert_eq!(u16::from(close.code), 1009);
    server.abort();
}

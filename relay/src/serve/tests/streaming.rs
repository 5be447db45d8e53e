//! `/api/v1/streaming…` as far as it is an answer; the conversations are tried beside their code.

use futures_util::{SinkExt as _, StreamExt as _};

use super::*;
use crate::log::{Cursor, Draft};

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
    assert_eq!(relay.get("/streaming/health").await.body, "OK");
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
        "view?view=rust",
        "view?any[]=rust&languages=en",
        "list?list=rust",
        "user",
        "user/notification",
        "direct",
    ] {
        for prefix in ["/api/v1/streaming", "/streaming"] {
            let got = relay.ask("HEAD", &format!("{prefix}/{path}"), &[]).await;
            assert_eq!(got.status, StatusCode::OK, "{prefix}/{path}");
            assert_eq!(got.header("content-type"), "text/event-stream");
            assert_eq!(got.header("access-control-allow-origin"), "*");
        }
    }
}

#[tokio::test]
async fn a_wrong_stream_of_events_is_refused_and_names_what_is_wrong() {
    let relay = TestRelay::with(&[]).await;
    for (path, error) in [
        ("hashtag", "Missing tag name parameter"),
        ("weather", "Unknown stream type"),
        ("list", "Missing list name parameter"),
        ("view", "Missing view parameter"),
        ("public?colour=red", "colour is not known"),
        (
            "public?cursor=soon",
            "cursor is no cursor that this relay gave",
        ),
        ("view?view=olds", "view \"olds\" is not one of this relay's"),
        ("list?list=1", "list \"1\" is not one of this relay's"),
    ] {
        let got = relay.get(&format!("/api/v1/streaming/{path}")).await;
        assert_eq!(got.status, StatusCode::BAD_REQUEST, "{path}");
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

#[tokio::test]
async fn a_reader_that_stops_reading_costs_nothing_and_is_told_what_it_missed() {
    const POSTS: u32 = 6_000;
    let relay = TestRelay::with(&[]).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!(
        "ws://{}/api/v1/streaming?stream=public&cursor={}-1",
        listener.local_addr().unwrap(),
        relay.engine.log.epoch()
    );
    let server = tokio::spawn(axum::serve(listener, relay.router.clone()).into_future());
    let (mut socket, _) = tokio_tungstenite::connect_async(url).await.unwrap();
    // The first frame shows that the relay reads the log for this reader.
    let draft = |second: u32| {
        let status = json!({"id": second.to_string(), "content": "x".repeat(4_000)}).to_string();
        Draft::appeared(id(second), Bytes::from(status), Keys::default())
    };
    let mut frame = async || -> Value {
        let message = socket.next().await.unwrap().unwrap();
        serde_json::from_str(message.to_text().unwrap()).unwrap()
    };
    relay.engine.log.append(draft(1));
    assert_eq!(frame().await["event"], "update");

    // 24 MB: more than the system takes for a socket that nobody reads, and far more than the log keeps.
    for second in 2..=POSTS {
        relay.engine.log.append(draft(second));
        tokio::task::yield_now().await;
    }
    let (mut got, mut lost) = (1, 0);
    while got + lost < u64::from(POSTS) {
        let frame = frame().await;
        if frame["event"] == "watersmeet.gap" {
            let gap: Value = serde_json::from_str(frame["payload"].as_str().unwrap()).unwrap();
            let place = |name: &str| gap[name].as_str().unwrap().parse::<Cursor>().unwrap().seq.0;
            lost += place("to") - place("from");
        } else {
            got += 1;
        }
    }
    assert!(lost > 0);
    assert_eq!(got + lost, u64::from(POSTS));
    server.abort();
}

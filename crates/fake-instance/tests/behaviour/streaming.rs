//! Streaming as Mastodon's streaming server does it, over real sockets.

use std::time::Duration;

use crate::harness::{Socket, get, still, upgrade};
use fake_instance::{EditSpec, Fediverse, Options, PostSpec};
use serde_json::{Value, json};

#[tokio::test]
async fn a_socket_without_a_token_is_refused_with_an_empty_body_and_a_reason() {
    let fed = still(&["alpha"]).await;
    for (token, why) in [
        (None, "Missing access token"),
        (Some("wrong"), "Invalid access token"),
    ] {
        let refusal = upgrade(fed.server("alpha"), "/api/v1/streaming", token, None)
            .await
            .unwrap_err();
        assert_eq!(refusal.status, 401);
        assert_eq!(refusal.message.as_deref(), Some(why));
        assert!(refusal.body.is_empty());
    }
    let app = fed.server("alpha").app_token("read");
    let refusal = upgrade(fed.server("alpha"), "/api/v1/streaming", Some(&app), None)
        .await
        .unwrap_err();
    assert_eq!(
        refusal.message.as_deref(),
        Some("Invalid access token"),
        "an app's own token belongs to nobody"
    );
}

#[tokio::test]
async fn a_token_comes_by_header_query_or_as_the_only_subprotocol_which_is_echoed() {
    let fed = still(&["alpha"]).await;
    let alpha = fed.server("alpha");
    let token = alpha.token();
    assert!(
        upgrade(alpha, "/api/v1/streaming", Some(&token), None)
            .await
            .is_ok()
    );
    assert!(
        upgrade(
            alpha,
            &format!("/api/v1/streaming?access_token={token}"),
            None,
            None
        )
        .await
        .is_ok()
    );
    let socket = upgrade(alpha, "/api/v1/streaming", None, Some(&token))
        .await
        .unwrap();
    assert_eq!(socket.protocol.as_deref(), Some(token.as_str()));
    let list = format!("{token}, foo");
    let refusal = upgrade(alpha, "/api/v1/streaming", None, Some(&list))
        .await
        .unwrap_err();
    assert_eq!(
        (refusal.status, refusal.message.as_deref()),
        (401, Some("Invalid access token"))
    );
}

#[tokio::test]
async fn subscribe_frames_multiplex_and_payloads_are_json_in_a_string() {
    let fed = still(&["alpha"]).await;
    let mut socket = Socket::open(fed.server("alpha"), "").await;
    socket
        .send(json!({ "type": "subscribe", "stream": "public" }))
        .await;
    socket
        .send(json!({ "type": "subscribe", "stream": "hashtag", "tag": "RustLang" }))
        .await;
    assert!(fed.server("alpha").heard_by(2).await);
    let post = fed
        .server("alpha")
        .publish("ada", &PostSpec::text("Hello #rustlang"));
    let (one, other) = (socket.next().await.unwrap(), socket.next().await.unwrap());
    assert_eq!(one["stream"], json!(["public"]));
    assert_eq!(
        other["stream"],
        json!(["hashtag", "RustLang"]),
        "the label echoes the spelling of the subscription"
    );
    for frame in [&one, &other] {
        assert_eq!(frame["event"], "update");
        let status: Value = serde_json::from_str(frame["payload"].as_str().unwrap()).unwrap();
        assert_eq!(status["uri"], post.uri);
        assert_eq!(
            status["account"]["acct"], "ada",
            "local accounts have no domain"
        );
        assert!(
            status.get("favourited").is_none(),
            "public payloads are rendered for nobody"
        );
        assert_eq!(status["quote_approval"]["current_user"], "denied");
    }
    fed.delete(&post.uri).unwrap();
    let frame = socket.next().await.unwrap();
    assert_eq!(
        (frame["event"].as_str(), frame["payload"].as_str()),
        (Some("delete"), Some(post.id.as_str()))
    );
}

#[tokio::test]
async fn hashtag_subscriptions_are_one_for_every_spelling_and_end_by_any() {
    let fed = still(&["alpha"]).await;
    let mut socket = Socket::open(fed.server("alpha"), "").await;
    for tag in ["Rust Lang!", "RustLang", "rustlang"] {
        socket
            .send(json!({ "type": "subscribe", "stream": "hashtag", "tag": tag }))
            .await;
    }
    assert!(fed.server("alpha").heard_by(1).await);
    fed.server("alpha")
        .publish("ada", &PostSpec::text("#RUSTLANG"));
    let frame = socket.next().await.unwrap();
    assert_eq!(frame["stream"], json!(["hashtag", "Rust Lang!"]));
    assert!(socket.quiet().await, "three spellings are one subscription");
    socket
        .send(json!({ "type": "unsubscribe", "stream": "hashtag", "tag": "RUSTLANG" }))
        .await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    fed.server("alpha")
        .publish("ada", &PostSpec::text("#rustlang again"));
    assert!(socket.quiet().await);
}

#[tokio::test]
async fn errors_are_frames_and_nonsense_is_ignored() {
    let fed = still(&["alpha"]).await;
    let mut socket = Socket::open(fed.server("alpha"), "").await;
    socket.send_text("not json").await;
    socket.send(json!({ "type": "dance" })).await;
    for (frame, answer) in [
        (
            json!({ "type": "subscribe", "stream": "nonsense" }),
            json!({ "error": "Unknown stream type", "status": 400 }),
        ),
        (
            json!({ "type": "subscribe", "stream": "hashtag" }),
            json!({ "error": "Missing tag name parameter", "status": 400 }),
        ),
        (
            json!({ "type": "subscribe", "stream": "list", "list": "9" }),
            json!({ "error": "Not authorized to stream this list", "status": 401 }),
        ),
        (
            json!({ "type": "unsubscribe", "stream": "nonsense" }),
            json!({ "error": "Error unsubscribing from channel" }),
        ),
    ] {
        socket.send(frame).await;
        assert_eq!(socket.next().await.unwrap(), answer);
    }
    let narrow = fed.server("alpha").token_of("ada", "read:accounts");
    let mut socket = Socket::with_token(fed.server("alpha"), "", &narrow).await;
    socket
        .send(json!({ "type": "subscribe", "stream": "public" }))
        .await;
    assert_eq!(
        socket.next().await.unwrap(),
        json!({ "error": "Access token does not have the required scopes", "status": 401 })
    );
}

#[tokio::test]
async fn a_binary_frame_closes_with_1003_and_a_killed_token_without_a_code() {
    let fed = still(&["alpha"]).await;
    let mut socket = Socket::open(fed.server("alpha"), "?stream=public").await;
    socket.send_binary().await;
    assert_eq!(socket.close_code().await, Some(Some(1003)));
    let token = fed.server("alpha").token_of("ada", "read");
    let mut socket = Socket::with_token(fed.server("alpha"), "?stream=public", &token).await;
    assert!(fed.server("alpha").heard_by(1).await);
    assert!(fed.server("alpha").kill_token(&token));
    assert_eq!(socket.close_code().await, Some(None));
}

#[tokio::test]
async fn public_streams_leave_out_replies_to_others_boosts_and_unlisted_posts_and_hashtag_streams_do_not_leave_out_replies()
 {
    let fed = still(&["alpha"]).await;
    let alpha = fed.server("alpha");
    let first = alpha.publish("ada", &PostSpec::text("first"));
    let mut public = Socket::open(alpha, "?stream=public").await;
    let mut tagged = Socket::open(alpha, "?stream=hashtag&tag=tea").await;
    assert!(alpha.heard_by(2).await);
    let answer = alpha.publish("bob", &PostSpec::text("@ada yes #tea").reply_to(&first.uri));
    fed.boost("bob@alpha", &first.uri).unwrap();
    alpha.publish(
        "ada",
        &PostSpec::text("quietly #tea").visibility("unlisted"),
    );
    assert!(public.quiet().await);
    assert_eq!(tagged.status().await["uri"], answer.uri);
    assert!(tagged.quiet().await);
    let own = alpha.publish("ada", &PostSpec::text("and more").reply_to(&first.uri));
    assert_eq!(
        public.status().await["uri"],
        own.uri,
        "an answer to oneself is public"
    );
    fed.delete(&answer.uri).unwrap();
    assert_eq!(
        public.next().await.unwrap()["event"],
        "delete",
        "ends are told to every stream that may have had the post"
    );
}

#[tokio::test]
async fn an_edit_is_a_status_update_and_local_remote_and_media_streams_are_told_apart() {
    let fed = still(&["alpha", "beta"]).await;
    let alpha = fed.server("alpha");
    let mut remote = Socket::open(alpha, "?stream=public:remote").await;
    let mut local = Socket::open(alpha, "?stream=public:local").await;
    let mut media = Socket::open(alpha, "?stream=public:media").await;
    assert!(alpha.heard_by(3).await);
    let far = fed
        .server("beta")
        .publish("bob", &PostSpec::text("far").image("a hill"));
    assert_eq!(remote.status().await["uri"], far.uri);
    assert_eq!(media.status().await["uri"], far.uri);
    assert!(local.quiet().await);
    fed.edit(&far.uri, &EditSpec::text("farther")).unwrap();
    let frame = remote.next().await.unwrap();
    assert_eq!(frame["event"], "status.update");
    let status: Value = serde_json::from_str(frame["payload"].as_str().unwrap()).unwrap();
    assert!(status["content"].as_str().unwrap().contains("farther"));
    assert!(status["edited_at"].is_string());
}

#[tokio::test]
async fn a_home_stream_carries_notifications_only_with_their_scope() {
    let fed = still(&["alpha"]).await;
    let alpha = fed.server("alpha");
    let whole = alpha.token_of("ada", "read");
    let narrow = alpha.token_of("ada", "read:statuses");
    let mut one = Socket::with_token(alpha, "?stream=user", &whole).await;
    let mut other = Socket::with_token(alpha, "?stream=user", &narrow).await;
    assert!(alpha.heard_by(2).await);
    alpha.publish("bob", &PostSpec::text("@ada hello"));
    let frame = one.next().await.unwrap();
    assert_eq!(
        (frame["stream"].clone(), frame["event"].clone()),
        (json!(["user"]), json!("notification"))
    );
    assert!(other.quiet().await);
}

#[tokio::test]
async fn who_does_not_answer_pings_is_dropped() {
    let mut options = Options::new(1, ["alpha"]).without_history();
    options.ping_period = 100;
    let fed = Fediverse::start(options).await.unwrap();
    let mut socket = Socket::open(fed.server("alpha"), "?stream=public").await;
    assert!(fed.server("alpha").heard_by(1).await);
    for _ in 0..5 {
        socket.pump(Duration::from_millis(100)).await;
    }
    assert_eq!(fed.server("alpha").listeners(), 1, "who reads, answers");
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(fed.server("alpha").listeners(), 0);
}

#[tokio::test]
async fn events_also_come_as_server_sent_events_with_a_heartbeat() {
    let mut options = Options::new(1, ["alpha"]).without_history();
    options.heartbeat_period = 200;
    let fed = Fediverse::start(options).await.unwrap();
    let alpha = fed.server("alpha");
    assert_eq!(
        get(alpha, "/api/v1/streaming/public", None).await.status,
        401
    );
    assert_eq!(
        get(alpha, "/api/v1/streaming/health", None).await.text,
        "OK"
    );
    assert_eq!(
        get(alpha, "/api/v1/streaming/hashtag", Some(&alpha.token()))
            .await
            .status,
        400
    );
    let url = format!("{}/api/v1/streaming/public?only_media=true", alpha.url());
    let mut response = crate::harness::client()
        .get(url)
        .bearer_auth(alpha.token())
        .send()
        .await
        .unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    assert!(alpha.heard_by(1).await);
    alpha.publish("ada", &PostSpec::text("words alone"));
    alpha.publish("ada", &PostSpec::text("words and light").image("a lamp"));
    let mut read = String::new();
    while !(read.contains(":thump\n\n") && read.contains("event: update")) {
        read.push_str(std::str::from_utf8(&response.chunk().await.unwrap().unwrap()).unwrap());
    }
    assert!(read.starts_with(":)\n"));
    assert!(
        read.contains("words and light") && !read.contains("words alone"),
        "{read}"
    );
}

#[tokio::test]
async fn another_streaming_host_is_named_and_redirected_to() {
    let fed = still(&["alpha"]).await;
    let alpha = fed.server("alpha");
    alpha.fault(|faults| faults.separate_streaming_host = true);
    let instance = get(alpha, "/api/v2/instance", None).await.json();
    let streaming = instance["configuration"]["urls"]["streaming"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(
        streaming.starts_with("ws://streaming.alpha.localhost:"),
        "{streaming}"
    );
    let answer = get(alpha, "/api/v1/streaming?stream=public", None).await;
    assert_eq!(answer.status, 301);
    let there = format!(
        "{}/api/v1/streaming?stream=public",
        streaming.replace("ws://", "http://")
    );
    assert_eq!(answer.headers["location"], there.as_str());
    let mut socket = Socket::at(&streaming, "?stream=public", &alpha.token()).await;
    assert!(alpha.heard_by(1).await);
    let post = alpha.publish("ada", &PostSpec::text("over there"));
    assert_eq!(socket.status().await["uri"], post.uri);
}

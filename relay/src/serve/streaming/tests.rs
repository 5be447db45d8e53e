//! Conversations with readers, over channels instead of a network.

use std::time::Duration;

use bytes::Bytes;
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use timeline::public_id::PublicId;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream},
    sync::watch,
    time::timeout,
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Message,
        protocol::{CloseFrame, Role},
    },
};

use super::{
    outbox::Outbox,
    session::{MAX_FALLS, MAX_SUBSCRIPTIONS, Session},
    socket::converse,
};
use crate::{
    log::{Cursor, Draft, Log},
    views::Keys,
};

/// The run of the relay in these tests.
const EPOCH: u64 = 7;

pub(super) fn log() -> Log {
    Log::new(EPOCH, 1 << 20)
}

pub(super) fn draft(id: u32, tags: &[&str]) -> Draft {
    let status = json!({"id": id.to_string(), "content": "<p>\"hi\"</p>\n"}).to_string();
    let keys = Keys {
        tags: tags.iter().map(|it| (*it).to_owned()).collect(),
        ..Keys::default()
    };
    Draft::appeared(PublicId::floor(id), Bytes::from(status), keys)
}

/// Bytes between the relay and the reader where it does not matter how many there are.
const ROOM: usize = 1 << 20;

/// A reader on the other side of a connection.
struct Client {
    socket: WebSocketStream<DuplexStream>,
    stop: watch::Sender<bool>,
}

impl Client {
    /// Connects with `room` bytes of space between the relay and the reader.
    async fn with_room(log: &Log, resume: Option<&str>, room: usize) -> Self {
        let (ours, theirs) = tokio::io::duplex(room);
        let (stop, stopped) = watch::channel(false);
        let session = Session::new(log.clone(), resume.map(|it| it.parse().unwrap()));
        tokio::spawn(converse(ours, Outbox::default(), session, stopped));
        let socket = WebSocketStream::from_raw_socket(theirs, Role::Client, None).await;
        Self { socket, stop }
    }

    async fn connect(log: &Log) -> Self {
        Self::with_room(log, None, ROOM).await
    }

    async fn send(&mut self, message: Message) {
        self.socket.send(message).await.unwrap();
        // The frame is obeyed before the test goes on to append.
        tokio::time::sleep(Duration::from_millis(1)).await;
    }

    async fn say(&mut self, text: Value) {
        self.send(Message::text(text.to_string())).await;
    }

    async fn subscribe(&mut self, stream: &str) {
        self.say(json!({"type": "subscribe", "stream": stream}))
            .await;
    }

    async fn subscribe_tag(&mut self, tag: &str) {
        self.say(json!({"type": "subscribe", "stream": "hashtag", "tag": tag}))
            .await;
    }

    /// The next message; nothing when the connection is at its end, however it came to that.
    async fn next(&mut self) -> Option<Message> {
        let next = timeout(Duration::from_secs(300), self.socket.next());
        next.await.unwrap()?.ok()
    }

    /// The code and the reason of the close that comes next.
    async fn closed(&mut self) -> (u16, String) {
        match self.next().await {
            Some(Message::Close(Some(CloseFrame { code, reason }))) => {
                (code.into(), reason.to_string())
            }
            other => panic!("not closed: {other:?}"),
        }
    }

    async fn hear(&mut self) -> Value {
        match self.next().await {
            Some(Message::Text(text)) => serde_json::from_str(text.as_str()).unwrap(),
            other => panic!("no text: {other:?}"),
        }
    }

    /// The label and the post's number of the next event.
    async fn event(&mut self) -> (Value, String) {
        let frame = self.hear().await;
        let payload: Value = serde_json::from_str(frame["payload"].as_str().unwrap()).unwrap();
        (
            frame["stream"].clone(),
            payload["id"].as_str().unwrap().to_owned(),
        )
    }

    async fn silence(&mut self) {
        let heard = timeout(Duration::from_millis(50), self.socket.next()).await;
        assert!(heard.is_err(), "{heard:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_frame_has_mastodons_shape_and_a_cursor() {
    let log = log();
    let mut client = Client::connect(&log).await;
    client.subscribe("public").await;
    log.append(draft(1, &[]));
    let frame = client.hear().await;
    assert_eq!(frame["stream"], json!(["public"]));
    assert_eq!(frame["event"], "update");
    assert_eq!(frame["cursor"], "7-1");
    let payload: Value = serde_json::from_str(frame["payload"].as_str().unwrap()).unwrap();
    assert_eq!(payload, json!({"id": "1", "content": "<p>\"hi\"</p>\n"}));
}

#[tokio::test(start_paused = true)]
async fn a_deletion_is_a_bare_id() {
    let log = log();
    let mut client = Client::connect(&log).await;
    client.subscribe("public").await;
    let id = PublicId::floor(1);
    log.append(Draft::deleted(id, Keys::default()));
    let frame = client.hear().await;
    assert_eq!(frame["event"], "delete");
    assert_eq!(frame["payload"], id.to_string());
}

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_before_something_is_asked_for() {
    let log = log();
    let mut client = Client::connect(&log).await;
    log.append(draft(1, &[]));
    client.silence().await;
    client.subscribe("public").await;
    client.silence().await;
    log.append(draft(2, &[]));
    assert_eq!(client.event().await.1, "2");
}

#[tokio::test(start_paused = true)]
async fn one_socket_carries_many_streams_each_with_its_label() {
    let log = log();
    let mut client = Client::connect(&log).await;
    client.subscribe("public").await;
    client.subscribe_tag("Rust").await;
    log.append(draft(1, &["rust"]));
    log.append(draft(2, &["other"]));
    assert_eq!(client.event().await, (json!(["public"]), "1".to_owned()));
    assert_eq!(
        client.event().await,
        (json!(["hashtag", "Rust"]), "1".to_owned())
    );
    assert_eq!(client.event().await, (json!(["public"]), "2".to_owned()));
    client.silence().await;
}

#[tokio::test(start_paused = true)]
async fn spellings_of_a_hashtag_are_one_subscription_with_the_first_spelling() {
    let log = log();
    let mut client = Client::connect(&log).await;
    for tag in ["Rust Lang!", "RustLang", "rustlang"] {
        client.subscribe_tag(tag).await;
    }
    log.append(draft(1, &["rustlang"]));
    assert_eq!(client.event().await.0, json!(["hashtag", "Rust Lang!"]));
    client.silence().await;
    client
        .say(json!({"type": "unsubscribe", "stream": "hashtag", "tag": "RUSTLANG"}))
        .await;
    log.append(draft(2, &["rustlang"]));
    client.silence().await;
}

#[tokio::test(start_paused = true)]
async fn refusals_are_mastodons_error_frames() {
    let log = log();
    let mut client = Client::connect(&log).await;
    client.subscribe("weather").await;
    assert_eq!(
        client.hear().await,
        json!({"error": "Unknown stream type", "status": 400})
    );
    client.subscribe("hashtag").await;
    assert_eq!(
        client.hear().await,
        json!({"error": "Missing tag name parameter", "status": 400})
    );
    client.subscribe("user").await;
    assert_eq!(client.hear().await["status"], 403);
}

#[tokio::test(start_paused = true)]
async fn what_is_no_frame_is_ignored() {
    let log = log();
    let mut client = Client::connect(&log).await;
    for text in [
        json!("hello"),
        json!({"type": "dance"}),
        json!({}),
        json!([1]),
    ] {
        client.say(text).await;
    }
    client.send(Message::text("{")).await;
    client.silence().await;
    client.subscribe("public").await;
    log.append(draft(1, &[]));
    assert_eq!(client.event().await.1, "1");
}

#[tokio::test(start_paused = true)]
async fn a_connection_has_at_most_so_many_subscriptions() {
    let log = log();
    let mut client = Client::connect(&log).await;
    for n in 0..MAX_SUBSCRIPTIONS {
        client.subscribe_tag(&format!("tag{n}")).await;
    }
    client.silence().await;
    client.subscribe_tag("onetoomany").await;
    assert_eq!(client.hear().await["status"], 429);
}

#[tokio::test(start_paused = true)]
async fn a_binary_frame_closes_the_socket() {
    let mut client = Client::connect(&log()).await;
    client.send(Message::binary("x")).await;
    assert_eq!(client.closed().await.0, 1003);
    assert!(client.next().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_ping_is_answered_and_a_goodbye_comes_back_with_its_code() {
    let mut client = Client::connect(&log()).await;
    client.send(Message::Ping("are you there".into())).await;
    assert_eq!(
        client.next().await,
        Some(Message::Pong("are you there".into()))
    );
    let goodbye = CloseFrame {
        code: 4321.into(),
        reason: "enough".into(),
    };
    client.send(Message::Close(Some(goodbye))).await;
    assert_eq!(client.closed().await, (4321, String::new()));
    assert!(client.next().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_reader_is_pinged_and_one_that_never_answers_is_dropped() {
    let (ours, mut theirs) = tokio::io::duplex(ROOM);
    let (_stop, stopped) = watch::channel(false);
    let session = Session::new(log(), None);
    let conversation = tokio::spawn(converse(ours, Outbox::default(), session, stopped));
    let mut ping = [0; 2];
    for _ in 0..2 {
        theirs.read_exact(&mut ping).await.unwrap();
        assert_eq!(ping, [0x89, 0]);
        theirs.write_all(&[0x8a, 0x80, 1, 2, 3, 4]).await.unwrap();
    }
    theirs.read_exact(&mut ping).await.unwrap();
    // Nothing but the end comes after the ping that is not answered.
    let mut rest = Vec::new();
    theirs.read_to_end(&mut rest).await.unwrap();
    assert!(rest.is_empty());
    conversation.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_stopping_relay_says_goodbye() {
    let mut client = Client::connect(&log()).await;
    client.stop.send_replace(true);
    let (code, reason) = client.closed().await;
    assert_eq!(code, 1001);
    assert!(reason.contains("connect again"), "{reason}");
}

#[tokio::test(start_paused = true)]
async fn a_reader_that_comes_back_gets_what_it_missed_from_its_cursor_on() {
    let log = log();
    for id in 1..=5 {
        log.append(draft(id, &[]));
    }
    let mut client = Client::with_room(&log, Some("7-4"), ROOM).await;
    client.subscribe("public").await;
    assert_eq!(client.event().await.1, "4");
    assert_eq!(client.event().await.1, "5");
    log.append(draft(6, &[]));
    assert_eq!(client.event().await.1, "6");
}

#[tokio::test(start_paused = true)]
async fn several_subscriptions_resume_from_one_cursor_and_none_hears_twice() {
    let log = log();
    for id in 1..=3 {
        log.append(draft(id, &["rust"]));
    }
    let mut client = Client::with_room(&log, Some("7-2"), ROOM).await;
    client.subscribe("public").await;
    for id in ["2", "3"] {
        assert_eq!(client.event().await, (json!(["public"]), id.to_owned()));
    }
    client.subscribe_tag("rust").await;
    for id in ["2", "3"] {
        assert_eq!(
            client.event().await,
            (json!(["hashtag", "rust"]), id.to_owned())
        );
    }
    client.silence().await;
}

#[tokio::test(start_paused = true)]
async fn a_subscription_made_later_begins_with_what_is_new() {
    let log = log();
    log.append(draft(1, &["rust"]));
    let mut client = Client::with_room(&log, Some("7-2"), ROOM).await;
    client.subscribe("public").await;
    tokio::time::sleep(Duration::from_secs(11)).await;
    log.append(draft(2, &["rust"]));
    assert_eq!(client.event().await.0, json!(["public"]));
    client.subscribe_tag("rust").await;
    client.silence().await;
}

#[tokio::test(start_paused = true)]
async fn a_subscription_may_bring_its_own_cursor() {
    let log = log();
    log.append(draft(1, &["rust"]));
    let mut client = Client::connect(&log).await;
    client
        .say(json!({"type": "subscribe", "stream": "hashtag", "tag": "rust", "cursor": "7-1"}))
        .await;
    assert_eq!(client.event().await.1, "1");
}

#[tokio::test(start_paused = true)]
async fn a_cursor_of_another_run_is_a_gap_and_then_what_is_new() {
    let log = log();
    log.append(draft(1, &[]));
    for cursor in ["6-1", "7-99"] {
        let mut client = Client::with_room(&log, Some(cursor), ROOM).await;
        client.subscribe("public").await;
        let frame = client.hear().await;
        assert_eq!(frame["event"], "watersmeet.gap");
        let payload: Value = serde_json::from_str(frame["payload"].as_str().unwrap()).unwrap();
        assert_eq!(payload["from"], cursor);
        assert_eq!(payload["to"], log.cursor(log.end()).to_string());
        assert_eq!(payload["reset"], true);
        client.silence().await;
    }
}

/// Reads on until the post numbered `last`; gives the posts that came and how many were lost.
async fn catch_up(client: &mut Client, last: u64) -> (Vec<u64>, u64) {
    let (mut got, mut lost) = (Vec::new(), 0);
    while got.last() != Some(&last) {
        let frame = client.hear().await;
        let payload: Value = serde_json::from_str(frame["payload"].as_str().unwrap()).unwrap();
        if frame["event"] == "watersmeet.gap" {
            assert_eq!(payload.get("reset"), None);
            let cursor = |name: &str| payload[name].as_str().unwrap().parse::<Cursor>().unwrap();
            lost += cursor("to").seq.0 - cursor("from").seq.0;
        } else {
            got.push(payload["id"].as_str().unwrap().parse().unwrap());
        }
    }
    (got, lost)
}

#[tokio::test(start_paused = true)]
async fn a_reader_that_stopped_reading_is_told_what_it_missed_and_goes_on() {
    let log = Log::new(EPOCH, 200 * 1024);
    let mut client = Client::with_room(&log, None, 512).await;
    client.subscribe("public").await;
    for id in 1..=1_000 {
        log.append(draft(id, &[]));
        tokio::task::yield_now().await;
    }
    let (got, lost) = catch_up(&mut client, 1_000).await;
    assert!(lost > 0);
    assert!(got.is_sorted());
    assert_eq!(got.len() as u64 + lost, 1_000);
    log.append(draft(1_001, &[]));
    assert_eq!(catch_up(&mut client, 1_001).await, (vec![1_001], 0));
}

#[tokio::test(start_paused = true)]
async fn a_reader_that_falls_off_the_log_again_and_again_is_let_go() {
    // About 150 of these posts.
    let log = Log::new(EPOCH, 200 * 1024);
    let mut client = Client::with_room(&log, None, 512).await;
    client.subscribe("public").await;
    let mut gaps = 0;
    for step in 0..10_000 {
        if step % 20 == 0 {
            log.append_all((0..300).map(|_| draft(1, &[])));
        }
        match client.next().await {
            Some(Message::Text(text)) => gaps += u32::from(text.contains("watersmeet.gap")),
            Some(Message::Close(Some(close))) => {
                assert_eq!(u16::from(close.code), 1008);
                assert_eq!(close.reason.as_str(), "consumer_too_slow");
                break;
            }
            other => panic!("neither a frame nor a close: {other:?}"),
        }
    }
    assert_eq!(gaps, MAX_FALLS);
}

#[tokio::test(start_paused = true)]
async fn a_reader_that_takes_nothing_for_a_minute_is_dropped() {
    let log = log();
    let mut client = Client::with_room(&log, None, 512).await;
    client.subscribe("public").await;
    for id in 1..=100 {
        log.append(draft(id, &[]));
    }
    tokio::time::sleep(Duration::from_secs(120)).await;
    let mut heard = 0;
    while client.next().await.is_some() {
        heard += 1;
    }
    assert!(heard < 100);
}

#[tokio::test(start_paused = true)]
async fn a_reader_that_takes_little_at_a_time_is_not_dropped() {
    let log = log();
    let mut client = Client::with_room(&log, None, 512).await;
    client.subscribe("public").await;
    for id in 1..=40 {
        log.append(draft(id, &[]));
    }
    for id in 1..=20 {
        tokio::time::sleep(Duration::from_secs(10)).await;
        assert_eq!(client.event().await.1, id.to_string());
    }
}

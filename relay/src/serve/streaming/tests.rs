//! Conversations with readers, over channels instead of a network.

mod edits;
mod slow;

use std::{sync::Weak, time::Duration};

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
    super::taken::Taken,
    outbox::Outbox,
    session::{MAX_FALLS, Session},
    socket::converse,
    who::Who,
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

/// A reader of a relay without views.
/// Subscriptions that a connection of these tests may have.
const MAX_SUBSCRIPTIONS: usize = 12;

fn who(may_see_guarded: bool) -> Who {
    Who {
        engine: Weak::new(),
        may_see_guarded,
        address: [127, 0, 0, 1].into(),
        max_subscriptions: MAX_SUBSCRIPTIONS,
    }
}

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
        let session = Session::new(
            who(false),
            log.clone(),
            resume.map(|it| it.parse().unwrap()),
        );
        tokio::spawn(converse(
            Taken::new(ours),
            Outbox::default(),
            session,
            stopped,
        ));
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
    for (ask, told) in [
        (json!({"stream": "public", "colour": "red"}), "colour"),
        (json!({"stream": "public", "cursor": "soon"}), "cursor"),
        (
            json!({"stream": "view", "min_reblogs": "many"}),
            "min_reblogs",
        ),
        (json!({"stream": "list", "list": 7}), "list"),
    ] {
        let mut ask = ask;
        ask["type"] = json!("subscribe");
        client.say(ask).await;
        let error = client.hear().await;
        assert_eq!(error["status"], 400);
        assert!(error["error"].as_str().unwrap().contains(told), "{error}");
    }
    client.silence().await;
}

#[tokio::test(start_paused = true)]
async fn a_view_is_asked_for_in_the_grammar_of_addresses() {
    let log = log();
    let mut client = Client::connect(&log).await;
    let ask = json!({"type": "subscribe", "stream": "view", "all": ["Rust", "wasm"], "none[]": "c", "no_bots": true});
    client.say(ask.clone()).await;
    log.append(draft(1, &["rust"]));
    log.append(draft(2, &["rust", "wasm", "c"]));
    log.append(draft(3, &["rust", "wasm"]));
    let label = json!(["view", "all=rust&all=wasm&none=c&no_bots=true"]);
    assert_eq!(client.event().await, (label, "3".to_owned()));
    let mut stop = ask;
    stop["type"] = json!("unsubscribe");
    client.say(stop).await;
    log.append(draft(4, &["rust", "wasm"]));
    client.silence().await;
}

#[tokio::test(start_paused = true)]
async fn a_client_that_insists_on_an_account_hears_the_combined_timeline_and_no_letters() {
    let log = log();
    let mut client = Client::connect(&log).await;
    for stream in ["direct", "user:notification", "user"] {
        client.subscribe(stream).await;
    }
    log.append(draft(1, &[]));
    assert_eq!(client.event().await, (json!(["user"]), "1".to_owned()));
    client.silence().await;
}

#[tokio::test(start_paused = true)]
async fn what_a_source_shows_to_its_own_people_only_is_for_readers_with_the_key() {
    for may_see_guarded in [true, false] {
        let log = log();
        let mut outbox = Outbox::default();
        let mut session = Session::new(who(may_see_guarded), log.clone(), None);
        session.obey(r#"{"type":"subscribe","stream":"public"}"#, &mut outbox);
        let keys = Keys {
            is_guarded: true,
            ..Keys::default()
        };
        log.append(Draft {
            after: Some(keys),
            ..draft(1, &[])
        });
        session.fill(&mut outbox).unwrap();
        assert_eq!(outbox.is_empty(), !may_see_guarded);
    }
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
    let session = Session::new(who(false), log(), None);
    let conversation = tokio::spawn(converse(
        Taken::new(ours),
        Outbox::default(),
        session,
        stopped,
    ));
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

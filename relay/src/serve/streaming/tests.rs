//! Conversations with readers, over channels instead of a network.

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::extract::ws::{Message, close_code};
use bytes::Bytes;
use futures_util::{StreamExt as _, sink, stream};
use serde_json::{Value, json};
use timeline::public_id::PublicId;
use tokio::{
    sync::{Semaphore, mpsc, watch},
    time::timeout,
};

use super::{
    super::readers::Place,
    events::{self, Reader},
    session::{MAX_SUBSCRIPTIONS, Session},
    socket::converse,
};
use crate::{
    log::{Cursor, Draft, Log, Seq},
    views::{Keys, Reach, Selection},
};

/// The run of the relay in these tests.
const EPOCH: u64 = 7;

fn log() -> Log {
    Log::new(EPOCH, 1 << 20)
}

fn draft(id: u32, tags: &[&str]) -> Draft {
    let status = json!({"id": id.to_string(), "content": "<p>\"hi\"</p>\n"}).to_string();
    let keys = Keys {
        tags: tags.iter().map(|it| (*it).to_owned()).collect(),
        ..Keys::default()
    };
    Draft::appeared(PublicId::floor(id), Bytes::from(status), keys)
}

/// A reader on the other side of a socket.
struct Client {
    says: mpsc::Sender<Message>,
    hears: mpsc::Receiver<Message>,
    stop: watch::Sender<bool>,
}

impl Client {
    /// Connects with `room` frames of space between the relay and the reader.
    fn with_room(log: &Log, resume: Option<&str>, room: usize) -> Self {
        let (says, said) = mpsc::channel(16);
        let (heard, hears) = mpsc::channel(room);
        let (stop, stopped) = watch::channel(false);
        let frames = stream::unfold(said, |mut said| async move {
            said.recv().await.map(|it| (Ok::<_, Infallible>(it), said))
        });
        let sink = sink::unfold(heard, |heard, message| async move {
            heard.send(message).await.map(|()| heard)
        });
        let session = Session::new(log.clone(), resume.map(|it| it.parse().unwrap()));
        tokio::spawn(async move {
            converse(
                Box::pin(sink),
                Box::pin(frames),
                session,
                Vec::new(),
                stopped,
            )
            .await;
        });
        Self { says, hears, stop }
    }

    fn connect(log: &Log) -> Self {
        Self::with_room(log, None, 64)
    }

    async fn say(&self, text: Value) {
        let text = Message::Text(text.to_string().into());
        self.says.send(text).await.unwrap();
        // The frame is obeyed before the test goes on to append.
        tokio::time::sleep(Duration::from_millis(1)).await;
    }

    async fn subscribe(&self, stream: &str) {
        self.say(json!({"type": "subscribe", "stream": stream}))
            .await;
    }

    async fn subscribe_tag(&self, tag: &str) {
        self.say(json!({"type": "subscribe", "stream": "hashtag", "tag": tag}))
            .await;
    }

    async fn next(&mut self) -> Option<Message> {
        timeout(Duration::from_secs(300), self.hears.recv())
            .await
            .unwrap()
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
        let heard = timeout(Duration::from_millis(50), self.hears.recv()).await;
        assert!(heard.is_err(), "{heard:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_frame_has_mastodons_shape_and_a_cursor() {
    let log = log();
    let mut client = Client::connect(&log);
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
    let mut client = Client::connect(&log);
    client.subscribe("public").await;
    let id = PublicId::from_i64(115).unwrap();
    log.append(Draft::deleted(id, Keys::default()));
    let frame = client.hear().await;
    assert_eq!(
        (&frame["event"], &frame["payload"]),
        (&json!("delete"), &json!("115"))
    );
}

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_before_something_is_asked_for() {
    let log = log();
    let mut client = Client::connect(&log);
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
    let mut client = Client::connect(&log);
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
    let mut client = Client::connect(&log);
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
    let mut client = Client::connect(&log);
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
    let mut client = Client::connect(&log);
    for text in [
        json!("hello"),
        json!({"type": "dance"}),
        json!({}),
        json!([1]),
    ] {
        client.say(text).await;
    }
    client.says.send(Message::Text("{".into())).await.unwrap();
    client.silence().await;
    client.subscribe("public").await;
    log.append(draft(1, &[]));
    assert_eq!(client.event().await.1, "1");
}

#[tokio::test(start_paused = true)]
async fn a_connection_has_at_most_so_many_subscriptions() {
    let log = log();
    let mut client = Client::connect(&log);
    for n in 0..MAX_SUBSCRIPTIONS {
        client.subscribe_tag(&format!("tag{n}")).await;
    }
    client.silence().await;
    client.subscribe_tag("onetoomany").await;
    assert_eq!(client.hear().await["status"], 429);
}

#[tokio::test(start_paused = true)]
async fn a_binary_frame_closes_the_socket() {
    let mut client = Client::connect(&log());
    client
        .says
        .send(Message::Binary(Bytes::from_static(b"x")))
        .await
        .unwrap();
    let Some(Message::Close(Some(close))) = client.next().await else {
        panic!("not closed");
    };
    assert_eq!(close.code, close_code::UNSUPPORTED);
    assert!(client.next().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_reader_is_pinged_and_one_that_never_answers_is_dropped() {
    let log = log();
    let mut client = Client::connect(&log);
    assert!(matches!(client.next().await, Some(Message::Ping(_))));
    client.says.send(Message::Pong(Bytes::new())).await.unwrap();
    assert!(matches!(client.next().await, Some(Message::Ping(_))));
    assert!(client.next().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_stopping_relay_says_goodbye() {
    let mut client = Client::connect(&log());
    client.stop.send_replace(true);
    let Some(Message::Close(Some(close))) = client.next().await else {
        panic!("not closed");
    };
    assert_eq!(close.code, close_code::AWAY);
}

#[tokio::test(start_paused = true)]
async fn a_reader_that_comes_back_gets_what_it_missed_from_its_cursor_on() {
    let log = log();
    for id in 1..=5 {
        log.append(draft(id, &[]));
    }
    let mut client = Client::with_room(&log, Some("7-4"), 64);
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
    let mut client = Client::with_room(&log, Some("7-2"), 64);
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
    let mut client = Client::with_room(&log, Some("7-2"), 64);
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
    let mut client = Client::connect(&log);
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
        let mut client = Client::with_room(&log, Some(cursor), 64);
        client.subscribe("public").await;
        let frame = client.hear().await;
        assert_eq!(frame["event"], "watersmeet.gap");
        let payload: Value = serde_json::from_str(frame["payload"].as_str().unwrap()).unwrap();
        assert_eq!(payload["from"], cursor);
        assert_eq!(payload["to"], log.cursor(log.end()).to_string());
        client.silence().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_reader_that_stopped_reading_is_told_what_it_missed_and_goes_on() {
    let log = Log::new(EPOCH, 16 * 1024);
    let mut client = Client::with_room(&log, None, 1);
    client.subscribe("public").await;
    for id in 1..=1_000 {
        log.append(draft(id, &[]));
        tokio::task::yield_now().await;
    }
    let mut got = Vec::new();
    let mut lost = 0;
    while got.last() != Some(&1_000) {
        let frame = client.hear().await;
        let payload: Value = serde_json::from_str(frame["payload"].as_str().unwrap()).unwrap();
        if frame["event"] == "watersmeet.gap" {
            let seq = |name: &str| {
                payload[name]
                    .as_str()
                    .unwrap()
                    .parse::<Cursor>()
                    .unwrap()
                    .seq
                    .0
            };
            lost += seq("to") - seq("from");
        } else {
            got.push(payload["id"].as_str().unwrap().parse::<u64>().unwrap());
        }
    }
    assert!(lost > 0);
    assert!(got.is_sorted());
    assert_eq!(got.len() as u64 + lost, 1_000);
}

#[tokio::test(start_paused = true)]
async fn a_reader_that_takes_nothing_for_a_minute_is_dropped() {
    let log = log();
    let mut client = Client::with_room(&log, None, 1);
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

/// A reader of events about `tag`, from `cursor` on.
fn reader(log: &Log, tag: &str, cursor: Option<Cursor>, stop: &watch::Sender<bool>) -> Reader {
    let slots = Arc::new(Semaphore::new(1));
    Reader {
        log: log.clone(),
        selection: Selection::hashtag(tag, Reach::All),
        cursor,
        stop: stop.subscribe(),
        slot: (slots.try_acquire_owned().unwrap(), Place::uncounted()),
    }
}

#[tokio::test(start_paused = true)]
async fn events_open_with_a_smile_carry_their_cursor_and_beat_when_it_is_quiet() {
    let log = log();
    let stop = watch::Sender::new(false);
    let mut pieces = Box::pin(events::events(reader(&log, "rust", None, &stop)));
    let mut next = async || {
        pieces
            .next()
            .await
            .map(|it| String::from_utf8(it.unwrap().to_vec()).unwrap())
    };
    assert_eq!(next().await.unwrap(), ":)\n");
    log.append(draft(1, &["other"]));
    log.append(draft(2, &["rust"]));
    assert_eq!(
        next().await.unwrap(),
        "event: update\nid: 7-2\ndata: {\"content\":\"<p>\\\"hi\\\"</p>\\n\",\"id\":\"2\"}\n\n"
    );
    assert_eq!(next().await.unwrap(), ":thump\n\n");
    stop.send_replace(true);
    assert_eq!(next().await, None);
}

#[tokio::test(start_paused = true)]
async fn events_go_on_after_the_last_that_was_received() {
    let log = log();
    for id in 1..=3 {
        log.append(draft(id, &["rust"]));
    }
    let mut headers = axum::http::HeaderMap::new();
    headers.insert("last-event-id", "7-2".parse().unwrap());
    let cursor = events::cursor_of(None, &headers);
    assert_eq!(cursor, Some(log.cursor(Seq(3))));
    let stop = watch::Sender::new(false);
    let pieces: Vec<_> = events::events(reader(&log, "rust", cursor, &stop))
        .take(2)
        .map(|it| String::from_utf8(it.unwrap().to_vec()).unwrap())
        .collect()
        .await;
    assert!(
        pieces[1].starts_with("event: update\nid: 7-3\n"),
        "{pieces:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn events_name_a_gap_too() {
    let log = log();
    let strange = Cursor {
        epoch: 1,
        seq: Seq(5),
    };
    let stop = watch::Sender::new(false);
    let mut pieces = Box::pin(events::events(reader(&log, "rust", Some(strange), &stop)));
    assert_eq!(
        pieces.next().await.unwrap().unwrap(),
        ":)\nevent: watersmeet.gap\ndata: {\"from\":\"1-5\",\"to\":\"7-1\"}\n\n"
    );
}

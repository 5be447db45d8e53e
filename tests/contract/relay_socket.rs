//! Plays the recordings to the relay: its own socket code must hear every public post and survive everything else.

use std::{collections::BTreeSet, time::Duration};

use futures_util::{SinkExt as _, StreamExt as _};
use mastodon::{
    Visibility,
    streaming::{ClientFrame, Event, Frame, StreamName, Subscription},
};
use relay::{config::Config, engine::Engine, source::State};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    task::JoinHandle,
    time::sleep,
};
use tokio_tungstenite::{accept_hdr_async, tungstenite::Message};

use crate::replay::{Handshake, Step, Transcript};

/// The longest that one replay may take.
const PATIENCE: Duration = Duration::from_secs(20);

const TOKEN: &str = "recorded-token";

/// Plays what a recorded server said to a relay that has this server as its only source.
pub(crate) async fn replay(name: &str, transcript: &Transcript) {
    let said = said(transcript);
    let domain = domain(&said);
    let subscriptions = subscriptions(transcript);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let streaming_url = format!("ws://{}", listener.local_addr().unwrap());
    let wanted = statuses(&said).len() + 1;
    let lines = said.into_iter().chain([marker(&domain)]).collect();
    let server: JoinHandle<()> = tokio::spawn(serve(listener, subscriptions.clone(), lines));
    let rest = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", rest.local_addr().unwrap());
    let nothing: JoinHandle<()> = tokio::spawn(answer_nothing(rest));
    let engine = Engine::start(&config(&domain, &url, &streaming_url, &subscriptions))
        .await
        .unwrap();

    let heard = async {
        while engine.sources.snapshot()[0].posts < wanted as u64 {
            assert!(
                !server.is_finished(),
                "{name}: the server ended before the relay had heard everything"
            );
            sleep(Duration::from_millis(10)).await;
        }
    };
    let report = || engine.sources.snapshot().remove(0);
    let waited = tokio::time::timeout(PATIENCE, heard).await;
    assert!(
        waited.is_ok(),
        "{name}: the relay heard {} of {wanted} posts",
        report().posts
    );
    assert_eq!(report().state, State::Live, "{name}: {:?}", report().reason);
    server.abort();
    nothing.abort();
    engine.shutdown().await;
}

/// The frames of the server.
fn said(transcript: &Transcript) -> Vec<String> {
    let frames = transcript.steps.iter().filter_map(|step| match step {
        Step::Receive(text) => Some(text.clone()),
        _ => None,
    });
    frames.collect()
}

/// The public statuses in the frames, by their identity, less those deleted before.
fn statuses(frames: &[String]) -> BTreeSet<String> {
    let mut gone = BTreeSet::new();
    let mut uris = BTreeSet::new();
    for frame in frames {
        let Ok(Frame::Event { event, .. }) = Frame::parse(frame) else {
            continue;
        };
        match event {
            Event::Update(it) | Event::StatusUpdate(it)
                if it.visibility == Visibility::Public && !gone.contains(&it.id) =>
            {
                uris.insert(it.uri.clone());
            }
            Event::Delete(id) => drop(gone.insert(id)),
            _ => {}
        }
    }
    uris
}

/// Whose recording it is: the host in its statuses' identities.
fn domain(frames: &[String]) -> String {
    let uris = statuses(frames);
    let host = uris.first().and_then(|uri| uri.split('/').nth(2));
    host.unwrap_or("recorded.example").to_owned()
}

/// A last post, by which one sees that everything before it was heard.
fn marker(domain: &str) -> String {
    let account = json!({"id": "1", "acct": "m", "username": "m", "url": format!("https://{domain}/@m"), "uri": format!("https://{domain}/users/m")});
    let uri = format!("https://{domain}/users/m/statuses/1");
    let status = json!({
        "id": "1", "uri": uri, "url": uri, "created_at": "2026-10-01T00:00:00.000Z", "account": account,
        "visibility": "public", "content": "<p>The end</p>",
    });
    json!({"stream": ["public"], "event": "update", "payload": status.to_string()}).to_string()
}

/// Those of the recorded subscriptions that a relay has, or the public stream.
fn subscriptions(transcript: &Transcript) -> BTreeSet<Subscription> {
    let sent = transcript.steps.iter().filter_map(|step| match step {
        Step::Send(text) => ClientFrame::parse(text).ok(),
        _ => None,
    });
    let public = [
        StreamName::Public,
        StreamName::PublicLocal,
        StreamName::PublicRemote,
        StreamName::Hashtag,
    ];
    let mut subscriptions: BTreeSet<Subscription> = sent
        .filter_map(|frame| match frame {
            ClientFrame::Subscribe(subscription) => Some(subscription),
            ClientFrame::Unsubscribe(_) => None,
        })
        .filter(|it| public.contains(&it.stream))
        .collect();
    if subscriptions.is_empty() {
        subscriptions.insert(Subscription::to(StreamName::Public));
    }
    subscriptions
}

/// Answers every request over REST with 404, so that the relay learns nothing and only the socket can bring anything.
async fn answer_nothing(listener: TcpListener) {
    const NOTHING: &[u8] = b"HTTP/1.1 404 Not Found\r\ncontent-type: application/json\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}";
    while let Ok((mut stream, _)) = listener.accept().await {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n")
            && stream.read_buf(&mut head).await.is_ok_and(|it| it > 0)
        {}
        drop(stream.write_all(NOTHING).await);
    }
}

fn config(
    domain: &str,
    url: &str,
    streaming_url: &str,
    subscriptions: &BTreeSet<Subscription>,
) -> Config {
    let is_tag = |it: &&Subscription| it.stream == StreamName::Hashtag;
    let streams: Vec<&str> = subscriptions
        .iter()
        .filter(|it| !is_tag(it))
        .map(|it| it.stream.as_str())
        .collect();
    let hashtags: Vec<&str> = subscriptions
        .iter()
        .filter(is_tag)
        .filter_map(|it| it.tag.as_deref())
        .collect();
    let text = format!(
        "archive = \":memory:\"\n[[source]]\ndomain = \"{domain}\"\nurl = \"{url}\"\n\
         streaming_url = \"{streaming_url}\"\ntoken = \"{TOKEN}\"\nstreams = {streams:?}\nhashtags = {hashtags:?}\n"
    );
    Config::parse(&text).unwrap()
}

/// Lets the relay in, expects its subscriptions and says what was recorded.
async fn serve(listener: TcpListener, subscriptions: BTreeSet<Subscription>, lines: Vec<String>) {
    let (stream, _) = listener.accept().await.unwrap();
    let handshake = Handshake::default();
    let mut socket = accept_hdr_async(stream, handshake.clone()).await.unwrap();
    assert_eq!(
        handshake.seen(),
        (
            "/api/v1/streaming".to_owned(),
            Some(format!("Bearer {TOKEN}"))
        )
    );
    assert!(
        handshake.has_user_agent(),
        "servers refuse who does not say who they are"
    );
    let mut asked = BTreeSet::new();
    while asked.len() < subscriptions.len() {
        match socket.next().await.unwrap().unwrap() {
            Message::Text(text) => match ClientFrame::parse(&text).unwrap() {
                ClientFrame::Subscribe(subscription) => drop(asked.insert(subscription)),
                ClientFrame::Unsubscribe(subscription) => {
                    panic!("the relay leaves {subscription:?}")
                }
            },
            other => panic!("the relay says {other:?}"),
        }
    }
    assert_eq!(asked, subscriptions);
    for line in lines {
        socket.send(Message::text(line)).await.unwrap();
    }
    while let Some(Ok(_)) = socket.next().await {}
}

#[test]
fn the_marker_is_a_frame_that_any_client_reads() {
    let frame = Frame::parse(&marker("a.example")).unwrap();
    assert!(
        matches!(
            frame,
            Frame::Event {
                event: Event::Update(_),
                ..
            }
        ),
        "{frame:?}"
    );
}

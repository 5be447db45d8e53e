//! Plays a recorded WebSocket again: a server on loopback that expects what the client sent and says what the server said.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use futures_util::{SinkExt as _, StreamExt as _};
use http::HeaderMap;
use mastodon::streaming::Frame;
use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::{
    accept_hdr_async,
    tungstenite::{
        Message,
        handshake::server::{Callback, ErrorResponse, Request, Response},
    },
};

use crate::socket::Socket;

/// The longest that one replay may take.
const PATIENCE: Duration = Duration::from_secs(20);

const TOKEN: &str = "recorded-token";

/// A recorded socket.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Transcript {
    /// With its query.
    pub(crate) path: String,
    pub(crate) authorized: bool,
    pub(crate) steps: Vec<Step>,
}

/// What happened, in order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Step {
    Send(String),
    Receive(String),
    /// The server refused the upgrade.
    Refused {
        status: u16,
    },
    Close,
}

impl Transcript {
    /// Reads one JSON object a line: `connect`, `send`, `receive` or `close`.
    pub(crate) fn read(text: &str) -> Self {
        let mut transcript = Self {
            path: "/api/v1/streaming".to_owned(),
            ..Self::default()
        };
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let line: Value =
                serde_json::from_str(line).unwrap_or_else(|why| panic!("{why} in {line}"));
            let frame = |name| {
                line.get(name)
                    .map(|it| it.as_str().map_or_else(|| it.to_string(), str::to_owned))
            };
            if let Some(connect) = line.get("connect") {
                if let Some(path) = connect.get("path").and_then(Value::as_str) {
                    transcript.path = path_of(path);
                }
                transcript.authorized = connect
                    .get("authorization")
                    .is_some_and(|it| !matches!(it, Value::Null | Value::Bool(false)));
                let status = connect
                    .get("status")
                    .and_then(Value::as_u64)
                    .filter(|status| *status >= 300);
                transcript.steps.extend(status.map(|it| Step::Refused {
                    status: u16::try_from(it).unwrap(),
                }));
            }
            transcript.steps.extend(frame("send").map(Step::Send));
            transcript.steps.extend(frame("receive").map(Step::Receive));
            transcript
                .steps
                .extend(line.get("close").map(|_| Step::Close));
        }
        transcript
    }

    /// The status of the server's refusal, if it refused.
    pub(crate) fn refusal(&self) -> Option<u16> {
        self.steps.iter().find_map(|step| match step {
            Step::Refused { status } => Some(*status),
            _ => None,
        })
    }
}

/// The path of an address, or the path itself.
fn path_of(address: &str) -> String {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    rest.find('/').map_or("/", |at| &rest[at..]).to_owned()
}

/// Replays a recording; panics when the client sends or understands something else than was recorded.
pub(crate) async fn replay(name: &str, transcript: Transcript) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}{}", listener.local_addr().unwrap(), transcript.path);
    let server = tokio::spawn(serve(listener, transcript.clone()));
    let client = tokio::time::timeout(PATIENCE, drive(&url, &transcript));
    client
        .await
        .unwrap_or_else(|_| panic!("{name}: the replay hangs"));
    let served = tokio::time::timeout(PATIENCE, server)
        .await
        .unwrap_or_else(|_| panic!("{name}: the server hangs"));
    served.unwrap_or_else(|why| panic!("{name}: {why}"));
}

/// The client: does what the recorded one did and compares what it hears.
async fn drive(url: &str, transcript: &Transcript) {
    let token = transcript.authorized.then_some(TOKEN);
    let mut socket = match (Socket::connect(url, token).await, transcript.refusal()) {
        (Ok(socket), None) => socket,
        (Err(refusal), Some(status)) => return assert_eq!(refusal.status, status),
        (Ok(_), Some(status)) => panic!("the server took what was refused with {status}"),
        (Err(refusal), None) => panic!("the server refused with {}", refusal.status),
    };
    for step in &transcript.steps {
        match step {
            Step::Send(text) => socket.send(text).await,
            Step::Receive(text) => {
                let heard = socket.next().await.expect("the server closed too early");
                assert_eq!(heard, Frame::parse(text), "{text}");
            }
            Step::Refused { .. } | Step::Close => {}
        }
    }
    assert_eq!(socket.next().await, None, "the server closes at the end");
}

/// The server: expects and says what the recorded one did.
async fn serve(listener: TcpListener, transcript: Transcript) {
    let (stream, _) = listener.accept().await.unwrap();
    let Some(mut socket) = upgrade(stream, &transcript).await else {
        return;
    };
    for step in &transcript.steps {
        match step {
            Step::Send(expected) => {
                let sent = socket.next().await.unwrap().unwrap();
                let json = |text: &str| {
                    serde_json::from_str::<Value>(text).unwrap_or_else(|_| Value::from(text))
                };
                assert_eq!(json(sent.to_text().unwrap()), json(expected));
            }
            Step::Receive(text) => socket.send(Message::text(text.clone())).await.unwrap(),
            Step::Refused { .. } | Step::Close => {}
        }
    }
    socket.close(None).await.unwrap();
    // Until the other side answers the close, dropping the socket could cut off what was said.
    while let Some(Ok(_)) = socket.next().await {}
}

async fn upgrade(
    stream: TcpStream,
    transcript: &Transcript,
) -> Option<tokio_tungstenite::WebSocketStream<TcpStream>> {
    let handshake = Handshake {
        refusal: transcript.refusal(),
        ..Handshake::default()
    };
    let socket = accept_hdr_async(stream, handshake.clone()).await;
    let token = transcript.authorized.then(|| format!("Bearer {TOKEN}"));
    assert_eq!(handshake.seen(), (transcript.path.clone(), token));
    match transcript.refusal() {
        Some(_) => None,
        None => Some(socket.unwrap()),
    }
}

/// Remembers what a client said when it knocked, and lets it in or not.
#[derive(Clone, Default)]
pub(crate) struct Handshake {
    refusal: Option<u16>,
    seen: Arc<Mutex<(String, HeaderMap)>>,
}

impl Handshake {
    /// Path and authorization.
    pub(crate) fn seen(&self) -> (String, Option<String>) {
        let seen = self.seen.lock().unwrap();
        let token = seen
            .1
            .get("authorization")
            .map(|it| it.to_str().unwrap().to_owned());
        (seen.0.clone(), token)
    }

    pub(crate) fn has_user_agent(&self) -> bool {
        self.seen.lock().unwrap().1.contains_key("user-agent")
    }
}

impl Callback for Handshake {
    fn on_request(self, request: &Request, response: Response) -> Result<Response, ErrorResponse> {
        *self.seen.lock().unwrap() = (request.uri().to_string(), request.headers().clone());
        match self.refusal {
            None => Ok(response),
            Some(status) => Err(http::Response::builder().status(status).body(None).unwrap()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Step, Transcript, replay};

    #[test]
    fn a_transcript_is_read_line_by_line() {
        let text = "{\"connect\":{\"path\":\"/x\",\"authorization\":true}}\n{\"send\":{\"a\":1}}\n\n{\"receive\":\"raw\"}\n";
        let steps = vec![Step::Send("{\"a\":1}".into()), Step::Receive("raw".into())];
        assert_eq!(
            Transcript::read(text),
            Transcript {
                path: "/x".into(),
                authorized: true,
                steps
            }
        );
    }

    #[tokio::test]
    async fn a_refused_upgrade_is_replayed_as_one() {
        let text = r#"{"connect":{"path":"/api/v1/streaming?stream=public","authorization":false,"status":401}}"#;
        replay("refused", Transcript::read(text)).await;
    }

    #[tokio::test]
    #[should_panic(expected = "left")]
    async fn a_frame_that_differs_from_the_recording_is_noticed() {
        let recorded = Transcript::read(r#"{"send":{"type":"subscribe","stream":"user"}}"#);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("ws://{}/api/v1/streaming", listener.local_addr().unwrap());
        let mut other = recorded.clone();
        other.steps = vec![Step::Send(
            r#"{"type":"subscribe","stream":"public"}"#.into(),
        )];
        let (server, ()) = tokio::join!(
            tokio::spawn(super::serve(listener, recorded)),
            super::drive(&url, &other)
        );
        if let Err(why) = server {
            std::panic::resume_unwind(why.into_panic());
        }
    }
}

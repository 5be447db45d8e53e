//! One connection of a subscriber: a WebSocket, or the answer of server-sent events.

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, tungstenite::Message};

use super::{Topic, Way, read_event};
use crate::oracle::Seen;

/// Where a connection begins.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place<'a> {
    /// With what happens next.
    Now,
    /// With the event of this cursor.
    At(&'a str),
    /// With the event after this one, as a browser comes back.
    After(&'a str),
}

/// One open connection.
pub(super) enum Line {
    Socket(Box<WebSocketStream<MaybeTlsStream<TcpStream>>>),
    Events {
        answer: reqwest::Response,
        /// What has come of lines that are not read yet.
        rest: Vec<u8>,
    },
}

/// What one frame or event said.
pub(super) struct Framed {
    pub(super) seen: Option<Seen>,
    pub(super) cursor: Option<String>,
}

impl Line {
    pub(super) async fn open(
        base: &str,
        topic: &Topic,
        way: Way,
        place: Place<'_>,
    ) -> Result<Self, String> {
        match way {
            Way::Socket => Self::socket(base, topic, place).await,
            Way::Events => Self::events(base, topic, place).await,
        }
    }

    async fn socket(base: &str, topic: &Topic, place: Place<'_>) -> Result<Self, String> {
        let query = match place {
            Place::At(cursor) => format!("?cursor={cursor}"),
            _ => String::new(),
        };
        let url = format!("{}/api/v1/streaming{query}", base.replacen("http", "ws", 1));
        let (mut socket, _) = tokio_tungstenite::connect_async(&url)
            .await
            .map_err(|error| format!("{url}: {error}"))?;
        let mut frame = json!({ "type": "subscribe" });
        for (key, value) in topic.frame.as_object().into_iter().flatten() {
            frame[key] = value.clone();
        }
        socket
            .send(Message::text(frame.to_string()))
            .await
            .map_err(|error| error.to_string())?;
        Ok(Self::Socket(Box::new(socket)))
    }

    async fn events(base: &str, topic: &Topic, place: Place<'_>) -> Result<Self, String> {
        let url = format!("{base}/api/v1/streaming/{}", topic.path);
        let joint = if url.contains('?') { '&' } else { '?' };
        let call = match place {
            Place::Now => reqwest::Client::new().get(&url),
            Place::At(cursor) => reqwest::Client::new().get(format!("{url}{joint}cursor={cursor}")),
            Place::After(last) => reqwest::Client::new()
                .get(&url)
                .header("Last-Event-ID", last),
        };
        let answer = call
            .send()
            .await
            .map_err(|error| format!("{url}: {error}"))?;
        if !answer.status().is_success() {
            return Err(format!("{url}: {}", answer.status()));
        }
        Ok(Self::Events {
            answer,
            rest: Vec::new(),
        })
    }

    /// What comes next, or `None` when the connection has ended.
    pub(super) async fn next(&mut self) -> Option<Framed> {
        match self {
            Self::Socket(socket) => loop {
                match socket.next().await?.ok()? {
                    Message::Text(text) => {
                        let frame: Value = serde_json::from_str(&text).ok()?;
                        let text = |key: &str| frame[key].as_str();
                        return Some(Framed {
                            seen: read_event(
                                text("event").unwrap_or_default(),
                                text("payload").unwrap_or_default(),
                            ),
                            cursor: text("cursor").map(str::to_owned),
                        });
                    }
                    Message::Ping(payload) => socket.send(Message::Pong(payload)).await.ok()?,
                    _ => {}
                }
            },
            Self::Events { answer, rest } => loop {
                if let Some(end) = rest.windows(2).position(|it| it == b"\n\n") {
                    let event: Vec<u8> = rest.drain(..end + 2).collect();
                    match read_lines(&String::from_utf8_lossy(&event)) {
                        Some(framed) => return Some(framed),
                        None => continue,
                    }
                }
                rest.extend_from_slice(&answer.chunk().await.ok()??);
            },
        }
    }
}

/// The event of some lines; `None` when they are comments alone.
fn read_lines(lines: &str) -> Option<Framed> {
    let field = |name: &str| {
        lines
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    };
    let name = field("event")?;
    Some(Framed {
        seen: read_event(name, field("data").unwrap_or_default()),
        cursor: field("id").map(str::to_owned),
    })
}

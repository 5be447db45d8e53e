//! The envelopes of the WebSocket: frames that a client sends and frames that a server sends.

use serde_json::{Map, Value, json};

use super::{Event, PublicEvent, StreamName, Subscription, public_event::Payload};
use crate::{
    lenient::{Notes, Unreadable, Wire, object, take},
    macros::part,
};

/// What a client asks.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ClientFrame {
    /// Begin to listen.
    Subscribe(Subscription),
    /// Cease to listen.
    Unsubscribe(Subscription),
}

impl ClientFrame {
    /// The frame as JSON text.
    #[must_use]
    pub fn to_json(&self) -> String {
        let (kind, subscription) = match self {
            Self::Subscribe(subscription) => ("subscribe", subscription),
            Self::Unsubscribe(subscription) => ("unsubscribe", subscription),
        };
        let mut frame = Map::new();
        frame.insert("type".to_owned(), Value::from(kind));
        for (name, value) in subscription.query() {
            frame.insert(name.into_owned(), Value::from(value));
        }
        Value::Object(frame).to_string()
    }

    /// Reads a frame that a client sent.
    ///
    /// # Errors
    /// When the text is no JSON object or its `type` is neither subscribe nor unsubscribe.
    pub fn parse(text: &str) -> Result<Self, FrameError> {
        let mut frame = envelope(text)?;
        let mut notes = Notes::default();
        let kind: String = take(&mut frame, "type", &mut notes).map_err(FrameError::Unreadable)?;
        let subscription = Subscription {
            stream: StreamName::from(
                take::<String>(&mut frame, "stream", &mut notes)
                    .map_err(FrameError::Unreadable)?
                    .as_str(),
            ),
            tag: take(&mut frame, "tag", &mut notes).map_err(FrameError::Unreadable)?,
            list: take(&mut frame, "list", &mut notes).map_err(FrameError::Unreadable)?,
        };
        match kind.as_str() {
            "subscribe" => Ok(Self::Subscribe(subscription)),
            "unsubscribe" => Ok(Self::Unsubscribe(subscription)),
            _ => Err(FrameError::UnknownType),
        }
    }
}

/// What a server says; `E` is what its events are read as.
#[derive(Clone, Debug, PartialEq)]
pub enum Frame<E = Event> {
    /// Something happened.
    Event {
        /// Which subscription it belongs to; empty where a server does not say.
        stream: Vec<String>,
        /// What happened.
        event: E,
        /// Where a Watersmeet relay's log stands after this event; other servers have none.
        cursor: Option<String>,
    },
    /// A subscription failed; the frame does not say which.
    Error {
        /// For people.
        error: String,
        /// Like an HTTP status; missing when an unsubscription failed.
        status: Option<i64>,
    },
    /// A Watersmeet relay could not resume where the client asked: events between the cursors are lost.
    Gap(RelayGap),
}

part! {
    /// The missing part of a relay's log.
    pub struct RelayGap {
        /// The last cursor that the client had.
        pub from: Option<String>,
        /// The cursor before the next event.
        pub to: Option<String>,
    }
}

/// The name of the event that a relay announces a gap by.
const GAP: &str = "watersmeet.gap";

impl Frame {
    /// Reads a text frame.
    ///
    /// # Errors
    /// When the text is no JSON object, has neither event nor error, or the payload of a known event cannot be read.
    pub fn parse(text: &str) -> Result<Self, FrameError> {
        Self::read(text, Event::read)
    }

    /// The frame as JSON text, its payload encoded twice as Mastodon does.
    #[must_use]
    pub fn to_json(&self) -> String {
        let frame = match self {
            Self::Event {
                stream,
                event,
                cursor,
            } => {
                let mut frame =
                    json!({"stream": stream, "event": event.name(), "payload": event.payload()});
                if let (Some(cursor), Some(map)) = (cursor, frame.as_object_mut()) {
                    map.insert("cursor".to_owned(), Value::from(cursor.as_str()));
                }
                frame
            }
            Self::Error {
                error,
                status: Some(status),
            } => json!({"error": error, "status": status}),
            Self::Error {
                error,
                status: None,
            } => json!({"error": error}),
            Self::Gap(gap) => {
                let payload = json!({"from": gap.from, "to": gap.to}).to_string();
                json!({"stream": [], "event": GAP, "payload": payload})
            }
        };
        frame.to_string()
    }
}

impl Frame<PublicEvent> {
    /// Reads a text frame of public streams.
    ///
    /// # Errors
    /// As [`Frame::parse`], which takes more kinds of payload.
    pub fn parse_public(text: &str) -> Result<Self, FrameError> {
        Self::read(text, PublicEvent::read)
    }
}

impl<E> Frame<E> {
    fn read(
        text: &str,
        read: fn(&str, Payload) -> Result<E, Unreadable>,
    ) -> Result<Self, FrameError> {
        let mut frame = envelope(text)?;
        let mut notes = Notes::default();
        let unreadable = FrameError::Unreadable;
        if frame.contains_key("error") && !frame.contains_key("event") {
            return Ok(Self::Error {
                error: take(&mut frame, "error", &mut notes).map_err(unreadable)?,
                status: take(&mut frame, "status", &mut notes).map_err(unreadable)?,
            });
        }
        let name: String = take(&mut frame, "event", &mut notes).map_err(unreadable)?;
        if name.is_empty() {
            return Err(FrameError::NoEvent);
        }
        let payload = frame.remove("payload").unwrap_or(Value::Null);
        if name == GAP {
            let gap = match payload {
                Value::String(text) => json_of(&text)?,
                other => other,
            };
            return RelayGap::read(gap, &mut notes)
                .map(Self::Gap)
                .map_err(unreadable);
        }
        // Pleroma and forks of it send some frames without `stream`, some servers a single name instead of a list.
        let stream = match frame.remove("stream") {
            Some(Value::String(name)) => vec![name],
            Some(list) => Vec::read(list, &mut notes).unwrap_or_default(),
            None => Vec::new(),
        };
        let cursor = take(&mut frame, "cursor", &mut notes).map_err(unreadable)?;
        let event = read(&name, Payload::of_value(payload)).map_err(unreadable)?;
        Ok(Self::Event {
            stream,
            event,
            cursor,
        })
    }
}

/// Why a frame cannot be read.
#[derive(Clone, Debug, PartialEq)]
pub enum FrameError {
    /// It is no JSON object.
    NotJson(String),
    /// A client's frame asks neither to subscribe nor to unsubscribe.
    UnknownType,
    /// A server's frame is neither event nor error.
    NoEvent,
    /// A part of it has a form that nobody means.
    Unreadable(Unreadable),
}

impl std::fmt::Display for FrameError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotJson(why) => write!(f, "the frame is not JSON: {why}"),
            Self::UnknownType => {
                f.write_str("the frame asks neither to subscribe nor to unsubscribe")
            }
            Self::NoEvent => f.write_str("the frame is neither an event nor an error"),
            Self::Unreadable(why) => write!(f, "the frame cannot be read: {why}"),
        }
    }
}

impl std::error::Error for FrameError {}

fn envelope(text: &str) -> Result<Map<String, Value>, FrameError> {
    object(json_of(text)?, "a frame").map_err(FrameError::Unreadable)
}

fn json_of(text: &str) -> Result<Value, FrameError> {
    serde_json::from_str(text).map_err(|why| FrameError::NotJson(why.to_string()))
}

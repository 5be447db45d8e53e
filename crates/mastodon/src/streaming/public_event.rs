//! What happened on a stream that anybody may hear.

use serde_json::Value;

use super::Event;
use crate::{
    Status, StatusId,
    lenient::{Notes, Unreadable, Wire},
};

/// One event of a public stream: for readers who carry no code for what only the streams of a person send.
#[derive(Clone, Debug, PartialEq)]
pub enum PublicEvent {
    /// A status came; it may come more than once.
    Update(Box<Status>),
    /// A status changed; this can be the first sight of it.
    StatusUpdate(Box<Status>),
    /// A status is gone; this can overtake the status itself.
    Delete(StatusId),
    /// Something else.
    Unknown {
        /// Its name.
        name: String,
        /// Its payload as it came.
        payload: String,
    },
}

impl PublicEvent {
    pub(super) fn read(name: &str, payload: Payload) -> Result<Self, Unreadable> {
        Ok(match name {
            "update" => Self::Update(entity(payload.value)?),
            "status.update" => Self::StatusUpdate(entity(payload.value)?),
            "delete" => Self::Delete(entity(payload.value)?),
            _ => Self::Unknown {
                name: name.to_owned(),
                payload: payload.text,
            },
        })
    }
}

impl From<PublicEvent> for Event {
    fn from(event: PublicEvent) -> Self {
        match event {
            PublicEvent::Update(status) => Self::Update(status),
            PublicEvent::StatusUpdate(status) => Self::StatusUpdate(status),
            PublicEvent::Delete(id) => Self::Delete(id),
            PublicEvent::Unknown { name, payload } => Self::Unknown { name, payload },
        }
    }
}

/// What an event carries.
pub(super) struct Payload {
    /// Read as JSON; text that is none is a bare id.
    pub(super) value: Value,
    /// As it came.
    pub(super) text: String,
}

impl Payload {
    pub(super) fn of_text(text: String) -> Self {
        let value = match serde_json::from_str(&text) {
            // A bare id has no quotes, and a number of more than 64 bits would lose digits.
            Ok(Value::Number(_)) | Err(_) => Value::String(text.clone()),
            Ok(value) => value,
        };
        Self { value, text }
    }

    pub(super) fn of_value(value: Value) -> Self {
        match value {
            Value::String(text) => Self::of_text(text),
            Value::Null => Self {
                value,
                text: String::new(),
            },
            other => Self {
                text: other.to_string(),
                value: other,
            },
        }
    }
}

pub(super) fn entity<T: Wire + Default>(value: Value) -> Result<T, Unreadable> {
    T::read(value, &mut Notes::default())
}

//! One event in the log, encoded once per wire form.

use std::sync::OnceLock;

use bytes::Bytes;
use timeline::public_id::PublicId;

use super::Seq;
use crate::views::Keys;

/// What an entry costs beside its payload: keys, numbers, places in the index.
const OVERHEAD_BYTES: usize = 512;

/// What happened to a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It is new here: `update` on the wire. The payload is the status.
    Appeared,
    /// It was edited: `status.update` on the wire. The payload is the status.
    Updated,
    /// It is gone: `delete` on the wire. The payload is the bare public id.
    Deleted,
}

impl Kind {
    /// The event's name on Mastodon's wire.
    #[must_use]
    pub fn event_name(self) -> &'static str {
        match self {
            Self::Appeared => "update",
            Self::Updated => "status.update",
            Self::Deleted => "delete",
        }
    }
}

/// An event before it has a number.
#[derive(Clone, Debug)]
pub struct Draft {
    /// What happened.
    pub kind: Kind,
    /// To which post.
    pub id: PublicId,
    /// The status as JSON, or the bare id of a deleted one.
    pub payload: Bytes,
    /// What subscribers match it by. For an edit and a deletion they include the tags from before,
    /// so that whoever got the post hears what became of it.
    pub keys: Keys,
}

/// The wire forms that are shared by many subscribers and therefore kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A WebSocket frame labelled `public`.
    Public,
    /// A WebSocket frame labelled `public:local`.
    PublicLocal,
    /// A WebSocket frame labelled `public:remote`.
    PublicRemote,
    /// A server-sent event.
    Sse,
}

const FORMS: usize = 4;

/// An event with its number.
#[derive(Debug)]
pub struct Entry {
    /// Its number.
    pub seq: Seq,
    /// What happened.
    pub kind: Kind,
    /// To which post.
    pub id: PublicId,
    /// The status as JSON, or the bare id of a deleted one.
    pub payload: Bytes,
    /// What subscribers match it by.
    pub keys: Keys,
    quoted: OnceLock<Bytes>,
    forms: [OnceLock<Bytes>; FORMS],
}

impl Entry {
    pub(super) fn new(seq: Seq, draft: Draft) -> Self {
        let Draft {
            kind,
            id,
            payload,
            keys,
        } = draft;
        Self {
            seq,
            kind,
            id,
            payload,
            keys,
            quoted: OnceLock::new(),
            forms: Default::default(),
        }
    }

    /// The payload as a JSON string literal with its quotes, as WebSocket frames carry it; made once.
    pub fn quoted(&self) -> &Bytes {
        self.quoted.get_or_init(|| {
            let text = String::from_utf8_lossy(&self.payload);
            Bytes::from(serde_json::Value::String(text.into_owned()).to_string())
        })
    }

    /// The entry in this form; `encode` makes it when nobody has asked before.
    pub fn form(&self, form: Form, encode: impl FnOnce(&Self) -> Bytes) -> Bytes {
        match self.forms.get(form as usize) {
            Some(slot) => slot.get_or_init(|| encode(self)).clone(),
            None => encode(self),
        }
    }

    /// What counts against the log's bound: the payload, its quoted form and one frame.
    pub(super) fn cost_bytes(&self) -> usize {
        OVERHEAD_BYTES + 3 * self.payload.len()
    }
}

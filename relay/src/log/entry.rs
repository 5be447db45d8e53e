//! One event in the log, encoded once per wire form.

use std::sync::OnceLock;

use bytes::Bytes;
use timeline::public_id::PublicId;

use super::Seq;
use crate::views::{Keys, Needle, Selection};

/// What an entry costs beside its payload and its words: keys, numbers, places in the index.
const OVERHEAD_BYTES: usize = 1_024;

/// What happened to a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It is new here.
    Appeared,
    /// People read something else in it now.
    Updated,
    /// It is gone.
    Deleted,
    /// People read the same in it, but it belongs to other selections now: a server told that it is an answer, it was
    /// boosted often enough, a server shows it to everybody.
    Shifted,
}

/// What a reader is told: an event of Mastodon's streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tell {
    /// `update`: a post that is new to the reader. The payload is the status.
    Update,
    /// `status.update`: a post that the reader has changed. The payload is the status.
    StatusUpdate,
    /// `delete`: a post that the reader has is gone from what it reads. The payload is the bare public id.
    Delete,
}

impl Tell {
    /// The event's name on Mastodon's wire.
    #[must_use]
    pub fn event_name(self) -> &'static str {
        match self {
            Self::Update => "update",
            Self::StatusUpdate => "status.update",
            Self::Delete => "delete",
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
    /// The status as JSON as it is now; empty for a deleted one.
    pub payload: Bytes,
    /// What selections matched it by before, when it was there.
    pub before: Option<Keys>,
    /// What selections match it by now, when it is there.
    pub after: Option<Keys>,
}

impl Draft {
    /// A new post.
    #[must_use]
    pub fn appeared(id: PublicId, payload: Bytes, keys: Keys) -> Self {
        Self {
            kind: Kind::Appeared,
            id,
            payload,
            before: None,
            after: Some(keys),
        }
    }

    /// A post that is gone.
    #[must_use]
    pub fn deleted(id: PublicId, keys: Keys) -> Self {
        Self {
            kind: Kind::Deleted,
            id,
            payload: Bytes::new(),
            before: Some(keys),
            after: None,
        }
    }
}

/// The wire forms, which are shared by all who read the entry and therefore kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A WebSocket's text after the label, which is the reader's own.
    Frame,
    /// A server-sent event.
    Event,
}

const FORMS: usize = 2;
const TELLS: usize = 3;

/// An event with its number.
#[derive(Debug)]
pub struct Entry {
    /// Its number.
    pub seq: Seq,
    /// What happened.
    pub kind: Kind,
    /// To which post.
    pub id: PublicId,
    /// The status as JSON; empty for a deleted one.
    pub payload: Bytes,
    /// What selections matched it by before, when it was there.
    pub before: Option<Keys>,
    /// What selections match it by now, when it is there.
    pub after: Option<Keys>,
    forms: [OnceLock<Bytes>; FORMS * TELLS],
}

impl Entry {
    pub(super) fn new(seq: Seq, draft: Draft) -> Self {
        let Draft {
            kind,
            id,
            payload,
            before,
            after,
        } = draft;
        Self {
            seq,
            kind,
            id,
            payload,
            before,
            after,
            forms: Default::default(),
        }
    }

    /// What a reader of this selection is to be told, if anything.
    #[must_use]
    pub fn tell(&self, selection: &Selection) -> Option<Tell> {
        let belongs = |keys: &Option<Keys>| keys.as_ref().is_some_and(|it| selection.matches(it));
        match (belongs(&self.before), belongs(&self.after)) {
            (false, true) => Some(Tell::Update),
            (true, true) => (self.kind == Kind::Updated).then_some(Tell::StatusUpdate),
            (true, false) => Some(Tell::Delete),
            (false, false) => None,
        }
    }

    /// What it can be found by: before and now.
    pub(super) fn needles(&self) -> impl Iterator<Item = Needle> {
        let states = self.before.iter().chain(&self.after);
        let mut needles: Vec<Needle> = states.flat_map(Needle::of).collect();
        needles.sort_unstable();
        needles.dedup();
        needles.into_iter()
    }

    /// The words that it has or had.
    pub(super) fn words(&self) -> impl Iterator<Item = Needle> {
        self.before
            .iter()
            .chain(&self.after)
            .flat_map(Needle::words_of)
    }

    /// The payload of what is told.
    #[must_use]
    pub fn payload_of(&self, tell: Tell) -> Bytes {
        match tell {
            Tell::Update | Tell::StatusUpdate => self.payload.clone(),
            Tell::Delete => Bytes::from(self.id.to_string()),
        }
    }

    /// What is told in this form; `encode` makes it when nobody has asked before.
    pub fn form(&self, form: Form, tell: Tell, encode: impl FnOnce(&Self) -> Bytes) -> Bytes {
        match self.forms.get(form as usize * TELLS + tell as usize) {
            Some(slot) => slot.get_or_init(|| encode(self)).clone(),
            None => encode(self),
        }
    }

    /// What counts against the log's bound: the payload, its two forms, and the words. That an edit is told in one form
    /// to who had the post and in another to who had not is rare enough to be left out.
    pub(super) fn cost_bytes(&self) -> usize {
        let words = |keys: &Option<Keys>| keys.as_ref().map_or(0, |it| it.words.len());
        OVERHEAD_BYTES + 3 * self.payload.len() + words(&self.before) + words(&self.after)
    }
}

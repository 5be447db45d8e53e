//! An event and the streams it belongs to.
use std::collections::BTreeSet;
use std::sync::Arc;

use crate::arena::PersonKey;

/// What an event says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Update,
    StatusUpdate,
    Delete,
    Notification,
}

impl Kind {
    /// The name on the wire.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Update => "update",
            Self::StatusUpdate => "status.update",
            Self::Delete => "delete",
            Self::Notification => "notification",
        }
    }
}

/// The streams that an event belongs to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Route {
    /// On the public streams.
    pub(crate) public: bool,
    /// Written on this server.
    pub(crate) local: bool,
    /// Has attachments.
    pub(crate) media: bool,
    /// Normalised as subscriptions are.
    pub(crate) tags: Vec<String>,
    /// Whose home timeline it is in.
    pub(crate) readers: BTreeSet<PersonKey>,
    /// Which lists it is in.
    pub(crate) lists: Vec<(PersonKey, u64)>,
    /// On the direct streams of those who may read it.
    pub(crate) direct: bool,
    /// Whose notification stream carries the edit.
    pub(crate) mentioned: Vec<PersonKey>,
    /// Whose notification it is.
    pub(crate) notified: Option<PersonKey>,
    /// Who alone may see it; `None` is everybody.
    pub(crate) viewers: Option<BTreeSet<PersonKey>>,
}

impl Route {
    /// A notification's.
    pub(crate) fn notifying(person: PersonKey) -> Self {
        Self {
            notified: Some(person),
            ..Self::default()
        }
    }

    /// Whether no stream at all carries it.
    pub(crate) fn leads_nowhere(&self) -> bool {
        !self.public
            && !self.direct
            && self.tags.is_empty()
            && self.readers.is_empty()
            && self.lists.is_empty()
            && self.mentioned.is_empty()
            && self.notified.is_none()
    }
}

/// Something to be told to those who listen.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) kind: Kind,
    /// JSON, or the bare id of a delete.
    pub(crate) payload: Arc<str>,
    pub(crate) route: Arc<Route>,
    /// Sent as something that is not JSON.
    pub(crate) malformed: bool,
}

impl Event {
    pub(crate) fn new(kind: Kind, payload: String, route: Route) -> Self {
        Self {
            kind,
            payload: payload.into(),
            route: Arc::new(route),
            malformed: false,
        }
    }

    /// Whether it tells of a post's words (feeds that are switched off hold these back, and only these).
    pub(crate) fn tells_words(&self) -> bool {
        matches!(self.kind, Kind::Update | Kind::StatusUpdate)
    }
}

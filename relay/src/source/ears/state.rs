//! How the two ways of listening to a source are doing, and the one state that both come to.

use std::collections::BTreeMap;

use super::Closed;
use crate::source::{
    health::State,
    owed::Owed,
    told::{Feed, Told},
};

/// A stream that sent nothing while polls found so many posts that it owed is silent, until it sends again.
const SILENT_AFTER: u32 = 3;

/// What is known of both ways of listening.
#[derive(Debug)]
pub(super) struct Inner {
    pub(super) told: BTreeMap<Feed, Told>,
    pub(super) streams: BTreeMap<Feed, Stream>,
    /// Which feeds the stream brings, and since when in milliseconds.
    pub(super) carried: BTreeMap<Feed, i64>,
    /// How it comes, when not in the usual way.
    pub(super) way: Option<String>,
    pub(super) closed: Closed,
    pub(super) socket: Line,
    pub(super) polls: Line,
    /// Since when the socket is up, or nothing while it is not.
    pub(super) up_since: Option<i64>,
    /// When the socket was last known to deliver.
    pub(super) heard_until: Option<i64>,
}

/// How one stream is doing since the socket is up.
#[derive(Debug, Default)]
pub(super) struct Stream {
    pub(super) heard: u64,
    pub(super) missed: u32,
    pub(super) owed: Owed,
}

/// How one way of listening is doing.
#[derive(Clone, Debug, Default)]
pub(in crate::source) enum Line {
    /// Not tried yet.
    #[default]
    Untried,
    /// Not wanted, and why.
    Idle(String),
    /// It works.
    Up,
    /// It does not, and why.
    Failed(Failure),
}

/// Why a way of listening does not work.
#[derive(Clone, Debug)]
pub(in crate::source) struct Failure {
    /// What kind of no it is: [`State::Refused`], [`State::Limited`] or [`State::Down`].
    pub state: State,
    /// In words for people.
    pub reason: String,
    /// When it is tried again, in milliseconds.
    pub next_try: Option<i64>,
}

impl Inner {
    /// Nothing was tried yet.
    pub(super) fn of(feeds: &[Feed]) -> Self {
        Self {
            told: feeds
                .iter()
                .map(|it| (it.clone(), Told::default()))
                .collect(),
            streams: BTreeMap::new(),
            carried: BTreeMap::new(),
            way: None,
            closed: Closed::default(),
            socket: Line::Untried,
            polls: Line::Untried,
            up_since: None,
            heard_until: None,
        }
    }

    /// Counts what the streams did not tell in its time. A stream that is down owes nothing: its cut is healed.
    pub(super) fn take_missed(&mut self, now: i64) -> u64 {
        if self.up_since.is_none() {
            return 0;
        }
        let count = |stream: &mut Stream| {
            let missed = stream.owed.take_missed(now);
            stream.missed = stream.missed.saturating_add(missed);
            u64::from(missed)
        };
        self.streams.values_mut().map(count).sum()
    }

    pub(super) fn is_silent(&self, feed: &Feed) -> bool {
        self.streams
            .get(feed)
            .is_some_and(|it| it.missed >= SILENT_AFTER)
    }

    pub(super) fn summary(&self, feeds: &[Feed]) -> (State, Option<String>, Option<i64>) {
        let failed = |line: &Line| {
            if let Line::Failed(failure) = line {
                Some(failure.clone())
            } else {
                None
            }
        };
        if self.up_since.is_some() {
            let silent: Vec<String> = feeds
                .iter()
                .filter(|it| self.is_silent(it))
                .map(Feed::name)
                .collect();
            if !silent.is_empty() {
                let reason = format!(
                    "accepted {} and sends nothing now; read by polls instead",
                    silent.join(", ")
                );
                return (State::Silent, Some(reason), None);
            }
            let is_quiet = self.streams.values().all(|it| it.heard == 0);
            if let (Line::Idle(reason), true) = (&self.polls, is_quiet) {
                return (State::Silent, Some(reason.clone()), None);
            }
            let checks = failed(&self.polls).map(|it| format!("cannot be verified: {}", it.reason));
            return (State::Live, checks.or(self.way.clone()), None);
        }
        let socket = match &self.socket {
            Line::Failed(failure) => Some(format!("not streaming: {}", failure.reason)),
            Line::Idle(reason) => Some(reason.clone()),
            Line::Untried | Line::Up => None,
        };
        match &self.polls {
            Line::Up => (State::Polling, socket, None),
            Line::Failed(failure) => (
                failure.state,
                Some(failure.reason.clone()),
                failure.next_try,
            ),
            Line::Idle(reason) => (State::Refused, Some(reason.clone()), None),
            Line::Untried => (State::Starting, socket, None),
        }
    }
}

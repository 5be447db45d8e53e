//! What one connection listens to and where it is in the log: the part of a socket that knows nothing of sockets.

use std::sync::Arc;

use axum::extract::ws::Utf8Bytes;
use serde::Deserialize;

use super::{
    frames,
    topic::{Refusal, Topic},
};
use crate::{
    log::{Attendance, Cursor, Entry, Log, Read, Seq},
    views::Interest,
};

/// Most subscriptions of one connection. A deck of columns has a dozen; every one is compared with every wanted entry.
pub(super) const MAX_SUBSCRIPTIONS: usize = 64;

/// Entries read at a time: about 100 KB of frames, so that a connection looks up from writing now and then.
const BATCH: usize = 32;

/// One connection's subscriptions and its place in the log.
#[derive(Debug)]
pub(super) struct Session {
    log: Log,
    subscriptions: Vec<Subscription>,
    /// What all subscriptions want together; kept, because it is asked for at every read.
    interest: Interest,
    attendance: Attendance,
    /// The next entry to read; that of the subscription which is furthest behind.
    at: Seq,
    /// Where subscriptions without a cursor of their own begin, while the connection is being resumed.
    resume: Option<Cursor>,
}

#[derive(Debug)]
struct Subscription {
    topic: Topic,
    label: String,
    /// Earlier entries are not for it: it came later than others on this connection.
    from: Seq,
}

/// What to send next.
#[derive(Debug)]
pub(super) struct Batch {
    pub(super) frames: Vec<Utf8Bytes>,
    /// Whether there is nothing after these, so that they can be flushed.
    pub(super) is_last: bool,
}

/// A frame that a client sends.
#[derive(Debug, Deserialize)]
struct Ask {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    stream: String,
    tag: Option<String>,
    cursor: Option<String>,
}

impl Session {
    /// A connection without subscriptions. `resume` is the cursor of an earlier connection.
    pub(super) fn new(log: Log, resume: Option<Cursor>) -> Self {
        let at = log.end();
        let interest = Interest::default();
        Self {
            attendance: log.attend(&interest),
            log,
            subscriptions: Vec::new(),
            interest,
            at,
            resume,
        }
    }

    /// Obeys a text frame and gives the frames that answer it. What is no such frame is ignored, as by Mastodon.
    pub(super) fn obey(&mut self, text: &str) -> Vec<Utf8Bytes> {
        let Ok(ask) = serde_json::from_str::<Ask>(text) else {
            return Vec::new();
        };
        match ask.kind.as_str() {
            "subscribe" => {
                let cursor = ask.cursor.and_then(|it| it.parse().ok());
                self.subscribe(&ask.stream, ask.tag.as_deref(), cursor)
            }
            "unsubscribe" => {
                self.unsubscribe(&ask.stream, ask.tag.as_deref());
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    /// Listens to a stream from `cursor`, else from where the connection resumes, else from now on.
    /// Gives what is to be said at once: an error, or the gap when the cursor means nothing here.
    pub(super) fn subscribe(
        &mut self,
        stream: &str,
        tag: Option<&str>,
        cursor: Option<Cursor>,
    ) -> Vec<Utf8Bytes> {
        let topic = match Topic::named(stream, tag) {
            Ok(topic) => topic,
            Err(refusal) => return vec![frames::error_frame(refusal)],
        };
        if self.subscriptions.iter().any(|it| it.topic.is_same(&topic)) {
            return Vec::new();
        }
        if self.subscriptions.len() == MAX_SUBSCRIPTIONS {
            return vec![frames::error_frame(Refusal {
                error: "Too many subscriptions on one connection: 64 are the most",
                status: 429,
            })];
        }
        let label = topic.label();
        let (from, strange) = start(&self.log, cursor.or(self.resume));
        let said = strange
            .map(|cursor| frames::gap_frame(&label, cursor, self.log.cursor(from)))
            .into_iter()
            .collect();
        if self.subscriptions.is_empty() {
            self.at = from;
        }
        for other in &mut self.subscriptions {
            // The others have had what lies before `at`, which is about to go back for the new one.
            other.from = other.from.max(self.at);
        }
        self.at = self.at.min(from);
        self.subscriptions.push(Subscription { topic, label, from });
        self.attend();
        said
    }

    /// Stops listening to a stream, in whatever spelling of its hashtag.
    fn unsubscribe(&mut self, stream: &str, tag: Option<&str>) {
        let Ok(topic) = Topic::named(stream, tag) else {
            return;
        };
        self.subscriptions.retain(|it| !it.topic.is_same(&topic));
        self.attend();
    }

    /// Says to the log what is wanted now.
    fn attend(&mut self) {
        self.interest = Interest(
            self.subscriptions
                .iter()
                .map(|it| it.topic.selection.clone())
                .collect(),
        );
        self.attendance = self.log.attend(&self.interest);
    }

    /// From now on a new subscription begins with what is new.
    pub(super) fn end_resuming(&mut self) {
        self.resume = None;
    }

    /// The next frames, and whether they are the last for now.
    pub(super) fn next_batch(&mut self) -> Batch {
        if self.subscriptions.is_empty() {
            return Batch {
                frames: Vec::new(),
                is_last: true,
            };
        }
        match self.log.read_from(self.at, &self.interest, BATCH) {
            Read::Entries(entries, next) => {
                let frames = entries
                    .iter()
                    .flat_map(|entry| self.frames_of(entry))
                    .collect();
                self.at = next;
                Batch {
                    frames,
                    is_last: entries.len() < BATCH,
                }
            }
            Read::Gap { from, to } => {
                self.at = to.next();
                let label = self
                    .subscriptions
                    .iter()
                    .find(|it| it.from <= to)
                    .map(|it| it.label.as_str());
                let (from, to) = (self.log.cursor(from), self.log.cursor(self.at));
                let frames = label.map(|label| frames::gap_frame(label, from, to));
                Batch {
                    frames: frames.into_iter().collect(),
                    is_last: false,
                }
            }
        }
    }

    /// Waits until there may be a next frame.
    pub(super) async fn more(&self) {
        if self.subscriptions.is_empty() {
            std::future::pending::<()>().await;
        }
        self.log.more_for(&self.interest, self.at).await;
    }

    /// One frame for each subscription that wants the entry.
    fn frames_of(&self, entry: &Arc<Entry>) -> impl Iterator<Item = Utf8Bytes> {
        self.subscriptions
            .iter()
            .filter(|it| it.from <= entry.seq)
            .filter_map(|it| Some((it, entry.tell(&it.topic.selection)?)))
            .map(|(it, tell)| frames::frame(&self.log, entry, tell, &it.topic, &it.label))
    }
}

/// Where a reader begins that brings `cursor`, and the cursor itself when it means nothing in this log.
pub(super) fn start(log: &Log, cursor: Option<Cursor>) -> (Seq, Option<Cursor>) {
    match cursor {
        None => (log.end(), None),
        Some(cursor) if cursor.epoch == log.epoch() && cursor.seq <= log.end() => {
            (cursor.seq.max(Seq::FIRST), None)
        }
        Some(cursor) => (log.end(), Some(cursor)),
    }
}

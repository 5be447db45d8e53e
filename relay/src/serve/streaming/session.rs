//! What one connection listens to and where it is in the log: the part of a socket that knows nothing of sockets.

use std::{
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use serde_json::Value;
use tokio::time::Instant;

use super::{
    super::query::Query,
    frames::{self, Gap},
    outbox::{FRAMES_A_WRITE, Outbox},
    topic::{Refusal, Topic},
    who::Who,
};
use crate::{
    engine::Following,
    log::{Cursor, Entry, Listener, Log, Read, Seq},
    views::Interest,
};

/// For so long after connecting, subscriptions begin where the connection's cursor says.
const RESUMING: Duration = Duration::from_secs(10);

/// So many times in a row a reader may fall off the log without having caught up: each is a whole log that it was too slow for.
pub(super) const MAX_FALLS: u32 = 5;

/// What a reader is told that is let go because it is too slow.
pub(super) const TOO_SLOW: &str = "consumer_too_slow";

/// The reader fell off the log more than [`MAX_FALLS`] times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooSlow;

/// One connection's subscriptions and its place in the log.
#[derive(Debug)]
pub(super) struct Session {
    who: Who,
    log: Log,
    subscriptions: Vec<Subscription>,
    /// What all subscriptions want together; kept, because it is asked for at every read.
    interest: Interest,
    /// Calls when there may be something; nothing while there are no subscriptions.
    listener: Option<Listener>,
    /// The next entry to read; that of the subscription which is furthest behind.
    at: Seq,
    /// Whether there may be more to read than was read.
    is_behind: bool,
    /// How often it fell off the log since it had read everything.
    falls: u32,
    /// Where subscriptions without a cursor of their own begin, while the connection is being resumed.
    resume: Option<Cursor>,
    resume_until: Instant,
}

#[derive(Debug)]
struct Subscription {
    topic: Topic,
    /// What its frames begin with.
    own: Bytes,
    /// Earlier entries are not for it: it came later than others on this connection.
    from: Seq,
    /// Keeps its hashtags followed.
    _following: Option<Following>,
}

impl Session {
    /// A connection without subscriptions. `resume` is the cursor of an earlier connection.
    pub(super) fn new(who: Who, log: Log, resume: Option<Cursor>) -> Self {
        let at = log.end();
        Self {
            who,
            log,
            subscriptions: Vec::new(),
            interest: Interest::default(),
            listener: None,
            at,
            is_behind: false,
            falls: 0,
            resume,
            resume_until: Instant::now() + RESUMING,
        }
    }

    /// Obeys a text frame and puts what answers it. What is no such frame is ignored, as by Mastodon.
    pub(super) fn obey(&mut self, text: &str, outbox: &mut Outbox) {
        let Ok(Value::Object(ask)) = serde_json::from_str(text) else {
            return;
        };
        let query = match Query::of_pairs(parameters(&ask)) {
            Ok(query) => query,
            Err(error) => return frames::put_error(outbox, &error.into()),
        };
        let stream = query.get("stream").unwrap_or_default();
        match query.get("type") {
            Some("subscribe") => self.subscribe(stream, &query, outbox),
            Some("unsubscribe") => self.unsubscribe(stream, &query),
            _ => {}
        }
    }

    /// Listens to a stream from the query's cursor, else from where the connection resumes, else from now on.
    /// Puts what is to be said at once: an error, or the gap when the cursor means nothing here.
    pub(super) fn subscribe(&mut self, stream: &str, query: &Query, outbox: &mut Outbox) {
        if let Err(refusal) = self.try_subscribe(stream, query, outbox) {
            frames::put_error(outbox, &refusal);
        }
    }

    fn try_subscribe(
        &mut self,
        stream: &str,
        query: &Query,
        outbox: &mut Outbox,
    ) -> Result<(), Refusal> {
        let topic = self.who.topic(stream, query)?;
        let cursor = cursor_of(query)?;
        if self.subscriptions.iter().any(|it| it.topic.is_same(&topic)) {
            return Ok(());
        }
        if self.subscriptions.len() >= self.who.max_subscriptions {
            return Err(Refusal {
                error: format!(
                    "Too many subscriptions on one connection: {} are the most",
                    self.who.max_subscriptions
                )
                .into(),
                status: 429,
            });
        }
        let own = frames::beginning(&topic.label());
        let resume = self.resume.filter(|_| Instant::now() < self.resume_until);
        let (from, strange) = start(&self.log, cursor.or(resume));
        if let Some(gap) = strange {
            frames::put_gap(outbox, &own, gap);
        }
        if self.subscriptions.is_empty() {
            self.at = from;
        }
        for other in &mut self.subscriptions {
            // The others have had what lies before `at`, which is about to go back for the new one.
            other.from = other.from.max(self.at);
        }
        self.at = self.at.min(from);
        let following = topic.selection.as_ref().and_then(|it| self.who.follow(it));
        self.subscriptions.push(Subscription {
            topic,
            own,
            from,
            _following: following,
        });
        self.listen();
        Ok(())
    }

    /// Stops listening to a stream, in whatever spelling of its hashtag.
    fn unsubscribe(&mut self, stream: &str, query: &Query) {
        let Ok(topic) = self.who.topic(stream, query) else {
            return;
        };
        self.subscriptions.retain(|it| !it.topic.is_same(&topic));
        self.listen();
    }

    /// Says to the log what is wanted now.
    fn listen(&mut self) {
        let wanted = self.subscriptions.iter();
        let wanted = wanted.filter_map(|it| it.topic.selection.clone());
        self.interest = Interest(wanted.collect());
        let is_silent = self.interest.0.is_empty();
        self.listener = (!is_silent).then(|| self.log.listen(&self.interest));
    }

    /// Puts the next frames into an empty box; none when there is nothing for now.
    ///
    /// # Errors
    /// When the reader falls off the log again and again.
    pub(super) fn fill(&mut self, outbox: &mut Outbox) -> Result<(), TooSlow> {
        let Some(listener) = &self.listener else {
            return Ok(());
        };
        self.is_behind |= listener.take();
        // As many entries as give no more frames than one write takes.
        let most = (FRAMES_A_WRITE / self.subscriptions.len().max(1)).max(1);
        while self.is_behind && outbox.is_empty() {
            match self.log.read_from(self.at, &self.interest, most) {
                Read::Entries(entries, next) => {
                    entries.iter().for_each(|it| self.put(it, outbox));
                    self.at = next;
                    self.is_behind = entries.len() == most;
                    self.falls *= u32::from(self.is_behind);
                }
                Read::Gap { from, to } => self.fall(from, to, outbox)?,
            }
        }
        Ok(())
    }

    /// Ready when [`fill`](Self::fill) may find more.
    pub(super) fn poll_more(&self, cx: &mut Context<'_>) -> Poll<()> {
        match &self.listener {
            Some(listener) => listener.poll_called(cx),
            None => Poll::Pending,
        }
    }

    fn fall(&mut self, from: Seq, to: Seq, outbox: &mut Outbox) -> Result<(), TooSlow> {
        self.at = to.next();
        self.falls += 1;
        if self.falls > MAX_FALLS {
            return Err(TooSlow);
        }
        let gap = Gap {
            from: self.log.cursor(from),
            to: self.log.cursor(self.at),
            reset: false,
        };
        if let Some(missed) = self.subscriptions.iter().find(|it| it.from <= to) {
            frames::put_gap(outbox, &missed.own, gap);
        }
        Ok(())
    }

    /// One frame for each subscription that is to be told of the entry.
    fn put(&self, entry: &Entry, outbox: &mut Outbox) {
        for it in self.subscriptions.iter().filter(|it| it.from <= entry.seq) {
            let selection = it.topic.selection.as_ref();
            if let Some(tell) = selection.and_then(|it| entry.tell(it)) {
                frames::put(outbox, &self.log, entry, tell, &it.own);
            }
        }
    }
}

/// The cursor that a request brings.
///
/// # Errors
/// When it is none.
pub(super) fn cursor_of(query: &Query) -> Result<Option<Cursor>, Refusal> {
    let cursor = query.get("cursor").map(str::parse).transpose();
    cursor.map_err(|_no_cursor| Refusal::bad("cursor is no cursor that this relay gave"))
}

/// What a client's frame says, as the parameters that the same would be in an address: a list is one parameter for each of its values.
fn parameters(ask: &serde_json::Map<String, Value>) -> Vec<(String, String)> {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        // Nothing is asked for by what cannot stand in an address.
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    };
    let mut pairs = Vec::new();
    for (name, value) in ask {
        let values = match value {
            Value::Array(values) => values.as_slice(),
            single => std::slice::from_ref(single),
        };
        pairs.extend(values.iter().filter_map(text).map(|it| (name.clone(), it)));
    }
    pairs
}

/// Where a reader begins that brings `cursor`, and what it is told when the cursor means nothing in this log.
pub(super) fn start(log: &Log, cursor: Option<Cursor>) -> (Seq, Option<Gap>) {
    let end = log.end();
    match cursor {
        None => (end, None),
        Some(cursor) if cursor.epoch == log.epoch() && cursor.seq <= end => {
            (cursor.seq.max(Seq::FIRST), None)
        }
        Some(from) => {
            let to = log.cursor(end);
            let reset = true;
            (end, Some(Gap { from, to, reset }))
        }
    }
}

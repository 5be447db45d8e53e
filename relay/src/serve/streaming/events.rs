//! One reader's server-sent events: the same reading of the log as a socket's, over a plain answer's body.

use std::{collections::VecDeque, convert::Infallible, time::Duration};

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures_util::{Stream, stream};
use tokio::{
    sync::watch,
    time::{Instant, Interval, MissedTickBehavior, interval_at},
};

use super::{
    super::connections::stopped,
    Slot,
    frames::{self, Gap},
    session::{MAX_FALLS, TOO_SLOW, start},
};
use crate::{
    engine::Following,
    log::{Cursor, Listener, Log, Read, Seq},
    views::{Interest, Selection},
};

/// Time between heartbeats, as Mastodon's; proxies cut connections that say nothing for a minute.
const THUMP_EVERY: Duration = Duration::from_secs(15);

/// Entries read at a time: as many as the connection below writes at once.
const BATCH: usize = 16;

/// The last line of a relay that stops: after so many milliseconds the reader is to come back.
const COME_BACK: &[u8] = b"retry: 2000\n\n";

/// What a reader of events is and wants.
#[derive(Debug)]
pub(super) struct Reader {
    pub(super) log: Log,
    /// Nothing when there is nothing for it ever.
    pub(super) selection: Option<Selection>,
    /// Where to begin; from now on when there is none.
    pub(super) cursor: Option<Cursor>,
    pub(super) stop: watch::Receiver<bool>,
    /// Its place among the streams that the relay serves at a time; given back when it leaves.
    pub(super) slot: Slot,
    /// Keeps its hashtags followed.
    pub(super) following: Option<Following>,
}

/// The cursor of a reader that comes back: the parameter is where to go on, the header is what was received last.
pub(super) fn cursor_of(parameter: Option<Cursor>, headers: &HeaderMap) -> Option<Cursor> {
    let last = headers
        .get("last-event-id")
        .and_then(|it| it.to_str().ok())
        .and_then(|it| it.parse::<Cursor>().ok());
    let after_last = last.map(|Cursor { epoch, seq }| Cursor {
        epoch,
        seq: seq.next(),
    });
    after_last.or(parameter)
}

/// The answer that goes on until the reader leaves or the relay stops.
pub(super) fn answer(reader: Reader) -> Response {
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/event-stream"),
        ),
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("private, no-store"),
        ),
        (
            header::HeaderName::from_static("x-accel-buffering"),
            HeaderValue::from_static("no"),
        ),
    ];
    (headers, Body::from_stream(events(reader))).into_response()
}

/// The pieces of the body.
pub(super) fn events(reader: Reader) -> impl Stream<Item = Result<Bytes, Infallible>> {
    let Reader {
        log,
        selection,
        cursor,
        stop,
        slot,
        following,
    } = reader;
    let (at, strange) = start(&log, cursor);
    // Mastodon opens with a line that says that the connection stands.
    let opening = Bytes::from_static(b":)\n");
    let strange = strange.map(frames::gap_event);
    let mut thump = interval_at(Instant::now() + THUMP_EVERY, THUMP_EVERY);
    thump.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let interest = Interest(selection.iter().cloned().collect());
    let state = State {
        listener: log.listen(&interest),
        log,
        selection,
        interest,
        at,
        pieces: [opening].into_iter().chain(strange).collect(),
        falls: 0,
        has_ended: false,
        thump,
        stop,
        _slot: slot,
        _following: following,
    };
    stream::unfold(state, |mut state| async move {
        let piece = state.next().await?;
        Some((Ok(piece), state))
    })
}

struct State {
    listener: Listener,
    log: Log,
    selection: Option<Selection>,
    interest: Interest,
    at: Seq,
    /// What is read and not given yet: a batch at most.
    pieces: VecDeque<Bytes>,
    /// How often it fell off the log since it had read everything.
    falls: u32,
    /// Whether the last piece is among those above, or given.
    has_ended: bool,
    thump: Interval,
    stop: watch::Receiver<bool>,
    _slot: Slot,
    _following: Option<Following>,
}

impl State {
    /// The next piece; nothing after the last.
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            if let Some(piece) = self.pieces.pop_front() {
                return Some(piece);
            }
            if self.has_ended {
                return None;
            }
            if *self.stop.borrow() {
                self.end(Bytes::from_static(COME_BACK));
                continue;
            }
            let is_behind = self.read();
            if is_behind || !self.pieces.is_empty() {
                continue;
            }
            tokio::select! {
                biased;
                () = stopped(&mut self.stop) => self.end(Bytes::from_static(COME_BACK)),
                () = self.listener.called() => {}
                _ = self.thump.tick() => return Some(Bytes::from_static(b":thump\n\n")),
            }
        }
    }

    fn end(&mut self, last: Bytes) {
        self.pieces.push_back(last);
        self.has_ended = true;
    }

    /// Reads a batch; whether there may be more.
    fn read(&mut self) -> bool {
        match self.log.read_from(self.at, &self.interest, BATCH) {
            Read::Entries(entries, next) => {
                self.at = next;
                for entry in &entries {
                    let selection = self.selection.as_ref();
                    if let Some(tell) = selection.and_then(|it| entry.tell(it)) {
                        self.pieces.push_back(frames::event(&self.log, entry, tell));
                    }
                }
                let is_behind = entries.len() == BATCH;
                self.falls *= u32::from(is_behind);
                is_behind
            }
            Read::Gap { from, to } => {
                self.at = to.next();
                self.falls += 1;
                let gap = Gap {
                    from: self.log.cursor(from),
                    to: self.log.cursor(self.at),
                    reset: false,
                };
                self.pieces.push_back(frames::gap_event(gap));
                if self.falls > MAX_FALLS {
                    self.end(frames::too_slow_event(TOO_SLOW));
                }
                true
            }
        }
    }
}

#[cfg(test)]
mod tests;

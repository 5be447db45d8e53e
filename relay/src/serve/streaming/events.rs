//! One reader's server-sent events: the same reading of the log as a socket's, over a plain answer's body.

use std::{convert::Infallible, time::Duration};

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use bytes::{Bytes, BytesMut};
use futures_util::{Stream, stream};
use tokio::{
    sync::watch,
    time::{Instant, Interval, MissedTickBehavior, interval_at},
};

use super::{super::connections::stopped, Slot, frames, session::start};
use crate::{
    log::{Attendance, Cursor, Log, Read, Seq},
    views::{Interest, Selection},
};

/// Time between heartbeats, as Mastodon's; proxies cut connections that say nothing for a minute.
const THUMP_EVERY: Duration = Duration::from_secs(15);

/// Entries put into one piece of the body: about 100 KB.
const BATCH: usize = 32;

/// What a reader of events is and wants.
#[derive(Debug)]
pub(super) struct Reader {
    pub(super) log: Log,
    pub(super) selection: Selection,
    /// Where to begin; from now on when there is none.
    pub(super) cursor: Option<Cursor>,
    pub(super) stop: watch::Receiver<bool>,
    /// Its place among the streams that the relay serves at a time; given back when it leaves.
    pub(super) slot: Slot,
}

/// The cursor of a reader that comes back: the parameter is where to go on, the header is what was received last.
pub(super) fn cursor_of(parameter: Option<&str>, headers: &HeaderMap) -> Option<Cursor> {
    let last = headers
        .get("last-event-id")
        .and_then(|it| it.to_str().ok())
        .and_then(|it| it.parse::<Cursor>().ok());
    let after_last = last.map(|Cursor { epoch, seq }| Cursor {
        epoch,
        seq: seq.next(),
    });
    after_last.or(parameter.and_then(|it| it.parse().ok()))
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
    } = reader;
    let (at, strange) = start(&log, cursor);
    // Mastodon opens with a line that says that the connection stands.
    let mut opening = BytesMut::from(&b":)\n"[..]);
    if let Some(cursor) = strange {
        opening.extend_from_slice(&frames::gap_event(cursor, log.cursor(at)));
    }
    let mut thump = interval_at(Instant::now() + THUMP_EVERY, THUMP_EVERY);
    thump.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let interest = Interest(vec![selection]);
    let state = State {
        _attendance: log.attend(&interest),
        log,
        interest,
        at,
        opening: Some(opening.freeze()),
        thump,
        stop,
        _slot: slot,
    };
    stream::unfold(state, |mut state| async move {
        let piece = state.next().await?;
        Some((Ok(piece), state))
    })
}

struct State {
    _attendance: Attendance,
    log: Log,
    interest: Interest,
    at: Seq,
    opening: Option<Bytes>,
    thump: Interval,
    stop: watch::Receiver<bool>,
    _slot: Slot,
}

impl State {
    /// The next piece; nothing when the relay stops.
    async fn next(&mut self) -> Option<Bytes> {
        if let Some(opening) = self.opening.take() {
            return Some(opening);
        }
        loop {
            match self.log.read_from(self.at, &self.interest, BATCH) {
                Read::Gap { from, to } => {
                    self.at = to.next();
                    let (from, to) = (self.log.cursor(from), self.log.cursor(self.at));
                    return Some(frames::gap_event(from, to));
                }
                Read::Entries(entries, next) => {
                    self.at = next;
                    let mut piece = BytesMut::new();
                    let wanted = self.interest.0.first();
                    for entry in &entries {
                        if let Some(tell) = wanted.and_then(|it| entry.tell(it)) {
                            piece.extend_from_slice(&frames::event(&self.log, entry, tell));
                        }
                    }
                    if !piece.is_empty() {
                        return Some(piece.freeze());
                    }
                }
            }
            tokio::select! {
                biased;
                () = stopped(&mut self.stop) => return None,
                () = self.log.more_for(&self.interest, self.at) => {}
                _ = self.thump.tick() => return Some(Bytes::from_static(b":thump\n\n")),
            }
        }
    }
}

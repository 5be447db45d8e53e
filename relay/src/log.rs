//! What happened, in order: one append-only, byte-bounded, numbered log that every subscriber reads.
//!
//! A subscriber is a cursor, not a queue: it reads what it has not read, else waits. Nobody buffers
//! for anybody, so a slow reader costs nothing; when what it needs has fallen off the old end, it is told
//! so by a [`Read::Gap`]. A reader of hashtags, authors, servers, languages or words alone is served from an index,
//! and is woken only by entries that have one of them.

mod arrivals;
mod crossing;
mod cursor;
mod entry;
mod index;
mod listener;

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use self::{crossing::Minima, index::Index, listener::Listeners};
pub use self::{
    cursor::{Cursor, Seq},
    entry::{Draft, Entry, Form, Kind, Tell},
    listener::Listener,
};
use crate::views::{Interest, Keys};

/// Every so many entries also the readers of rare things are woken, so that their cursors move along
/// and never fall off the old end for want of anything to read.
const TIDE: u64 = 64;

/// What a reader gets.
#[derive(Debug)]
pub enum Read {
    /// The wanted entries in order (perhaps none), and where to read on.
    Entries(Vec<Arc<Entry>>, Seq),
    /// Entries from `from` to `to` (both inclusive) are no longer held; read on at `to` + 1.
    Gap {
        /// The first that is lost.
        from: Seq,
        /// The last that is lost.
        to: Seq,
    },
}

/// The log; a clone is another handle on the same one.
#[derive(Clone, Debug)]
pub struct Log {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    /// Distinguishes this run of the relay from others: numbers start again at 1 in each.
    epoch: u64,
    /// The bound on [`Held::bytes`].
    max_bytes: usize,
    /// A std mutex: nothing is awaited while it is held, and every hold is short.
    held: Mutex<Held>,
    /// Who waits for more.
    listeners: Listeners,
    /// The counts that somebody waits for.
    minima: Minima,
    /// How often a gap was told.
    gaps: AtomicU64,
}

/// How much a log holds, and how often it did not hold enough.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Depth {
    /// Events in memory.
    pub entries: usize,
    /// What they cost, in bytes.
    pub bytes: usize,
    /// Events that were ever in it: the number of the newest one.
    pub events: u64,
    /// How often a reader was told that events are no longer held.
    pub gaps: u64,
}

#[derive(Debug, Default)]
struct Held {
    entries: VecDeque<Arc<Entry>>,
    /// The number of the first entry in `entries`, or of the next to come when it is empty.
    first: Seq,
    /// The sum of the entries' costs.
    bytes: usize,
    index: Index,
}

impl Log {
    /// An empty log that holds at most about `max_bytes`. `epoch` must differ from that of any
    /// earlier run: the start time in milliseconds will do.
    #[must_use]
    pub fn new(epoch: u64, max_bytes: usize) -> Self {
        let held = Held {
            first: Seq::FIRST,
            ..Held::default()
        };
        let shared = Shared {
            epoch,
            max_bytes,
            held: Mutex::new(held),
            listeners: Listeners::default(),
            minima: Minima::default(),
            gaps: AtomicU64::new(0),
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// A log that goes on where an earlier run of the relay stopped: these events were numbered from `first` on.
    #[must_use]
    pub fn resumed(
        epoch: u64,
        max_bytes: usize,
        first: Seq,
        drafts: impl IntoIterator<Item = Draft>,
    ) -> Self {
        let log = Self::new(epoch, max_bytes);
        log.held().first = first.max(Seq::FIRST);
        log.append_all(drafts);
        log
    }

    /// The number of the oldest entry that is held.
    #[must_use]
    pub fn oldest(&self) -> Seq {
        self.held().first
    }

    /// What tells this run's numbers from another's.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.shared.epoch
    }

    /// How much it holds.
    #[must_use]
    pub fn depth(&self) -> Depth {
        let held = self.held();
        Depth {
            entries: held.entries.len(),
            bytes: held.bytes,
            events: held.end().0 - 1,
            gaps: self.shared.gaps.load(Ordering::Relaxed),
        }
    }

    /// Where a reader starts that wants only what is new: one after the newest.
    #[must_use]
    pub fn end(&self) -> Seq {
        self.held().end()
    }

    /// The cursor of a reader whose next entry is `seq`, as told to clients.
    #[must_use]
    pub fn cursor(&self, seq: Seq) -> Cursor {
        Cursor {
            epoch: self.shared.epoch,
            seq,
        }
    }

    /// Appends one event, wakes whoever waits for it, and drops the oldest beyond the bound.
    pub fn append(&self, draft: Draft) -> Seq {
        self.append_all([draft])
    }

    /// Appends several events under one lock and wakes readers once; gives the last number.
    pub fn append_all(&self, drafts: impl IntoIterator<Item = Draft>) -> Seq {
        let mut held = self.held();
        let before = held.end();
        let mut entries = Vec::new();
        for draft in drafts {
            let entry = Arc::new(Entry::new(held.end(), draft));
            entries.push(Arc::clone(&entry));
            held.push(entry);
        }
        held.drop_beyond(self.shared.max_bytes);
        let newest = Seq(held.end().0 - 1);
        drop(held);
        let is_tide = newest.0 / TIDE != (before.0 - 1) / TIDE;
        self.shared.listeners.call(&entries, is_tide);
        newest
    }

    /// Up to `max` entries from `seq` on (inclusive) that are of interest.
    #[must_use]
    pub fn read_from(&self, seq: Seq, interest: &Interest, max: usize) -> Read {
        let seq = seq.max(Seq::FIRST);
        let held = self.held();
        if seq < held.first {
            self.shared.gaps.fetch_add(1, Ordering::Relaxed);
            return Read::Gap {
                from: seq,
                to: Seq(held.first.0 - 1),
            };
        }
        let mut wanted = Vec::new();
        let mut next = held.end().max(seq);
        let is_wanted = |entry: &Entry| interest.0.iter().any(|it| entry.tell(it).is_some());
        let places = interest.needles().and_then(|it| held.index.from(&it, seq));
        match places {
            None => {
                let skip = usize::try_from(seq.0 - held.first.0).unwrap_or(usize::MAX);
                for entry in held.entries.iter().skip(skip) {
                    if wanted.len() == max {
                        next = entry.seq;
                        break;
                    }
                    if is_wanted(entry) {
                        wanted.push(Arc::clone(entry));
                    }
                }
            }
            Some(places) => {
                for at in places {
                    let Some(entry) = held.at(at) else { continue };
                    if wanted.len() == max {
                        next = entry.seq;
                        break;
                    }
                    if is_wanted(entry) {
                        wanted.push(Arc::clone(entry));
                    }
                }
            }
        }
        Read::Entries(wanted, next)
    }

    /// Calls a reader with this interest whenever there may be something for it, until the answer is dropped.
    #[must_use]
    pub fn listen(&self, interest: &Interest) -> Listener {
        Listener::new(self, interest)
    }

    /// Says that somebody reads with this interest, so that posts that come to be boosted or favourited as often as it asks
    /// are told; until the answer is dropped.
    #[must_use]
    pub fn attend(&self, interest: &Interest) -> Attendance {
        self.shared.minima.join(interest);
        Attendance {
            log: self.clone(),
            interest: interest.clone(),
        }
    }

    /// Whether somebody waits for what these counts have become.
    #[must_use]
    pub fn is_awaited(&self, before: &Keys, after: &Keys) -> bool {
        self.shared.minima.is_crossed(before, after)
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        // A panic elsewhere cannot leave the log half written in a way that matters to readers.
        self.shared
            .held
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    fn end(&self) -> Seq {
        Seq(self.first.0 + u64::try_from(self.entries.len()).unwrap_or(u64::MAX))
    }

    fn at(&self, seq: Seq) -> Option<&Arc<Entry>> {
        let idx = usize::try_from(seq.0.checked_sub(self.first.0)?).ok()?;
        self.entries.get(idx)
    }

    fn push(&mut self, entry: Arc<Entry>) {
        self.bytes += entry.cost_bytes();
        self.index.insert(&entry);
        self.entries.push_back(entry);
    }

    fn drop_beyond(&mut self, max_bytes: usize) {
        // The newest entry stays whatever its size: a log that holds nothing helps nobody.
        while self.bytes > max_bytes && self.entries.len() > 1 {
            let Some(oldest) = self.entries.pop_front() else {
                break;
            };
            self.first = oldest.seq.next();
            self.bytes -= oldest.cost_bytes();
            self.index.remove(&oldest);
        }
    }
}

/// A reader whose minima are watched for.
#[derive(Debug)]
pub struct Attendance {
    log: Log,
    interest: Interest,
}

impl Drop for Attendance {
    fn drop(&mut self) {
        self.log.shared.minima.leave(&self.interest);
    }
}

#[cfg(test)]
mod tests;

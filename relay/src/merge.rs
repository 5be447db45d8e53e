//! The one thread that owns the merge: takes what sources tell, in batches, into archive and log.
//!
//! A batch is whatever has arrived meanwhile, up to [`MAX_BATCH`]: what comes alone is merged at once; right after another
//! batch it waits for company, up to [`GATHER`], so that under load many share one commit. The archive commits first and the
//! log is told after, so nobody hears of a post that cannot be read yet.

mod cache;
mod inlet;
mod keeping;
mod people;
mod recent;
mod sieve;
mod store;
mod sweep;
mod telling;

use std::{
    sync::Arc,
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use mastodon::{Account, streaming::Brief};
use timeline::{
    key::host_of,
    merge::{
        Arrival, Change, Heard, How, Memory as _, Merger, Outcome, Refusal, Verdict, opted_out,
    },
};
use tokio::sync::{mpsc, oneshot, watch};

pub use self::{inlet::Inlet, keeping::Failing, people::AccountTold};
use self::{
    keeping::Keeper,
    recent::{Recent, name_of},
    store::Store,
    sweep::{FIRST_STEPS, Sweep},
};
use crate::{
    archive::{ArchiveError, Ledger},
    config::Keep,
    log::{Draft, Log},
    metrics::{Counter, Gauge, Histogram, whole},
    moderation::Moderation,
    source::Registry,
};

/// Arrivals that may wait to be merged; when they are so many, sockets are read more slowly.
const MAX_WAITING: usize = 4_096;
/// Arrivals that share one commit at most.
const MAX_BATCH: usize = 500;
/// Least time from one commit to the next batch's, unless that is full: so long an arrival waits at most for others.
const GATHER: Duration = Duration::from_millis(2);

/// What the merge is told.
enum Input {
    /// Something from a source.
    Arrival(Box<Arrival>),
    /// The same, with its status read in brief, and the whole of it as JSON.
    Brief(Box<Arrival>, String),
    /// An account that somebody asked for.
    Account(Box<AccountTold>),
    /// A moment passed: posts from the future may be due, old ones may have to go.
    Tick(i64),
    /// The sources are others now.
    Known(Vec<(String, Vec<String>)>, Vec<String>),
    /// So much is kept from now on.
    Keep(Keep),
    /// The rules may be others.
    Heed,
    /// Tell when everything before this is readable.
    Flush(oneshot::Sender<()>),
}

/// The merge has stopped, because the relay stops or its archive broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stopped;

/// What the merge works with.
#[derive(Debug)]
pub struct Parts {
    /// The rules.
    pub merger: Merger,
    /// The hosts of the sources: authors there are local.
    pub hosts: Vec<String>,
    /// What is kept.
    pub ledger: Ledger,
    /// Who is told.
    pub log: Log,
    /// Whose counters are kept.
    pub sources: Registry,
    /// What is never shown.
    pub moderation: Moderation,
    /// A post first seen this long after it was written counts as late, in milliseconds.
    pub late_after: i64,
}

/// How fast the merge is.
#[derive(Debug)]
pub struct Pace {
    /// Arrivals that shared one commit.
    pub arrivals: Histogram<6>,
    /// From taking a batch to its being committed, in seconds.
    pub commit: Histogram<8>,
    /// Batches that could not be kept.
    pub failures: Counter,
    /// Living posts that are kept.
    pub posts: Gauge,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            arrivals: Histogram::new([1.0, 5.0, 20.0, 100.0, 250.0, 500.0]),
            commit: Histogram::new([0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1.0]),
            failures: Counter::default(),
            posts: Gauge::default(),
        }
    }
}

/// The merge thread.
#[derive(Debug)]
pub struct Merge {
    /// How fast it is.
    pub pace: Arc<Pace>,
    thread: JoinHandle<()>,
    /// Why the archive does not take what it is given, while it does not.
    pub failing: watch::Receiver<Option<Failing>>,
}

impl Merge {
    /// Starts the thread. It ends when every [`Inlet`] is gone.
    ///
    /// # Errors
    /// When the system gives no thread, or the archive cannot be read.
    pub fn start(parts: Parts) -> std::io::Result<(Self, Inlet)> {
        let (sender, receiver) = mpsc::channel(MAX_WAITING);
        let keeper = Keeper::new();
        let (failing, lost) = (keeper.failing(), keeper.lost());
        let pace = Arc::new(Pace::default());
        let noted = Arc::clone(&pace);
        let mut merging = Loop {
            merger: parts.merger,
            store: Store::new(parts.ledger, parts.hosts).map_err(std::io::Error::other)?,
            log: parts.log,
            sources: parts.sources,
            late_after: parts.late_after,
            keeper,
            pace: noted,
            refused: Recent::default(),
            moderation: parts.moderation,
            sweep: Sweep::default(),
            pruned_at: 0,
            is_behind: false,
        };
        // What was forgotten while nothing ran is gone before anybody is served.
        merging.begin();
        merging.pace.posts.set(merging.store.posts());
        let thread = thread::Builder::new()
            .name("merge".to_owned())
            .spawn(move || merging.run(receiver))?;
        Ok((
            Self {
                pace,
                thread,
                failing,
            },
            Inlet { sender, lost },
        ))
    }

    /// Waits for the end, after every [`Inlet`] is gone. Blocks.
    pub fn join(self) {
        if self.thread.join().is_err() {
            tracing::error!("the merge ended by a panic");
        }
    }
}

struct Loop {
    merger: Merger,
    store: Store,
    log: Log,
    sources: Registry,
    late_after: i64,
    keeper: Keeper,
    pace: Arc<Pace>,
    refused: Recent,
    /// When old posts were let go last, in seconds since 1970.
    pruned_at: i64,
    /// Whether there is more to let go.
    is_behind: bool,
    moderation: Moderation,
    sweep: Sweep,
}

impl Loop {
    fn begin(&mut self) {
        let mut batch = vec![Input::Heed];
        for _ in 0..FIRST_STEPS {
            match self.take(&mut batch, &mut Vec::new()) {
                Ok(drafts) if drafts.is_empty() => {}
                Ok(drafts) => drop(self.log.append_all(drafts)),
                Err(error) => {
                    tracing::error!(%error, "kept posts could not be gone through");
                    return;
                }
            }
            if !self.is_sweeping() {
                return;
            }
        }
    }

    /// Whether kept posts are still to be gone through, or authors to leave.
    fn is_sweeping(&self) -> bool {
        self.sweep.is_busy() || self.merger.is_leaving()
    }

    /// What arrives next, if anything does while there is other work; `None` when nothing ever will.
    #[expect(
        clippy::option_option,
        reason = "the outer one is the end, as for an iterator"
    )]
    fn next(&self, receiver: &mut mpsc::Receiver<Input>) -> Option<Option<Input>> {
        if !self.is_sweeping() {
            return receiver.blocking_recv().map(Some);
        }
        match receiver.try_recv() {
            Ok(input) => Some(Some(input)),
            Err(mpsc::error::TryRecvError::Empty) => Some(None),
            Err(mpsc::error::TryRecvError::Disconnected) => None,
        }
    }

    fn run(mut self, mut receiver: mpsc::Receiver<Input>) {
        let mut batch = Vec::with_capacity(MAX_BATCH);
        let mut committed = None;
        while let Some(first) = self.next(&mut receiver) {
            if first.is_some()
                && receiver.len() + 1 < MAX_BATCH
                && let Some(rest) =
                    committed.and_then(|it: Instant| GATHER.checked_sub(it.elapsed()))
            {
                thread::sleep(rest);
            }
            batch.extend(first);
            while batch.len() < MAX_BATCH
                && let Ok(next) = receiver.try_recv()
            {
                batch.push(next);
            }
            if !self.keep(&mut batch) && !self.keeper.await_room(&mut self.store, &receiver) {
                return;
            }
            committed = Some(Instant::now());
        }
        if let Err(error) = self.close() {
            tracing::error!(%error, "the last words of sources could not be kept");
        }
    }

    /// Writes what still lingers, when nothing comes any more.
    fn close(&mut self) -> Result<(), ArchiveError> {
        self.store.begin()?;
        self.store.settle_all();
        self.store.commit()
    }

    /// Takes a batch in, and tells the log of it once it is kept. `false` when the archive takes nothing at the moment.
    fn keep(&mut self, batch: &mut Vec<Input>) -> bool {
        let mut flushed = Vec::new();
        let is_arrival = |it: &&Input| matches!(it, Input::Arrival(_) | Input::Brief(..));
        let arrivals = batch.iter().filter(is_arrival);
        let arrivals = u64::try_from(arrivals.count()).unwrap_or_default();
        let began = Instant::now();
        let drafts = self.take(batch, &mut flushed);
        // The clock's ticks are no work.
        if arrivals > 0 {
            self.pace.arrivals.note(whole(arrivals));
            self.pace.commit.note_time(began.elapsed());
        }
        let is_fit = match drafts {
            Ok(drafts) => {
                if !drafts.is_empty() {
                    self.log.append_all(drafts);
                }
                self.keeper.well();
                self.pace.posts.set(self.store.posts());
                true
            }
            Err(error) => {
                // Nothing of the batch was told. What it held is asked for again when the archive takes posts again, and
                // by the next polls.
                self.pace.failures.add(1);
                let is_lost = self.store.take_lost() || (arrivals > 0 && batch.is_empty());
                self.keeper.failed(&error, is_lost);
                !error.trouble().is_of_the_place()
            }
        };
        for done in flushed {
            // Whoever asked may have left.
            done.send(()).unwrap_or_default();
        }
        is_fit
    }

    /// Takes a batch in as one commit; what subscribers are to be told comes back.
    fn take(
        &mut self,
        batch: &mut Vec<Input>,
        flushed: &mut Vec<oneshot::Sender<()>>,
    ) -> Result<Vec<Draft>, ArchiveError> {
        let mut drafts = Vec::new();
        let is_tick = batch.iter().any(|it| matches!(it, Input::Tick(_)));
        self.store.begin()?;
        for input in batch.drain(..) {
            match input {
                Input::Arrival(arrival) => self.merge(*arrival, &mut drafts),
                Input::Brief(mut arrival, text) => {
                    if self.complete(&mut arrival, &text) {
                        self.merge(*arrival, &mut drafts);
                    }
                }
                Input::Account(told) => {
                    let AccountTold {
                        source,
                        account,
                        at,
                    } = *told;
                    if opted_out(&account.note) {
                        self.hide(&source, &account, at);
                    } else {
                        self.store.note_account(&account, &source, at);
                    }
                }
                Input::Tick(at) => {
                    for arrival in self.merger.due(at) {
                        self.merge(arrival, &mut drafts);
                    }
                    self.pruned_at = at.div_euclid(1_000);
                    self.is_behind = self.store.prune(self.pruned_at);
                    self.store.forget_events(self.log.oldest());
                    self.heed();
                }
                Input::Keep(keep) => self.store.set_bounds(keep),
                Input::Heed => self.heed(),
                Input::Known(voices, hosts) => {
                    self.merger.set_voices(voices);
                    self.store.set_hosts(hosts);
                }
                Input::Flush(done) => flushed.push(done),
            }
        }
        let mut changes = self.merger.go_on(&mut self.store).unwrap_or_default();
        if self.sweep.is_busy() {
            changes.extend(self.sweep.step(&self.merger, &mut self.store));
        }
        drafts.extend(changes.into_iter().filter_map(|it| self.draft(it)));
        if self.is_behind && !drafts.is_empty() {
            // As much leaves as comes, however fast it comes.
            self.is_behind = self.store.prune(self.pruned_at);
        }
        if !flushed.is_empty() {
            self.store.settle_all();
        }
        // Nobody else appends: these will be their numbers.
        self.store.note_events(self.log.end(), &drafts);
        if let Err(error) = self.store.commit() {
            self.sweep.restart();
            return Err(error);
        }
        if is_tick {
            self.store.give_back();
        }
        Ok(drafts)
    }

    /// Lets the rules hold that the operator wants now.
    fn heed(&mut self) {
        let ledger = self.store.ledger();
        if let Err(error) = self.sweep.heed(&self.moderation, &mut self.merger, ledger) {
            tracing::error!(%error, "the rules of moderation stay as they were");
        }
    }

    /// Reads the whole of a status that was read in brief, unless that is enough; `false` when it cannot be read.
    fn complete(&mut self, arrival: &mut Arrival, text: &str) -> bool {
        let source = &arrival.source;
        let (Heard::Status(status) | Heard::Edited(status)) = &mut arrival.event else {
            return true;
        };
        let known = self.store.at_hand(&status.uri);
        if known.is_some_and(|it| self.merger.is_enough(it, status, source)) {
            return true;
        }
        match Brief::whole(text) {
            Ok(whole) => {
                *status = whole;
                true
            }
            Err(error) => {
                // A poll will find what it was.
                tracing::debug!(%source, %error, "an event could not be read");
                if let Some(health) = self.sources.get(source) {
                    health.count(|counts| counts.refused += 1);
                }
                false
            }
        }
    }

    fn merge(&mut self, arrival: Arrival, drafts: &mut Vec<Draft>) {
        let (source, how, at) = (arrival.source.clone(), arrival.how, arrival.at);
        if self.is_past(&arrival) {
            tracing::debug!(%source, "a post older than what is kept was not taken");
            return;
        }
        let name = name_of(&arrival);
        let author = match &arrival.event {
            Heard::Status(it) | Heard::Edited(it) if opted_out(&it.shown().account.note) => {
                Some(it.shown().account.clone())
            }
            _ => None,
        };
        let outcome = self.merger.apply(&mut self.store, arrival);
        let name = name.filter(|_| matches!(outcome.verdict, Verdict::Refused(_) | Verdict::Held));
        if let (Verdict::Refused(Refusal::OptedOut), Some(author)) = (&outcome.verdict, author) {
            self.hide(&source, &author, at);
        }
        if let Verdict::Refused(why) = outcome.verdict {
            tracing::debug!(%source, ?why, "a post was not taken");
        }
        let is_first = name.is_none_or(|name| self.refused.note(name));
        if let Verdict::Refused(why) = outcome.verdict
            && is_first
        {
            self.moderation.count(why);
        }
        self.count(&source, how, at, &outcome, is_first);
        for change in outcome.changes {
            drafts.extend(self.draft(change));
        }
    }

    /// Whether it tells of a post from before everything that is kept: it may have been here already, and would be let go at once.
    fn is_past(&mut self, arrival: &Arrival) -> bool {
        let (Heard::Status(status) | Heard::Edited(status)) = &arrival.event else {
            return false;
        };
        let status = status.shown();
        let second = status
            .created_at
            .unix_millis()
            .map(|it| it.div_euclid(1_000));
        arrival.how != How::Asked
            && second.is_some_and(|it| it < self.store.horizon(arrival.at.div_euclid(1_000)))
            && self.store.post(&status.uri).is_none()
    }

    /// Empties what is kept of an account that asks not to be collected, when its own server says so.
    fn hide(&mut self, source: &str, account: &Account, at: i64) {
        let host = host_of(&account.uri).or_else(|| host_of(&account.url));
        if let Some(host) = host.filter(|it| self.merger.speaks_for(source, it)) {
            self.store.hide(account, source, &host, at);
        }
    }

    fn count(&self, source: &str, how: How, at: i64, outcome: &Outcome, is_first: bool) {
        let Some(health) = self.sources.get(source) else {
            return;
        };
        health.count(|counts| match outcome.verdict {
            Verdict::New | Verdict::Known => {
                counts.posts += 1;
                counts.duplicates += u64::from(outcome.verdict == Verdict::Known);
                let is_late = |change: &Change| {
                    matches!(change, Change::Appeared(post) if at - post.created_at > self.late_after)
                };
                counts.late += u64::from(how == How::Stream && outcome.changes.iter().any(is_late));
            }
            Verdict::Gone => counts.deletes += 1,
            Verdict::Refused(Refusal::Deleted) | Verdict::Repeated => {}
            Verdict::Refused(_) | Verdict::Held => counts.refused += u64::from(is_first),
        });
        if matches!(outcome.verdict, Verdict::New | Verdict::Known) {
            health.heard_at(at);
        }
    }
}

#[cfg(test)]
mod tests;

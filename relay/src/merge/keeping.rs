//! What becomes of the merge while the archive takes nothing: it waits, tries again, and says so.

use std::{
    thread,
    time::{Duration, Instant},
};

use tokio::sync::{mpsc, watch};

use super::{Input, cache::LINGER, store::Store};
use crate::{
    archive::{ArchiveError, Trouble},
    source::health::unix_millis,
};

/// The wait before an archive that failed is tried again, at first.
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// The longest: room that somebody makes is used soon, and a log is not filled with the same line.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// How often a wait looks whether the relay stops.
const LOOK: Duration = Duration::from_millis(50);

/// How the archive takes what it is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failing {
    /// What is wrong.
    pub trouble: Trouble,
    /// Since when nothing is kept, in milliseconds since 1970.
    pub since: i64,
}

/// Knows how keeping goes, and when to try it again.
pub(super) struct Keeper {
    failing: watch::Sender<Option<Failing>>,
    lost: watch::Sender<i64>,
    wait: Duration,
    /// Whether something that sources told was let go in this trouble.
    has_lost: bool,
}

impl Keeper {
    pub(super) fn new() -> Self {
        Self {
            failing: watch::Sender::new(None),
            lost: watch::Sender::new(i64::MAX),
            wait: FIRST_WAIT,
            has_lost: false,
        }
    }

    /// What goes wrong now, if anything.
    pub(super) fn failing(&self) -> watch::Receiver<Option<Failing>> {
        self.failing.subscribe()
    }

    /// Since when what sources told was lost, in milliseconds, each time that keeping works again.
    pub(super) fn lost(&self) -> watch::Receiver<i64> {
        self.lost.subscribe()
    }

    /// A batch was kept.
    pub(super) fn well(&mut self) {
        let Some(failing) = *self.failing.borrow() else {
            return;
        };
        self.wait = FIRST_WAIT;
        if failing.trouble == Trouble::Damaged {
            // It is still broken elsewhere; and to read everything again would not mend it.
            return;
        }
        tracing::info!("the archive takes posts again");
        self.failing.send_replace(None);
        if std::mem::take(&mut self.has_lost) {
            // With the batch that failed went what had lingered.
            let lingered = i64::try_from(LINGER.as_millis()).unwrap_or_default();
            self.lost.send_replace(failing.since - lingered);
        }
    }

    /// A batch could not be kept; `is_lost` when what was in it is gone.
    pub(super) fn failed(&mut self, error: &ArchiveError, is_lost: bool) {
        let trouble = error.trouble();
        let since = self
            .failing
            .borrow()
            .map_or_else(unix_millis, |it| it.since);
        self.has_lost |= is_lost;
        tracing::error!(%error, "posts cannot be kept; nobody is shown them until they are");
        self.failing.send_replace(Some(Failing { trouble, since }));
    }

    /// Waits until the archive takes something again. `false` when the relay stops before that.
    pub(super) fn await_room(&mut self, store: &mut Store, inputs: &mpsc::Receiver<Input>) -> bool {
        loop {
            tracing::info!(
                seconds = self.wait.as_secs_f32(),
                "the archive is tried again after a wait"
            );
            if !sleep(self.wait, inputs) {
                return false;
            }
            self.wait = (self.wait * 2).min(LONGEST_WAIT);
            match store.try_out() {
                Ok(()) => return true,
                Err(error) => self.failed(&error, false),
            }
        }
    }
}

/// Sleeps so long; `false` when nobody is left meanwhile who could tell anything.
fn sleep(time: Duration, inputs: &mpsc::Receiver<Input>) -> bool {
    let until = Instant::now() + time;
    while Instant::now() < until {
        if inputs.is_closed() {
            return false;
        }
        thread::sleep(LOOK.min(time));
    }
    true
}

//! The way into the merge, for everybody who hears or is asked something.

use timeline::merge::Arrival;
use tokio::sync::{mpsc, oneshot, watch};

use super::{AccountTold, Input, Stopped};
use crate::config::Keep;

/// Where sources put what they hear; a clone is another way into the same merge.
#[derive(Clone, Debug)]
pub struct Inlet {
    pub(super) sender: mpsc::Sender<Input>,
    pub(super) lost: watch::Receiver<i64>,
}

/// What comes in by an inlet that leads to no merge, until this is dropped.
#[derive(Debug)]
pub(crate) struct Unheard {
    _inputs: mpsc::Receiver<Input>,
}

impl Inlet {
    /// A way in that leads nowhere, for trying a source out: so much may be told.
    pub(crate) fn unheard(capacity: usize) -> (Self, Unheard) {
        let (sender, inputs) = mpsc::channel(capacity);
        let lost = watch::Sender::new(i64::MAX).subscribe();
        (Self { sender, lost }, Unheard { _inputs: inputs })
    }

    /// Hands over something that a source told; waits while the merge is busy.
    ///
    /// # Errors
    /// When there is no merge any more.
    pub async fn tell(&self, arrival: Arrival) -> Result<(), Stopped> {
        self.sender
            .send(Input::Arrival(Box::new(arrival)))
            .await
            .map_err(|_closed| Stopped)
    }

    /// As [`tell`](Self::tell), for a status that was read in brief: `text` is all of it, as JSON. Only if it says anything new, the
    /// rest is read.
    ///
    /// # Errors
    /// When there is no merge any more.
    pub async fn tell_brief(&self, arrival: Arrival, text: String) -> Result<(), Stopped> {
        self.sender
            .send(Input::Brief(Box::new(arrival), text))
            .await
            .map_err(|_closed| Stopped)
    }

    /// Hands over an account that somebody asked for, so that it is known before it writes.
    ///
    /// # Errors
    /// When there is no merge any more.
    pub async fn tell_account(&self, told: AccountTold) -> Result<(), Stopped> {
        self.sender
            .send(Input::Account(Box::new(told)))
            .await
            .map_err(|_closed| Stopped)
    }

    /// As [`tell`](Self::tell), for threads that may block, such as a benchmark's.
    ///
    /// # Errors
    /// When there is no merge any more.
    pub fn tell_blocking(&self, arrival: Arrival) -> Result<(), Stopped> {
        self.sender
            .blocking_send(Input::Arrival(Box::new(arrival)))
            .map_err(|_closed| Stopped)
    }

    /// Says that it is now `at`, in milliseconds since 1970.
    ///
    /// # Errors
    /// When there is no merge any more.
    pub async fn tick(&self, at: i64) -> Result<(), Stopped> {
        self.sender
            .send(Input::Tick(at))
            .await
            .map_err(|_closed| Stopped)
    }

    /// Says who the sources are from now on: each with its domain and the hosts that it speaks for, and the hosts whose
    /// authors are local.
    ///
    /// # Errors
    /// When there is no merge any more.
    pub async fn know(
        &self,
        voices: Vec<(String, Vec<String>)>,
        hosts: Vec<String>,
    ) -> Result<(), Stopped> {
        self.sender
            .send(Input::Known(voices, hosts))
            .await
            .map_err(|_closed| Stopped)
    }

    /// Says how much is kept from now on.
    ///
    /// # Errors
    /// When there is no merge any more.
    pub async fn keep(&self, keep: Keep) -> Result<(), Stopped> {
        self.sender
            .send(Input::Keep(keep))
            .await
            .map_err(|_closed| Stopped)
    }

    /// Changes each time that the archive takes posts again after it did not: what was told since that moment, in milliseconds
    /// since 1970, may be lost and is to be asked for again.
    #[must_use]
    pub fn lost(&self) -> watch::Receiver<i64> {
        self.lost.clone()
    }

    /// How many arrivals wait to be merged.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.sender.max_capacity() - self.sender.capacity()
    }

    /// Waits until everything that was told before can be read from archive and log.
    ///
    /// # Errors
    /// When there is no merge any more.
    pub async fn flush(&self) -> Result<(), Stopped> {
        let (done, waiting) = oneshot::channel();
        self.sender
            .send(Input::Flush(done))
            .await
            .map_err(|_closed| Stopped)?;
        waiting.await.map_err(|_closed| Stopped)
    }
}

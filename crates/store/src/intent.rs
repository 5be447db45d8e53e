//! Wishes: what a person asked for, shown at once, kept apart from the truth until the server has answered.

use mastodon::StatusId;

use crate::Arrival;
use crate::entity::Status;

/// The most unsettled wishes on one status. More taps than this in the time of one answer are not meant.
pub const MAX_PENDING: usize = 16;

/// What a person wants to be true of a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intent {
    /// Favourited or not.
    Favourite(bool),
    /// Boosted or not.
    Reblog(bool),
    /// Bookmarked or not.
    Bookmark(bool),
}

/// Names one wish until it is settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ticket(pub(crate) u64);

/// How a wish ended.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// The server did it and says how the status is now.
    Done(Box<Arrival>),
    /// The server refused or never answered: only this wish is taken back.
    Failed,
}

/// What is kept of a status: the server's word and the wishes upon it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Entry {
    truth: Status,
    pending: Vec<(Ticket, Intent)>,
    /// Truth seen through the wishes, while there are any.
    shown: Option<Status>,
}

impl Entry {
    /// A status of which only the id is known, which is enough to ask for it.
    pub(crate) fn blank(id: StatusId) -> Self {
        let truth = Status {
            id,
            ..Status::default()
        };
        Self {
            truth,
            ..Self::default()
        }
    }

    pub(crate) fn shown(&self) -> &Status {
        self.shown.as_ref().unwrap_or(&self.truth)
    }

    pub(crate) fn truth(&self) -> &Status {
        &self.truth
    }

    pub(crate) fn set_truth(&mut self, truth: Status) {
        self.truth = truth;
        self.fold();
    }

    pub(crate) fn has_room(&self) -> bool {
        self.pending.len() < MAX_PENDING
    }

    pub(crate) fn begin(&mut self, ticket: Ticket, intent: Intent) {
        self.pending.push((ticket, intent));
        self.fold();
    }

    pub(crate) fn settle(&mut self, ticket: Ticket) {
        self.pending.retain(|(it, _)| *it != ticket);
        self.fold();
    }

    fn fold(&mut self) {
        self.shown = (!self.pending.is_empty()).then(|| {
            let mut shown = self.truth.clone();
            self.pending
                .iter()
                .for_each(|(_, intent)| intent.apply(&mut shown));
            shown
        });
    }
}

impl Intent {
    fn apply(self, status: &mut Status) {
        let (flag, count, wanted) = match self {
            Self::Favourite(wanted) => (
                &mut status.favourited,
                Some(&mut status.favourites_count),
                wanted,
            ),
            Self::Reblog(wanted) => (
                &mut status.reblogged,
                Some(&mut status.reblogs_count),
                wanted,
            ),
            Self::Bookmark(wanted) => (&mut status.bookmarked, None, wanted),
        };
        if *flag == wanted {
            return;
        }
        *flag = wanted;
        if let Some(count) = count {
            let step = if wanted { 1 } else { -1 };
            *count = count.saturating_add(step).max(0);
        }
    }
}

//! Every status and account once, each behind a signal of its own.

use std::collections::{BinaryHeap, HashMap, HashSet};
use std::sync::Arc;

use mastodon::{AccountId, StatusId};
use reactive_graph::signal::ArcRwSignal;
use reactive_graph::traits::{Set as _, Update as _, WithUntracked as _};

use crate::arrival::{Arrival, Viewer};
use crate::entity::{Account, AccountRef, Origin, Quote, Status, StatusRef};
use crate::intent::{Entry, Intent, Outcome, Ticket};

#[cfg(test)]
mod tests;

/// The most statuses kept beyond those that a feed shows; some three kilobytes each.
pub const MAX_STATUSES: usize = 8_000;
/// How many are dropped at once, so that the sweep is rare.
const SWEEP: usize = 1_000;

/// See the module. References are numbered from 1; number 0 is the blank.
#[derive(Default)]
pub(crate) struct Entities {
    status_refs: HashMap<(Origin, StatusId), StatusRef>,
    statuses: HashMap<StatusRef, Kept>,
    account_refs: HashMap<(Origin, AccountId), AccountRef>,
    accounts: HashMap<AccountRef, ArcRwSignal<Account>>,
    tickets: HashMap<Ticket, StatusRef>,
    last_ref: u32,
    last_ticket: u64,
    /// Counts merges, so that the longest untouched status can be found.
    clock: u64,
}

struct Kept {
    key: (Origin, StatusId),
    entry: ArcRwSignal<Entry>,
    touched: u64,
}

impl Entities {
    /// The reference of a status, whether or not it has arrived.
    pub(crate) fn reference(&mut self, origin: &Origin, id: &StatusId) -> StatusRef {
        let key = (origin.clone(), id.clone());
        if let Some(known) = self.status_refs.get(&key) {
            return *known;
        }
        self.last_ref = self.last_ref.wrapping_add(1).max(1);
        let status = StatusRef(self.last_ref);
        let kept = Kept {
            key: key.clone(),
            entry: ArcRwSignal::new(Entry::blank(id.clone())),
            touched: self.clock,
        };
        self.status_refs.insert(key, status);
        self.statuses.insert(status, kept);
        status
    }

    /// The signal of a status; a blank one when it was dropped.
    pub(crate) fn entry(&self, status: StatusRef) -> ArcRwSignal<Entry> {
        self.statuses
            .get(&status)
            .map_or_else(|| ArcRwSignal::new(Entry::default()), |it| it.entry.clone())
    }

    /// The signal of an account; a blank one when it was dropped.
    pub(crate) fn account(&self, account: AccountRef) -> ArcRwSignal<Account> {
        self.accounts
            .get(&account)
            .cloned()
            .unwrap_or_else(|| ArcRwSignal::new(Account::default()))
    }

    /// The status as it is shown at this moment.
    pub(crate) fn peek(&self, status: StatusRef) -> Option<Status> {
        self.statuses
            .get(&status)
            .map(|it| it.entry.with_untracked(|entry| entry.shown().clone()))
    }

    /// Takes the server's word for a status, its account and the posts within it.
    pub(crate) fn merge(&mut self, origin: &Origin, arrival: Arrival) -> StatusRef {
        self.clock += 1;
        let Arrival {
            mut status,
            account,
            account_id,
            in_reply_to,
            reblog,
            quote,
            viewer,
        } = arrival;
        status.account = self.merge_account(origin, account_id, account);
        status.in_reply_to = in_reply_to.map(|id| self.reference(origin, &id));
        status.reblog = reblog.map(|inner| self.merge(origin, *inner));
        status.quote = quote.map(|(state, inner)| Quote {
            state,
            status: inner.map(|inner| self.merge(origin, *inner)),
        });
        let known = self.reference(origin, &status.id);
        if let Some(kept) = self.statuses.get_mut(&known) {
            kept.touched = self.clock;
            let truth = kept
                .entry
                .with_untracked(|entry| joined(entry.truth(), status, viewer));
            if kept.entry.with_untracked(|entry| *entry.truth() != truth) {
                kept.entry.update(|entry| entry.set_truth(truth));
            }
        }
        known
    }

    /// Marks a status as deleted, known or not: it never comes back.
    pub(crate) fn delete(&mut self, origin: &Origin, id: &StatusId) -> StatusRef {
        self.clock += 1;
        let status = self.reference(origin, id);
        if let Some(kept) = self.statuses.get_mut(&status) {
            kept.touched = self.clock;
            kept.entry.update(|entry| {
                let mut truth = entry.truth().clone();
                truth.gone = true;
                entry.set_truth(truth);
            });
        }
        status
    }

    /// Whether a status was deleted.
    pub(crate) fn is_gone(&self, status: StatusRef) -> bool {
        self.statuses
            .get(&status)
            .is_some_and(|it| it.entry.with_untracked(|entry| entry.truth().gone))
    }

    /// Lays a wish over a status; none when too many wait already.
    pub(crate) fn begin(&mut self, status: StatusRef, intent: Intent) -> Option<Ticket> {
        let kept = self.statuses.get(&status)?;
        if !kept.entry.with_untracked(Entry::has_room) {
            return None;
        }
        self.last_ticket += 1;
        let ticket = Ticket(self.last_ticket);
        kept.entry.update(|entry| entry.begin(ticket, intent));
        self.tickets.insert(ticket, status);
        Some(ticket)
    }

    /// Ends a wish: fulfilled with the server's word, or taken back.
    pub(crate) fn settle(&mut self, origin: &Origin, ticket: Ticket, outcome: Outcome) {
        if let Outcome::Done(arrival) = outcome {
            self.merge(origin, *arrival);
        }
        if let Some(status) = self.tickets.remove(&ticket)
            && let Some(kept) = self.statuses.get(&status)
        {
            kept.entry.update(|entry| entry.settle(ticket));
        }
    }

    pub(crate) fn is_over_full(&self, shown: usize) -> bool {
        self.statuses.len() > MAX_STATUSES + shown
    }

    /// Drops the statuses that were not heard of for longest, but none that is shown and none with a wish upon it.
    pub(crate) fn sweep(&mut self, shown: &HashSet<StatusRef>) {
        let mut retained = shown.clone();
        let nested = shown.iter().filter_map(|status| self.peek(*status));
        retained.extend(nested.flat_map(|it| {
            let quoted = it.quote.and_then(|quote| quote.status);
            it.reblog.into_iter().chain(quoted)
        }));
        retained.extend(self.tickets.values());
        let free: BinaryHeap<(u64, StatusRef)> = self
            .statuses
            .iter()
            .filter(|(status, _)| !retained.contains(status))
            .map(|(status, kept)| (kept.touched, *status))
            .collect();
        let excess = (free.len() + SWEEP)
            .saturating_sub(MAX_STATUSES)
            .min(free.len());
        // A heap sorts in a tenth of the code that browsers would download for `sort`.
        for (_, status) in free.into_sorted_vec().into_iter().take(excess) {
            if let Some(kept) = self.statuses.remove(&status) {
                self.status_refs.remove(&kept.key);
            }
        }
        let authors: HashSet<AccountRef> = self
            .statuses
            .values()
            .map(|it| it.entry.with_untracked(|entry| entry.truth().account))
            .collect();
        self.accounts.retain(|account, _| authors.contains(account));
        self.account_refs
            .retain(|_, account| authors.contains(account));
    }

    fn merge_account(&mut self, origin: &Origin, id: AccountId, account: Account) -> AccountRef {
        let key = (origin.clone(), id);
        let Some(known) = self.account_refs.get(&key).copied() else {
            self.last_ref = self.last_ref.wrapping_add(1).max(1);
            let new = AccountRef(self.last_ref);
            self.account_refs.insert(key, new);
            self.accounts.insert(new, ArcRwSignal::new(account));
            return new;
        };
        if let Some(signal) = self.accounts.get(&known)
            && signal.with_untracked(|it| *it != account)
        {
            signal.set(account);
        }
        known
    }
}

/// What is true after `new` arrived on top of `old`: the later edit's words, the later arrival's counts. Public streams know
/// no viewer, so what is known about them stays; a deleted post stays deleted.
fn joined(old: &Status, mut new: Status, viewer: Viewer) -> Status {
    new.favourited = viewer.favourited.unwrap_or(old.favourited);
    new.reblogged = viewer.reblogged.unwrap_or(old.reblogged);
    new.bookmarked = viewer.bookmarked.unwrap_or(old.bookmarked);
    new.gone = old.gone;
    if new.seen_on.len() < old.seen_on.len() {
        new.seen_on = Arc::clone(&old.seen_on);
    }
    if old.edited_at > new.edited_at {
        let old = old.clone();
        new = Status {
            edited_at: old.edited_at,
            text: old.text,
            spoiler: old.spoiler,
            sensitive: old.sensitive,
            language: old.language,
            quote: old.quote,
            media: old.media,
            poll: old.poll,
            card: old.card,
            mentions: old.mentions,
            tags: old.tags,
            ..new
        };
    } else if new.text == old.text {
        // The same words keep the same allocation, so whoever compares by pointer sees no change.
        new.text = Arc::clone(&old.text);
    }
    new
}

//! Which numbers of boosts and favourites somebody waits for: only when a post crosses one of them is there anything to tell.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::views::{Interest, Keys};

/// The minima of all present readers; bounded by their number and that of their selections.
#[derive(Debug, Default)]
pub(super) struct Minima {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    reblogs: BTreeMap<u32, usize>,
    favourites: BTreeMap<u32, usize>,
}

impl Minima {
    /// Somebody reads with this interest from now on, until [`leave`](Self::leave).
    pub(super) fn join(&self, interest: &Interest) {
        let mut inner = self.inner();
        for selection in &interest.0 {
            *inner.reblogs.entry(selection.min_reblogs).or_default() += 1;
            *inner
                .favourites
                .entry(selection.min_favourites)
                .or_default() += 1;
        }
    }

    /// A reader is gone.
    pub(super) fn leave(&self, interest: &Interest) {
        let mut inner = self.inner();
        for selection in &interest.0 {
            drop_one(&mut inner.reblogs, selection.min_reblogs);
            drop_one(&mut inner.favourites, selection.min_favourites);
        }
    }

    /// Whether a post with these counts before and after has crossed a minimum.
    pub(super) fn is_crossed(&self, before: &Keys, after: &Keys) -> bool {
        if (before.reblogs, before.favourites) == (after.reblogs, after.favourites) {
            return false;
        }
        let inner = self.inner();
        let between = |minima: &BTreeMap<u32, usize>, one: u32, other: u32| {
            let (low, high) = (one.min(other), one.max(other));
            low < high && minima.range(low + 1..=high).next().is_some()
        };
        between(&inner.reblogs, before.reblogs, after.reblogs)
            || between(&inner.favourites, before.favourites, after.favourites)
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn drop_one(minima: &mut BTreeMap<u32, usize>, minimum: u32) {
    if let Some(count) = minima.get_mut(&minimum) {
        *count -= 1;
        if *count == 0 {
            minima.remove(&minimum);
        }
    }
}

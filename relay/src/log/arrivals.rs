//! What came last, whenever it was written: for readers who look now and then and read by time.

use timeline::public_id::PublicId;

use super::{Log, Tell};
use crate::views::{Interest, Selection};

/// Entries that are looked at most: a few milliseconds' work under the log's lock.
const MAX_LOOKED_AT: usize = 20_000;

impl Log {
    /// Up to `max` posts that came to belong to a selection, the last one first, each once; as far back as the log goes.
    #[must_use]
    pub fn arrivals(&self, selection: &Selection, max: usize) -> Vec<PublicId> {
        let interest = Interest(vec![selection.clone()]);
        let held = self.held();
        let places = interest
            .needles()
            .and_then(|it| held.index.from(&it, held.first));
        let mut found = Vec::new();
        let mut take = |entry: &super::Entry| {
            let has_come = entry.tell(selection) == Some(Tell::Update);
            if has_come && !found.contains(&entry.id) {
                found.push(entry.id);
            }
            found.len() < max
        };
        match places {
            Some(places) => {
                let entries = places.into_iter().rev().filter_map(|it| held.at(it));
                entries.take(MAX_LOOKED_AT).all(|it| take(it))
            }
            None => held
                .entries
                .iter()
                .rev()
                .take(MAX_LOOKED_AT)
                .all(|it| take(it)),
        };
        found
    }
}

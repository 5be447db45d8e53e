//! What was refused lately, so that each post is counted once.

use std::collections::{HashSet, VecDeque};

use timeline::{
    merge::{Arrival, Heard},
    public_id::stable_hash,
};

/// Refused posts remembered, for counting each once.
const MAX_REFUSED: usize = 10_000;

/// What was refused lately, so that a post that every poll shows again is counted once.
#[derive(Default)]
pub(super) struct Recent {
    known: HashSet<u64>,
    order: VecDeque<u64>,
}

impl Recent {
    /// Notes a name; `true` when it is new.
    pub(super) fn note(&mut self, name: u64) -> bool {
        if !self.known.insert(name) {
            return false;
        }
        self.order.push_back(name);
        if self.order.len() > MAX_REFUSED
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        true
    }
}

/// A number for what a source calls the post of an arrival.
pub(super) fn name_of(arrival: &Arrival) -> Option<u64> {
    match &arrival.event {
        Heard::Status(status) | Heard::Edited(status) => Some(stable_hash(&format!(
            "{} {}",
            arrival.source,
            status.shown().id
        ))),
        Heard::Gone(_) => None,
    }
}

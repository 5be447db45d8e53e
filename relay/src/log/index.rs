//! Finds the entries that have something.

use std::collections::{HashMap, VecDeque};

use super::{Entry, Seq};
use crate::views::Needle;

/// Bounded by the log: it knows nothing that the log no longer holds.
#[derive(Debug, Default)]
pub(super) struct Index {
    places: HashMap<Needle, VecDeque<Seq>>,
}

impl Index {
    pub(super) fn insert(&mut self, entry: &Entry) {
        for needle in entry.needles() {
            self.places.entry(needle).or_default().push_back(entry.seq);
        }
    }

    /// Takes out the oldest entry of the log.
    pub(super) fn remove(&mut self, entry: &Entry) {
        for needle in entry.needles() {
            if let Some(places) = self.places.get_mut(&needle) {
                if places.front() == Some(&entry.seq) {
                    places.pop_front();
                }
                if places.is_empty() {
                    self.places.remove(&needle);
                }
            }
        }
    }

    /// The places of entries with at least one of the needles, from `seq` on, in order, each once. Nothing when one of the
    /// needles is a word: then every entry may be one.
    pub(super) fn from(&self, needles: &[Needle], seq: Seq) -> Option<Vec<Seq>> {
        if needles.iter().any(is_word) {
            return None;
        }
        let mut places: Vec<Seq> = Vec::new();
        for list in needles.iter().filter_map(|it| self.places.get(it)) {
            let start = list.partition_point(|&place| place < seq);
            places.extend(list.range(start..));
        }
        if needles.len() > 1 {
            places.sort_unstable();
            places.dedup();
        }
        Some(places)
    }
}

/// Whether it is a word, for which there are no places.
pub(super) fn is_word(needle: &Needle) -> bool {
    matches!(needle, Needle::Word(_))
}

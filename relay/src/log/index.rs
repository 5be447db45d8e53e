//! Finds the entries that have something, and the readers that wait for it.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use tokio::sync::Notify;

use super::{Entry, Seq};
use crate::views::Needle;

/// Bounded by the log: it knows nothing that the log no longer holds.
#[derive(Debug, Default)]
pub(super) struct Index {
    places: HashMap<Needle, VecDeque<Seq>>,
    waiting: HashMap<Needle, Vec<Arc<Notify>>>,
    /// Readers that wait for a word; while there are none, the words of posts are not looked at.
    word_readers: usize,
}

impl Index {
    pub(super) fn insert(&mut self, entry: &Entry) {
        for needle in entry.needles() {
            self.wake(&needle);
            self.places.entry(needle).or_default().push_back(entry.seq);
        }
        if self.word_readers > 0 {
            entry.words().for_each(|it| self.wake(&it));
        }
    }

    fn wake(&self, needle: &Needle) {
        for waker in self.waiting.get(needle).into_iter().flatten() {
            waker.notify_one();
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

    pub(super) fn wait(&mut self, needles: &[Needle], waker: &Arc<Notify>) {
        self.word_readers += usize::from(needles.iter().any(is_word));
        for needle in needles {
            self.waiting
                .entry(needle.clone())
                .or_default()
                .push(Arc::clone(waker));
        }
    }

    pub(super) fn forget(&mut self, needles: &[Needle], waker: &Arc<Notify>) {
        self.word_readers -= usize::from(needles.iter().any(is_word));
        for needle in needles {
            if let Some(wakers) = self.waiting.get_mut(needle) {
                wakers.retain(|other| !Arc::ptr_eq(other, waker));
                if wakers.is_empty() {
                    self.waiting.remove(needle);
                }
            }
        }
    }
}

fn is_word(needle: &Needle) -> bool {
    matches!(needle, Needle::Word(_))
}

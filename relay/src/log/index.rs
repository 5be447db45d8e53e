//! Finds the entries that carry a tag, and the readers that wait for one.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use tokio::sync::Notify;

use super::{Entry, Seq};

/// Tags of one post that are indexed; a post with more is a flood and found by its first ones.
const MAX_TAGS: usize = 64;

/// Bounded by the log: it knows nothing that the log no longer holds.
#[derive(Debug, Default)]
pub(super) struct Index {
    places: HashMap<String, VecDeque<Seq>>,
    waiting: HashMap<String, Vec<Arc<Notify>>>,
}

impl Index {
    pub(super) fn insert(&mut self, entry: &Entry) {
        for tag in entry.keys.tags.iter().take(MAX_TAGS) {
            match self.places.get_mut(tag) {
                Some(places) => places.push_back(entry.seq),
                None => {
                    self.places.insert(tag.clone(), VecDeque::from([entry.seq]));
                }
            }
            for waker in self.waiting.get(tag).into_iter().flatten() {
                waker.notify_one();
            }
        }
    }

    /// Takes out the oldest entry of the log.
    pub(super) fn remove(&mut self, entry: &Entry) {
        for tag in entry.keys.tags.iter().take(MAX_TAGS) {
            if let Some(places) = self.places.get_mut(tag) {
                if places.front() == Some(&entry.seq) {
                    places.pop_front();
                }
                if places.is_empty() {
                    self.places.remove(tag);
                }
            }
        }
    }

    /// The places of entries with at least one of the tags, from `seq` on, in order, each once.
    pub(super) fn from(&self, tags: &[&str], seq: Seq) -> impl Iterator<Item = Seq> {
        let mut places: Vec<Seq> = Vec::new();
        for list in tags.iter().filter_map(|tag| self.places.get(*tag)) {
            let start = list.partition_point(|&place| place < seq);
            places.extend(list.range(start..));
        }
        if tags.len() > 1 {
            places.sort_unstable();
            places.dedup();
        }
        places.into_iter()
    }

    pub(super) fn wait(&mut self, tags: &[&str], waker: &Arc<Notify>) {
        for tag in tags {
            self.waiting
                .entry((*tag).to_owned())
                .or_default()
                .push(Arc::clone(waker));
        }
    }

    pub(super) fn forget(&mut self, tags: &[String], waker: &Arc<Notify>) {
        for tag in tags {
            if let Some(wakers) = self.waiting.get_mut(tag) {
                wakers.retain(|other| !Arc::ptr_eq(other, waker));
                if wakers.is_empty() {
                    self.waiting.remove(tag);
                }
            }
        }
    }
}

//! The newest posts, ready to be merged with what comes; and what of them the archive need not know at once.
//!
//! Most of what twenty servers tell is that they have a post, too. That changes nothing for a reader but the list of servers under
//! it and its counts, so it lingers here and is written once for many copies. Whatever a reader is told is written with the batch
//! that it came in. A relay that is killed has not heard the words that lingered, as if it had been killed a moment earlier.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use timeline::merge::{Post, Witness};

use crate::views::Keys;

/// Posts kept ready; others are read back from the archive.
const MAX_CACHED: usize = 10_000;
/// How long a word lingers: long enough for most copies of a post to come, short enough that nobody misses it.
pub(super) const LINGER: Duration = Duration::from_secs(2);
/// Posts that linger at most: writing so many takes a fraction of a second.
const MAX_LINGERING: usize = 4_000;

/// A post that is kept ready.
pub(super) struct Cached {
    pub(super) post: Arc<Post>,
    /// As it is served, if that was made in this batch.
    pub(super) json: Option<Bytes>,
    /// What it is matched by, if that was made in this batch.
    pub(super) keys: Option<Keys>,
    /// Whether the archive has an older state of it.
    is_lingering: bool,
    /// What sources call it, each with its source, that the archive does not know yet.
    names: Vec<(String, String)>,
}

#[derive(Default)]
pub(super) struct Cache {
    posts: HashMap<String, Cached>,
    order: VecDeque<String>,
    /// Those of which something lingers, the longest first. One that was written meanwhile is passed over.
    lingering: VecDeque<(Instant, String)>,
    /// The post that a source calls so, of the names that linger.
    names: HashMap<String, String>,
    /// Posts of which something was made in this batch.
    made: Vec<String>,
}

impl Cache {
    pub(super) fn get(&self, uri: &str) -> Option<&Cached> {
        self.posts.get(uri)
    }

    /// Keeps a post that the archive has in this state.
    pub(super) fn insert(&mut self, post: &Arc<Post>) {
        if let Some(known) = self.posts.get_mut(&post.uri) {
            known.replace(post, false);
            return;
        }
        let cached = Cached {
            post: Arc::clone(post),
            json: None,
            keys: None,
            is_lingering: false,
            names: Vec::new(),
        };
        self.posts.insert(post.uri.clone(), cached);
        self.order.push_back(post.uri.clone());
    }

    /// Keeps a post whose state in the archive is an older one; it must be here already.
    pub(super) fn linger(&mut self, post: &Arc<Post>) {
        let Some(known) = self.posts.get_mut(&post.uri) else {
            return;
        };
        if !known.is_lingering && known.names.is_empty() {
            let entry = (Instant::now(), post.uri.clone());
            self.lingering.push_back(entry);
        }
        known.replace(post, true);
    }

    /// Keeps a name of a post that is here, unless that is known; `false` when the post is not here.
    pub(super) fn learn(&mut self, source: &str, local_id: &str, uri: &str) -> bool {
        let Some(known) = self.posts.get_mut(uri) else {
            return false;
        };
        let is_told = |it: &Arc<Witness>| it.source == source && it.local_id == local_id;
        let is_named = |it: &(String, String)| it.0 == source && it.1 == local_id;
        if known.post.witnesses.iter().any(is_told) || known.names.iter().any(is_named) {
            return true;
        }
        if !known.is_lingering && known.names.is_empty() {
            let entry = (Instant::now(), uri.to_owned());
            self.lingering.push_back(entry);
        }
        known.names.push((source.to_owned(), local_id.to_owned()));
        let name = name(source, local_id);
        self.names.entry(name).or_insert_with(|| uri.to_owned());
        true
    }

    /// The post that a source calls so, among the names that linger.
    pub(super) fn uri_of(&self, source: &str, local_id: &str) -> Option<String> {
        if self.names.is_empty() {
            return None;
        }
        self.names.get(&name(source, local_id)).cloned()
    }

    /// Notes what was made of a post in this batch; nothing when it is here in another state.
    pub(super) fn made(&mut self, post: &Arc<Post>) -> Option<&mut Cached> {
        let cached = self.posts.get_mut(&post.uri)?;
        if !Arc::ptr_eq(&cached.post, post) {
            return None;
        }
        if cached.json.is_none() && cached.keys.is_none() {
            self.made.push(post.uri.clone());
        }
        Some(cached)
    }

    /// Forgets what was made of posts: others have it by now.
    pub(super) fn end_batch(&mut self) {
        for uri in self.made.drain(..) {
            if let Some(cached) = self.posts.get_mut(&uri) {
                cached.json = None;
                cached.keys = None;
            }
        }
    }

    /// The names of a post that linger; they no longer do.
    pub(super) fn take_names(&mut self, uri: &str) -> Vec<(String, String)> {
        let names = self
            .posts
            .get_mut(uri)
            .map(|it| std::mem::take(&mut it.names));
        let names = names.unwrap_or_default();
        for (source, local_id) in &names {
            self.names.remove(&name(source, local_id));
        }
        names
    }

    /// A post whose state in the archive is an older one; it is taken for written.
    pub(super) fn take_lingering(&mut self, uri: &str) -> Option<Arc<Post>> {
        let cached = self.posts.get_mut(uri).filter(|it| it.is_lingering)?;
        cached.is_lingering = false;
        Some(Arc::clone(&cached.post))
    }

    /// Whether the archive may lack something.
    pub(super) fn is_behind(&self) -> bool {
        !self.lingering.is_empty()
    }

    /// The next one of which something has lingered for long enough, or that is too many.
    pub(super) fn overdue(&mut self) -> Option<String> {
        let (since, _) = self.lingering.front()?;
        let is_over = self.lingering.len() > MAX_LINGERING || since.elapsed() >= LINGER;
        is_over.then(|| self.first_lingering()).flatten()
    }

    /// The one of which something has lingered longest.
    pub(super) fn first_lingering(&mut self) -> Option<String> {
        Some(self.lingering.pop_front()?.1)
    }

    /// The oldest of more than there may be.
    pub(super) fn surplus(&mut self) -> Option<String> {
        (self.order.len() > MAX_CACHED)
            .then(|| self.order.pop_front())
            .flatten()
    }

    /// Takes a post out. Its places in the orders stay, and are passed over when their turn comes.
    pub(super) fn remove(&mut self, uri: &str) {
        self.take_names(uri);
        self.posts.remove(uri);
    }
}

impl Cached {
    fn replace(&mut self, post: &Arc<Post>, is_lingering: bool) {
        self.post = Arc::clone(post);
        self.json = None;
        self.keys = None;
        self.is_lingering = is_lingering;
    }
}

/// What a source calls a post, in one word: no source has a space in its name.
pub(super) fn name(source: &str, local_id: &str) -> String {
    format!("{source} {local_id}")
}

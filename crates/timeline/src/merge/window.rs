//! A bounded memory for the merge, for programs without an archive.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

use super::{Memory, Post, Wish, push_under};
use crate::public_id::PublicId;

/// Names and deletions remembered for each post that may be held.
const NAMES_PER_POST: usize = 16;

/// Remembers the newest posts and what is needed to merge them; the oldest fall out.
#[derive(Debug)]
pub struct Window {
    max_posts: usize,
    posts: BTreeMap<String, Arc<Post>>,
    order: VecDeque<String>,
    ids: BTreeMap<PublicId, String>,
    names: Bounded<(String, String), String>,
    gone: Bounded<(String, String), ()>,
    buried: Bounded<String, ()>,
    waiting: BTreeMap<(String, String), Vec<String>>,
    /// Quoted post and the post that quotes it.
    quotes: Bounded<(String, String), ()>,
    /// By author and source.
    wishes: Bounded<(String, String), Wish>,
}

/// A map that forgets its oldest entries.
#[derive(Debug)]
struct Bounded<K, V> {
    max: usize,
    map: BTreeMap<K, V>,
    order: VecDeque<K>,
}

impl<K: Ord + Clone, V> Bounded<K, V> {
    fn new(max: usize) -> Self {
        Self {
            max,
            map: BTreeMap::new(),
            order: VecDeque::new(),
        }
    }

    fn insert(&mut self, key: K, value: V) {
        if self.map.insert(key.clone(), value).is_none() {
            self.order.push_back(key);
        }
        while self.order.len() > self.max
            && let Some(oldest) = self.order.pop_front()
        {
            self.map.remove(&oldest);
        }
    }

    fn remove(&mut self, key: &K) {
        if self.map.remove(key).is_some() {
            self.order.retain(|it| it != key);
        }
    }
}

impl Window {
    /// Holds at most so many posts.
    #[must_use]
    pub fn new(max_posts: usize) -> Self {
        let names = max_posts.saturating_mul(NAMES_PER_POST);
        Self {
            max_posts,
            posts: BTreeMap::new(),
            order: VecDeque::new(),
            ids: BTreeMap::new(),
            names: Bounded::new(names),
            gone: Bounded::new(names),
            buried: Bounded::new(names),
            waiting: BTreeMap::new(),
            quotes: Bounded::new(names),
            wishes: Bounded::new(names),
        }
    }

    /// The posts held, by `uri`.
    pub fn posts(&self) -> impl Iterator<Item = &Arc<Post>> {
        self.posts.values()
    }
}

fn name(source: &str, local_id: &str) -> (String, String) {
    (source.to_owned(), local_id.to_owned())
}

impl Memory for Window {
    fn post(&mut self, uri: &str) -> Option<Arc<Post>> {
        self.posts.get(uri).cloned()
    }

    fn put(&mut self, post: &Arc<Post>) {
        match self.posts.insert(post.uri.clone(), Arc::clone(post)) {
            Some(before) if before.id != post.id => {
                if self.ids.get(&before.id) == Some(&post.uri) {
                    self.ids.remove(&before.id);
                }
            }
            Some(_) => {}
            None => self.order.push_back(post.uri.clone()),
        }
        self.ids.insert(post.id, post.uri.clone());
        while self.posts.len() > self.max_posts
            && let Some(oldest) = self.order.pop_front()
        {
            self.remove(&oldest);
        }
    }

    fn remove(&mut self, uri: &str) {
        if let Some(post) = self.posts.remove(uri)
            && self.ids.get(&post.id).is_some_and(|owner| owner == uri)
        {
            self.ids.remove(&post.id);
        }
        self.order.retain(|it| it != uri);
    }

    fn owner_of(&mut self, id: PublicId) -> Option<String> {
        self.ids.get(&id).cloned()
    }

    fn learn(&mut self, source: &str, local_id: &str, uri: &str) {
        let name = name(source, local_id);
        if !self.names.map.contains_key(&name) {
            self.names.insert(name, uri.to_owned());
        }
    }

    fn uri_of(&mut self, source: &str, local_id: &str) -> Option<String> {
        self.names.map.get(&name(source, local_id)).cloned()
    }

    fn set_gone(&mut self, source: &str, local_id: &str) {
        self.gone.insert(name(source, local_id), ());
    }

    fn is_gone(&mut self, source: &str, local_id: &str) -> bool {
        self.gone.map.contains_key(&name(source, local_id))
    }

    fn bury(&mut self, uri: &str) {
        self.buried.insert(uri.to_owned(), ());
    }

    fn is_buried(&mut self, uri: &str) -> bool {
        self.buried.map.contains_key(uri)
    }

    fn wait_for(&mut self, source: &str, local_id: &str, uri: &str) {
        push_under(&mut self.waiting, name(source, local_id), uri.to_owned());
        while self.waiting.len() > self.max_posts {
            self.waiting.pop_first();
        }
    }

    fn take_waiting(&mut self, source: &str, local_id: &str) -> Vec<String> {
        self.waiting
            .remove(&name(source, local_id))
            .unwrap_or_default()
    }

    fn note_quote(&mut self, quoted: &str, uri: &str) {
        self.quotes.insert(name(quoted, uri), ());
    }

    fn quoting(&mut self, quoted: &str) -> Vec<String> {
        self.quotes
            .map
            .range(name(quoted, "")..)
            .take_while(|((it, _), ())| it == quoted)
            .map(|((_, uri), ())| uri.clone())
            .collect()
    }

    fn note_wish(&mut self, wish: &Wish) {
        let name = name(&wish.author, &wish.source);
        if self.wishes.map.get(&name).is_none_or(|it| it.at < wish.at) {
            self.wishes.insert(name, wish.clone());
        }
    }

    fn drop_wish(&mut self, author: &str, source: &str) {
        self.wishes.remove(&name(author, source));
    }

    fn wishes(&mut self, author: &str) -> Vec<Wish> {
        self.wishes
            .map
            .range(name(author, "")..)
            .take_while(|((it, _), _)| it == author)
            .map(|(_, wish)| wish.clone())
            .collect()
    }

    fn posts_of(&mut self, handle: &str, limit: usize) -> Vec<String> {
        let is_by = |it: &&Arc<Post>| {
            it.shown_copy()
                .is_some_and(|copy| copy.status.account.acct.to_lowercase() == handle)
        };
        let posts = self.posts.values().filter(is_by).take(limit);
        posts.map(|it| it.uri.clone()).collect()
    }
}

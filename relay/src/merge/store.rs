//! The merge's memory: the archive's tables behind a cache of the newest posts.

use std::sync::Arc;

use bytes::Bytes;
use mastodon::Account;
use serde::Serialize;
use timeline::{
    merge::{Memory, Post, Wish},
    moderation::Rules,
    public_id::PublicId,
};

use super::{
    cache::{Cache, name},
    people::People,
    sieve::Sieve,
};
use crate::{
    archive::{ArchiveError, Concern, Ledger, Row},
    config::Keep,
    log::{Draft, Seq},
    views::Keys,
};

/// Remembers through the archive. The first failure makes the batch fail as a whole: until then
/// answers are guesses that nobody gets to see.
pub(super) struct Store {
    ledger: Ledger,
    hosts: Vec<String>,
    cache: Cache,
    people: People,
    /// What sources call posts that they deleted.
    gone: Sieve,
    /// What sources call posts that answers wait for.
    awaited: Sieve,
    /// Authors who asked not to be collected.
    wishing: Sieve,
    /// Posts that their own servers deleted.
    buried: Sieve,
    /// The post that was asked for last and is not in the archive.
    absent: Option<String>,
    /// Where texts are made, so that room for them is made once.
    scratch: Vec<u8>,
    failure: Option<ArchiveError>,
    /// Whether words that lingered were lost.
    has_lost: bool,
}

impl Store {
    pub(super) fn new(ledger: Ledger, hosts: Vec<String>) -> Result<Self, ArchiveError> {
        let (mut gone, mut awaited, mut wishing) = <(Sieve, Sieve, Sieve)>::default();
        ledger.each_gone(|source, local_id| gone.note(&name(source, local_id)))?;
        ledger.each_awaited(|source, local_id| awaited.note(&name(source, local_id)))?;
        ledger.each_wishing(|author| wishing.note(author))?;
        let mut buried = Sieve::default();
        ledger.each_buried(|uri| buried.note(uri))?;
        Ok(Self {
            buried,
            absent: None,
            scratch: Vec::new(),
            gone,
            awaited,
            wishing,
            ledger,
            hosts,
            cache: Cache::default(),
            people: People::default(),
            failure: None,
            has_lost: false,
        })
    }

    /// The hosts whose authors are local are others now.
    pub(super) fn set_hosts(&mut self, hosts: Vec<String>) {
        self.cache.end_batch();
        self.hosts = hosts;
    }

    pub(super) fn begin(&mut self) -> Result<(), ArchiveError> {
        self.failure = None;
        self.ledger.begin()
    }

    /// Commits the batch, and with it what has lingered for long enough.
    pub(super) fn commit(&mut self) -> Result<(), ArchiveError> {
        while let Some(uri) = self.cache.overdue() {
            self.settle(&uri);
        }
        let result = match self.failure.take() {
            Some(failure) => Err(failure),
            None => self.ledger.commit(),
        };
        self.cache.end_batch();
        if result.is_err() {
            self.ledger.roll_back();
            // What the cache holds was never kept.
            self.has_lost |= self.cache.is_behind();
            self.cache = Cache::default();
            self.people.clear();
        }
        result
    }

    /// Keeps so much from now on.
    pub(super) fn set_bounds(&mut self, keep: Keep) {
        self.ledger.set_bounds(keep);
    }

    /// Living posts there are.
    pub(super) fn posts(&self) -> i64 {
        self.ledger.posts()
    }

    /// Whether words were lost that had come before the batch that failed; asked once for each loss.
    pub(super) fn take_lost(&mut self) -> bool {
        std::mem::take(&mut self.has_lost)
    }

    /// Whether the archive takes anything.
    pub(super) fn try_out(&mut self) -> Result<(), ArchiveError> {
        self.ledger.try_out()
    }

    /// Writes all that lingers.
    pub(super) fn settle_all(&mut self) {
        while let Some(uri) = self.cache.first_lingering() {
            self.settle(&uri);
        }
    }

    /// Writes what a post is called, as far as that lingers.
    fn settle_names(&mut self, uri: &str) {
        for (source, local_id) in self.cache.take_names(uri) {
            let result = self.ledger.learn(&source, &local_id, uri);
            self.checked(result);
        }
    }

    /// Writes what lingers of a post: who tells of it, and its counts.
    pub(super) fn settle(&mut self, uri: &str) {
        self.settle_names(uri);
        let Some(post) = self.cache.take_lingering(uri) else {
            return;
        };
        let json = self.encoded(&post);
        write(&mut self.scratch, &*post);
        let counts = Keys::counts_of(&post);
        let result = self.ledger.witness(post.id, counts, &json, &self.scratch);
        self.checked(result);
    }

    /// Lets some of what is beyond the bounds go at `now`, in seconds; `true` when there may be more.
    pub(super) fn prune(&mut self, now: i64) -> bool {
        let result = self.ledger.prune(now);
        let pruned = self.checked(result);
        for uri in &pruned.uris {
            self.cache.remove(uri);
        }
        pruned.more
    }

    /// The second below which posts were let go.
    pub(super) fn horizon(&self, now: i64) -> i64 {
        self.ledger.horizon(now)
    }

    /// Gives some of the space that posts left back to the disk.
    pub(super) fn give_back(&self) {
        if let Err(error) = self.ledger.give_back() {
            tracing::warn!(%error, "space that posts left could not be given back");
        }
    }

    /// Keeps what the log is about to be told, with the numbers that it will have there.
    pub(super) fn note_events(&mut self, first: Seq, drafts: &[Draft]) {
        let result = self.ledger.note_events(first, drafts);
        self.checked(result);
    }

    /// Forgets what the log no longer holds.
    pub(super) fn forget_events(&mut self, before: Seq) {
        let result = self.ledger.forget_events(before);
        self.checked(result);
    }

    /// Where the rules are.
    pub(super) fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// The next posts that a rule may concern, and where to go on.
    pub(super) fn concerned(
        &mut self,
        by: &Concern,
        after: i64,
        limit: i64,
    ) -> (Vec<String>, Option<i64>) {
        let result = self.ledger.concerned(by, after, limit);
        self.checked(result)
    }

    /// Notes that everything was gone through by these rules.
    pub(super) fn set_applied_rules(&mut self, rules: &Rules) {
        let result = self.ledger.set_applied_rules(rules);
        self.checked(result);
    }

    /// Keeps an account that nobody needs to have written anything under.
    pub(super) fn note_account(&mut self, account: &Account, source: &str, at: i64) {
        if let Some(person) = self.people.asked(account, source, at) {
            let result = self.ledger.put_person(&person);
            self.checked(result);
        }
    }

    /// Empties what is kept of an account.
    pub(super) fn hide(&mut self, account: &Account, source: &str, host: &str, at: i64) {
        let (id, handle) = self.people.forget(account, source);
        let seconds = u32::try_from(at.div_euclid(1_000)).unwrap_or_default();
        let result = self
            .ledger
            .hide_person(id, &handle, host, PublicId::floor(seconds));
        self.checked(result);
    }

    /// A living post, if the archive need not be asked for it.
    pub(super) fn at_hand(&self, uri: &str) -> Option<&Post> {
        self.cache.get(uri).map(|it| &*it.post)
    }

    /// A living post as it is served now.
    pub(super) fn json(&mut self, uri: &str) -> Option<Bytes> {
        let post = Arc::clone(&self.cache.get(uri)?.post);
        Some(self.encoded(&post))
    }

    /// What selections match a post by, made once in a batch.
    pub(super) fn keys(&mut self, post: &Arc<Post>) -> Keys {
        let Some(cached) = self.cache.made(post) else {
            return Keys::of(post, &self.hosts);
        };
        let keys = || Keys::of(post, &self.hosts);
        cached.keys.get_or_insert_with(keys).clone()
    }

    /// A post as served, made once in a batch.
    fn encoded(&mut self, post: &Arc<Post>) -> Bytes {
        let scratch = &mut self.scratch;
        let mut json = || {
            scratch.clear();
            if let Some(status) = post.status() {
                write(scratch, &status);
            }
            // Long kept, so it holds no more room than it needs.
            Bytes::copy_from_slice(scratch)
        };
        match self.cache.made(post) {
            Some(cached) => cached.json.get_or_insert_with(json).clone(),
            None => json(),
        }
    }

    fn checked<T: Default>(&mut self, result: Result<T, ArchiveError>) -> T {
        result.unwrap_or_else(|error| {
            if self.failure.is_none() {
                self.ledger.give_up();
                self.failure = Some(error);
            }
            T::default()
        })
    }

    fn remember(&mut self, post: &Arc<Post>) {
        self.cache.insert(post);
        while let Some(oldest) = self.cache.surplus() {
            self.settle(&oldest);
            self.cache.remove(&oldest);
        }
    }
}

impl Memory for Store {
    fn post(&mut self, uri: &str) -> Option<Arc<Post>> {
        if let Some(cached) = self.cache.get(uri) {
            return Some(Arc::clone(&cached.post));
        }
        let state = self.ledger.state(uri);
        let Some(state) = self.checked(state) else {
            self.absent = Some(uri.to_owned());
            return None;
        };
        match serde_json::from_slice::<Post>(&state) {
            Ok(post) => {
                let post = Arc::new(post);
                self.remember(&post);
                Some(post)
            }
            Err(error) => {
                tracing::error!(uri, %error, "a kept post cannot be read back");
                None
            }
        }
    }

    fn put(&mut self, post: &Arc<Post>) {
        let is_new = self.absent.take().is_some_and(|it| it == post.uri);
        let before = self.cache.get(&post.uri).map(|it| &it.post);
        if !post.is_withheld() && before.is_some_and(|it| it.is_same_to_readers(post)) {
            return self.cache.linger(post);
        }
        let was_withheld = before.is_none_or(|it| it.is_withheld());
        self.remember(post);
        self.settle(&post.uri);
        if post.is_withheld() {
            write(&mut self.scratch, &**post);
            let result = self.ledger.withhold(&post.uri, post.id, &self.scratch);
            self.checked(result);
            return;
        }
        if was_withheld && !is_new {
            let result = self.ledger.release(&post.uri);
            self.checked(result);
        }
        let (keys, json) = (self.keys(post), self.encoded(post));
        let mut state = std::mem::take(&mut self.scratch);
        write(&mut state, &**post);
        let row = Row {
            id: post.id,
            uri: post.uri.clone(),
            listed: post.is_visible(),
            keys,
            parent_uri: post.parent.as_ref().map(|it| it.uri.clone()),
            json,
            state,
        };
        let result = if is_new {
            self.ledger.put_new(&row)
        } else {
            self.ledger.put(&row)
        };
        self.checked(result);
        self.scratch = row.state;
        for person in self.people.named_by(post) {
            let result = self.ledger.put_person(&person);
            self.checked(result);
        }
        if post.shown_copy().is_some_and(|it| it.status.poll.is_some()) {
            let result = self.ledger.put_poll(&post.uri);
            self.checked(result);
        }
    }

    fn remove(&mut self, uri: &str) {
        // What it was called is remembered.
        self.settle_names(uri);
        let result = self.ledger.remove(uri);
        self.checked(result);
        self.cache.remove(uri);
    }

    fn owner_of(&mut self, id: PublicId) -> Option<String> {
        let result = self.ledger.owner_of(id);
        self.checked(result)
    }

    fn learn(&mut self, source: &str, local_id: &str, uri: &str) {
        if self.cache.learn(source, local_id, uri) {
            return;
        }
        let result = self.ledger.learn(source, local_id, uri);
        self.checked(result);
    }

    fn uri_of(&mut self, source: &str, local_id: &str) -> Option<String> {
        let result = self.ledger.uri_of(source, local_id);
        let known = self.checked(result);
        known.or_else(|| self.cache.uri_of(source, local_id))
    }

    fn set_gone(&mut self, source: &str, local_id: &str) {
        self.gone.note(&name(source, local_id));
        let result = self.ledger.set_gone(source, local_id);
        self.checked(result);
    }

    fn is_gone(&mut self, source: &str, local_id: &str) -> bool {
        if !self.gone.may_hold(&name(source, local_id)) {
            return false;
        }
        let result = self.ledger.is_gone(source, local_id);
        self.checked(result)
    }

    fn bury(&mut self, uri: &str) {
        self.buried.note(uri);
        let result = self.ledger.bury(uri);
        self.checked(result);
    }

    fn is_buried(&mut self, uri: &str) -> bool {
        // Who is buried is removed, too.
        if !self.buried.may_hold(uri) || self.cache.get(uri).is_some() {
            return false;
        }
        let result = self.ledger.is_buried(uri);
        self.checked(result)
    }

    fn wait_for(&mut self, source: &str, local_id: &str, uri: &str) {
        self.awaited.note(&name(source, local_id));
        let result = self.ledger.wait_for(source, local_id, uri);
        self.checked(result);
    }

    fn take_waiting(&mut self, source: &str, local_id: &str) -> Vec<String> {
        if !self.awaited.may_hold(&name(source, local_id)) {
            return Vec::new();
        }
        let result = self.ledger.take_waiting(source, local_id);
        self.checked(result)
    }

    fn note_quote(&mut self, quoted: &str, uri: &str) {
        let result = self.ledger.note_quote(quoted, uri);
        self.checked(result);
    }

    fn quoting(&mut self, quoted: &str) -> Vec<String> {
        let result = self.ledger.quoting(quoted);
        self.checked(result)
    }

    fn note_wish(&mut self, wish: &Wish) {
        self.wishing.note(&wish.author);
        let result = self.ledger.note_wish(wish);
        self.checked(result);
    }

    fn drop_wish(&mut self, author: &str, source: &str) {
        let result = self.ledger.drop_wish(author, source);
        self.checked(result);
    }

    fn wishes(&mut self, author: &str) -> Vec<Wish> {
        if !self.wishing.may_hold(author) {
            return Vec::new();
        }
        let result = self.ledger.wishes(author);
        self.checked(result)
    }

    fn posts_of(&mut self, handle: &str, limit: usize) -> Vec<String> {
        let result = self.ledger.posts_of(handle, limit);
        self.checked(result)
    }
}

/// Writes something as JSON in place of what is there; nothing when it cannot be written.
fn write(to: &mut Vec<u8>, value: &impl Serialize) {
    to.clear();
    if serde_json::to_writer(&mut *to, value).is_err() {
        to.clear();
    }
}

//! Many sources become one view: which copy of a post is shown, and what became of it.
//!
//! The rules, all of them pure (a time is a parameter, what is remembered is behind [`Memory`]):
//! - Copies are one post when their `uri` is equal. Only `public` ones whose addresses agree are taken.
//! - Whose word counts is decided in [`Post::choose`]: the origin's, else the first witness's, else
//!   what two independent sources agree on; never an older edit over a newer one.
//! - A deletion by the author's own server removes a post everywhere and for good. By another source it
//!   removes only that source's witness; a post without witnesses is gone from the view.
//! - A quote's state follows no edit; whose word about it counts is decided in [`Post::quote_word`].
//! - A deletion may overtake its post: what a source deleted is remembered by that source's id.
//! - The end state is the same in whatever order and however often things arrive.

mod accept;
mod brief;
mod event;
mod ids;
mod post;
mod quote;
mod unwanted;
mod window;

use std::{
    collections::{BTreeMap, VecDeque, btree_map::Entry},
    sync::Arc,
};

use mastodon::Status;

pub use self::{
    accept::{OPT_OUTS, Refusal, opted_out},
    event::{Arrival, Change, Heard, How, Outcome, Verdict},
    post::{Copy, Counts, Parent, Post, Told, Version, Witness},
    quote::{QuoteWord, Quoted},
    unwanted::Wish,
    window::Window,
};
use crate::{
    key::host_of,
    moderation::{Reason, Rules},
    public_id::PublicId,
    publish::{account_of, public_copy},
};

/// Posts from the future that wait for their time; beyond it the farthest is dropped.
const MAX_HELD: usize = 1_000;

/// What the merge must remember. The relay's memory is its archive, a browser's is a [`Window`].
pub trait Memory {
    /// A living post.
    fn post(&mut self, uri: &str) -> Option<Arc<Post>>;
    /// Stores a post in place of what was stored for its `uri`; an id that it had before becomes an alias.
    fn put(&mut self, post: &Arc<Post>);
    /// Forgets a post, but not what it was called.
    fn remove(&mut self, uri: &str);
    /// Which living post has this id.
    fn owner_of(&mut self, id: PublicId) -> Option<String>;
    /// Notes what a source calls a post.
    fn learn(&mut self, source: &str, local_id: &str, uri: &str);
    /// Which post a source calls so.
    fn uri_of(&mut self, source: &str, local_id: &str) -> Option<String>;
    /// Notes that a source deleted what it called so.
    fn set_gone(&mut self, source: &str, local_id: &str);
    /// Whether a source deleted what it called so.
    fn is_gone(&mut self, source: &str, local_id: &str) -> bool;
    /// Notes that a post's own server deleted it.
    fn bury(&mut self, uri: &str);
    /// Whether a post's own server deleted it.
    fn is_buried(&mut self, uri: &str) -> bool;
    /// Notes that the answer `uri` waits for the post that a source calls so.
    fn wait_for(&mut self, source: &str, local_id: &str, uri: &str);
    /// The answers that waited for it, which are then no longer waiting.
    fn take_waiting(&mut self, source: &str, local_id: &str) -> Vec<String>;
    /// Notes that `uri` quotes another post.
    fn note_quote(&mut self, quoted: &str, uri: &str);
    /// The posts that quote this one.
    fn quoting(&mut self, quoted: &str) -> Vec<String>;
    /// Notes that by the word of a source an author asked at this time not to be collected.
    fn note_wish(&mut self, wish: &Wish);
    /// Forgets that.
    fn drop_wish(&mut self, author: &str, source: &str);
    /// Who says that this author asked not to be collected.
    fn wishes(&mut self, author: &str) -> Vec<Wish>;
    /// Posts of the author with this full handle (in lower case), so many at most.
    fn posts_of(&mut self, handle: &str, limit: usize) -> Vec<String>;
}

/// How patient the merge is.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Posts dated further ahead than this are held until their time has come within it, in milliseconds.
    pub future_hold: i64,
    /// So long after an edit, in milliseconds, an origin that is read afresh and does not know it
    /// refutes it: answers to the anonymous may be cached for 45 seconds.
    pub refute_after: i64,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            future_hold: 5 * 60_000,
            refute_after: 60_000,
        }
    }
}

/// Merges what sources tell. Holds nothing but who the sources are and posts from the future.
#[derive(Debug)]
pub struct Merger {
    /// For each source's domain, the hosts it speaks for.
    voices: BTreeMap<String, Vec<String>>,
    patience: Patience,
    held: BTreeMap<(i64, u64), Arrival>,
    held_ever: u64,
    rules: Arc<Rules>,
    /// Authors who asked not to be collected and may still have posts here.
    leaving: VecDeque<String>,
}

impl Merger {
    /// A merge of these sources: each with its domain and the other hosts it answers at.
    pub fn new(
        sources: impl IntoIterator<Item = (String, Vec<String>)>,
        patience: Patience,
    ) -> Self {
        let mut merger = Self {
            voices: BTreeMap::new(),
            patience,
            held: BTreeMap::new(),
            held_ever: 0,
            rules: Arc::default(),
            leaving: VecDeque::new(),
        };
        merger.set_voices(sources);
        merger
    }

    /// The sources are others from now on. What former ones told stays as it was told.
    pub fn set_voices(&mut self, sources: impl IntoIterator<Item = (String, Vec<String>)>) {
        let voice = |(domain, mut hosts): (String, Vec<String>)| {
            hosts.push(domain.clone());
            (domain, hosts)
        };
        self.voices = sources.into_iter().map(voice).collect();
    }

    /// Whether the server at this host is one of the sources.
    #[must_use]
    pub fn is_source(&self, host: &str) -> bool {
        self.voices
            .keys()
            .any(|source| self.speaks_for(source, host))
    }

    /// Whether this source answers for this host.
    #[must_use]
    pub fn speaks_for(&self, source: &str, host: &str) -> bool {
        self.voices
            .get(source)
            .is_some_and(|hosts| hosts.iter().any(|it| it == host))
    }

    /// Takes one arrival in.
    pub fn apply(&mut self, memory: &mut impl Memory, arrival: Arrival) -> Outcome {
        let mut changes = Vec::new();
        let verdict = match &arrival.event {
            Heard::Gone(id) => self.gone(memory, &arrival.source, id.as_str(), &mut changes),
            Heard::Status(status) | Heard::Edited(status) => {
                match self.status(memory, &arrival, status.shown(), &mut changes) {
                    Ok(Verdict::Held) => self.hold(arrival),
                    Ok(verdict) => verdict,
                    Err(refusal) => Verdict::Refused(refusal),
                }
            }
        };
        Outcome { verdict, changes }
    }

    /// Posts from the future whose time has come: they are to be applied like anything that arrives.
    pub fn due(&mut self, now: i64) -> Vec<Arrival> {
        let later = self.held.split_off(&(now.saturating_add(1), 0));
        std::mem::replace(&mut self.held, later)
            .into_values()
            .map(|arrival| Arrival { at: now, ..arrival })
            .collect()
    }

    fn hold(&mut self, arrival: Arrival) -> Verdict {
        let created_at = match &arrival.event {
            Heard::Status(status) | Heard::Edited(status) => {
                status.shown().created_at.unix_millis()
            }
            Heard::Gone(_) => None,
        };
        let due = created_at
            .unwrap_or(arrival.at)
            .saturating_sub(self.patience.future_hold);
        self.held_ever += 1;
        self.held.insert((due, self.held_ever), arrival);
        if self.held.len() > MAX_HELD {
            self.held.pop_last();
        }
        Verdict::Held
    }

    fn gone(
        &self,
        memory: &mut impl Memory,
        source: &str,
        local_id: &str,
        changes: &mut Vec<Change>,
    ) -> Verdict {
        memory.set_gone(source, local_id);
        if let Some(uri) = memory.uri_of(source, local_id) {
            let own = host_of(&uri).is_some_and(|host| self.speaks_for(source, &host));
            if own {
                self.bury(memory, &uri, changes);
            } else if let Some(before) = memory.post(&uri) {
                let mut post = Post::clone(&before);
                post.witnesses
                    .retain(|it| !(it.source == source && it.local_id == local_id));
                let _withheld = self.settle(memory, Some(before), post, false, changes);
            }
        }
        Verdict::Gone
    }

    fn status(
        &mut self,
        memory: &mut impl Memory,
        arrival: &Arrival,
        status: &Status,
        changes: &mut Vec<Change>,
    ) -> Result<Verdict, Refusal> {
        let Arrival {
            source, how, at, ..
        } = arrival;
        let facts = accept::facts(status, *at)?;
        if let Some(reason) = self.rules.refuses(status, source) {
            // What was kept of it goes, should that not have happened yet.
            changes.extend(self.review(memory, &status.uri));
            return Err(Refusal::Unwanted(reason));
        }
        if facts.created_at > at.saturating_add(self.patience.future_hold) {
            return Ok(Verdict::Held);
        }
        let is_origin = self.speaks_for(source, &facts.origin);
        let uri = &status.uri;
        let local_id = status.id.as_str();
        if self.hear_wish(memory, arrival, status, &facts, changes) {
            return Err(Refusal::OptedOut);
        }
        memory.learn(source, local_id, uri);
        if memory.is_gone(source, local_id) {
            if is_origin {
                self.bury(memory, uri, changes);
            }
            return Err(Refusal::Deleted);
        }
        if memory.is_buried(uri) {
            return Err(Refusal::Deleted);
        }
        let before = memory.post(uri);
        let verdict = match &before {
            None => Verdict::New,
            Some(post) if post.witnesses.iter().any(|it| it.source == *source) => Verdict::Repeated,
            Some(_) => Verdict::Known,
        };
        let mut post = match &before {
            Some(before) => Post::clone(before),
            None => Post::new(uri, &facts.origin, facts.created_at),
        };
        post.listed |= *how != How::Asked && !status.account.limited;
        post.take(status, &facts, arrival, is_origin, || Status {
            quote: None,
            ..public_copy(status, source)
        });
        let quoted = status
            .quote
            .as_ref()
            .and_then(|it| it.quoted_status.as_ref());
        let is_buried = quoted.is_some_and(|it| memory.is_buried(&it.uri));
        if let Some(quoted) = quoted {
            memory.note_quote(&quoted.uri, uri);
        }
        let is_unwanted = quoted.is_some_and(|it| self.is_unwanted(memory, it, source));
        post.take_quote(status, source, *at, is_buried, is_unwanted);
        if post.parent.is_none()
            && let Some(parent_id) = &status.in_reply_to_id
        {
            post.parent = parent_of(memory, source, parent_id.as_str(), uri);
        }
        let edited = matches!(arrival.event, Heard::Edited(_));
        if let Some(reason) = self.settle(memory, before, post, edited, changes) {
            return Err(Refusal::Unwanted(reason));
        }
        self.adopt(memory, source, local_id, uri, changes);
        self.take_quoted(memory, arrival, status, changes);
        Ok(verdict)
    }

    /// A quoted post is taken too, as something that was asked for: links to it must lead somewhere.
    fn take_quoted(
        &mut self,
        memory: &mut impl Memory,
        arrival: &Arrival,
        status: &Status,
        changes: &mut Vec<Change>,
    ) {
        let Some(quoted) = status
            .quote
            .as_ref()
            .and_then(|it| it.quoted_status.as_deref())
        else {
            return;
        };
        // One step only: the quoted copy carries no further status by the protocol, a liar's might.
        let quoted = Status {
            quote: None,
            ..quoted.clone()
        };
        let asked = Arrival {
            source: arrival.source.clone(),
            how: How::Asked,
            event: Heard::Status(Box::new(quoted.clone())),
            at: arrival.at,
            is_guarded: arrival.is_guarded,
        };
        // A quoted post that is refused does not touch the post that quotes it.
        let _verdict = self.status(memory, &asked, &quoted, changes);
    }

    /// Gives the answers that waited for this post their parent.
    fn adopt(
        &self,
        memory: &mut impl Memory,
        source: &str,
        local_id: &str,
        uri: &str,
        changes: &mut Vec<Change>,
    ) {
        for child in memory.take_waiting(source, local_id) {
            let Some(parent) = memory.post(uri) else {
                return;
            };
            if let Some(before) = memory.post(&child)
                && before.parent.is_none()
                && child != uri
            {
                let mut post = Post::clone(&before);
                post.parent = Some(Parent::from(&*parent));
                let post = Arc::new(post);
                memory.put(&post);
                let before = Some(before);
                changes.push(Change::Witnessed { post, before });
            }
        }
    }

    /// Decides what is shown of a post now, stores it, and says what changed by that.
    fn settle(
        &self,
        memory: &mut impl Memory,
        before: Option<Arc<Post>>,
        mut post: Post,
        edited: bool,
        changes: &mut Vec<Change>,
    ) -> Option<Reason> {
        let before_visible = before.clone().filter(|it| it.is_visible());
        if post.witnesses.is_empty() {
            memory.remove(&post.uri);
            changes.extend(before_visible.map(Change::Deleted));
            return None;
        }
        post.choose(self.patience.refute_after);
        post.treatment = self.rules.treatment(&post);
        let seconds = post.created_at.div_euclid(1_000);
        let same_time = |it: &Arc<Post>| (seconds - i64::from(it.id.seconds())).abs() <= 1;
        match before.as_ref().filter(|it| same_time(it)) {
            Some(before) => post.id = before.id,
            None => {
                if let Some(id) = ids::allot(memory, seconds, &post.uri, changes) {
                    post.id = id;
                }
            }
        }
        let withheld = post.treatment.hidden;
        let is_same = before.as_deref() == Some(&post);
        let post = Arc::new(post);
        if !is_same {
            memory.put(&post);
        }
        match before_visible {
            Some(before) if !post.is_visible() => changes.push(Change::Deleted(before)),
            None if post.is_visible() => changes.push(Change::Appeared(post)),
            None => changes.push(Change::Witnessed { post, before: None }),
            Some(before) if before.id != post.id => {
                changes.push(Change::Deleted(before));
                changes.push(Change::Appeared(post));
            }
            Some(before) => {
                let reworded = before.shown != post.shown
                    || before.treatment != post.treatment
                    || before.quote_word() != post.quote_word();
                let retouched = edited
                    && before.shown_copy().map(|it| &it.status)
                        != post.shown_copy().map(|it| &it.status);
                if reworded || retouched {
                    changes.push(Change::Updated { post, before });
                } else {
                    let before = Some(before);
                    changes.push(Change::Witnessed { post, before });
                }
            }
        }
        withheld
    }
}

fn parent_of(
    memory: &mut impl Memory,
    source: &str,
    local_id: &str,
    child: &str,
) -> Option<Parent> {
    let known = memory
        .uri_of(source, local_id)
        .and_then(|uri| memory.post(&uri));
    match known {
        Some(parent) if parent.uri != child => Some(Parent::from(&*parent)),
        Some(_) => None,
        None => {
            memory.wait_for(source, local_id, child);
            None
        }
    }
}

impl From<&Post> for Parent {
    fn from(post: &Post) -> Self {
        let account = post
            .shown_copy()
            .map(|it| account_of(&it.status))
            .unwrap_or_default();
        Self {
            uri: post.uri.clone(),
            id: post.id,
            account,
        }
    }
}

/// Adds to a bounded list under a key.
fn push_under<K: Ord, V: PartialEq>(map: &mut BTreeMap<K, Vec<V>>, key: K, value: V) {
    match map.entry(key) {
        Entry::Vacant(slot) => {
            slot.insert(vec![value]);
        }
        Entry::Occupied(mut slot) => {
            if !slot.get().contains(&value) {
                slot.get_mut().push(value);
            }
        }
    }
}

#[cfg(test)]
mod tests;

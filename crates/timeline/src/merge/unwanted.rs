//! What leaves the view by somebody's wish: deleted posts, authors who opted out, what the operator will not have.

use std::sync::Arc;

use mastodon::Status;

use super::{Arrival, Change, Memory, Merger, Post, QuoteWord, accept::Facts};
use crate::{key::host_of, moderation::Rules, publish::full_handle};

/// Posts of one author that leave in one step, so that a prolific one never holds up the rest.
const LEAVE_STEP: usize = 200;
/// Authors whose posts are still leaving; each is remembered as away in any case.
const MAX_LEAVING: usize = 1_000;

/// By whose word an author asked not to be collected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// The author's address, or the full handle where there is none.
    pub author: String,
    /// The author's full handle in lower case.
    pub handle: String,
    /// The source that showed the wish.
    pub source: String,
    /// When it showed it last, in milliseconds.
    pub at: i64,
}

impl Merger {
    /// Lets other rules hold from now on. Kept posts that they may concern are to be [reviewed](Self::review).
    pub fn set_rules(&mut self, rules: Arc<Rules>) {
        self.rules = rules;
    }

    /// Decides anew about a kept post, and about those that quote it, by the rules and wishes that hold now.
    pub fn review(&self, memory: &mut impl Memory, uri: &str) -> Vec<Change> {
        let mut changes = Vec::new();
        let Some(before) = memory.post(uri) else {
            // Its words may still be in posts that quote it.
            let forgotten = &self.rules.forgotten.posts;
            let is_forgotten = forgotten.contains(uri)
                || host_of(uri).is_some_and(|it| self.rules.of_server(&it).0);
            if is_forgotten {
                self.unquote(memory, uri, QuoteWord::opt_out, &mut changes);
            }
            return changes;
        };
        let author = before.shown_copy().map(|it| (&it.status, it.by.as_str()));
        if author.is_some_and(|(status, by)| self.is_unwanted(memory, status, by)) {
            self.evict(memory, uri, &mut changes);
            return changes;
        }
        let mut concerned = vec![uri.to_owned()];
        if self.rules.treatment(&before) != before.treatment {
            concerned.extend(memory.quoting(uri));
        }
        for uri in concerned {
            if let Some(before) = memory.post(&uri)
                && self.rules.treatment(&before) != before.treatment
            {
                let post = Post::clone(&before);
                let _withheld = self.settle(memory, Some(before), post, false, &mut changes);
            }
        }
        changes
    }

    /// Whether there are authors to [go on](Self::go_on) with.
    #[must_use]
    pub fn is_leaving(&self) -> bool {
        !self.leaving.is_empty()
    }

    /// Goes on removing the posts of authors who asked not to be collected: a bounded number of them. What it changed comes back,
    /// or `None` when nobody is leaving.
    pub fn go_on(&mut self, memory: &mut impl Memory) -> Option<Vec<Change>> {
        let handle = self.leaving.pop_front()?;
        let mut changes = Vec::new();
        self.leave(memory, handle, &mut changes);
        Some(changes)
    }

    /// Whether a status is not taken whatever it says: by the rules, or because its author asked.
    pub(super) fn is_unwanted(
        &self,
        memory: &mut impl Memory,
        status: &Status,
        domain: &str,
    ) -> bool {
        if self.rules.refuses(status, domain).is_some() {
            return true;
        }
        let origin = host_of(&status.uri).unwrap_or_default();
        let wishes = memory.wishes(&author_of(status, domain));
        self.is_away(&wishes, &origin)
    }

    /// Notes whether the author asks not to be collected; `true` when the status is not to be taken for that.
    pub(super) fn hear_wish(
        &mut self,
        memory: &mut impl Memory,
        arrival: &Arrival,
        status: &Status,
        facts: &Facts,
        changes: &mut Vec<Change>,
    ) -> bool {
        let Arrival { source, at, .. } = arrival;
        let author = author_of(status, source);
        if !facts.opted_out {
            let mut wishes = memory.wishes(&author);
            // An answer may be older than what was heard before it.
            let is_over = |it: &Wish| it.at.saturating_add(self.patience.refute_after) <= *at;
            if let Some(own) = wishes.iter().position(|it| it.source == *source)
                && wishes.get(own).is_some_and(is_over)
            {
                memory.drop_wish(&author, source);
                wishes.remove(own);
            }
            return self.is_away(&wishes, &facts.origin);
        }
        let handle = full_handle(&status.account.acct, source).to_lowercase();
        memory.note_wish(&Wish {
            author: author.clone(),
            handle: handle.clone(),
            source: source.clone(),
            at: *at,
        });
        let wishes = memory.wishes(&author);
        if self.is_away(&wishes, &facts.origin) {
            self.evict(memory, &status.uri, changes);
            self.leave(memory, handle, changes);
        }
        true
    }

    /// Whose word counts: the author's own server's, and where that is no source anybody's. Taking a wish for true that is none
    /// costs less than the other way round.
    fn is_away(&self, wishes: &[Wish], origin: &str) -> bool {
        !wishes.is_empty()
            && (wishes.iter().any(|it| self.speaks_for(&it.source, origin))
                || !self.is_source(origin))
    }

    /// Removes posts of an author, if they are to go; the rest follows with [`Self::go_on`].
    fn leave(&mut self, memory: &mut impl Memory, handle: String, changes: &mut Vec<Change>) {
        let uris = memory.posts_of(&handle, LEAVE_STEP);
        let is_more = uris.len() == LEAVE_STEP;
        let mut gone = 0;
        for uri in uris {
            changes.extend(self.review(memory, &uri));
            gone += usize::from(memory.post(&uri).is_none());
        }
        // Somebody else's posts under this handle stay, and must not be walked over for ever.
        if is_more && gone > 0 && self.leaving.len() < MAX_LEAVING {
            self.leaving.push_back(handle);
        }
    }

    fn evict(&self, memory: &mut impl Memory, uri: &str, changes: &mut Vec<Change>) {
        remove(memory, uri, changes);
        self.unquote(memory, uri, QuoteWord::opt_out, changes);
    }

    /// Removes a post for good, and its words from those that quote it.
    pub(super) fn bury(&self, memory: &mut impl Memory, uri: &str, changes: &mut Vec<Change>) {
        memory.bury(uri);
        remove(memory, uri, changes);
        self.unquote(memory, uri, QuoteWord::delete, changes);
    }

    /// Takes the words of a post out of those that quote it.
    fn unquote(
        &self,
        memory: &mut impl Memory,
        quoted: &str,
        take_back: fn(&mut QuoteWord),
        changes: &mut Vec<Change>,
    ) {
        for uri in memory.quoting(quoted) {
            if let Some(before) = memory.post(&uri) {
                let mut post = Post::clone(&before);
                post.unquote(quoted, take_back);
                let _withheld = self.settle(memory, Some(before), post, false, changes);
            }
        }
    }
}

fn remove(memory: &mut impl Memory, uri: &str, changes: &mut Vec<Change>) {
    if let Some(before) = memory.post(uri) {
        memory.remove(uri);
        changes.extend(before.is_visible().then_some(Change::Deleted(before)));
    }
}

/// Who wrote a status: the address that is the same on all servers.
fn author_of(status: &Status, domain: &str) -> String {
    let account = &status.account;
    match host_of(&account.uri) {
        Some(_) => account.uri.clone(),
        None => {
            // A handle alone could be anybody's word about anybody: it counts together with the post's own server.
            let origin = host_of(&status.uri).unwrap_or_default();
            let handle = full_handle(&account.acct, domain).to_lowercase();
            format!("{handle} {origin}")
        }
    }
}

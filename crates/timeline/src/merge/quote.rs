//! What sources say of the quote in a post, and whose word about it is shown.
//!
//! A quote changes without an edit: its author is asked, agrees, takes it back. So each witness's word is kept
//! beside its telling, and grows only in one direction, as [`weight`] has it: a copy that is late changes nothing.

use std::sync::Arc;

use mastodon::{Quote, QuoteState, Status};
use serde::{Deserialize, Serialize};

use super::{Post, Version, accept};
use crate::publish::{fingerprint, public_copy};

/// One source's word about a quote.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct QuoteWord {
    /// Whether the quoted author agreed.
    pub state: QuoteState,
    /// Which telling of the quoted post came with it: with an accepted quote alone.
    pub quoted: Option<Version>,
    /// Whether the quoted author asked not to be collected.
    pub opted_out: bool,
}

/// A quoted post in full.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quoted {
    /// Which telling of it.
    pub version: Version,
    /// In public form.
    pub status: Status,
}

/// From this weight on a word says something about the quote, and not only about who asks or what is not there yet.
const DEFINITE: u8 = 2;

/// How much a word counts beside another one. What is taken back or deleted was accepted before.
fn weight(state: &QuoteState) -> u8 {
    match state {
        // Also said by servers that only lack the quoted post.
        QuoteState::Pending => 0,
        QuoteState::BlockedAccount
        | QuoteState::BlockedDomain
        | QuoteState::MutedAccount
        | QuoteState::Other(_) => 1,
        QuoteState::Unauthorized => DEFINITE,
        QuoteState::Rejected => 3,
        QuoteState::Accepted => 4,
        QuoteState::Deleted => 5,
        QuoteState::Revoked => 6,
    }
}

impl QuoteWord {
    /// What a quote says, without words that would not be taken by themselves: of authors who opted out, of posts
    /// that are not public or cannot be believed, of those known to be deleted.
    fn of(quote: &Quote, at: i64, is_buried: bool, is_unwanted: bool) -> Self {
        let told = quote.quoted_status.as_deref();
        let facts = told.map(|it| accept::facts(it, at));
        let opted_out = is_unwanted || matches!(&facts, Some(Ok(facts)) if facts.opted_out);
        let (state, quoted) = match (&quote.state, facts) {
            (QuoteState::Accepted, _) if is_buried => (QuoteState::Deleted, None),
            (QuoteState::Accepted, Some(Ok(facts))) if !opted_out => {
                let version = told.map(|it| Version {
                    edited_at: facts.edited_at,
                    print: fingerprint(it),
                });
                (QuoteState::Accepted, version)
            }
            (QuoteState::Accepted, Some(_)) => (QuoteState::Unauthorized, None),
            (state, _) => (state.clone(), None),
        };
        Self {
            state,
            quoted,
            opted_out,
        }
    }

    /// The quoted post was deleted where it was written.
    pub(super) fn delete(&mut self) {
        self.state = QuoteState::Deleted;
        self.quoted = None;
    }

    /// The quoted author asked not to be collected.
    pub(super) fn opt_out(&mut self) {
        self.state = QuoteState::Unauthorized;
        self.quoted = None;
        self.opted_out = true;
    }

    fn order(&self) -> (u8, Option<Version>, &QuoteState) {
        (weight(&self.state), self.quoted, &self.state)
    }

    /// Adds a later or earlier word of the same source.
    fn join(&mut self, other: Self) {
        let opted_out = self.opted_out || other.opted_out;
        if other.order() > self.order() {
            *self = other;
        }
        self.opted_out = opted_out;
    }
}

impl Post {
    /// Takes in what a witness says of the quote in its telling.
    pub(super) fn take_quote(
        &mut self,
        status: &Status,
        source: &str,
        at: i64,
        is_buried: bool,
        is_unwanted: bool,
    ) {
        let Some(quote) = &status.quote else { return };
        let word = QuoteWord::of(quote, at, is_buried, is_unwanted);
        let local_id = status.id.as_str();
        let by = self
            .witnesses
            .iter_mut()
            .find(|it| it.source == source && it.local_id == local_id);
        let Some(witness) = by.map(Arc::make_mut) else {
            return;
        };
        if let Some(version) = word.quoted
            && let Some(quoted) = &quote.quoted_status
            && self.quoted.iter().all(|it| it.version != version)
        {
            let status = public_copy(quoted, source);
            self.quoted.push(Quoted { version, status });
        }
        match &mut witness.quote {
            Some(known) => known.join(word),
            none => *none = Some(word),
        }
    }

    /// Takes back every word that brings the post with this `uri`.
    pub(super) fn unquote(&mut self, uri: &str, take_back: fn(&mut QuoteWord)) {
        let quoted = &self.quoted;
        let brings = |word: &&mut QuoteWord| {
            let mut all = quoted.iter().filter(|it| it.status.uri == uri);
            all.any(|it| Some(it.version) == word.quoted)
        };
        let witnesses = self.witnesses.iter_mut().filter(|it| it.quote.is_some());
        let words = witnesses.filter_map(|it| Arc::make_mut(it).quote.as_mut());
        words.filter(brings).for_each(take_back);
    }

    /// Forgets quoted posts that no witness's word brings any more; so there are no more than witnesses.
    pub(super) fn forget_quoted(&mut self) {
        let words = || self.witnesses.iter().filter_map(|it| it.quote.as_ref());
        let is_opted_out = words().any(|it| it.opted_out);
        self.quoted
            .retain(|it| !is_opted_out && words().any(|word| word.quoted == Some(it.version)));
    }

    /// Whether it quotes at all: by its own server's word if that is a witness, else by the first witness's or by
    /// those of two sources. A quote is not to be hung on a stranger's post.
    fn is_quoting(&self) -> bool {
        let mut origins = self.witnesses.iter().filter(|it| it.is_origin).peekable();
        if origins.peek().is_some() {
            return origins.any(|it| it.quote.is_some());
        }
        let mut by = self.witnesses.iter().filter(|it| it.quote.is_some());
        let first = by.next().map(|it| it.source.as_str());
        self.elder().is_some_and(|it| it.quote.is_some())
            || by.any(|it| Some(it.source.as_str()) != first)
    }

    /// The word about its quote that is shown: its own server's, when that says anything, else the weightiest.
    /// Nobody's, when the quoted author opted out anywhere.
    #[must_use]
    pub fn quote_word(&self) -> Option<QuoteWord> {
        if !self.is_quoting() {
            return None;
        }
        let words = || {
            let word =
                |it: &'_ Arc<super::Witness>| it.quote.clone().map(|word| (it.is_origin, word));
            self.witnesses.iter().filter_map(word)
        };
        if words().any(|(_, it)| it.opted_out) {
            return Some(QuoteWord {
                state: QuoteState::Unauthorized,
                quoted: None,
                opted_out: true,
            });
        }
        let weightiest = |left: QuoteWord, right: QuoteWord| {
            if left.order() < right.order() {
                right
            } else {
                left
            }
        };
        let own = words().filter(|(is_origin, it)| *is_origin && weight(&it.state) >= DEFINITE);
        let own = own.map(|(_, it)| it).reduce(weightiest);
        let best = words().map(|(_, it)| it).reduce(weightiest)?;
        let mut word = own.unwrap_or(best);
        if word.state == QuoteState::Accepted && word.quoted.is_none() {
            // It agrees and only lacks the post.
            word.quoted = words().filter_map(|(_, it)| it.quoted).max();
        }
        Some(word)
    }

    /// Its quote as it is served.
    pub(super) fn quote(&self) -> Option<Quote> {
        let mut word = self.quote_word()?;
        if self.treatment.without_quote && word.quoted.is_some() {
            word.opt_out();
        }
        let quoted = |it: &&Quoted| Some(it.version) == word.quoted;
        let mut quoted = self.quoted.iter().find(quoted).map(|it| it.status.clone());
        if let Some(quoted) = quoted
            .as_mut()
            .filter(|_| self.treatment.without_quoted_media)
        {
            quoted.media_attachments.clear();
        }
        Some(Quote {
            quoted_status: quoted.map(Box::new),
            state: word.state,
            quoted_status_id: None,
        })
    }
}

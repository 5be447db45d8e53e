//! One post as its witnesses tell it, and whose telling is shown.

use std::{collections::BTreeSet, sync::Arc};

use mastodon::{AccountId, RelayInfo, Status, StatusId, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Arrival, How, QuoteWord, Quoted, accept::Facts};
use crate::{
    moderation::Treatment,
    public_id::PublicId,
    publish::{fingerprint, name_media},
    tag,
};

/// Tellings remembered of one witness: more edits than a source is ever late by. The newest stay, by a rule that
/// knows no order of arrival.
pub(super) const MAX_TOLD: usize = 8;
/// Witnesses of one post: the number of sources is bounded too.
const MAX_WITNESSES: usize = 1_000;

/// Which telling of a post: when it was edited, and what it says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Version {
    /// In milliseconds; `None` sorts before every edit.
    pub edited_at: Option<i64>,
    /// A hash of what people read, the same for every server's way of writing it.
    pub print: u64,
}

/// A telling, and when a witness told it first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// What was told.
    pub version: Version,
    /// When, in milliseconds.
    pub at: i64,
}

/// One source's sight of a post.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Witness {
    /// The source's domain.
    pub source: String,
    /// What it calls the post.
    pub local_id: String,
    /// Whether it is the post's own server.
    pub is_origin: bool,
    /// When it first told.
    pub first_at: i64,
    /// When it told what it tells now.
    pub told_at: i64,
    /// When it was last read, rather than heard pushing.
    pub read_at: Option<i64>,
    /// What it tells now.
    pub version: Version,
    /// What it told, the newest versions of it.
    pub told: Vec<Told>,
    /// When, by its word, the post was written.
    pub created_at: i64,
    /// Its counts.
    pub counts: Counts,
    /// When it told its counts.
    pub counted_at: i64,
    /// Whether it says that the post answers somebody else.
    pub reply_to_other: bool,
    /// Whether it showed the post only to people who are signed in there, every time.
    #[serde(default)]
    pub is_guarded: bool,
    /// What it says of the post's quote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<QuoteWord>,
}

/// The counts under a post.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the wire's own names")]
pub struct Counts {
    pub replies: i64,
    pub reblogs: i64,
    pub favourites: i64,
    pub quotes: i64,
}

/// A telling in full.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Copy {
    /// Which one.
    pub version: Version,
    /// Whose words these are.
    pub by: String,
    /// Whether that is the post's own server.
    pub by_origin: bool,
    /// In public form, but for what [`Post::status`] adds. Shared by the states that a post goes through.
    pub status: Arc<Status>,
}

/// The post that another answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Parent {
    /// Its identity.
    pub uri: String,
    /// Its public id.
    #[serde(with = "id_number")]
    pub id: PublicId,
    /// Its author's public id.
    pub account: String,
}

/// One post.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Post {
    /// Its identity.
    pub uri: String,
    /// The host that speaks for it.
    pub origin: String,
    /// The id it is shown under.
    #[serde(with = "id_number")]
    pub id: PublicId,
    /// When it was written, by the best word, in milliseconds.
    pub created_at: i64,
    /// Whether it was in a timeline, and not only asked for.
    pub listed: bool,
    /// The post it answers, when that is known.
    pub parent: Option<Parent>,
    /// Which telling is shown.
    pub shown: Version,
    /// Who sees it. Shared by the states that a post goes through.
    pub witnesses: Vec<Arc<Witness>>,
    /// What they tell: one for each version that a witness is remembered to have told, so no more than
    /// each witness's [`MAX_TOLD`] and what it tells now.
    pub copies: Vec<Copy>,
    /// The posts that it quotes by their words: at most one for each witness.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quoted: Vec<Quoted>,
    /// What the operator's rules make of it.
    #[serde(default, skip_serializing_if = "Treatment::is_plain")]
    pub treatment: Treatment,
}

mod id_number {
    //! An id inside stored state.
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer, de::Error as _};

    use crate::public_id::PublicId;

    pub(super) fn serialize<S: Serializer>(id: &PublicId, to: S) -> Result<S::Ok, S::Error> {
        id.as_i64().serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<PublicId, D::Error> {
        PublicId::from_i64(i64::deserialize(from)?).ok_or_else(|| D::Error::custom("no id"))
    }
}

impl Witness {
    /// Whether it tells this, or is remembered to have told it.
    fn tells(&self, version: Version) -> bool {
        self.version == version || self.told.iter().any(|it| it.version == version)
    }
}

impl Post {
    pub(super) fn new(uri: &str, origin: &str, created_at: i64) -> Self {
        Self {
            uri: uri.to_owned(),
            origin: origin.to_owned(),
            id: PublicId::floor(0),
            created_at,
            listed: false,
            parent: None,
            shown: Version::default(),
            witnesses: Vec::new(),
            copies: Vec::new(),
            quoted: Vec::new(),
            treatment: Treatment::default(),
        }
    }

    /// Whether timelines show it.
    #[must_use]
    pub fn is_visible(&self) -> bool {
        self.listed
            && !self.witnesses.is_empty()
            && !self.is_withheld()
            && !self.treatment.is_silenced
    }

    /// Whether the operator's rules keep it from everybody.
    #[must_use]
    pub fn is_withheld(&self) -> bool {
        self.treatment.hidden.is_some()
    }

    /// The telling that is shown.
    #[must_use]
    pub fn shown_copy(&self) -> Option<&Copy> {
        self.copies.iter().find(|it| it.version == self.shown)
    }

    /// Whether everybody reads the same in both, and every timeline shows both or neither: all but who tells of it and its counts.
    #[must_use]
    pub fn is_same_to_readers(&self, other: &Self) -> bool {
        let is_same_copy = match (self.shown_copy(), other.shown_copy()) {
            (Some(left), Some(right)) => Arc::ptr_eq(&left.status, &right.status),
            (left, right) => left.is_none() && right.is_none(),
        };
        is_same_copy
            && self.id == other.id
            && self.created_at == other.created_at
            && self.listed == other.listed
            && self.parent == other.parent
            && self.treatment == other.treatment
            && self.is_guarded() == other.is_guarded()
            && self.is_reply_to_other() == other.is_reply_to_other()
            && self.quoted == other.quoted
            && self.quote_word() == other.quote_word()
    }

    /// Takes in one witness's telling. `copy` makes its public form, when that is needed.
    pub(super) fn take(
        &mut self,
        status: &Status,
        facts: &Facts,
        arrival: &Arrival,
        is_origin: bool,
        copy: impl FnOnce() -> Status,
    ) {
        let Arrival {
            source, how, at, ..
        } = arrival;
        let at = *at;
        let version = Version {
            edited_at: facts.edited_at,
            print: fingerprint(status),
        };
        let counts = Counts {
            replies: status.replies_count,
            reblogs: status.reblogs_count,
            favourites: status.favourites_count,
            quotes: status.quotes_count,
        };
        let answers_other = status.in_reply_to_id.is_some()
            && status.in_reply_to_account_id.as_ref() != Some(&status.account.id);
        let local_id = status.id.as_str();
        let place = self.witnesses.binary_search_by(|it| {
            (it.source.as_str(), it.local_id.as_str()).cmp(&(source, local_id))
        });
        let place = match place {
            Ok(place) => place,
            Err(_) if self.witnesses.len() >= MAX_WITNESSES => return,
            Err(place) => {
                let witness = Witness {
                    source: source.clone(),
                    local_id: local_id.to_owned(),
                    is_origin,
                    first_at: at,
                    told_at: at,
                    read_at: None,
                    version,
                    told: Vec::new(),
                    created_at: facts.created_at,
                    counts,
                    counted_at: at,
                    reply_to_other: answers_other,
                    is_guarded: arrival.is_guarded,
                    quote: None,
                };
                self.witnesses.insert(place, Arc::new(witness));
                place
            }
        };
        let Some(witness) = self.witnesses.get_mut(place).map(Arc::make_mut) else {
            return;
        };
        witness.first_at = witness.first_at.min(at);
        witness.reply_to_other |= answers_other;
        witness.is_guarded &= arrival.is_guarded;
        if *how != How::Stream {
            witness.read_at = witness.read_at.max(Some(at));
        }
        if at >= witness.counted_at {
            witness.counts = counts;
            witness.counted_at = at;
        }
        match witness.told.iter_mut().find(|it| it.version == version) {
            Some(told) => told.at = told.at.min(at),
            None => {
                witness.told.push(Told { version, at });
                witness.told.sort_by_key(|it| (it.version, it.at));
                if witness.told.len() > MAX_TOLD {
                    witness.told.remove(0);
                }
            }
        }
        let is_news = (version.edited_at, at, version.print)
            >= (
                witness.version.edited_at,
                witness.told_at,
                witness.version.print,
            );
        if is_news {
            witness.version = version;
            witness.told_at = at;
        }
        match self.copies.iter_mut().find(|it| it.version == version) {
            // Its own server's words replace another's; a source's later words replace its own.
            Some(known) if is_news && (known.by == *source || (is_origin && !known.by_origin)) => {
                let status = copy();
                if *known.status != status {
                    known.status = Arc::new(status);
                }
                known.by.clone_from(source);
                known.by_origin = is_origin;
            }
            Some(_) => {}
            None => {
                self.copies.push(Copy {
                    version,
                    by: source.clone(),
                    by_origin: is_origin,
                    status: Arc::new(copy()),
                });
            }
        }
    }

    /// The first witness but for its own server.
    pub(super) fn elder(&self) -> Option<&Witness> {
        self.witnesses
            .iter()
            .map(Arc::as_ref)
            .filter(|it| !it.is_origin)
            .min_by_key(|it| (it.first_at, &it.source, &it.local_id))
    }

    /// Decides whose word is shown; a function of the witnesses alone, whatever the order of their words.
    pub(super) fn choose(&mut self, refute_after: i64) {
        let origin = self
            .witnesses
            .iter()
            .map(Arc::as_ref)
            .filter(|it| it.is_origin)
            .max_by_key(|it| (it.version.edited_at, it.told_at));
        let elder = self.elder();
        let Some(base) = origin.or(elder) else { return };
        let may_replace = |version: Version| match origin {
            None => version.edited_at >= base.version.edited_at,
            Some(_) => version.edited_at > base.version.edited_at,
        };
        // Before its own server spoke, the first witness was believed; that stands until its own server,
        // read afresh and well after the edit, still does not know of it.
        let still_believed = |version: Version| {
            origin.zip(elder).is_some_and(|(origin, elder)| {
                let refuted =
                    origin.read_at > version.edited_at.map(|it| it.saturating_add(refute_after));
                let told = |it: &Told| it.version == version && it.at < origin.first_at;
                !refuted && elder.told.iter().any(told)
            })
        };
        let supporters = |version: Version| {
            self.witnesses
                .iter()
                .filter(|it| it.tells(version))
                .map(|it| it.source.as_str())
                .collect::<BTreeSet<_>>()
                .len()
        };
        let best = self
            .copies
            .iter()
            .map(|it| it.version)
            .filter(|&it| {
                it == base.version
                    || (may_replace(it) && (supporters(it) >= 2 || still_believed(it)))
            })
            .max_by_key(|&it| (it.edited_at, supporters(it), it == base.version, it.print));
        let newest = || self.copies.iter().map(|it| it.version).max();
        self.shown = best.or_else(newest).unwrap_or(base.version);
        self.created_at = match origin {
            Some(origin) => origin.created_at,
            None => self
                .witnesses
                .iter()
                .map(|it| it.created_at)
                .min()
                .unwrap_or(self.created_at),
        };
        // What a witness told may be needed: when the others are gone, or when its own server speaks and decides
        // anew which of the earlier words are believed. A bound over all witnesses together would drop by the
        // order in which they spoke.
        let witnesses = &self.witnesses;
        self.copies
            .retain(|it| witnesses.iter().any(|witness| witness.tells(it.version)));
        self.forget_quoted();
    }

    /// The counts to show: its own server's, which alone knows all; else the highest of each, since
    /// every other server's are lower bounds.
    #[must_use]
    pub fn counts(&self) -> Counts {
        if let Some(origin) = self
            .witnesses
            .iter()
            .filter(|it| it.is_origin)
            .max_by_key(|it| it.counted_at)
        {
            return origin.counts;
        }
        self.witnesses
            .iter()
            .fold(Counts::default(), |best, it| Counts {
                replies: best.replies.max(it.counts.replies),
                reblogs: best.reblogs.max(it.counts.reblogs),
                favourites: best.favourites.max(it.counts.favourites),
                quotes: best.quotes.max(it.counts.quotes),
            })
    }

    /// The domains that show it, in order of first sight.
    #[must_use]
    pub fn seen_on(&self) -> Vec<String> {
        let mut sights: Vec<&Arc<Witness>> = self.witnesses.iter().collect();
        sights.sort_by_key(|it| (it.first_at, &it.source));
        let mut domains: Vec<String> = Vec::new();
        for sight in sights {
            if !domains.contains(&sight.source) {
                domains.push(sight.source.clone());
            }
        }
        domains
    }

    /// Its hashtags, as keys, sorted.
    #[must_use]
    pub fn tags(&self) -> Vec<String> {
        let names = self.shown_copy().into_iter().flat_map(|it| &it.status.tags);
        let keys: BTreeSet<String> = names
            .map(|it| tag::key(&it.name))
            .filter(|it| !it.is_empty())
            .collect();
        keys.into_iter().collect()
    }

    /// Whether no source shows it to everybody.
    #[must_use]
    pub fn is_guarded(&self) -> bool {
        self.witnesses.iter().all(|it| it.is_guarded)
    }

    /// Whether it carries media.
    #[must_use]
    pub fn has_media(&self) -> bool {
        !self.treatment.without_media
            && self
                .shown_copy()
                .is_some_and(|it| !it.status.media_attachments.is_empty())
    }

    /// Whether it answers somebody else: servers that do not know the parent cannot tell.
    #[must_use]
    pub fn is_reply_to_other(&self) -> bool {
        self.witnesses.iter().any(|it| it.reply_to_other)
    }

    /// The status as it is served, with every id a public one.
    #[must_use]
    pub fn status(&self) -> Option<Status> {
        let mut status = Status::clone(&self.shown_copy()?.status);
        let counts = self.counts();
        status.id = StatusId::new(self.id.to_string());
        status.created_at = Timestamp::from_unix_millis(self.created_at);
        status.replies_count = counts.replies;
        status.reblogs_count = counts.reblogs;
        status.favourites_count = counts.favourites;
        status.quotes_count = counts.quotes;
        // A copy has a quote itself when it was kept by an older relay.
        status.quote = self.quote().or(status.quote);
        if self.treatment.without_media {
            status.media_attachments.clear();
        }
        name_media(&mut status);
        if let Some(parent) = &self.parent {
            status.in_reply_to_id = Some(StatusId::new(parent.id.to_string()));
            status.in_reply_to_account_id = Some(AccountId::new(parent.account.clone()));
        }
        status.relay = Some(RelayInfo {
            seen_on: self.seen_on(),
            origin: Some(self.origin.clone()),
        });
        Some(status)
    }
}

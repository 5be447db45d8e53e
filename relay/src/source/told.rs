//! What a source has told, feed by feed: by this a poll knows which posts are new, which its stream
//! lost, and which have vanished.

use std::collections::{BTreeMap, BTreeSet};

use mastodon::{
    Status, Visibility,
    endpoints::{PublicTimeline, TagTimeline},
    streaming::{StreamName, Subscription},
};
use timeline::tag;

use crate::{archive::ToldPost, config::PublicStream};

/// Posts remembered per feed; the lowest ids are forgotten first and no longer watched for deletion.
const MAX_POSTS_PER_FEED: usize = 5_000;

/// A post that is there but no longer in its timeline is looked at ever less often, up to this many doublings.
const MAX_DOUBLINGS: u32 = 6;

/// One timeline of a source, that is polled and streamed under different names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Feed {
    /// A public timeline.
    Public(PublicStream),
    /// A hashtag, as the operator spelled it.
    Tag(String),
    /// What a search for a word or phrase finds; never streamed.
    Words(String),
}

impl Feed {
    /// What to subscribe to; `None` for searches, and for hashtags that Mastodon's streaming cannot match.
    pub(super) fn subscription(&self) -> Option<Subscription> {
        match self {
            Self::Public(PublicStream::Public) => Some(Subscription::to(StreamName::Public)),
            Self::Public(PublicStream::PublicLocal) => {
                Some(Subscription::to(StreamName::PublicLocal))
            }
            Self::Public(PublicStream::PublicRemote) => {
                Some(Subscription::to(StreamName::PublicRemote))
            }
            Self::Tag(name) => tag::is_streamable(name).then(|| Subscription::to_tag(name.clone())),
            Self::Words(_) => None,
        }
    }

    /// Whether an event of this subscription belongs to the feed.
    pub(super) fn is_heard_on(&self, heard: &Subscription) -> bool {
        match (self, &heard.tag) {
            (Self::Tag(name), Some(tag)) => tag::normalise(name) == tag::normalise(tag),
            (Self::Public(_), None) => self.subscription().as_ref() == Some(heard),
            _ => false,
        }
    }

    /// Whether a kept post was told under this feed.
    pub(super) fn holds(&self, post: &ToldPost) -> bool {
        match self {
            Self::Tag(name) => post.tags.contains(&tag::key(name)),
            Self::Public(_) if post.reply_to_other => false,
            Self::Public(PublicStream::Public) => true,
            // Which kept posts are of the source's own people, or were searched for, is not kept.
            Self::Public(_) | Self::Words(_) => false,
        }
    }

    /// The request for a page of a public timeline.
    pub(super) fn public_page(stream: PublicStream, page: mastodon::Paging) -> PublicTimeline {
        PublicTimeline {
            local: stream == PublicStream::PublicLocal,
            remote: stream == PublicStream::PublicRemote,
            page,
            ..PublicTimeline::default()
        }
    }

    /// The request for a page of a hashtag.
    pub(super) fn tag_page(name: &str, page: mastodon::Paging) -> TagTimeline {
        TagTimeline {
            tag: name.to_owned(),
            page,
            ..TagTimeline::default()
        }
    }

    /// Whether a post belongs here by its author's home: some servers take no notice of `local` and `remote`.
    pub(super) fn admits(&self, status: &Status) -> bool {
        let is_local = !status.shown().account.acct.contains('@');
        match self {
            Self::Public(PublicStream::PublicLocal) => is_local,
            Self::Public(PublicStream::PublicRemote) => !is_local,
            Self::Public(PublicStream::Public) | Self::Tag(_) | Self::Words(_) => true,
        }
    }

    /// Whether a post carries this hashtag.
    pub(super) fn is_tag_of(&self, status: &Status) -> bool {
        let Self::Tag(name) = self else { return false };
        let tags = &status.shown().tags;
        tags.iter().any(|it| tag::is_same(&it.name, name))
    }

    /// Whether a post stands here as its server tells it, on another feed or inside another post.
    pub(super) fn shows(&self, status: &Status) -> bool {
        let answers_other = status
            .in_reply_to_account_id
            .as_ref()
            .is_some_and(|it| *it != status.account.id);
        status.visibility == Visibility::Public
            && match self {
                Self::Tag(_) => self.is_tag_of(status),
                Self::Public(_) => !answers_other && self.admits(status),
                Self::Words(_) => false,
            }
    }

    /// For people.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Public(stream) => stream.name().to_owned(),
            Self::Tag(name) => format!("#{name}"),
            Self::Words(words) => format!("\"{words}\""),
        }
    }
}

/// A source's id in an order in which its timelines stand: longer ids are newer, then by bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct LocalKey(usize, String);

impl LocalKey {
    pub(super) fn new(id: &str) -> Self {
        Self(id.len(), id.to_owned())
    }

    pub(super) fn id(&self) -> &str {
        &self.1
    }
}

/// When a post was told, and last looked at on its own; in milliseconds.
#[derive(Clone, Copy, Debug, Default)]
struct Sight {
    told_at: i64,
    checked_at: i64,
    /// How often it was looked at and was still there.
    checks: u32,
    /// It was not told on this feed: the source told it on another, or inside a post that quotes it. Should it stand here and
    /// does not, it was deleted; but meeting it here does not mean that what lies below is known.
    is_hearsay: bool,
}

/// What one feed has told.
#[derive(Debug, Default)]
pub(super) struct Told {
    posts: BTreeMap<LocalKey, Sight>,
}

impl Told {
    /// Notes a post that the feed told; `true` when it was not known.
    pub(super) fn note(&mut self, id: &str, at: i64) -> bool {
        let sight = self.sight(id);
        sight.told_at = sight.told_at.max(at);
        let is_new = std::mem::take(&mut sight.is_hearsay);
        self.bound();
        is_new
    }

    /// Notes a post that should stand here, and was told elsewhere.
    pub(super) fn note_hearsay(&mut self, id: &str, at: i64) {
        let sight = self.sight(id);
        sight.told_at = sight.told_at.max(at);
        self.bound();
    }

    fn sight(&mut self, id: &str) -> &mut Sight {
        let key = LocalKey::new(id);
        self.posts.entry(key).or_insert(Sight {
            is_hearsay: true,
            ..Sight::default()
        })
    }

    fn bound(&mut self) {
        if self.posts.len() > MAX_POSTS_PER_FEED {
            self.posts.pop_first();
        }
    }

    pub(super) fn forget(&mut self, id: &str) {
        self.posts.remove(&LocalKey::new(id));
    }

    pub(super) fn knows(&self, id: &str) -> bool {
        let sight = self.posts.get(&LocalKey::new(id));
        sight.is_some_and(|it| !it.is_hearsay)
    }

    /// The lowest id that is watched. Quoted posts may be years old: nobody wanders back so far for them.
    pub(super) fn lowest(&self) -> Option<&LocalKey> {
        let mut told = self.posts.iter().filter(|(_, it)| !it.is_hearsay);
        told.next().map(|(key, _)| key)
    }

    /// Posts that should have been on a page that was asked for `below` (exclusive; from the top when `None`)
    /// and reached down to `down_to` (to the end when `None`), but were not: told before `told_before`, and if
    /// looked at already, then not lately. Highest first, at most `max`.
    pub(super) fn missing(
        &self,
        page: &BTreeSet<LocalKey>,
        below: Option<&LocalKey>,
        down_to: Option<&LocalKey>,
        (told_before, now, between): (i64, i64, i64),
        max: usize,
    ) -> Vec<String> {
        self.posts
            .iter()
            .rev()
            .skip_while(|(key, _)| below.is_some_and(|below| *key >= below))
            .take_while(|(key, _)| down_to.is_none_or(|down_to| *key >= down_to))
            .filter(|(key, sight)| {
                let rest = between.saturating_mul(1 << sight.checks.min(MAX_DOUBLINGS));
                let is_rested = sight.checks == 0 || now.saturating_sub(sight.checked_at) > rest;
                sight.told_at < told_before && is_rested && !page.contains(*key)
            })
            .take(max)
            .map(|(key, _)| key.id().to_owned())
            .collect()
    }

    /// Notes that a post was looked at on its own.
    pub(super) fn checked(&mut self, id: &str, at: i64) {
        if let Some(sight) = self.posts.get_mut(&LocalKey::new(id)) {
            sight.checked_at = at;
            sight.checks += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(ids: &[&str]) -> Told {
        let mut told = Told::default();
        for id in ids {
            assert!(told.note(id, 10));
        }
        told
    }

    fn page(ids: &[&str]) -> BTreeSet<LocalKey> {
        ids.iter().map(|it| LocalKey::new(it)).collect()
    }

    #[test]
    fn ids_are_ordered_as_numbers_are_without_being_numbers() {
        assert!(LocalKey::new("9") < LocalKey::new("10"));
        assert!(LocalKey::new("01H8XA") < LocalKey::new("01H8XB"));
    }

    #[test]
    fn what_vanished_between_two_that_stayed_is_missing() {
        let mut told = told(&["1", "2", "3", "4", "5"]);
        let missing = |told: &Told| {
            told.missing(
                &page(&["4", "2"]),
                None,
                Some(&LocalKey::new("2")),
                (99, 99, 50),
                9,
            )
        };
        assert_eq!(missing(&told), ["5", "3"]);
        told.checked("3", 60);
        assert_eq!(missing(&told), ["5"]);
        told.forget("5");
        assert!(missing(&told).is_empty());
    }

    #[test]
    fn what_was_told_elsewhere_is_missed_but_is_no_sign_that_the_rest_is_known() {
        let mut told = told(&["2", "5"]);
        for id in ["1", "3", "5"] {
            told.note_hearsay(id, 10);
        }
        assert!(told.knows("5") && !told.knows("3"));
        assert_eq!(told.lowest(), Some(&LocalKey::new("2")));
        let missing = told.missing(&page(&["5", "2"]), None, None, (99, 99, 50), 9);
        assert_eq!(missing, ["3", "1"]);
        assert!(told.note("3", 20) && told.knows("3"));
    }

    #[test]
    fn what_was_told_after_the_question_is_not_missing() {
        let mut told = told(&["1", "2"]);
        told.note("3", 100);
        assert_eq!(
            told.missing(
                &page(&["1"]),
                None,
                Some(&LocalKey::new("1")),
                (99, 99, 50),
                9
            ),
            ["2"]
        );
    }

    #[test]
    fn an_empty_page_means_that_nothing_below_is_left() {
        let told = told(&["1", "2", "3"]);
        assert_eq!(
            told.missing(&page(&[]), Some(&LocalKey::new("3")), None, (99, 99, 50), 9),
            ["2", "1"]
        );
    }

    #[test]
    fn memory_is_bounded() {
        let mut told = Told::default();
        for id in 0..MAX_POSTS_PER_FEED + 10 {
            told.note(&format!("{id:09}"), 1);
        }
        assert_eq!(told.posts.len(), MAX_POSTS_PER_FEED);
        assert!(!told.knows("000000009"));
    }

    #[test]
    fn a_feed_knows_its_stream_in_any_spelling() {
        let rust = Feed::Tag("Rust".into());
        assert!(rust.is_heard_on(&Subscription::to_tag("rust")));
        assert!(!rust.is_heard_on(&Subscription::to(StreamName::Public)));
        let public = Feed::Public(PublicStream::Public);
        assert!(public.is_heard_on(&Subscription::to(StreamName::Public)));
        assert!(!public.is_heard_on(&Subscription::to(StreamName::PublicLocal)));
        assert_eq!(Feed::Tag("हिन्दी".into()).subscription(), None);
    }
}

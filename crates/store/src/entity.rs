//! Posts and people as the app shows them: server entities without HTML, split into parts that refer to each other.

use std::sync::Arc;

use content::{Content, Inline};
use mastodon::{
    AccountId, MediaAttachment, Mention, Poll, PreviewCard, QuoteState, StatusId, StatusTag,
    Visibility,
};

/// The namespace of ids: the address of the server that gave them. Ids of two origins are never compared.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin(Arc<str>);

impl Origin {
    /// The relay that this page reads from, whatever its address: one page reads from one, and choosing another one loads
    /// the page anew. So the posts of an address can be named before the relay's own address is known.
    pub fn relay() -> Self {
        Self::new("")
    }

    /// The origin of everything that the server at this address sends.
    pub fn new(address: &str) -> Self {
        Self(address.into())
    }
}

/// A status of this store. Small and `Copy`, so that lists and components pass it around freely.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StatusRef(pub(crate) u32);

/// An account of this store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccountRef(pub(crate) u32);

/// A post. The default is the blank that stands for a post that is not known (any more).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Status {
    /// Its id on the server that sent it.
    pub id: StatusId,
    /// Its identity in the whole network.
    pub uri: String,
    /// Where people read it.
    pub url: Option<String>,
    /// When it was written, Unix milliseconds.
    pub created_at: Option<i64>,
    /// When it was last changed, Unix milliseconds.
    pub edited_at: Option<i64>,
    /// Who wrote it.
    pub account: AccountRef,
    /// What it says.
    pub text: Arc<Content>,
    /// The content warning; empty when there is none.
    pub spoiler: Arc<[Inline]>,
    /// Whether its media are to be hidden at first.
    pub sensitive: bool,
    /// Who may see it.
    pub visibility: Visibility,
    /// The language that its author named.
    pub language: Option<String>,
    /// The post that it answers.
    pub in_reply_to: Option<StatusRef>,
    /// The id of the account that it answers, on the same server.
    pub in_reply_to_account: Option<AccountId>,
    /// The post that it boosts; then everything but `account` and the times is empty.
    pub reblog: Option<StatusRef>,
    /// The post that it quotes.
    pub quote: Option<Quote>,
    /// Pictures, films and sounds.
    pub media: Arc<[MediaAttachment]>,
    /// A question.
    pub poll: Option<Arc<Poll>>,
    /// A preview of its first link.
    pub card: Option<Arc<PreviewCard>>,
    /// The accounts that it mentions.
    pub mentions: Arc<[Mention]>,
    /// Its hashtags.
    pub tags: Arc<[StatusTag]>,
    /// How many replies are known.
    pub replies_count: i64,
    /// How many boosts are known.
    pub reblogs_count: i64,
    /// How many favourites are known.
    pub favourites_count: i64,
    /// How many quotes are known.
    pub quotes_count: i64,
    /// Whether the viewer favourited it.
    pub favourited: bool,
    /// Whether the viewer boosted it.
    pub reblogged: bool,
    /// Whether the viewer bookmarked it.
    pub bookmarked: bool,
    /// The servers on which the relay saw it, in order.
    pub seen_on: Arc<[String]>,
    /// The domain of its author's server.
    pub origin: Option<String>,
    /// Whether it was deleted.
    pub gone: bool,
}

/// A post within a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    /// Whether the quoted author agreed.
    pub state: QuoteState,
    /// The quoted post, when it may be known. For blocked and muted authors it may be known and still is to be hidden.
    pub status: Option<StatusRef>,
}

/// A person, a group or a program that posts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// Its id on the server that sent it.
    pub id: AccountId,
    /// The handle without `@`; without a domain when it lives on the server that answers.
    pub acct: String,
    /// The handle's first part.
    pub username: String,
    /// Its name with emoji; the user name when it has none.
    pub name: Arc<[Inline]>,
    /// Its page.
    pub url: String,
    /// Its picture, possibly moving.
    pub avatar: String,
    /// Its picture at rest.
    pub avatar_static: String,
    /// Whether a program writes.
    pub bot: bool,
    /// Whether it speaks for several people.
    pub group: bool,
    /// Whether followers are asked in.
    pub locked: bool,
}

//! What people write: <https://docs.joinmastodon.org/entities/Status/>.

use crate::{
    Account, AccountId, CollectionId, CustomEmoji, FilterResult, MediaAttachment, Poll,
    PreviewCard, Quote, QuoteApproval, RelayInfo, StatusId, Timestamp,
    macros::{entity, open_enum, part},
};

entity! {
    /// A status. What depends on the viewer (`favourited` and so on) is there only when a user's token asked.
    pub struct Status {
        pub id: StatusId,
        /// The identity of the status in the whole network, equal on every server.
        pub uri: String,
        /// Where people read it; `None` for some remote statuses.
        pub url: Option<String>,
        pub created_at: Timestamp,
        pub edited_at: Option<Timestamp>,
        pub account: Account,
        /// HTML from a stranger; absent in the answer to a delete, where `text` stands instead.
        pub content: Option<String> = opt,
        /// The source text, only in the answer to a delete.
        pub text: Option<String> = opt,
        pub visibility: Visibility,
        pub sensitive: bool,
        /// The content warning, plain text, empty when there is none.
        pub spoiler_text: String,
        pub language: Option<String>,
        pub in_reply_to_id: Option<StatusId>,
        pub in_reply_to_account_id: Option<AccountId>,
        /// The status that this one boosts.
        pub reblog: Option<Box<Status>>,
        pub media_attachments: Vec<MediaAttachment>,
        pub mentions: Vec<Mention>,
        pub tags: Vec<StatusTag>,
        pub emojis: Vec<CustomEmoji>,
        pub poll: Option<Poll>,
        pub card: Option<PreviewCard>,
        pub quote: Option<Quote>,
        pub quote_approval: Option<QuoteApproval> = opt,
        pub tagged_collections: Vec<TaggedCollection> = opt,
        pub application: Option<StatusApplication> = opt,
        pub replies_count: i64,
        pub reblogs_count: i64,
        pub favourites_count: i64,
        pub quotes_count: i64,
        pub favourited: Option<bool> = opt,
        pub reblogged: Option<bool> = opt,
        pub muted: Option<bool> = opt,
        pub bookmarked: Option<bool> = opt,
        pub pinned: Option<bool> = opt,
        pub filtered: Vec<FilterResult> = opt,
        /// What a Watersmeet relay adds.
        pub relay: Option<RelayInfo> = opt,
    }
}

impl Status {
    /// The status that people see: the boosted one for a boost, itself otherwise.
    #[must_use]
    pub fn shown(&self) -> &Self {
        self.reblog.as_deref().unwrap_or(self)
    }
}

open_enum! {
    /// Who may see a status.
    pub enum Visibility { Public = "public", Unlisted = "unlisted", Private = "private", Direct = "direct" }
}

entity! {
    /// An account named in a status.
    pub struct Mention {
        pub id: AccountId,
        pub username: String,
        pub url: String,
        pub acct: String,
    }
}

part! {
    /// A hashtag of a status.
    pub struct StatusTag {
        pub name: String,
        pub url: String,
    }
}

part! {
    /// The program that a status was written with.
    pub struct StatusApplication {
        pub name: String,
        pub website: Option<String>,
    }
}

entity! {
    /// A collection that a status mentions (4.6).
    pub struct TaggedCollection {
        pub id: CollectionId,
        pub uri: String = opt,
        pub url: Option<String>,
        pub name: String = opt,
    }
}

//! A status over time and in other words.

use crate::{
    Account, CustomEmoji, MediaAttachment, MediaId, PollId, Quote, StatusId, Timestamp,
    macros::{entity, part},
};

part! {
    /// One version of a status: <https://docs.joinmastodon.org/entities/StatusEdit/>.
    pub struct StatusEdit {
        /// HTML from a stranger.
        pub content: String,
        pub spoiler_text: String,
        pub sensitive: bool,
        pub created_at: Timestamp,
        pub account: Option<Account>,
        pub poll: Option<StatusEditPoll> = opt,
        pub media_attachments: Vec<MediaAttachment>,
        pub emojis: Vec<CustomEmoji>,
        pub quote: Option<Quote> = opt,
    }
}

part! {
    /// The poll of a version.
    pub struct StatusEditPoll {
        pub options: Vec<PollTitle>,
    }
}

part! {
    /// An answer of a poll without its votes.
    pub struct PollTitle {
        pub title: String,
    }
}

entity! {
    /// A status as it was typed: <https://docs.joinmastodon.org/entities/StatusSource/>.
    pub struct StatusSource {
        pub id: StatusId,
        pub text: String,
        pub spoiler_text: String,
        pub content_type: Option<String> = opt,
    }
}

part! {
    /// A status in another language: <https://docs.joinmastodon.org/entities/Translation/>.
    pub struct Translation {
        /// HTML.
        pub content: String,
        pub spoiler_text: String,
        pub language: String,
        pub detected_source_language: Option<String>,
        /// Who translated, for people.
        pub provider: Option<String>,
        pub poll: Option<TranslatedPoll> = opt,
        pub media_attachments: Vec<TranslatedMedia> = opt,
    }
}

entity! {
    /// A poll in another language.
    pub struct TranslatedPoll {
        pub id: PollId,
        pub options: Vec<PollTitle>,
    }
}

entity! {
    /// A media description in another language.
    pub struct TranslatedMedia {
        pub id: MediaId,
        pub description: Option<String>,
    }
}

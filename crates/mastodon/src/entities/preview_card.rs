//! What a link leads to: <https://docs.joinmastodon.org/entities/PreviewCard/>.

use crate::{
    Account, TagHistory, Timestamp,
    macros::{entity, open_enum, part},
};

part! {
    /// A preview of the first link in a status.
    pub struct PreviewCard {
        pub url: String,
        pub title: String,
        pub description: String,
        pub language: Option<String> = opt,
        pub kind as "type": CardType,
        pub author_name: String,
        pub author_url: String,
        pub authors: Vec<CardAuthor> = opt,
        pub provider_name: String,
        pub provider_url: String,
        /// HTML from a stranger, for players; never to be inserted as it is.
        pub html: String,
        pub width: i64,
        pub height: i64,
        pub image: Option<String>,
        pub image_description: String = opt,
        pub embed_url: String,
        pub blurhash: Option<String>,
        pub published_at: Option<Timestamp>,
        pub missing_attribution: Option<bool> = opt,
        /// Use per day, only on trending links.
        pub history: Vec<TagHistory> = opt,
    }
}

open_enum! {
    /// What a link leads to.
    pub enum CardType { Link = "link", Photo = "photo", Video = "video", Rich = "rich" }
}

part! {
    /// Who wrote what a link leads to (4.3).
    pub struct CardAuthor {
        pub name: String,
        pub url: String,
        pub account: Option<Box<Account>>,
    }
}

entity! {
    /// A trending link as moderators see it.
    pub struct AdminTrendLink {
        pub card: PreviewCard = flat,
        pub id: Option<crate::AdminId> = opt,
        pub requires_review: bool,
    }
}

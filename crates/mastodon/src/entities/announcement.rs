//! What an instance tells everyone on it: <https://docs.joinmastodon.org/entities/Announcement/>.

use crate::{
    AnnouncementId, CustomEmoji, Mention, StatusId, StatusTag, Timestamp,
    macros::{entity, part},
};

entity! {
    /// An announcement.
    pub struct Announcement {
        pub id: AnnouncementId,
        /// HTML.
        pub content: String,
        pub starts_at: Option<Timestamp>,
        pub ends_at: Option<Timestamp>,
        pub all_day: bool,
        pub published_at: Timestamp,
        pub updated_at: Timestamp,
        pub read: Option<bool> = opt,
        pub mentions: Vec<Mention>,
        pub statuses: Vec<AnnouncementStatus>,
        pub tags: Vec<StatusTag>,
        pub emojis: Vec<CustomEmoji>,
        pub reactions: Vec<AnnouncementReaction>,
    }
}

entity! {
    /// A status that an announcement links to.
    pub struct AnnouncementStatus {
        pub id: StatusId,
        pub url: String,
    }
}

part! {
    /// How often one emoji stands under an announcement.
    pub struct AnnouncementReaction {
        /// A Unicode emoji or a shortcode.
        pub name: String,
        pub count: i64,
        pub me: Option<bool> = opt,
        pub url: Option<String> = opt,
        pub static_url: Option<String> = opt,
    }
}

//! Hashtags as things of their own: <https://docs.joinmastodon.org/entities/Tag/>.

use crate::{
    FeaturedTagId, TagId, Timestamp,
    macros::{entity, part},
};

part! {
    /// A hashtag with its use and the viewer's relation to it.
    pub struct Tag {
        pub id: Option<TagId> = opt,
        /// Without `#`.
        pub name: String,
        pub url: String,
        pub history: Vec<TagHistory>,
        pub following: Option<bool> = opt,
        pub featuring: Option<bool> = opt,
    }
}

part! {
    /// Use of a hashtag or link on one day; all three are numbers in strings.
    pub struct TagHistory {
        /// Seconds since 1970 of the day's first instant.
        pub day: String,
        pub uses: String,
        pub accounts: String,
    }
}

entity! {
    /// A hashtag that an account shows on its profile.
    pub struct FeaturedTag {
        pub id: FeaturedTagId,
        pub name: String,
        pub url: String,
        /// A number in a string.
        pub statuses_count: String,
        pub last_status_at: Option<Timestamp>,
    }
}

entity! {
    /// A hashtag as moderators see it.
    pub struct AdminTag {
        pub tag: Tag = flat,
        pub trendable: Option<bool> = opt,
        pub usable: Option<bool> = opt,
        pub listable: Option<bool> = opt,
        pub requires_review: bool,
    }
}

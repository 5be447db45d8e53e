//! What a server says about itself (4.0): <https://docs.joinmastodon.org/entities/Instance/>.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::{
    Account, Rule,
    macros::{open_enum, part},
};

part! {
    /// A server, its limits and its people's rules.
    pub struct Instance by spell_out {
        pub domain: String,
        pub title: String,
        /// For people; what a server can do is in `api_versions` and `configuration`.
        pub version: String,
        pub source_url: String,
        pub description: String,
        pub usage: Usage,
        pub thumbnail: Option<Thumbnail>,
        pub icon: Vec<InstanceIcon> = opt,
        pub languages: Vec<String>,
        pub configuration: Configuration,
        pub registrations: Registrations,
        /// `mastodon` and the names of forks and other programs (4.3).
        pub api_versions: BTreeMap<String, i64> = opt,
        /// The year of the current annual report (4.6).
        pub wrapstodon: Option<String> = opt,
        pub contact: Contact,
        pub rules: Vec<Rule>,
    }
}

/// Some servers put what belongs into an object there by itself, as in the older form.
fn spell_out(map: &mut Map<String, Value>) {
    if let Some(url @ Value::String(_)) = map.get_mut("thumbnail") {
        *url = json!({"url": url});
    }
    if let Some(enabled @ Value::Bool(_)) = map.get_mut("registrations") {
        *enabled = json!({"enabled": enabled});
    }
}

part! {
    /// How much a server is used.
    pub struct Usage {
        pub users: UsageUsers,
    }
}

part! {
    /// How many people use a server.
    pub struct UsageUsers {
        pub active_month: i64,
    }
}

part! {
    /// The picture of a server.
    pub struct Thumbnail {
        pub url: String,
        pub blurhash: Option<String> = opt,
        /// By pixel density: `@1x`, `@2x`.
        pub versions: BTreeMap<String, String> = opt,
        pub description: Option<String> = opt,
    }
}

part! {
    /// An icon of a server (4.3).
    pub struct InstanceIcon {
        pub src: String,
        /// Such as `48x48`.
        pub size: String,
    }
}

part! {
    /// Limits and addresses. A limit that a server does not state is `None`.
    pub struct Configuration {
        pub urls: InstanceUrls,
        pub vapid: Vapid = opt,
        pub accounts: AccountLimits = opt,
        pub statuses: StatusLimits,
        pub media_attachments: MediaLimits,
        pub polls: PollLimits,
        pub translation: Enabled,
        pub timelines_access: Option<TimelinesAccess> = opt,
        pub limited_federation: Option<bool> = opt,
    }
}

part! {
    /// Addresses of a server.
    pub struct InstanceUrls {
        /// Begins with `wss:`; `/api/v1/streaming` is to be appended.
        pub streaming: Option<String> = opt,
        pub status: Option<String> = opt,
        pub about: Option<String> = opt,
        pub privacy_policy: Option<String> = opt,
        pub terms_of_service: Option<String> = opt,
    }
}

part! {
    /// The key that Web Push messages are signed with.
    pub struct Vapid {
        pub public_key: String,
    }
}

part! {
    /// Limits of profiles.
    pub struct AccountLimits {
        pub max_featured_tags: Option<i64> = opt,
        pub max_pinned_statuses: Option<i64> = opt,
        pub max_display_name_length: Option<i64> = opt,
        pub max_note_length: Option<i64> = opt,
        pub max_avatar_description_length: Option<i64> = opt,
        pub max_header_description_length: Option<i64> = opt,
        pub max_profile_fields: Option<i64> = opt,
        pub profile_field_name_limit: Option<i64> = opt,
        pub profile_field_value_limit: Option<i64> = opt,
    }
}

part! {
    /// Limits of statuses, in grapheme clusters.
    pub struct StatusLimits {
        pub max_characters: Option<i64> = opt,
        pub max_media_attachments: Option<i64> = opt,
        pub characters_reserved_per_url: Option<i64> = opt,
        pub supported_mime_types: Vec<String> = opt,
    }
}

part! {
    /// Limits of media: sizes in bytes, matrices in pixels.
    pub struct MediaLimits {
        pub description_limit: Option<i64> = opt,
        pub image_size_limit: Option<i64> = opt,
        pub image_matrix_limit: Option<i64> = opt,
        pub video_size_limit: Option<i64> = opt,
        pub video_frame_rate_limit: Option<i64> = opt,
        pub video_matrix_limit: Option<i64> = opt,
        pub supported_mime_types: Vec<String>,
    }
}

part! {
    /// Limits of polls: lengths in grapheme clusters, times in seconds.
    pub struct PollLimits {
        pub max_options: Option<i64> = opt,
        pub max_characters_per_option: Option<i64> = opt,
        pub min_expiration: Option<i64> = opt,
        pub max_expiration: Option<i64> = opt,
    }
}

part! {
    /// A feature that is on or off.
    pub struct Enabled {
        pub enabled: bool,
    }
}

part! {
    /// Who may read which public timelines (4.5).
    pub struct TimelinesAccess {
        pub live_feeds: FeedAccess,
        pub hashtag_feeds: FeedAccess,
        pub trending_link_feeds: FeedAccess,
    }
}

part! {
    /// Who may read one kind of timeline.
    pub struct FeedAccess {
        pub local: Access,
        pub remote: Access,
    }
}

open_enum! {
    /// Who may read a timeline.
    pub enum Access { Public = "public", Authenticated = "authenticated", Disabled = "disabled" }
}

part! {
    /// Whether and how one may join.
    pub struct Registrations {
        pub enabled: bool,
        pub approval_required: bool,
        pub reason_required: Option<bool> = opt,
        /// HTML for people when it is closed.
        pub message: Option<String> = opt,
        pub min_age: Option<i64> = opt,
        /// Where to join, when that is not the server itself.
        pub url: Option<String> = opt,
    }
}

part! {
    /// Who answers for a server.
    pub struct Contact {
        pub email: String,
        pub account: Option<Account>,
    }
}

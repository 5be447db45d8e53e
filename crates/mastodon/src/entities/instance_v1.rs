//! The older words of a server about itself: <https://docs.joinmastodon.org/entities/V1_Instance/>.

use serde_json::{Map, Value};

use crate::{Account, Configuration, Rule, macros::part};

part! {
    /// A server, as Mastodon before 4.0 and many other programs describe themselves.
    pub struct InstanceV1 by flatten_thumbnail {
        /// The domain.
        pub uri: String,
        pub title: String,
        pub short_description: String = opt,
        pub description: String,
        pub email: String,
        pub version: String,
        pub urls: InstanceV1Urls,
        pub stats: InstanceStats,
        pub thumbnail: Option<String>,
        pub languages: Vec<String>,
        pub registrations: bool,
        pub approval_required: bool = opt,
        pub invites_enabled: bool = opt,
        pub configuration: Option<Configuration> = opt,
        pub contact_account: Option<Account>,
        pub rules: Vec<Rule> = opt,
        /// Pleroma, glitch and others: the limit of a status.
        pub max_toot_chars: Option<i64> = opt,
        pub max_media_attachments: Option<i64> = opt,
        /// In bytes.
        pub upload_limit: Option<i64> = opt,
        pub description_limit: Option<i64> = opt,
        pub poll_limits: Option<PleromaPollLimits> = opt,
        pub vapid_public_key: Option<String> = opt,
        /// What Pleroma and Akkoma add.
        pub pleroma: Value = opt,
    }
}

/// Some servers put the thumbnail's object of the present form here.
fn flatten_thumbnail(map: &mut Map<String, Value>) {
    if let Some(thumbnail) = map.get_mut("thumbnail")
        && let Some(url) = thumbnail.get_mut("url")
    {
        *thumbnail = url.take();
    }
}

part! {
    /// Addresses of a server.
    pub struct InstanceV1Urls {
        /// `None` on servers that do not stream.
        pub streaming_api: Option<String> = opt,
    }
}

part! {
    /// How large a server is.
    pub struct InstanceStats {
        pub user_count: i64,
        pub status_count: i64,
        pub domain_count: i64,
    }
}

part! {
    /// Limits of polls in Pleroma's words; times in seconds.
    pub struct PleromaPollLimits {
        pub max_options: Option<i64> = opt,
        pub max_option_chars: Option<i64> = opt,
        pub min_expiration: Option<i64> = opt,
        pub max_expiration: Option<i64> = opt,
    }
}

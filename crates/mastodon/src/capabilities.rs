//! What one server can do, from what it says of itself and never from its version text.

use std::collections::BTreeMap;

use crate::{Access, Configuration, FeedAccess, Instance, InstanceV1, TimelinesAccess};

/// What a client may count on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Capabilities {
    /// The domain that stands in handles.
    pub domain: String,
    /// Mastodon's API version; 0 where a server states none (Mastodon up to 4.2 and most other programs).
    pub api_version: i64,
    /// All versions that the server states, forks and extensions included.
    pub api_versions: BTreeMap<String, i64>,
    /// Where streaming answers, without the path; `None` when the server does not stream.
    pub streaming_url: Option<String>,
    /// Who may read the public timelines.
    pub timelines_access: TimelinesAccess,
    /// Limits for what people write.
    pub limits: Limits,
    /// The key for Web Push.
    pub vapid_key: Option<String>,
    /// Whether statuses can be translated.
    pub translation: bool,
}

/// Limits for what people write, Mastodon's own where a server states none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Of a status, in grapheme clusters.
    pub characters: i64,
    /// What any URL counts.
    pub characters_per_url: i64,
    /// Media of one status.
    pub media: i64,
    /// Of an alternative text, in characters.
    pub description: i64,
    /// Options of a poll.
    pub poll_options: i64,
    /// Of a poll option, in grapheme clusters.
    pub poll_characters: i64,
    /// The shortest poll, in seconds.
    pub poll_min_seconds: i64,
    /// The longest poll, in seconds.
    pub poll_max_seconds: i64,
    /// The largest picture, in bytes.
    pub image_bytes: i64,
    /// The largest film or sound, in bytes.
    pub video_bytes: i64,
    /// Media types that may be sent; empty when the server does not say.
    pub mime_types: Vec<String>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            characters: 500,
            characters_per_url: 23,
            media: 4,
            description: 1_500,
            poll_options: 4,
            poll_characters: 50,
            poll_min_seconds: 300,
            poll_max_seconds: 2_629_746,
            image_bytes: 16_777_216,
            video_bytes: 103_809_024,
            mime_types: Vec::new(),
        }
    }
}

impl Limits {
    fn from_configuration(configuration: &Configuration) -> Self {
        let usual = Self::default();
        let Configuration {
            statuses,
            media_attachments: media,
            polls,
            ..
        } = configuration;
        Self {
            characters: statuses.max_characters.unwrap_or(usual.characters),
            characters_per_url: statuses
                .characters_reserved_per_url
                .unwrap_or(usual.characters_per_url),
            media: statuses.max_media_attachments.unwrap_or(usual.media),
            description: media.description_limit.unwrap_or(usual.description),
            poll_options: polls.max_options.unwrap_or(usual.poll_options),
            poll_characters: polls
                .max_characters_per_option
                .unwrap_or(usual.poll_characters),
            poll_min_seconds: polls.min_expiration.unwrap_or(usual.poll_min_seconds),
            poll_max_seconds: polls.max_expiration.unwrap_or(usual.poll_max_seconds),
            image_bytes: media.image_size_limit.unwrap_or(usual.image_bytes),
            video_bytes: media.video_size_limit.unwrap_or(usual.video_bytes),
            mime_types: media.supported_mime_types.clone(),
        }
    }
}

impl Capabilities {
    /// From the present form of a server's words about itself.
    #[must_use]
    pub fn from_instance(instance: &Instance) -> Self {
        let configuration = &instance.configuration;
        Self {
            domain: instance.domain.clone(),
            api_version: instance
                .api_versions
                .get("mastodon")
                .copied()
                .unwrap_or_default(),
            api_versions: instance.api_versions.clone(),
            streaming_url: streaming_url(configuration.urls.streaming.as_deref()),
            timelines_access: configuration.timelines_access.clone().unwrap_or_default(),
            limits: Limits::from_configuration(configuration),
            vapid_key: Some(configuration.vapid.public_key.clone()).filter(|it| !it.is_empty()),
            translation: configuration.translation.enabled,
        }
    }

    /// From the older form, with the words that Pleroma and others add.
    #[must_use]
    pub fn from_instance_v1(instance: &InstanceV1) -> Self {
        let mut configuration = instance.configuration.clone().unwrap_or_default();
        let Configuration {
            statuses,
            media_attachments: media,
            polls,
            ..
        } = &mut configuration;
        let fill = |limit: &mut Option<i64>, other: Option<i64>| *limit = limit.or(other);
        fill(&mut statuses.max_characters, instance.max_toot_chars);
        fill(
            &mut statuses.max_media_attachments,
            instance.max_media_attachments,
        );
        fill(&mut media.description_limit, instance.description_limit);
        fill(&mut media.image_size_limit, instance.upload_limit);
        fill(&mut media.video_size_limit, instance.upload_limit);
        if let Some(limits) = &instance.poll_limits {
            fill(&mut polls.max_options, limits.max_options);
            fill(
                &mut polls.max_characters_per_option,
                limits.max_option_chars,
            );
            fill(&mut polls.min_expiration, limits.min_expiration);
            fill(&mut polls.max_expiration, limits.max_expiration);
        }
        // Some servers put an address where the domain belongs.
        let domain = instance
            .uri
            .split_once("://")
            .map_or(instance.uri.as_str(), |(_, rest)| rest);
        let domain = domain.split('/').next().unwrap_or_default();
        Self {
            domain: domain.to_owned(),
            streaming_url: streaming_url(instance.urls.streaming_api.as_deref()),
            limits: Limits::from_configuration(&configuration),
            vapid_key: instance.vapid_public_key.clone(),
            ..Self::default()
        }
    }

    /// Whether the public timeline (of the server alone, or of all others) can be read, with a token or without.
    #[must_use]
    pub fn may_read_public(&self, has_token: bool, local: bool) -> bool {
        may_read(&self.timelines_access.live_feeds, has_token, local)
    }

    /// Whether hashtag timelines can be read, with a token or without.
    #[must_use]
    pub fn may_read_hashtags(&self, has_token: bool, local: bool) -> bool {
        may_read(&self.timelines_access.hashtag_feeds, has_token, local)
    }

    /// Whether notifications come in groups (4.3).
    #[must_use]
    pub fn has_grouped_notifications(&self) -> bool {
        self.api_version >= 2
    }

    /// Whether people can quote (4.5).
    #[must_use]
    pub fn can_quote(&self) -> bool {
        self.api_version >= 7
    }
}

fn may_read(feed: &FeedAccess, has_token: bool, local: bool) -> bool {
    match if local { &feed.local } else { &feed.remote } {
        Access::Public => true,
        Access::Authenticated | Access::Other(_) => has_token,
        Access::Disabled => false,
    }
}

/// The address without a slash or the path of the API at its end; some servers state it whole.
fn streaming_url(url: Option<&str>) -> Option<String> {
    let url = url?
        .trim_end_matches('/')
        .trim_end_matches("/api/v1/streaming")
        .trim_end_matches('/');
    let (scheme, host) = url.split_once("://")?;
    let scheme = match scheme {
        "http" | "ws" => "ws",
        "https" | "wss" => "wss",
        _ => return None,
    };
    (!host.is_empty()).then(|| format!("{scheme}://{host}"))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Capabilities;
    use crate::{Instance, InstanceV1};

    fn v2(instance: Value) -> Capabilities {
        Capabilities::from_instance(&serde_json::from_value::<Instance>(instance).unwrap())
    }

    fn v1(instance: Value) -> Capabilities {
        Capabilities::from_instance_v1(&serde_json::from_value::<InstanceV1>(instance).unwrap())
    }

    #[test]
    fn a_bold_version_text_gives_no_feature() {
        let capabilities =
            v2(json!({"domain": "g.example", "version": "4.7.0 (compatible; Other 1.0)"}));
        assert_eq!(capabilities.api_version, 0);
        assert!(!capabilities.can_quote() && !capabilities.has_grouped_notifications());
    }

    #[test]
    fn a_feed_that_is_switched_off_is_not_read_with_a_token_either() {
        let capabilities = v2(json!({"configuration": {"timelines_access": {
            "live_feeds": {"local": "disabled", "remote": "authenticated"},
            "hashtag_feeds": {"local": "public", "remote": "public"},
        }}}));
        assert!(!capabilities.may_read_public(true, true));
        assert!(capabilities.may_read_public(true, false));
        assert!(!capabilities.may_read_public(false, false));
        assert!(capabilities.may_read_hashtags(false, false));
    }

    #[test]
    fn the_streaming_address_is_cut_to_its_host() {
        for (stated, meant) in [
            ("wss://s.example", Some("wss://s.example")),
            ("wss://s.example/api/v1/streaming/", Some("wss://s.example")),
            ("https://s.example:4000/", Some("wss://s.example:4000")),
            ("", None),
            ("ftp://s.example", None),
        ] {
            let capabilities = v1(json!({"urls": {"streaming_api": stated}}));
            assert_eq!(capabilities.streaming_url.as_deref(), meant, "{stated}");
        }
    }

    #[test]
    fn the_limits_of_pleroma_are_read_in_its_words() {
        let capabilities = v1(json!({
            "uri": "https://p.example", "max_toot_chars": 5000, "upload_limit": "16000000",
            "poll_limits": {"max_options": 20, "max_option_chars": 200, "min_expiration": 0, "max_expiration": 31536000},
            "urls": null, "thumbnail": null,
        }));
        assert_eq!(capabilities.domain, "p.example");
        assert_eq!(capabilities.limits.characters, 5_000);
        assert_eq!(capabilities.limits.image_bytes, 16_000_000);
        assert_eq!(
            (
                capabilities.limits.poll_options,
                capabilities.limits.poll_min_seconds
            ),
            (20, 0)
        );
        assert_eq!(capabilities.limits.media, 4);
    }
}

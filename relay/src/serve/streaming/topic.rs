//! Stream names as Mastodon has them, and what of the log each stands for.

use timeline::tag;

use crate::views::{Reach, Selection};

/// Longest hashtag that can be subscribed to; no server lets anybody write a longer one.
const MAX_TAG_BYTES: usize = 400;

/// One thing that a reader can listen to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Topic {
    /// The stream's name on the wire.
    name: &'static str,
    /// The hashtag as the reader spelled it.
    spelling: Option<String>,
    /// The hashtag as posts are matched by it.
    key: Option<String>,
    /// What belongs to it.
    pub(super) selection: Selection,
}

/// Why a subscription is refused; the text and the number are Mastodon's where it knows the case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refusal {
    /// For the `error` of an error frame.
    pub(super) error: &'static str,
    /// For its `status`.
    pub(super) status: u16,
}

impl Topic {
    /// The stream called `name`; `tag` is the hashtag where the stream wants one.
    pub(super) fn named(name: &str, tag: Option<&str>) -> Result<Self, Refusal> {
        let public = |name, reach, only_media| {
            Ok(Self {
                name,
                spelling: None,
                key: None,
                selection: Selection::public(reach, only_media),
            })
        };
        match name {
            "public" => public("public", Reach::All, false),
            "public:local" => public("public:local", Reach::Local, false),
            "public:remote" => public("public:remote", Reach::Remote, false),
            "public:media" => public("public:media", Reach::All, true),
            "public:local:media" => public("public:local:media", Reach::Local, true),
            "public:remote:media" => public("public:remote:media", Reach::Remote, true),
            "hashtag" => Self::hashtag("hashtag", tag, Reach::All),
            "hashtag:local" => Self::hashtag("hashtag:local", tag, Reach::Local),
            "user" | "user:notification" | "direct" | "list" => Err(Refusal {
                error: "This relay has no accounts: open this stream on your own server",
                status: 403,
            }),
            _ => Err(Refusal {
                error: "Unknown stream type",
                status: 400,
            }),
        }
    }

    fn hashtag(name: &'static str, tag: Option<&str>, reach: Reach) -> Result<Self, Refusal> {
        let spelling = tag.unwrap_or_default();
        let key = tag::key(spelling);
        if key.is_empty() || spelling.len() > MAX_TAG_BYTES {
            return Err(Refusal {
                error: "Missing tag name parameter",
                status: 400,
            });
        }
        Ok(Self {
            name,
            selection: Selection::hashtag(&key, reach),
            spelling: Some(spelling.to_owned()),
            key: Some(key),
        })
    }

    /// Whether both are one subscription: spellings of a hashtag do not count.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.name == other.name && self.key == other.key
    }

    /// The label of its frames as JSON: `["public"]`, or `["hashtag","Rust"]` in the reader's own spelling.
    pub(super) fn label(&self) -> String {
        let parts: Vec<_> = [Some(self.name), self.spelling.as_deref()]
            .into_iter()
            .flatten()
            .collect();
        serde_json::json!(parts).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_public_stream_of_mastodon_has_a_name_here() {
        for name in [
            "public",
            "public:local",
            "public:remote",
            "public:media",
            "public:local:media",
            "public:remote:media",
        ] {
            let topic = Topic::named(name, None).unwrap();
            assert_eq!(topic.label(), format!("[\"{name}\"]"));
        }
    }

    #[test]
    fn spellings_of_a_hashtag_are_one_topic_that_keeps_the_readers_own() {
        let one = Topic::named("hashtag", Some("Rust Lang!")).unwrap();
        let other = Topic::named("hashtag", Some("rustlang")).unwrap();
        assert!(one.is_same(&other));
        assert_eq!(one.label(), r#"["hashtag","Rust Lang!"]"#);
        let local = Topic::named("hashtag:local", Some("rustlang")).unwrap();
        assert!(!local.is_same(&other));
    }

    #[test]
    fn a_hashtag_without_a_name_is_refused_in_mastodons_words() {
        for tag in [None, Some(""), Some("!?")] {
            let refusal = Topic::named("hashtag", tag).unwrap_err();
            assert_eq!(refusal.error, "Missing tag name parameter");
        }
        assert!(Topic::named("hashtag", Some(&"a".repeat(1_000))).is_err());
    }

    #[test]
    fn streams_of_accounts_are_on_another_server() {
        assert_eq!(Topic::named("user", None).unwrap_err().status, 403);
        let unknown = Topic::named("weather", None).unwrap_err();
        assert_eq!(
            (unknown.error, unknown.status),
            ("Unknown stream type", 400)
        );
    }
}

//! The streams that one can listen to, and how they are named in frames and addresses.

use std::borrow::Cow;

use crate::macros::open_enum;

open_enum! {
    /// A stream. `list` needs a list, `hashtag` and `hashtag:local` need a tag.
    pub enum StreamName {
        User = "user",
        UserNotification = "user:notification",
        Public = "public",
        PublicLocal = "public:local",
        PublicRemote = "public:remote",
        PublicMedia = "public:media",
        PublicLocalMedia = "public:local:media",
        PublicRemoteMedia = "public:remote:media",
        Hashtag = "hashtag",
        HashtagLocal = "hashtag:local",
        List = "list",
        Direct = "direct",
    }
}

impl StreamName {
    /// Whether the name means nothing without a hashtag.
    #[must_use]
    pub fn needs_tag(&self) -> bool {
        matches!(self, Self::Hashtag | Self::HashtagLocal)
    }

    /// Whether the name means nothing without a list.
    #[must_use]
    pub fn needs_list(&self) -> bool {
        *self == Self::List
    }
}

/// A stream with what it needs to be told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Subscription {
    /// Which stream.
    pub stream: StreamName,
    /// For hashtag streams, without `#`.
    pub tag: Option<String>,
    /// For list streams, the id of the list.
    pub list: Option<String>,
}

impl Subscription {
    /// A stream that needs nothing more.
    #[must_use]
    pub fn to(stream: StreamName) -> Self {
        Self {
            stream,
            tag: None,
            list: None,
        }
    }

    /// The statuses with a hashtag.
    pub fn to_tag(tag: impl Into<String>) -> Self {
        Self {
            stream: StreamName::Hashtag,
            tag: Some(tag.into()),
            list: None,
        }
    }

    /// The statuses of a list.
    pub fn to_list(list: impl Into<String>) -> Self {
        Self {
            stream: StreamName::List,
            tag: None,
            list: Some(list.into()),
        }
    }

    /// The parameters that subscribe while connecting: `stream`, then `tag` or `list`.
    #[must_use]
    pub fn query(&self) -> Vec<(Cow<'static, str>, String)> {
        let mut query = vec![(Cow::Borrowed("stream"), self.stream.to_string())];
        query.extend(self.tag.clone().map(|tag| (Cow::Borrowed("tag"), tag)));
        query.extend(self.list.clone().map(|list| (Cow::Borrowed("list"), list)));
        query
    }

    /// The path of the stream as server-sent events; the tag or list goes into the query.
    #[must_use]
    pub fn sse_path(&self) -> String {
        format!(
            "/api/v1/streaming/{}",
            self.stream.as_str().replace(':', "/")
        )
    }

    /// The subscription that an event's `stream` labels name.
    ///
    /// Mastodon writes `["hashtag","rust"]` and `["list","12"]`, GoToSocial `["list:12"]`.
    #[must_use]
    pub fn from_labels(labels: &[String]) -> Option<Self> {
        let (first, rest) = labels.split_first()?;
        if let Some(list) = first.strip_prefix("list:") {
            return Some(Self::to_list(list));
        }
        let stream = StreamName::from(first.as_str());
        let parameter = rest.first().cloned();
        Some(match parameter {
            Some(tag) if stream.needs_tag() => Self {
                stream,
                tag: Some(tag),
                list: None,
            },
            Some(list) if stream.needs_list() => Self {
                stream,
                tag: None,
                list: Some(list),
            },
            _ => Self::to(stream),
        })
    }

    /// The labels that Mastodon puts on an event of this subscription.
    #[must_use]
    pub fn labels(&self) -> Vec<String> {
        let parameter = self.tag.clone().or_else(|| self.list.clone());
        std::iter::once(self.stream.to_string())
            .chain(parameter)
            .collect()
    }
}

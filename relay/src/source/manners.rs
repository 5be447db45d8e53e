//! What a server's program does with streams, as far as servers do not say it themselves. Pure.

use mastodon::Capabilities;

use super::told::Feed;
use crate::config::PublicStream;

/// How a program streams.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Kind {
    /// As Mastodon does, and what is not known to differ from it.
    #[default]
    Mastodon,
    /// By socket alone, with a token; takes hashtags and never sends them.
    GoToSocial,
    /// Not at all, and offers none; shows public timelines to its own people alone.
    Hollo,
    /// By socket alone, public streams for everybody; older ones take no further streams on an open socket.
    Pleroma,
}

/// What is known about one server.
#[derive(Clone, Debug, Default)]
pub(super) struct Manners {
    /// What it says that it can do.
    pub capabilities: Capabilities,
    /// How it streams.
    pub kind: Kind,
}

impl Kind {
    /// Whether strangers can read none of its public timelines, without its saying so.
    pub(super) fn shuts_strangers_out(self) -> bool {
        matches!(self, Self::GoToSocial | Self::Hollo)
    }
}

impl Manners {
    /// From what a server said about itself.
    pub(super) fn new(capabilities: Capabilities, software: Option<&str>) -> Self {
        let name = software.unwrap_or_default().to_ascii_lowercase();
        let kind = if name.starts_with("gotosocial") {
            Kind::GoToSocial
        } else if name.starts_with("hollo") {
            Kind::Hollo
        } else if name.starts_with("pleroma") || name.starts_with("akkoma") {
            Kind::Pleroma
        } else {
            Kind::Mastodon
        };
        Self { capabilities, kind }
    }

    /// Whether its streams are open to strangers.
    pub(super) fn streams_to_strangers(&self) -> bool {
        self.kind == Kind::Pleroma
    }

    /// Whether it may stream over plain HTTP where no socket comes up.
    pub(super) fn has_event_streams(&self) -> bool {
        self.kind == Kind::Mastodon
    }

    /// Whether a stream for this feed is worth asking for.
    pub(super) fn streams(&self, feed: &Feed) -> bool {
        let is_remote = *feed == Feed::Public(PublicStream::PublicRemote);
        feed.subscription().is_some()
            && match self.kind {
                Kind::Mastodon | Kind::Hollo => true,
                Kind::GoToSocial => matches!(feed, Feed::Public(_)) && !is_remote,
                // Its stream of others is of one other server.
                Kind::Pleroma => !is_remote,
            }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manners(software: &str) -> Manners {
        Manners::new(Capabilities::default(), Some(software))
    }

    #[test]
    fn a_stream_that_a_program_accepts_and_never_sends_is_not_asked_for() {
        let tag = Feed::Tag("rust".into());
        let remote = Feed::Public(PublicStream::PublicRemote);
        let local = Feed::Public(PublicStream::PublicLocal);
        let cases = [
            ("Mastodon 4.7.3", [true, true, true]),
            ("GoToSocial 0.20.0", [false, false, true]),
            ("Akkoma 3.15.0", [true, false, true]),
            ("Something 1", [true, true, true]),
        ];
        for (software, expected) in cases {
            let manners = manners(software);
            let got = [&tag, &remote, &local].map(|it| manners.streams(it));
            assert_eq!(got, expected, "{software}");
            assert!(!manners.streams(&Feed::Words("x".into())));
        }
    }

    #[test]
    fn only_pleroma_and_its_kin_stream_to_strangers() {
        assert!(manners("Pleroma 2.9.1").streams_to_strangers());
        assert!(!manners("Mastodon 4.7.3").streams_to_strangers());
        assert!(!manners("GoToSocial 0.20.0").has_event_streams());
    }
}

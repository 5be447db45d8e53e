//! What a fediverse is made of before it starts.
use std::ops::RangeInclusive;

use crate::ids::IdForm;

/// Whose manners a server has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Software {
    /// Mastodon 4.7: the strict and complete one.
    #[default]
    Mastodon,
    /// GoToSocial 0.20: ULIDs, silent hashtag streams, 418 without a `User-Agent`, tag timelines for token holders only.
    GoToSocial,
    /// Hollo 0.7: UUIDs, no streaming, only `next` links.
    Hollo,
    /// Pleroma 2.9: flake ids, only the older words about itself, public streams for everybody, no server-sent events.
    Pleroma,
}

impl Software {
    pub(crate) fn id_form(self) -> IdForm {
        match self {
            Self::Mastodon => IdForm::Decimal,
            Self::GoToSocial => IdForm::Ulid,
            Self::Hollo => IdForm::Uuid,
            Self::Pleroma => IdForm::Flake,
        }
    }
}

/// One server to start.
#[derive(Clone, Debug)]
pub struct ServerSpec {
    /// Its name; its domain becomes `NAME.localhost:PORT`.
    pub name: String,
    /// Whose manners it has.
    pub software: Software,
    /// The language of its error texts: `en`, `ja` or `de`.
    pub locale: String,
}

impl From<&str> for ServerSpec {
    /// `alpha`, or `alpha:gotosocial`, or `alpha:hollo`, or `alpha:pleroma`, or `alpha:mastodon:ja`.
    fn from(text: &str) -> Self {
        let mut parts = text.split(':');
        let name = parts.next().unwrap_or_default().to_owned();
        let software = match parts.next().map(str::to_ascii_lowercase).as_deref() {
            Some("gotosocial" | "gts") => Software::GoToSocial,
            Some("hollo") => Software::Hollo,
            Some("pleroma") => Software::Pleroma,
            _ => Software::Mastodon,
        };
        Self {
            name,
            software,
            locale: parts.next().unwrap_or("en").to_owned(),
        }
    }
}

/// How to start a fediverse.
#[derive(Clone, Debug)]
pub struct Options {
    /// Decides everything that looks like chance.
    pub seed: u64,
    /// The servers, in order.
    pub servers: Vec<ServerSpec>,
    /// New posts a minute by the living world; `None` is a still world.
    pub living: Option<f64>,
    /// Unix milliseconds of the world's beginning; `None` is the machine's now.
    pub start_time: Option<i64>,
    /// Posts written before the beginning, threads and boosts apart; 0 gives a bare world with accounts only.
    pub history: usize,
    /// Milliseconds that a post needs from one server to another.
    pub federation_delay: RangeInclusive<u64>,
    /// Whether servers count requests as Mastodon does (300 in five minutes and so on).
    pub rate_limits: bool,
    /// Milliseconds between two pings of a streaming socket.
    pub ping_period: u64,
    /// Milliseconds between two heartbeats of a server-sent-events stream.
    pub heartbeat_period: u64,
    /// The control API's port; 0 takes a free one.
    pub control_port: u16,
    /// The first server's port, the next server's is one more; 0 takes free ones.
    pub first_port: u16,
}

impl Options {
    /// A still, seeded world with the given servers.
    pub fn new<S: Into<ServerSpec>>(seed: u64, servers: impl IntoIterator<Item = S>) -> Self {
        Self {
            seed,
            servers: servers.into_iter().map(Into::into).collect(),
            living: None,
            start_time: None,
            history: 240,
            federation_delay: 20..=200,
            rate_limits: true,
            ping_period: 30_000,
            heartbeat_period: 15_000,
            control_port: 0,
            first_port: 0,
        }
    }

    /// Without posts from before the beginning: quickest to start, and a test knows every post.
    #[must_use]
    pub fn without_history(mut self) -> Self {
        self.history = 0;
        self
    }

    /// With a living world of so many posts a minute.
    #[must_use]
    pub fn living(mut self, posts_a_minute: f64) -> Self {
        self.living = Some(posts_a_minute);
        self
    }

    /// Without request limits.
    #[must_use]
    pub fn without_limits(mut self) -> Self {
        self.rate_limits = false;
        self
    }
}

//! Who listens, as far as that decides what they get.

use std::{net::IpAddr, sync::Weak};

use super::{
    super::{follow::hashtags_of, query::Query},
    topic::{Refusal, Topic},
};
use crate::{
    engine::{Engine, Following},
    views::Selection,
};

/// One reader of streams. It does not keep the engine: that ends when the relay stops, whoever listens.
#[derive(Debug, Clone)]
pub(super) struct Who {
    pub(super) engine: Weak<Engine>,
    /// Whether posts are for it that a source shows only to people who are signed in there.
    pub(super) may_see_guarded: bool,
    /// Whom it counts as.
    pub(super) address: IpAddr,
    /// Most subscriptions of one connection. A deck of columns has a dozen; every one is compared with every wanted entry.
    pub(super) max_subscriptions: usize,
}

impl Who {
    /// Holds the hashtags of what this reader hears, as long as it does.
    pub(super) fn follow(&self, selection: &Selection) -> Option<Following> {
        let hashtags = hashtags_of(selection);
        let engine = self.engine.upgrade().filter(|_| !hashtags.is_empty())?;
        Some(engine.follow(hashtags, self.address))
    }

    /// What this reader hears on a stream.
    ///
    /// # Errors
    /// As [`Topic::named`].
    pub(super) fn topic(&self, stream: &str, query: &Query) -> Result<Topic, Refusal> {
        let engine = self.engine.upgrade();
        let views = engine.map(|it| it.views()).unwrap_or_default();
        let topic = Topic::named(stream, query, &views)?;
        Ok(topic.seen_by(self.may_see_guarded))
    }
}

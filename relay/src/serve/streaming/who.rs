//! Who listens, as far as that decides what they get.

use std::sync::Weak;

use super::{
    super::query::Query,
    topic::{Refusal, Topic},
};
use crate::engine::Engine;

/// One reader of streams. It does not keep the engine: that ends when the relay stops, whoever listens.
#[derive(Debug, Clone)]
pub(super) struct Who {
    pub(super) engine: Weak<Engine>,
    /// Whether posts are for it that a source shows only to people who are signed in there.
    pub(super) may_see_guarded: bool,
    /// Most subscriptions of one connection. A deck of columns has a dozen; every one is compared with every wanted entry.
    pub(super) max_subscriptions: usize,
}

impl Who {
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

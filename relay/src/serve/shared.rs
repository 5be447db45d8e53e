//! What every route of the API stands on.

use std::sync::Arc;

use super::{
    feeds::Fresh,
    metrics::Requests,
    oauth::{GuestKeys, Spent},
    readers::Readers,
};
use crate::{config::Config, engine::Engine};

/// Handles on the parts of the relay; a clone is another handle on the same ones.
#[derive(Debug, Clone)]
pub(super) struct Shared {
    /// What the operator decided; here for the public address and the names.
    pub(super) config: Arc<Config>,
    /// The log, the archive and the health of the sources.
    pub(super) engine: Arc<Engine>,
    /// What each reader's address takes.
    pub(super) readers: Arc<Readers>,
    /// Signs what clients get that sign in.
    pub(super) guests: GuestKeys,
    /// Codes and tokens that are used up.
    pub(super) spent: Arc<Spent>,
    /// When feeds changed.
    pub(super) fresh: Arc<Fresh>,
    /// What was asked, counted.
    pub(super) requests: Arc<Requests>,
}

impl Shared {
    /// Handles on these two, and on what readers share among themselves.
    pub(super) fn new(config: Arc<Config>, engine: Arc<Engine>) -> Self {
        Self {
            readers: Arc::new(Readers::new(&config.limits)),
            guests: GuestKeys::new(engine.archive.secret()),
            spent: Arc::default(),
            fresh: Arc::default(),
            config,
            engine,
            requests: Arc::default(),
        }
    }

    /// The same under another configuration. What readers took is forgotten when the limits are others.
    pub(super) fn under(&self, config: Arc<Config>) -> Self {
        let mut shared = self.clone();
        if config.limits != self.config.limits {
            shared.readers = Arc::new(Readers::new(&config.limits));
        }
        shared.config = config;
        shared
    }
}

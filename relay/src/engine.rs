//! The relay without its face: everything that listens, merges and keeps, wired together and started.

mod measure;

use std::time::Duration;

use timeline::{
    key::host_of,
    merge::{Merger, Patience},
};
use tokio::{
    task::{JoinHandle, spawn_blocking},
    time::{MissedTickBehavior, interval},
};

use crate::{
    archive::{Archive, ArchiveError},
    config::Config,
    log::{Attendance, Log},
    merge::{Inlet, Merge, Parts},
    source::{Registry, Sources, health::unix_millis},
    views::{Interest, View},
};

/// How often posts from the future are looked at, and old ones removed.
const TICK: Duration = Duration::from_secs(1);

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
    /// Where arrivals go: for benches and tests that stand in for sources.
    pub inlet: Inlet,
    merge: Merge,
    /// The views' readers may come later; what they ask for is told from the start.
    _attendance: Attendance,
    listening: Sources,
    clock: JoinHandle<()>,
}

impl Engine {
    /// Opens the archive and starts to listen to the sources. Must be called inside a runtime.
    ///
    /// # Errors
    /// When the archive cannot be opened. Sources that cannot be reached are no error: they say
    /// so in their reports.
    pub async fn start(config: &Config) -> Result<Self, ArchiveError> {
        let place = config.archive.clone();
        let opened = spawn_blocking(move || Archive::open(&place)).await;
        let (archive, ledger) = opened.map_err(ArchiveError::new)??;
        let started_at = unix_millis();
        let epoch = u64::try_from(started_at).unwrap_or_default();
        let log = Log::new(epoch, config.log_max_bytes);
        let sources = Registry::new(&config.sources);
        let hosts_of = |it: &crate::config::SourceConfig| -> Vec<String> {
            host_of(&it.url).into_iter().collect()
        };
        let mut hosts: Vec<String> = config.sources.iter().flat_map(hosts_of).collect();
        hosts.extend(config.sources.iter().map(|it| it.domain.clone()));
        let patience = Patience {
            future_hold: millis(config.timing.future_hold),
            refute_after: millis(config.timing.refute_after),
        };
        let voices = config
            .sources
            .iter()
            .map(|it| (it.domain.clone(), hosts_of(it)));
        let parts = Parts {
            merger: Merger::new(voices, patience),
            hosts,
            ledger,
            log: log.clone(),
            sources: sources.clone(),
            late_after: millis(config.timing.late_after),
        };
        let (merge, inlet) = Merge::start(parts).map_err(ArchiveError::new)?;
        let listening =
            Sources::start(config, sources.clone(), &archive, &inlet).map_err(ArchiveError::new)?;
        let clock = tokio::spawn(tick(inlet.clone()));
        let views = config.views.clone();
        let offline = config.offline;
        let wanted = Interest(views.iter().map(|it| it.selection.clone()).collect());
        Ok(Self {
            _attendance: log.attend(&wanted),
            log,
            archive,
            sources,
            views,
            started_at,
            offline,
            inlet,
            merge,
            listening,
            clock,
        })
    }

    /// Asks the sources for the thread around a post, within their budgets and for a few seconds
    /// at most; what comes is in the archive when this ends. `true` when something came.
    pub async fn fetch_context(&self, uri: &str) -> bool {
        self.listening.fetch_context(uri).await
    }

    /// Whether the relay can serve: the archive answers and takes posts. Sources need not be up.
    pub async fn is_ready(&self) -> bool {
        *self.merge.healthy.borrow() && self.archive.is_open().await
    }

    /// Closes the sockets, stores what was still on its way, and ends.
    pub async fn shutdown(self) {
        let Self {
            inlet,
            merge,
            listening,
            clock,
            ..
        } = self;
        listening.shutdown().await;
        clock.abort();
        // An aborted task reports just that.
        clock.await.unwrap_or_default();
        drop(inlet);
        if let Err(error) = spawn_blocking(move || merge.join()).await {
            tracing::error!(%error, "the merge could not be waited for");
        }
    }
}

async fn tick(inlet: Inlet) {
    let mut ticks = interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if inlet.tick(unix_millis()).await.is_err() {
            return;
        }
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

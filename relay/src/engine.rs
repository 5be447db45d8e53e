//! The relay without its face: everything that listens, merges and keeps, wired together and started.

mod measure;
mod trends;

use std::{
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use timeline::{
    key::host_of,
    merge::{Merger, Patience},
};
use tokio::{
    task::{JoinHandle, spawn_blocking},
    time::{MissedTickBehavior, interval},
};

use self::trends::Weighing;
use crate::{
    archive::{Archive, ArchiveError, Trends, Trouble},
    config::{Config, SourceConfig},
    log::{Attendance, Log},
    merge::{Failing, Inlet, Merge, Parts},
    moderation::Moderation,
    source::{Registry, Sources, health::unix_millis},
    views::{Interest, View},
};

pub use crate::source::{Followed, Following};

/// How often posts from the future are looked at, and old ones removed.
const TICK: Duration = Duration::from_secs(1);

/// What the serving side stands on.
#[derive(Debug)]
pub struct Engine {
    /// What happens, in order.
    pub log: Log,
    /// What was kept.
    pub archive: Archive,
    /// What is never shown, and how often it came.
    pub moderation: Moderation,
    /// How the sources are.
    pub sources: Registry,
    /// When the relay started, in milliseconds since 1970.
    pub started_at: i64,
    /// Whether nobody is dialled.
    pub offline: bool,
    /// Where arrivals go: for benches and tests that stand in for sources.
    pub inlet: Inlet,
    merge: Merge,
    /// A std mutex: held only to take or to put.
    views: Mutex<Views>,
    listening: Sources,
    trends: Weighing,
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
        let (archive, mut ledger) = opened.map_err(ArchiveError::new)??;
        ledger.set_bounds(config.keep);
        let started_at = unix_millis();
        let kept = ledger.events()?;
        let log = Log::resumed(
            archive.epoch(),
            config.log_max_bytes,
            kept.first,
            kept.drafts,
        );
        let sources = Registry::new(&config.sources);
        let patience = Patience {
            future_hold: millis(config.timing.future_hold),
            refute_after: millis(config.timing.refute_after),
        };
        let moderation = Moderation::new(&config.moderation);
        let parts = Parts {
            merger: Merger::new(voices(config), patience),
            hosts: hosts(config),
            ledger,
            log: log.clone(),
            sources: sources.clone(),
            moderation: moderation.clone(),
            late_after: millis(config.timing.late_after),
        };
        let (merge, inlet) = Merge::start(parts).map_err(ArchiveError::new)?;
        let listening =
            Sources::start(config, sources.clone(), &archive, &inlet).map_err(ArchiveError::new)?;
        let clock = tokio::spawn(tick(inlet.clone()));
        let trends = Weighing::start(&archive, config.timing.trends_interval);
        let offline = config.offline;
        Ok(Self {
            views: Mutex::new(Views::new(config, &log)),
            log,
            archive,
            moderation,
            sources,
            started_at,
            offline,
            inlet,
            merge,
            listening,
            trends,
            clock,
        })
    }

    /// The operator's named views, as they are now.
    #[must_use]
    pub fn views(&self) -> Arc<Vec<View>> {
        let views = self.views.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&views.all)
    }

    /// Takes another configuration while it runs: whom to listen to, whose word counts for whom, how much is kept, what is never shown,
    /// and what the views' readers are told of. A source that did not change is not disturbed; one that is gone is left in good order.
    /// Where posts are kept and how much the log holds stay as they are.
    pub async fn reload(&self, config: &Config) {
        *self.views.lock().unwrap_or_else(PoisonError::into_inner) = Views::new(config, &self.log);
        self.moderation.reload(&config.moderation);
        // Before a new source says its first word.
        let known = self.inlet.know(voices(config), hosts(config)).await;
        if known.is_err() || self.inlet.keep(config.keep).await.is_err() {
            return;
        }
        if let Err(error) = self.listening.reload(config).await {
            tracing::error!(%error, "the sources stay as they were");
        }
    }

    /// Asks the sources for the thread around a post, within their budgets and for a few seconds
    /// at most; what comes is in the archive when this ends. `true` when something came.
    pub async fn fetch_context(&self, uri: &str) -> bool {
        self.listening.fetch_context(uri).await
    }

    /// Follows hashtags for a reader, on every source, from now until some time after what comes back is dropped. Those
    /// that are listened to anyway cost nothing; those beyond the bounds are in [`Following::refused`].
    #[must_use]
    pub fn follow(&self, hashtags: &[String], reader: IpAddr) -> Following {
        self.listening.follow(hashtags, reader)
    }

    /// The hashtags that are followed for readers, in order of name.
    #[must_use]
    pub fn followed(&self) -> Vec<Followed> {
        self.listening.followed()
    }

    /// Asks the sources for an account by its full handle, and for what it wrote before the post with the `uri` `below` (or
    /// lastly), as [`fetch_context`](Self::fetch_context) does for a thread.
    pub async fn fetch_account(&self, handle: &str, below: Option<&str>) -> bool {
        self.listening.fetch_account(handle, below).await
    }

    /// Asks the source at `host` for the post that it calls so, as [`fetch_context`](Self::fetch_context) does for a thread.
    pub async fn fetch_status(&self, host: &str, local_id: &str) -> bool {
        self.listening.fetch_status(host, local_id).await
    }

    /// The domain of the source that answers at this host.
    #[must_use]
    pub fn source_at(&self, host: &str) -> Option<String> {
        self.listening.source_at(host)
    }

    /// What trends, as it was counted last: some minutes ago at most. Some of it may have been withdrawn since.
    #[must_use]
    pub fn trends(&self) -> Arc<Trends> {
        self.trends.latest()
    }

    /// Whether the relay can serve: the archive answers and takes posts. Sources need not be up.
    pub async fn is_ready(&self) -> bool {
        self.failing().is_none() && !self.archive.is_damaged() && self.archive.is_open().await
    }

    /// Why new posts are not kept, and so not shown, at the moment.
    #[must_use]
    pub fn failing(&self) -> Option<Failing> {
        let damaged = || {
            self.archive.is_damaged().then_some(Failing {
                trouble: Trouble::Damaged,
                since: self.started_at,
            })
        };
        self.merge.failing.borrow().or_else(damaged)
    }

    /// Closes the sockets, stores what was still on its way, and ends.
    pub async fn shutdown(self) {
        let Self {
            inlet,
            merge,
            listening,
            trends,
            clock,
            ..
        } = self;
        trends.end().await;
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

/// For each source, its domain and the host that it answers at.
fn voices(config: &Config) -> Vec<(String, Vec<String>)> {
    let voice = |it: &SourceConfig| (it.domain.clone(), host_of(&it.url).into_iter().collect());
    config.sources.iter().map(voice).collect()
}

/// The hosts whose authors are local.
fn hosts(config: &Config) -> Vec<String> {
    let urls = config.sources.iter().filter_map(|it| host_of(&it.url));
    let domains = config.sources.iter().map(|it| it.domain.clone());
    urls.chain(domains).collect()
}

/// The operator's named views.
#[derive(Debug)]
struct Views {
    all: Arc<Vec<View>>,
    /// Their readers may come later; what they ask for is told from the start.
    _attendance: Attendance,
}

impl Views {
    fn new(config: &Config, log: &Log) -> Self {
        let wanted = Interest(config.views.iter().map(|it| it.selection.clone()).collect());
        Self {
            all: Arc::new(config.views.clone()),
            _attendance: log.attend(&wanted),
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

//! The task that counts what trends, again and again, so that no reader waits for that.

use std::{sync::Arc, time::Duration};

use tokio::{sync::watch, task::JoinHandle, time::sleep};

use crate::{
    archive::{Archive, Trends},
    source::health::unix_millis,
};

/// The wait after the first count, which is made at once; each wait is twice the one before it until they are as long as
/// configured. A new relay hears most of what it will tell its first readers within a minute.
const FIRST_WAIT: Duration = Duration::from_secs(3);

/// The latest count, and who makes the next.
#[derive(Debug)]
pub(super) struct Weighing {
    latest: watch::Receiver<Arc<Trends>>,
    task: JoinHandle<()>,
}

impl Weighing {
    /// Starts to count; `interval` is the longest time between two counts. Must be called inside a runtime.
    pub(super) fn start(archive: &Archive, interval: Duration) -> Self {
        let (tell, latest) = watch::channel(Arc::default());
        let task = tokio::spawn(weigh(archive.clone(), interval, tell));
        Self { latest, task }
    }

    /// What was counted last; nothing before the first count.
    pub(super) fn latest(&self) -> Arc<Trends> {
        Arc::clone(&self.latest.borrow())
    }

    /// Counts no more. A count that was begun ends by itself within a second and is told to nobody.
    pub(super) async fn end(self) {
        self.task.abort();
        // An aborted task reports just that.
        self.task.await.unwrap_or_default();
    }
}

async fn weigh(archive: Archive, interval: Duration, tell: watch::Sender<Arc<Trends>>) {
    let mut wait = FIRST_WAIT.min(interval);
    loop {
        match archive.trends(unix_millis().div_euclid(1_000)).await {
            Ok(trends) => {
                tell.send_replace(Arc::new(trends));
            }
            Err(error) => tracing::warn!(%error, "what trends could not be counted"),
        }
        sleep(wait).await;
        wait = wait.saturating_mul(2).min(interval);
    }
}

//! Takes a changed configuration while the relay runs: on SIGHUP at once, and when its files changed and lie still.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

use tokio::{
    sync::watch,
    time::{MissedTickBehavior, interval},
};

use super::counted;
use crate::config::{Config, Loaded};

/// How often the files are looked at. A change is taken when a second look finds the same.
const LOOK: Duration = Duration::from_secs(2);

/// What tells one state of a file from another: when it was written, its length, and which file it is.
type Mark = Option<(SystemTime, u64, u64)>;

/// Reads the configuration afresh again and again, for ever; each good one goes to `configs`.
pub(super) async fn watch(
    files: Vec<PathBuf>,
    configs: watch::Sender<Arc<Config>>,
    load: impl Fn() -> Result<Loaded, String>,
) {
    let mut hangup = Hangup::new();
    let mut looks = interval(LOOK);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut taken = marks(&files);
    let mut seen = taken.clone();
    loop {
        tokio::select! {
            () = hangup.heard() => {
                tracing::info!("told to read the configuration again");
                taken = marks(&files);
            }
            _ = looks.tick() => {
                let now = marks(&files);
                let is_still = now == seen;
                seen = now;
                if !is_still || seen == taken {
                    continue;
                }
                tracing::info!("the configuration's files changed");
                taken.clone_from(&seen);
            }
        }
        match load() {
            Ok(loaded) => take(loaded, &configs),
            Err(error) => tracing::error!("the configuration stays as it was: {error}"),
        }
    }
}

/// Puts a new configuration in force, but for what cannot change while the relay runs.
fn take(loaded: Loaded, configs: &watch::Sender<Arc<Config>>) {
    for warning in &loaded.warnings {
        tracing::warn!("{warning}");
    }
    let running = Arc::clone(&configs.borrow());
    let (config, kept) = over(&running, loaded.config);
    for key in kept {
        tracing::warn!("`{key}` takes a restart; until then it stays as it was");
    }
    let changes = changes(&running, &config);
    tracing::info!("the new configuration holds: {changes}");
    configs.send_replace(Arc::new(config));
}

/// The new configuration with what must stay of the running one, and the keys that would have changed there.
fn over(running: &Config, mut new: Config) -> (Config, Vec<&'static str>) {
    let mut kept = Vec::new();
    // An address that follows from where it listens was found out when it began to.
    if new.public_url == format!("http://{}", new.listen) {
        new.public_url.clone_from(&running.public_url);
    }
    if new.listen != running.listen {
        kept.push("listen");
        new.listen = running.listen;
    }
    if new.archive != running.archive {
        kept.push("archive");
        new.archive = running.archive.clone();
    }
    if new.log_max_bytes != running.log_max_bytes {
        kept.push("log.max_bytes");
        new.log_max_bytes = running.log_max_bytes;
    }
    if new.logging != running.logging {
        kept.push("logging");
        new.logging = running.logging;
    }
    (new, kept)
}

/// What changed about the sources and views, in words.
fn changes(before: &Config, after: &Config) -> String {
    let old = |domain: &str| before.sources.iter().find(|it| it.domain == domain);
    let (mut new, mut changed, mut same) = (0, 0, 0);
    for source in &after.sources {
        match old(&source.domain) {
            None => new += 1,
            Some(it) if it == source => same += 1,
            Some(_) => changed += 1,
        }
    }
    let gone = before.sources.len() - changed - same;
    format!(
        "of the sources {new} new, {changed} changed, {gone} gone, {same} as before; {}",
        counted(after.views.len(), "view")
    )
}

fn marks(files: &[PathBuf]) -> Vec<Mark> {
    files.iter().map(|it| mark(it)).collect()
}

fn mark(file: &Path) -> Mark {
    let metadata = std::fs::metadata(file).ok()?;
    #[cfg(unix)]
    let which = std::os::unix::fs::MetadataExt::ino(&metadata);
    #[cfg(not(unix))]
    let which = 0;
    Some((metadata.modified().ok()?, metadata.len(), which))
}

/// The signal that asks for it, where there is one.
struct Hangup {
    #[cfg(unix)]
    signal: Option<tokio::signal::unix::Signal>,
}

impl Hangup {
    #[cfg(unix)]
    fn new() -> Self {
        let signal = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup());
        if let Err(error) = &signal {
            tracing::warn!(%error, "SIGHUP is not heard; changed files are");
        }
        Self {
            signal: signal.ok(),
        }
    }

    #[cfg(not(unix))]
    fn new() -> Self {
        Self {}
    }

    async fn heard(&mut self) {
        #[cfg(unix)]
        if let Some(signal) = &mut self.signal
            && signal.recv().await.is_some()
        {
            return;
        }
        std::future::pending().await
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::config::{Given, load};

    fn loaded(text: &str) -> Result<Loaded, String> {
        let given = Given {
            file: Some((PathBuf::new(), text.to_owned())),
            ..Given::default()
        };
        load(given).map_err(|it| it.to_string())
    }

    #[test]
    fn what_takes_a_restart_stays_and_is_named() {
        let running = Config {
            public_url: "http://127.0.0.1:5555".to_owned(),
            ..loaded("listen = \"127.0.0.1:0\"\nname = \"Old\"")
                .unwrap()
                .config
        };
        let new = "listen = \"127.0.0.1:1\"\narchive = \"other.db\"\nname = \"New\"\n[log]\nmax_bytes = 70000\n[logging]\nformat = \"json\"";
        let (config, kept) = over(&running, loaded(new).unwrap().config);
        assert_eq!(kept, ["listen", "archive", "log.max_bytes", "logging"]);
        assert_eq!(config.name, "New");
        assert_eq!(config.public_url, "http://127.0.0.1:5555");
        assert_eq!(config.archive, running.archive);
    }

    #[test]
    fn changes_are_counted() {
        let of = |text: &str| loaded(text).unwrap().config;
        let source =
            |domain: &str, more: &str| format!("[[source]]\ndomain = \"{domain}\"\n{more}\n");
        let before = of(&[
            source("a.example", ""),
            source("b.example", ""),
            source("c.example", ""),
        ]
        .concat());
        let tags = "hashtags = [\"x\"]";
        let after = of(&[
            source("a.example", ""),
            source("b.example", tags),
            source("d.example", ""),
        ]
        .concat());
        assert_eq!(
            changes(&before, &after),
            "of the sources 1 new, 1 changed, 1 gone, 1 as before; 0 views"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_changed_file_is_taken_once_it_lies_still_and_a_broken_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("relay.toml");
        std::fs::write(&file, "name = \"One\"").unwrap();
        let (configs, mut told) = watch::channel(Arc::new(Config::default()));
        let reads = Arc::new(AtomicUsize::new(0));
        let load = {
            let (file, reads) = (file.clone(), Arc::clone(&reads));
            move || {
                reads.fetch_add(1, Ordering::Relaxed);
                loaded(&std::fs::read_to_string(&file).unwrap())
            }
        };
        tokio::spawn(super::watch(vec![file.clone()], configs, load));
        tokio::time::sleep(LOOK * 4).await;
        assert_eq!(reads.load(Ordering::Relaxed), 0, "nothing changed");
        std::fs::write(&file, "name = \"Two, longer\"").unwrap();
        told.changed().await.unwrap();
        assert_eq!(told.borrow_and_update().name, "Two, longer");
        std::fs::write(&file, "nam = \"Three, broken\"").unwrap();
        tokio::time::sleep(LOOK * 4).await;
        assert_eq!(told.borrow().name, "Two, longer");
        assert_eq!(reads.load(Ordering::Relaxed), 2, "each state is read once");
        std::fs::write(&file, "name = \"Four, mended again\"").unwrap();
        told.changed().await.unwrap();
        assert_eq!(told.borrow().name, "Four, mended again");
    }
}

//! Hashtags that readers want and nobody configured: followed while somebody reads them and some time after, within bounds.
//!
//! What is wanted is one set that every source looks at; how each source follows is its own business.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde::Serialize;
use timeline::tag;
use tokio::{
    sync::{Notify, watch},
    time::{Instant, sleep_until, timeout},
};

use crate::config::{Config, OnDemand, SourceConfig};

/// The hashtags that are wanted, as keys.
pub(super) type Wanted = Arc<BTreeSet<String>>;

/// A hashtag that nobody reads makes room for another only after so long: each new one costs every source some requests.
const MIN_STAY: Duration = Duration::from_secs(60);
/// Longest sleep between two looks for hashtags whose time is up.
const MAX_SLEEP: Duration = Duration::from_secs(60 * 60);

/// Who wants what; a clone is another handle on it.
#[derive(Clone, Debug)]
pub(super) struct Follows {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    /// A std mutex, as the next one: nothing is awaited while it is held.
    rules: Mutex<Rules>,
    table: Mutex<BTreeMap<String, Entry>>,
    wanted: watch::Sender<Wanted>,
    /// Rung when a hashtag lost its last reader, and when a source has read one.
    changed: Notify,
}

/// What the operator says about it.
#[derive(Clone, Debug, Default)]
struct Rules {
    limits: OnDemand,
    /// What every source listens to anyway, as keys.
    configured: BTreeSet<String>,
    /// How many sources may read a hashtag.
    sources: usize,
}

impl Rules {
    fn of(config: &Config) -> Self {
        let keys = |it: &SourceConfig| -> BTreeSet<String> {
            it.hashtags.iter().map(|it| tag::key(it)).collect()
        };
        let everywhere = config.sources.iter().map(keys);
        let configured = everywhere.reduce(|all, other| &all & &other);
        Self {
            limits: config.on_demand.clone(),
            configured: configured.unwrap_or_default(),
            sources: config.sources.len(),
        }
    }
}

#[derive(Debug)]
struct Entry {
    /// How often each reader holds it.
    readers: BTreeMap<IpAddr, usize>,
    /// Who caused it.
    cause: IpAddr,
    /// When it began to be held by nobody.
    idle_since: Option<Instant>,
    /// The sources that have read it once.
    filled_by: BTreeSet<String>,
}

/// A reader's hold on hashtags. Dropped, the hashtags are let go some time later, unless others hold them.
#[derive(Debug)]
pub struct Following {
    follows: Option<Follows>,
    reader: IpAddr,
    keys: Vec<String>,
    refused: Vec<String>,
}

/// One hashtag that is followed for readers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Followed {
    /// The hashtag, normalised.
    pub hashtag: String,
    /// How many readers hold it; 0 while it lingers.
    pub readers: usize,
}

impl Follows {
    /// Nothing is wanted yet.
    pub(super) fn new(config: &Config) -> Self {
        Self {
            inner: Arc::new(Inner {
                rules: Mutex::new(Rules::of(config)),
                table: Mutex::default(),
                wanted: watch::Sender::new(Wanted::default()),
                changed: Notify::new(),
            }),
        }
    }

    /// Goes on by another configuration. What is followed by now stays while it is read.
    pub(super) fn take_rules(&self, config: &Config) {
        *self.rules_mut() = Rules::of(config);
    }

    fn rules_mut(&self) -> MutexGuard<'_, Rules> {
        self.inner
            .rules
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn rules(&self) -> Rules {
        self.rules_mut().clone()
    }

    /// What is wanted, as it changes.
    pub(super) fn wanted(&self) -> watch::Receiver<Wanted> {
        self.inner.wanted.subscribe()
    }

    /// What is followed, in order of name.
    pub(super) fn followed(&self) -> Vec<Followed> {
        let entry = |(key, entry): (&String, &Entry)| Followed {
            hashtag: key.clone(),
            readers: entry.readers.len(),
        };
        self.table().iter().map(entry).collect()
    }

    /// A reader wants these hashtags, however spelled.
    pub(super) fn follow(&self, tags: &[String], reader: IpAddr) -> Following {
        let reader = network_of(reader);
        let mut following = Following {
            follows: Some(self.clone()),
            reader,
            keys: Vec::new(),
            refused: Vec::new(),
        };
        let rules = self.rules();
        let keys: BTreeSet<String> = tags.iter().map(|it| tag::key(it)).collect();
        let keys = keys
            .into_iter()
            .filter(|it| !it.is_empty() && !rules.configured.contains(it));
        {
            let mut table = self.table();
            for key in keys {
                if admit(&mut table, &rules.limits, &key, reader) {
                    following.keys.push(key);
                } else {
                    following.refused.push(key);
                }
            }
        }
        self.publish();
        following
    }

    fn let_go(&self, keys: &[String], reader: IpAddr) {
        let mut table = self.table();
        for key in keys {
            let Some(entry) = table.get_mut(key) else {
                continue;
            };
            if let Some(holds) = entry.readers.get_mut(&reader) {
                *holds -= 1;
                if *holds == 0 {
                    entry.readers.remove(&reader);
                }
            }
            if entry.readers.is_empty() {
                entry.idle_since = Some(Instant::now());
            }
        }
        drop(table);
        self.inner.changed.notify_waiters();
    }

    /// Notes that a source has read a hashtag for the first time, or cannot.
    pub(super) fn filled(&self, key: &str, source: &str) {
        if let Some(entry) = self.table().get_mut(key) {
            entry.filled_by.insert(source.to_owned());
        }
        self.inner.changed.notify_waiters();
    }

    /// Lets hashtags go whose time is up, for ever.
    pub(super) async fn sweep(&self) {
        loop {
            let changed = self.inner.changed.notified();
            let linger = self.rules().limits.linger;
            let next = {
                let mut table = self.table();
                let now = Instant::now();
                let is_over = |it: &Entry| it.idle_since.is_some_and(|it| it + linger <= now);
                table.retain(|_, entry| !is_over(entry));
                let due = table.values().filter_map(|it| it.idle_since).min();
                due.map_or(now + MAX_SLEEP, |it| it + linger)
            };
            self.publish();
            tokio::select! {
                () = sleep_until(next) => {}
                () = changed => {}
            }
        }
    }

    /// Tells the sources when something else is wanted than before.
    fn publish(&self) {
        let keys: BTreeSet<String> = self.table().keys().cloned().collect();
        self.inner.wanted.send_if_modified(|wanted| {
            let is_new = **wanted != keys;
            if is_new {
                *wanted = Arc::new(keys);
            }
            is_new
        });
    }

    fn table(&self) -> MutexGuard<'_, BTreeMap<String, Entry>> {
        self.inner
            .table
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Puts a reader's wish into the table, if there is room.
fn admit(
    table: &mut BTreeMap<String, Entry>,
    limits: &OnDemand,
    key: &str,
    reader: IpAddr,
) -> bool {
    if let Some(entry) = table.get_mut(key) {
        *entry.readers.entry(reader).or_default() += 1;
        entry.idle_since = None;
        return true;
    }
    let now = Instant::now();
    let caused = table.values().filter(|it| it.cause == reader).count();
    let is_own = |entry: &Entry| entry.cause == reader;
    if caused >= limits.per_reader && !make_room(table, now, is_own) {
        return false;
    }
    if table.len() >= limits.max_hashtags && !make_room(table, now, |_| true) {
        return false;
    }
    table.insert(
        key.to_owned(),
        Entry {
            readers: BTreeMap::from([(reader, 1)]),
            cause: reader,
            idle_since: None,
            filled_by: BTreeSet::new(),
        },
    );
    true
}

/// Lets the hashtag go that nobody has read for longest, if there is one that stayed long enough.
fn make_room(
    table: &mut BTreeMap<String, Entry>,
    now: Instant,
    may_go: impl Fn(&Entry) -> bool,
) -> bool {
    let idle = table.iter().filter(|(_, entry)| may_go(entry));
    let idle = idle.filter_map(|(key, entry)| Some((entry.idle_since?, key.clone())));
    match idle.min() {
        Some((since, key)) if since + MIN_STAY <= now => table.remove(&key).is_some(),
        _ => false,
    }
}

/// A reader by address; one who has an IPv6 network of their own is one reader.
fn network_of(reader: IpAddr) -> IpAddr {
    match reader.to_canonical() {
        IpAddr::V6(ip) => IpAddr::V6(Ipv6Addr::from_bits(ip.to_bits() >> 64 << 64)),
        v4 => v4,
    }
}

impl Following {
    /// A hold on nothing, as of a relay that dials nobody.
    pub(super) fn of_nothing(reader: IpAddr) -> Self {
        Self {
            follows: None,
            reader,
            keys: Vec::new(),
            refused: Vec::new(),
        }
    }

    /// Hashtags, normalised, that are not followed: the reader, or all readers, want too many.
    #[must_use]
    pub fn refused(&self) -> &[String] {
        &self.refused
    }

    /// Waits until every source has read the held hashtags once, so that what is new is in the archive; `patience` at most.
    /// At once when it is so already.
    pub async fn filled(&self, patience: Duration) {
        let Some(follows) = &self.follows else {
            return;
        };
        let filling = async {
            loop {
                let changed = follows.inner.changed.notified();
                let wanted = follows.rules().sources;
                let is_filled = {
                    let table = follows.table();
                    self.keys.iter().all(|key| {
                        let entry = table.get(key);
                        entry.is_none_or(|it| it.filled_by.len() >= wanted)
                    })
                };
                if is_filled {
                    return;
                }
                changed.await;
            }
        };
        // Who waited long enough reads what is there.
        timeout(patience, filling).await.unwrap_or_default();
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        if let Some(follows) = &self.follows {
            follows.let_go(&self.keys, self.reader);
        }
    }
}

#[cfg(test)]
mod tests;

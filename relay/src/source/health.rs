//! What the relay knows about each source's health, for people to see.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard},
    time::{SystemTime, UNIX_EPOCH},
};

use mastodon::Timestamp;
use serde::Serialize;

use crate::config::SourceConfig;

/// How a source is being heard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Not reached yet.
    #[default]
    Starting,
    /// Its streams send.
    Live,
    /// It is asked now and then, since it does not stream to us.
    Polling,
    /// It accepted the subscription and sends nothing while polls find posts.
    Silent,
    /// It said no: the reason has its words.
    Refused,
    /// It asked us to wait.
    Limited,
    /// It cannot be reached.
    Down,
}

impl State {
    /// Whether posts come from it.
    #[must_use]
    pub fn is_hearing(self) -> bool {
        matches!(self, Self::Live | Self::Polling | Self::Silent)
    }
}

/// One source as `/api/watersmeet/sources` shows it.
#[derive(Clone, Debug, Serialize)]
pub struct SourceReport {
    /// Who it is.
    pub domain: String,
    /// Where it answers.
    pub url: String,
    /// Its program and version, such as `Mastodon 4.7.3`, when it said so.
    pub software: Option<String>,
    /// How it is being heard.
    pub state: State,
    /// Why, in words for people.
    pub reason: Option<String>,
    /// Until when it asked us to wait.
    pub until: Option<Timestamp>,
    /// When it is tried again.
    pub next_try: Option<Timestamp>,
    /// Since when it is in this state.
    pub since: Timestamp,
    /// The public streams that are listened to.
    pub streams: Vec<&'static str>,
    /// The hashtags that are listened to.
    pub hashtags: Vec<String>,
    /// Posts it showed us, new or not.
    pub posts: u64,
    /// Of those, posts that another source had shown already.
    pub duplicates: u64,
    /// Posts that its stream owed us and only a poll found.
    pub only_by_poll: u64,
    /// Deletions it told.
    pub deletes: u64,
    /// Posts first seen long after they were written.
    pub late: u64,
    /// Posts refused, as not public, dated impossibly, or claiming a stranger's author.
    pub refused: u64,
    /// When it last showed us a post.
    pub last_post_at: Option<Timestamp>,
}

/// The health of one source; a clone is another handle on it.
#[derive(Clone, Debug)]
pub struct Health {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Debug)]
struct Inner {
    config: SourceConfig,
    software: Option<String>,
    state: State,
    reason: Option<String>,
    until: Option<i64>,
    next_try: Option<i64>,
    since: i64,
    counts: Counts,
    last_post_at: Option<i64>,
}

/// What is counted about a source.
#[derive(Clone, Copy, Debug, Default)]
#[expect(missing_docs, reason = "the same names as in SourceReport")]
pub struct Counts {
    pub posts: u64,
    pub duplicates: u64,
    pub only_by_poll: u64,
    pub deletes: u64,
    pub late: u64,
    pub refused: u64,
}

/// Milliseconds since 1970, as everything in the relay counts time.
#[must_use]
pub fn unix_millis() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

impl Health {
    /// A source that was not reached yet.
    #[must_use]
    pub fn new(config: SourceConfig) -> Self {
        let inner = Inner {
            config,
            software: None,
            state: State::Starting,
            reason: None,
            until: None,
            next_try: None,
            since: unix_millis(),
            counts: Counts::default(),
            last_post_at: None,
        };
        Self {
            inner: Arc::new(Mutex::new(inner)),
        }
    }

    /// Says how the source is being heard now, and why.
    pub fn set(&self, state: State, reason: Option<String>) {
        self.set_until(state, reason, None, None);
    }

    /// As [`set`](Self::set), with the end of a wait that the source asked for and the time of the next try.
    pub fn set_until(
        &self,
        state: State,
        reason: Option<String>,
        until: Option<i64>,
        next_try: Option<i64>,
    ) {
        let mut inner = self.inner();
        if inner.state != state {
            inner.since = unix_millis();
            inner.state = state;
            tracing::info!(source = %inner.config.domain, ?state, reason = reason.as_deref(), "a source changed");
        }
        inner.reason = reason;
        inner.until = until;
        inner.next_try = next_try;
    }

    /// The state alone.
    #[must_use]
    pub fn state(&self) -> State {
        self.inner().state
    }

    /// Notes what program the source runs.
    pub fn set_software(&self, software: Option<String>) {
        self.inner().software = software;
    }

    /// Changes the counters.
    pub fn count(&self, change: impl FnOnce(&mut Counts)) {
        change(&mut self.inner().counts);
    }

    /// Notes that a post came.
    pub fn heard_at(&self, at: i64) {
        self.inner().last_post_at = Some(at);
    }

    /// As people see it.
    #[must_use]
    pub fn report(&self) -> SourceReport {
        let inner = self.inner();
        let Counts {
            posts,
            duplicates,
            only_by_poll,
            deletes,
            late,
            refused,
        } = inner.counts;
        SourceReport {
            domain: inner.config.domain.clone(),
            url: inner.config.url.clone(),
            software: inner.software.clone(),
            state: inner.state,
            reason: inner.reason.clone(),
            until: inner.until.map(Timestamp::from_unix_millis),
            next_try: inner.next_try.map(Timestamp::from_unix_millis),
            since: Timestamp::from_unix_millis(inner.since),
            streams: inner.config.streams.iter().map(|it| it.name()).collect(),
            hashtags: inner.config.hashtags.clone(),
            posts,
            duplicates,
            only_by_poll,
            deletes,
            late,
            refused,
            last_post_at: inner.last_post_at.map(Timestamp::from_unix_millis),
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The health of every source, by domain; a clone is another handle on it.
#[derive(Clone, Debug, Default)]
pub struct Registry {
    /// A std lock: held only to look up or to clone.
    sources: Arc<RwLock<BTreeMap<String, Health>>>,
}

impl Registry {
    /// One entry per source.
    #[must_use]
    pub fn new(sources: &[SourceConfig]) -> Self {
        let entry = |it: &SourceConfig| (it.domain.clone(), Health::new(it.clone()));
        Self {
            sources: Arc::new(RwLock::new(sources.iter().map(entry).collect())),
        }
    }

    /// The sources are others now. What was counted about one stays with it; of those that are gone nothing stays.
    pub fn set(&self, sources: &[SourceConfig]) {
        let mut held = self.sources.write().unwrap_or_else(PoisonError::into_inner);
        let mut before = std::mem::take(&mut *held);
        for source in sources {
            let health = before.remove(&source.domain);
            let health = health.unwrap_or_else(|| Health::new(source.clone()));
            health.inner().config = source.clone();
            held.insert(source.domain.clone(), health);
        }
    }

    /// The health of one source.
    #[must_use]
    pub fn get(&self, domain: &str) -> Option<Health> {
        self.held().get(domain).cloned()
    }

    fn held(&self) -> RwLockReadGuard<'_, BTreeMap<String, Health>> {
        self.sources.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Every source, in order of domain.
    #[must_use]
    pub fn snapshot(&self) -> Vec<SourceReport> {
        self.held().values().map(Health::report).collect()
    }

    /// How many sources there are, and from how many of them posts come.
    #[must_use]
    pub fn hearing(&self) -> (usize, usize) {
        let sources = self.held();
        let hearing = sources
            .values()
            .filter(|it| it.state().is_hearing())
            .count();
        (sources.len(), hearing)
    }
}

//! What the relay knows about each source's health, for people to see.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard},
    time::{SystemTime, UNIX_EPOCH},
};

use mastodon::Timestamp;
use serde::Serialize;

use crate::config::SourceConfig;

/// Ways by the stream that are remembered, for the middle one of them.
const MAX_DELAYS: usize = 99;

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
    /// The words that are searched for.
    pub words: Vec<String>,
    /// What its operator could do for it to be heard better, in words for people.
    pub hint: Option<String>,
    /// Posts it showed us, new or not.
    pub posts: u64,
    /// Of those, posts that another source had shown already.
    pub duplicates: u64,
    /// Posts that its stream owed us and only a poll found.
    pub only_by_poll: u64,
    /// Posts that its stream told.
    pub streamed: u64,
    /// Of the posts that its stream owed us, the share that only a poll found: 0 to 1; nothing while it owed none.
    pub loss: Option<f64>,
    /// The time from the writing of a post to its coming by the stream, in milliseconds: the middle one of the last posts.
    pub lag: Option<i64>,
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
    hint: Option<String>,
    /// The last posts' ways by the stream, in milliseconds, oldest first.
    delays: VecDeque<i64>,
    last_post_at: Option<i64>,
}

/// What is counted about a source.
#[derive(Clone, Copy, Debug, Default)]
#[expect(missing_docs, reason = "the same names as in SourceReport")]
pub struct Counts {
    pub posts: u64,
    pub duplicates: u64,
    pub streamed: u64,
    pub only_by_poll: u64,
    pub deletes: u64,
    pub late: u64,
    pub refused: u64,
}

impl Counts {
    /// The share of posts that a stream owed and did not tell.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        reason = "a share of counts far below 2^53"
    )]
    pub fn loss(&self) -> Option<f64> {
        let owed = self.streamed + self.only_by_poll;
        (owed > 0).then(|| self.only_by_poll as f64 / owed as f64)
    }
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
            hint: None,
            delays: VecDeque::new(),
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

    /// Notes what could be done for the source to be heard better.
    pub fn set_hint(&self, hint: Option<String>) {
        self.inner().hint = hint;
    }

    /// Notes how long a post was on its way by the stream, in milliseconds.
    pub fn delayed(&self, millis: i64) {
        let mut inner = self.inner();
        if inner.delays.len() >= MAX_DELAYS {
            inner.delays.pop_front();
        }
        inner.delays.push_back(millis.max(0));
    }

    /// Notes that a post came.
    pub fn heard_at(&self, at: i64) {
        self.inner().last_post_at = Some(at);
    }

    /// As people see it.
    #[must_use]
    pub fn report(&self) -> SourceReport {
        let inner = self.inner();
        let loss = inner.counts.loss();
        let mut delays: Vec<i64> = inner.delays.iter().copied().collect();
        delays.sort_unstable();
        let Counts {
            posts,
            duplicates,
            streamed,
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
            words: inner.config.words.clone(),
            hint: inner.hint.clone(),
            posts,
            duplicates,
            streamed,
            loss,
            lag: delays.get(delays.len() / 2).copied(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loss_is_the_share_of_what_the_stream_owed() {
        let counts = Counts {
            streamed: 30,
            only_by_poll: 10,
            ..Counts::default()
        };
        assert_eq!(counts.loss(), Some(0.25));
        assert_eq!(Counts::default().loss(), None);
    }

    #[test]
    fn lag_is_the_middle_one_of_the_last_posts() {
        let health = Health::new(SourceConfig::default());
        assert_eq!(health.report().lag, None);
        for millis in [5, 90_000, 40, 30, -7] {
            health.delayed(millis);
        }
        assert_eq!(health.report().lag, Some(30));
    }
}

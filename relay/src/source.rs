//! Bytes in: one task per server, over its streaming socket and its REST timelines.

mod asking;
pub mod backoff;
pub mod budget;
mod discover;
mod ears;
mod events;
mod extra;
mod follow;
pub mod guard;
pub mod health;
mod hint;
mod host;
mod manners;
mod owed;
mod poll;
pub mod probe;
mod reading;
mod resolve;
mod robots;
pub mod sign_in;
mod socket;
mod stream;
mod thread;
mod told;

use std::{
    collections::{BTreeMap, VecDeque},
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockWriteGuard},
    time::Duration,
};

use tokio::{
    sync::watch,
    task::JoinHandle,
    time::{Instant, timeout},
};

use self::{budget::Standing, ears::Ears, follow::Follows, guard::Guard, host::Host};
pub use self::{
    follow::{Followed, Following},
    health::{Registry, SourceReport, State},
};
use crate::{
    archive::Archive,
    config::{Config, Place},
    merge::Inlet,
};

/// Posts per source that are watched again after a restart.
const RECALLED_POSTS: usize = 2_000;
/// A thread that was asked for is not asked for again so soon.
const ASK_AGAIN_AFTER: Duration = Duration::from_secs(20);
/// Threads remembered as asked for.
const MAX_ASKED: usize = 1_000;
/// Longest time that one source gets to be left in good order.
const END_TIME: Duration = Duration::from_secs(2);
/// Sources that are asked for one thread or account at most.
const MAX_ASKED_SOURCES: usize = 3;

/// Every source, listened to.
#[derive(Debug)]
pub struct Sources {
    registry: Registry,
    /// A std lock: nothing is awaited while it is held.
    listening: RwLock<BTreeMap<String, Listening>>,
    follows: Follows,
    /// Lets hashtags go whose time is up.
    sweeper: JoinHandle<()>,
    /// How they are dialled.
    dial: Mutex<Dial>,
    inlet: Inlet,
    archive: Archive,
    ask_timeout: Duration,
    /// Threads that were asked for lately, oldest first.
    asked: Mutex<VecDeque<(String, Instant)>>,
}

/// One source that is listened to.
#[derive(Debug)]
struct Listening {
    ears: Arc<Ears>,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Listening {
    /// Closes its sockets and ends; cut when that takes too long.
    async fn end(mut self) {
        self.stop.send_replace(true);
        if timeout(END_TIME, &mut self.task).await.is_err() {
            self.task.abort();
        }
    }
}

/// What every source is dialled with.
#[derive(Clone, Debug)]
struct Dial {
    client: reqwest::Client,
    guard: Guard,
    user_agent: Arc<str>,
    /// What the guard was made of.
    allow: Vec<Place>,
}

impl Dial {
    fn new(config: &Config) -> Result<Self, reqwest::Error> {
        let guard = Guard::new(config);
        Ok(Self {
            client: host::client(config, &guard)?,
            guard,
            user_agent: config.user_agent().into(),
            allow: config.allow.clone(),
        })
    }
}

impl Sources {
    /// Starts to listen to every source of the configuration (to none when it says offline).
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn start(
        config: &Config,
        registry: Registry,
        archive: &Archive,
        inlet: &Inlet,
    ) -> Result<Self, reqwest::Error> {
        let follows = Follows::new(config);
        let sweeper = tokio::spawn({
            let follows = follows.clone();
            async move { follows.sweep().await }
        });
        let sources = Self {
            registry,
            listening: RwLock::default(),
            follows,
            sweeper,
            dial: Mutex::new(Dial::new(config)?),
            inlet: inlet.clone(),
            archive: archive.clone(),
            ask_timeout: config.timing.ask_timeout,
            asked: Mutex::default(),
        };
        sources.begin(config);
        Ok(sources)
    }

    /// Listens to the sources of another configuration: leaves those that are gone, begins with those that are new, and
    /// begins anew with those that changed. The others notice nothing, unless it changed who asks or what may be reached.
    ///
    /// # Errors
    /// When TLS cannot be set up; then nothing changed.
    pub async fn reload(&self, config: &Config) -> Result<(), reqwest::Error> {
        let dial = Dial::new(config)?;
        let user_agent = Arc::clone(&dial.user_agent);
        let allow = dial.allow.clone();
        let former = std::mem::replace(&mut *self.dial(), dial);
        let is_same = former.user_agent == user_agent && former.allow == allow;
        let stays = |it: &Listening| is_same && config.sources.contains(&it.ears.host.config);
        let gone: Vec<Listening> = {
            let mut listening = self.listening_mut();
            let (stay, gone): (BTreeMap<_, _>, BTreeMap<_, _>) = std::mem::take(&mut *listening)
                .into_iter()
                .partition(|(_, it)| stays(it));
            *listening = stay;
            gone.into_values().collect()
        };
        for source in gone {
            tracing::info!(
                source = source.ears.domain(),
                "left, since the configuration changed"
            );
            source.end().await;
        }
        self.registry.set(&config.sources);
        self.follows.take_rules(config);
        self.begin(config);
        Ok(())
    }

    /// Listens to whom it does not listen yet.
    fn begin(&self, config: &Config) {
        let dial = self.dial().clone();
        let mut listening = self.listening_mut();
        for source in &config.sources {
            let Some(health) = self.registry.get(&source.domain) else {
                continue;
            };
            if listening.contains_key(&source.domain) {
                continue;
            }
            if config.offline {
                health.set(
                    State::Down,
                    Some("the relay was started with --offline and dials nobody".to_owned()),
                );
                continue;
            }
            health.set(State::Starting, None);
            let host = Host::new(
                source,
                dial.client.clone(),
                dial.guard.clone(),
                &config.timing,
            );
            let ears = Arc::new(Ears::new(
                host,
                health,
                self.inlet.clone(),
                self.follows.wanted(),
            ));
            let stop = watch::Sender::new(false);
            let task = tokio::spawn({
                let (ears, archive) = (Arc::clone(&ears), self.archive.clone());
                let (stop, user_agent) = (stop.subscribe(), Arc::clone(&dial.user_agent));
                let follows = self.follows.clone();
                async move { listen(&ears, &archive, stop, &user_agent, &follows).await }
            });
            listening.insert(source.domain.clone(), Listening { ears, stop, task });
        }
    }

    fn dial(&self) -> MutexGuard<'_, Dial> {
        self.dial.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn listening_mut(&self) -> RwLockWriteGuard<'_, BTreeMap<String, Listening>> {
        self.listening
            .write()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// The source called so, when it is listened to.
    fn ears(&self, domain: &str) -> Option<Arc<Ears>> {
        let listening = self
            .listening
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        listening.get(domain).map(|it| Arc::clone(&it.ears))
    }

    /// How the sources are.
    #[must_use]
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// Follows hashtags, however spelled, for a reader at this address, until what comes back is dropped and some time
    /// after; hashtags that are listened to anyway cost nothing.
    #[must_use]
    pub fn follow(&self, hashtags: &[String], reader: IpAddr) -> Following {
        if self.is_idle() {
            return Following::of_nothing(reader);
        }
        self.follows.follow(hashtags, reader)
    }

    /// What is followed for readers.
    #[must_use]
    pub fn followed(&self) -> Vec<Followed> {
        self.follows.followed()
    }

    fn is_idle(&self) -> bool {
        let listening = self.listening.read();
        listening.unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// Every source that is listened to.
    fn everybody(&self) -> Vec<Arc<Ears>> {
        let listening = self
            .listening
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        let ears = listening.values().map(|it| Arc::clone(&it.ears));
        ears.collect()
    }

    /// How the budget of each source that is listened to stands, by its domain.
    #[must_use]
    pub fn standings(&self) -> Vec<(String, Standing)> {
        let standing = |it: Arc<Ears>| (it.domain().to_owned(), it.host.standing());
        self.everybody().into_iter().map(standing).collect()
    }

    fn may_ask(&self, uri: &str) -> bool {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        while asked
            .front()
            .is_some_and(|(_, at)| at.elapsed() > ASK_AGAIN_AFTER)
            || asked.len() >= MAX_ASKED
        {
            asked.pop_front();
        }
        if asked.iter().any(|(known, _)| known == uri) {
            return false;
        }
        asked.push_back((uri.to_owned(), Instant::now()));
        true
    }

    /// Closes every socket and ends.
    pub async fn shutdown(self) {
        self.sweeper.abort();
        let listening = std::mem::take(&mut *self.listening_mut());
        // Told all at once, waited for one after another.
        for source in listening.values() {
            source.stop.send_replace(true);
        }
        for source in listening.into_values() {
            source.end().await;
        }
    }
}

/// The task of one source: its socket and its polls, until the relay stops.
async fn listen(
    ears: &Ears,
    archive: &Archive,
    mut stop: watch::Receiver<bool>,
    user_agent: &str,
    follows: &Follows,
) {
    let hear = async {
        match archive.told_by(ears.domain(), RECALLED_POSTS).await {
            Ok(posts) => ears.recall(&posts),
            Err(error) => {
                tracing::warn!(source = ears.domain(), %error, "what it told before is not known")
            }
        }
        tokio::join!(
            stream::listen(ears, user_agent),
            poll::watch(ears),
            extra::follow(ears, follows),
            extra::search(ears),
        );
    };
    tokio::select! {
        () = hear => {}
        // An error means that whoever could say stop is gone.
        _ = stop.wait_for(|stop| *stop) => {}
    }
}

#[cfg(test)]
mod tests;

//! Bytes in: one task per server, over its streaming socket and its REST timelines.

pub mod backoff;
pub mod budget;
mod ears;
pub mod guard;
pub mod health;
mod host;
mod owed;
mod poll;
mod resolve;
mod socket;
mod told;

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use mastodon::{StatusId, endpoints::GetContext};
use timeline::{
    key::host_of,
    merge::{Heard, How},
};
use tokio::{
    sync::watch,
    task::JoinSet,
    time::{Instant, timeout},
};

pub use self::health::{Registry, SourceReport, State};
use self::{budget::Urgency, ears::Ears, guard::Guard, host::Host};
use crate::{archive::Archive, config::Config, merge::Inlet};

/// Posts per source that are watched again after a restart.
const RECALLED_POSTS: usize = 2_000;
/// A thread that was asked for is not asked for again so soon.
const ASK_AGAIN_AFTER: Duration = Duration::from_secs(20);
/// Threads remembered as asked for.
const MAX_ASKED: usize = 1_000;
/// Sources that are asked for one thread at most.
const MAX_ASKED_SOURCES: usize = 2;

/// Every source, listened to.
#[derive(Debug)]
pub struct Sources {
    registry: Registry,
    ears: BTreeMap<String, Arc<Ears>>,
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
    archive: Archive,
    ask_timeout: Duration,
    /// Threads that were asked for lately, oldest first.
    asked: Mutex<VecDeque<(String, Instant)>>,
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
        let guard = Guard::new(config);
        let client = host::client(config, &guard)?;
        let user_agent: Arc<str> = config.user_agent().into();
        let stop = watch::Sender::new(false);
        let mut sources = Self {
            registry,
            ears: BTreeMap::new(),
            stop,
            tasks: JoinSet::new(),
            archive: archive.clone(),
            ask_timeout: config.timing.ask_timeout,
            asked: Mutex::default(),
        };
        for source in &config.sources {
            let Some(health) = sources.registry.get(&source.domain).cloned() else {
                continue;
            };
            if config.offline {
                health.set(
                    State::Down,
                    Some("the relay was started with --offline and dials nobody".to_owned()),
                );
                continue;
            }
            let host = Host::new(source, client.clone(), guard.clone(), &config.timing);
            let ears = Arc::new(Ears::new(host, health, inlet.clone()));
            sources
                .ears
                .insert(source.domain.clone(), Arc::clone(&ears));
            let (archive, stop, user_agent) = (
                archive.clone(),
                sources.stop.subscribe(),
                Arc::clone(&user_agent),
            );
            sources
                .tasks
                .spawn(async move { listen(&ears, &archive, stop, &user_agent).await });
        }
        Ok(sources)
    }

    /// How the sources are.
    #[must_use]
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// Asks a source for the thread around a post: its own server if that is a source, else one that
    /// shows it. What comes is readable when this ends. `true` when something came.
    pub async fn fetch_context(&self, uri: &str) -> bool {
        if !self.may_ask(uri) {
            return false;
        }
        let names = self.archive.names_of(uri).await.unwrap_or_default();
        let origin = host_of(uri);
        let mut known: Vec<(&Arc<Ears>, String)> = names
            .into_iter()
            .filter_map(|(source, id)| self.ears.get(&source).map(|it| (it, id)))
            .collect();
        known.sort_by_key(|(ears, _)| {
            let is_origin = [
                Some(ears.domain().to_owned()),
                host_of(&ears.host.config.url),
            ]
            .contains(&origin);
            (!is_origin, !ears.health.state().is_hearing())
        });
        for (ears, id) in known.into_iter().take(MAX_ASKED_SOURCES) {
            if let Ok(true) = timeout(self.ask_timeout, ask_context(ears, id)).await {
                return true;
            }
        }
        false
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
    pub async fn shutdown(mut self) {
        self.stop.send_replace(true);
        while self.tasks.join_next().await.is_some() {}
    }
}

/// The task of one source: its socket and its polls, until the relay stops.
async fn listen(ears: &Ears, archive: &Archive, mut stop: watch::Receiver<bool>, user_agent: &str) {
    let hear = async {
        match archive.told_by(ears.domain(), RECALLED_POSTS).await {
            Ok(posts) => ears.recall(&posts),
            Err(error) => {
                tracing::warn!(source = ears.domain(), %error, "what it told before is not known")
            }
        }
        tokio::join!(socket::listen(ears, user_agent), poll::watch(ears));
    };
    tokio::select! {
        () = hear => {}
        // An error means that whoever could say stop is gone.
        _ = stop.wait_for(|stop| *stop) => {}
    }
}

async fn ask_context(ears: &Ears, id: String) -> bool {
    let endpoint = GetContext {
        id: StatusId::new(id),
    };
    let Ok(answer) = ears.host.ask(&endpoint, Urgency::Person).await else {
        return false;
    };
    let context = answer.value;
    for status in context.ancestors.into_iter().chain(context.descendants) {
        if ears
            .tell(How::Asked, Heard::Status(Box::new(status)))
            .await
            .is_err()
        {
            return false;
        }
    }
    ears.flush().await.is_ok()
}

#[cfg(test)]
mod tests;

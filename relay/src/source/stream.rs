//! Listening to one source for ever, in the best way that works: by socket, else by events over plain HTTP.

mod trial;

use std::time::Duration;

use mastodon::{
    Status,
    streaming::{Brief, Event, Subscription},
};
use timeline::merge::How;
use tokio::time::{Instant, sleep};

pub(super) use self::trial::{Tried, try_out};
use super::{
    backoff::Backoff,
    ears::{Ears, Failure, Line},
    events,
    health::{State, unix_millis},
    manners::Manners,
    socket,
    told::Feed,
};
use crate::{config::is_loopback, merge::Stopped};

/// A connection that lasted so long was a good one: the next failure starts the waits over.
const GOOD_AFTER: Duration = Duration::from_secs(60);
/// One that ended sooner and brought nothing may be a proxy that understands no sockets.
const SHORT_LIVED: Duration = Duration::from_secs(10);
/// The wait after a refusal is longer: nothing changes within seconds, and asking on is rude.
const REFUSED_FACTOR: u32 = 30;
/// So many sockets in a row must have failed, while polls work, before events are tried.
const FAILED_SOCKETS: u32 = 3;
/// A server that does not stream may be updated one day.
const ASK_AGAIN_AFTER: Duration = Duration::from_secs(60 * 60);

/// Why a connection ended or never came up.
#[derive(Debug)]
pub(super) enum End {
    /// The relay stops.
    Stopped,
    /// The server does not stream.
    NoStreaming(String),
    /// The server, or what stands before it, makes no socket of the request; `true` when it knows no such address.
    NoSocket(String, bool),
    /// It did not work.
    Failed(State, String, Option<Duration>),
}

impl From<Stopped> for End {
    fn from(Stopped: Stopped) -> Self {
        Self::Stopped
    }
}

impl End {
    pub(super) fn down(reason: impl Into<String>) -> Self {
        Self::Failed(State::Down, reason.into(), None)
    }
}

/// Listens until the relay stops.
pub(super) async fn listen(ears: &Ears, user_agent: &str) {
    let mut backoff = Backoff::new(ears.timing.backoff_min, ears.timing.backoff_max);
    let mut failed_sockets = 0_u32;
    loop {
        let Some(manners) = ready(ears).await else {
            return;
        };
        let started = Instant::now();
        let mut end = match connect(ears, &manners, user_agent, failed_sockets).await {
            Ok(connection) => {
                let end = hear(ears, &manners, user_agent, connection, &mut failed_sockets).await;
                let brought_nothing = ears.heard_until().is_none_or(|at| {
                    let lasted = i64::try_from(started.elapsed().as_millis()).unwrap_or(i64::MAX);
                    at < unix_millis().saturating_sub(lasted)
                });
                if started.elapsed() < SHORT_LIVED && brought_nothing {
                    failed_sockets = failed_sockets.saturating_add(1);
                }
                end
            }
            Err(end) => {
                failed_sockets = failed_sockets.saturating_add(1);
                end
            }
        };
        if started.elapsed() > GOOD_AFTER {
            backoff.reset();
        }
        if let End::NoSocket(reason, is_unknown) = end {
            end = if is_unknown {
                End::NoStreaming(reason)
            } else {
                End::Failed(State::Refused, reason, None)
            };
        }
        let mut wait = backoff.next_wait(rand::random());
        let (state, reason) = match end {
            End::Stopped => return,
            End::NoStreaming(reason) | End::NoSocket(reason, _) => {
                ears.set_socket(Line::Idle(reason));
                // What it says of itself the next time may be something else.
                let mut said = ears.manners.subscribe();
                tokio::select! {
                    () = sleep(ASK_AGAIN_AFTER) => {}
                    Ok(()) = said.changed() => {}
                }
                continue;
            }
            End::Failed(state, reason, asked) => {
                if state == State::Refused {
                    wait = (wait * REFUSED_FACTOR).min(ears.timing.backoff_max);
                }
                if let Some(asked) = asked {
                    ears.host.close_for(asked);
                    wait = wait.max(asked);
                }
                (state, reason)
            }
        };
        let millis = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX);
        let next_try = Some(unix_millis().saturating_add(millis));
        ears.set_socket(Line::Failed(Failure {
            state,
            reason,
            next_try,
        }));
        sleep(wait).await;
    }
}

/// Waits until there is something that this server would stream to us.
async fn ready(ears: &Ears) -> Option<Manners> {
    let mut known = ears.manners.subscribe();
    let mut wanted = ears.wanted.clone();
    loop {
        let manners = known.wait_for(Option::is_some).await.ok()?.clone()?;
        let reason = idle(ears, &manners).await;
        let Some(reason) = reason else {
            return Some(manners);
        };
        ears.set_socket(Line::Idle(reason));
        tokio::select! {
            changed = known.changed() => changed.ok()?,
            changed = wanted.changed() => changed.ok()?,
        }
    }
}

/// Why there is nothing to listen to, if there is not.
async fn idle(ears: &Ears, manners: &Manners) -> Option<String> {
    if ears.host.config.token.is_none() {
        if !manners.streams_to_strangers() {
            return Some("no token is configured, and streaming needs one".to_owned());
        }
        if let Err(error) = ears.host.may_read("/api/v1/streaming").await {
            return Some(format!("not streaming: {error}"));
        }
    }
    if streamed_feeds(ears, manners).is_empty() {
        return Some("it streams none of these timelines".to_owned());
    }
    None
}

/// What is asked of the stream: public timelines first, what readers want last.
pub(super) fn streamed_feeds(ears: &Ears, manners: &Manners) -> Vec<Feed> {
    let all = ears.feeds.iter().cloned().chain(ears.extra());
    all.filter(|it| manners.streams(it)).collect()
}

/// A stream that is up.
enum Connection {
    Socket(Box<socket::Session>),
    Events(events::Session, String),
}

async fn connect(
    ears: &Ears,
    manners: &Manners,
    user_agent: &str,
    failed_sockets: u32,
) -> Result<Connection, End> {
    let base = address(ears, manners)?;
    let why = "sockets to it break".to_owned();
    if failed_sockets >= FAILED_SOCKETS
        && let Some(session) = events_instead(ears, manners, &base).await
    {
        return Ok(Connection::Events(session, why));
    }
    let end = match socket::open(ears, manners, &base, user_agent).await {
        Ok(session) => return Ok(Connection::Socket(Box::new(session))),
        Err(end) => end,
    };
    let reason = match &end {
        End::NoSocket(reason, _) => reason.clone(),
        End::Failed(State::Down, reason, None) if failed_sockets + 1 >= FAILED_SOCKETS => {
            reason.clone()
        }
        _ => return Err(end),
    };
    match events_instead(ears, manners, &base).await {
        Some(session) => Ok(Connection::Events(session, reason)),
        None => Err(end),
    }
}

/// Events over plain HTTP, where the server may have them and answers otherwise.
async fn events_instead(ears: &Ears, manners: &Manners, base: &str) -> Option<events::Session> {
    if !manners.has_event_streams() || !ears.is_polled() {
        return None;
    }
    match events::open(ears, manners, base).await {
        Ok(session) => Some(session),
        Err(error) => {
            tracing::debug!(source = ears.domain(), %error, "no events over plain HTTP either");
            None
        }
    }
}

/// Listens to a connection until it ends. From events it goes over to a socket as soon as one comes up again.
async fn hear(
    ears: &Ears,
    manners: &Manners,
    user_agent: &str,
    connection: Connection,
    failed_sockets: &mut u32,
) -> End {
    let (session, why) = match connection {
        Connection::Socket(session) => {
            return socket::hear(ears, manners, *session).await;
        }
        Connection::Events(session, why) => (session, why),
    };
    let way = format!("heard by server-sent events, since no socket comes up: {why}");
    let again = async {
        loop {
            sleep(ears.timing.socket_again).await;
            let Ok(base) = address(ears, manners) else {
                continue;
            };
            if let Ok(session) = socket::open(ears, manners, &base, user_agent).await {
                return session;
            }
        }
    };
    tokio::select! {
        end = events::hear(ears, manners, session, way) => end,
        session = again => {
            // The socket was up before the events end here, so nothing is lost between.
            *failed_sockets = 0;
            socket::hear(ears, manners, session).await
        }
    }
}

/// Where the server streams: where the operator says, else where it says. One that answers in the open on this
/// machine streams so too, whatever scheme it announces.
fn address(ears: &Ears, manners: &Manners) -> Result<String, End> {
    let config = &ears.host.config;
    if let Some(url) = &config.streaming_url {
        return Ok(url.clone());
    }
    let Some(url) = &manners.capabilities.streaming_url else {
        return Err(End::NoStreaming("it does not offer streaming".to_owned()));
    };
    let url = url.trim_end_matches('/').to_owned();
    Ok(match url.split_once("://") {
        Some((_, host)) if config.url.starts_with("http://") && is_loopback(host) => {
            format!("ws://{host}")
        }
        Some(("https", host)) => format!("wss://{host}"),
        Some(("http", host)) => format!("ws://{host}"),
        _ => url,
    })
}

/// The feeds that an event with these labels belongs to.
pub(super) fn feeds_of(ears: &Ears, labels: &[String]) -> Vec<Feed> {
    let Some(heard) = Subscription::from_labels(labels) else {
        return Vec::new();
    };
    let all = ears.feeds.iter().cloned().chain(ears.extra());
    all.filter(|it| it.is_heard_on(&heard)).collect()
}

/// Takes what a stream told.
pub(super) async fn take(ears: &Ears, feeds: Vec<Feed>, event: Event) -> Result<(), Stopped> {
    match event {
        Event::Update(status) => {
            let feeds = belonging(feeds, &status);
            ears.streamed(feeds, status, false, None).await
        }
        Event::StatusUpdate(status) => {
            let feeds = belonging(feeds, &status);
            ears.streamed(feeds, status, true, None).await
        }
        Event::Delete(id) => ears.vanished(id, How::Stream).await,
        _ => Ok(()),
    }
}

/// Takes what was read in brief.
pub(super) async fn take_brief(ears: &Ears, feeds: Vec<Feed>, brief: Brief) -> Result<(), Stopped> {
    let feeds = belonging(feeds, &brief.status);
    ears.streamed(feeds, brief.status, brief.is_edit, Some(brief.text))
        .await
}

fn belonging(feeds: Vec<Feed>, status: &Status) -> Vec<Feed> {
    feeds.into_iter().filter(|it| it.admits(status)).collect()
}

//! Everybody who listens to one server, and which of them an event concerns.
use std::collections::BTreeMap;

use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::arena::PersonKey;
use crate::options::Software;
use crate::stream::event::{Event, Kind};
use crate::world::text::stream_tag;

/// Frames that may wait for a slow reader; one more and the connection is cut. The real server has no such bound and
/// would eat memory instead; a test never fills it unless it means to.
pub(crate) const MOST_WAITING_FRAMES: usize = 65_536;

/// What a connection's task is told.
#[derive(Clone, Debug)]
pub(crate) enum Signal {
    /// A WebSocket text frame.
    Frame(String),
    /// A server-sent event.
    Sse { event: &'static str, data: String },
    /// Drop the connection without a word.
    Cut,
    /// Close without a code, as when a token is revoked.
    Close,
}

/// A stream that one can listen to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Channel {
    User,
    UserNotification,
    Public {
        local: Option<bool>,
        media: bool,
    },
    /// Normalised tag.
    Hashtag {
        tag: String,
        local: bool,
    },
    List(u64),
    Direct,
    /// Accepted and never served: GoToSocial's answer to names that it does not know.
    Nothing,
}

/// One subscription of a connection.
#[derive(Clone, Debug)]
pub(crate) struct Subscription {
    pub(crate) channel: Channel,
    /// The `stream` array of its frames.
    pub(crate) label: Value,
}

/// Somebody who listens.
#[derive(Debug)]
pub(crate) struct Listener {
    pub(crate) token: String,
    pub(crate) person: PersonKey,
    pub(crate) scopes: Vec<String>,
    pub(crate) subscriptions: Vec<Subscription>,
    pub(crate) signals: mpsc::Sender<Signal>,
    pub(crate) sse: bool,
}

/// Access to the feeds that an administrator may switch off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Access {
    pub(crate) live: bool,
    pub(crate) hashtag: bool,
    pub(crate) silent_hashtags: bool,
}

impl Default for Access {
    fn default() -> Self {
        Self {
            live: true,
            hashtag: true,
            silent_hashtags: false,
        }
    }
}

/// All listeners of a server.
#[derive(Debug, Default)]
pub(crate) struct Hub {
    next: u64,
    listeners: BTreeMap<u64, Listener>,
    pub(crate) access: Access,
    /// Nothing is sent, pings included.
    pub(crate) mute: bool,
    /// Frames of deletions do not say which stream they are of.
    bare_deletes: bool,
}

/// Why a subscription is refused: text and status of the error frame.
pub(crate) type Refused = (&'static str, u16);

impl Hub {
    /// Nobody listens yet.
    pub(crate) fn of(software: Software) -> Self {
        Self {
            bare_deletes: software == Software::Pleroma,
            ..Self::default()
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.listeners.is_empty()
    }

    pub(crate) fn count(&self) -> usize {
        self.listeners.len()
    }

    /// The labels of all subscriptions, listener by listener.
    pub(crate) fn census(&self) -> Vec<Vec<Value>> {
        self.listeners
            .values()
            .map(|one| {
                one.subscriptions
                    .iter()
                    .map(|sub| sub.label.clone())
                    .collect()
            })
            .collect()
    }

    pub(crate) fn join(&mut self, listener: Listener) -> u64 {
        self.next += 1;
        self.listeners.insert(self.next, listener);
        self.next
    }

    pub(crate) fn leave(&mut self, number: u64) {
        self.listeners.remove(&number);
    }

    pub(crate) fn listener(&mut self, number: u64) -> Option<&mut Listener> {
        self.listeners.get_mut(&number)
    }

    /// Cuts every connection without a close frame.
    pub(crate) fn cut(&mut self) -> usize {
        let listeners = std::mem::take(&mut self.listeners);
        for listener in listeners.values() {
            // A full queue means that its task is about to end anyway.
            drop(listener.signals.try_send(Signal::Cut));
        }
        listeners.len()
    }

    /// Closes the connections of a token.
    pub(crate) fn close_token(&mut self, token: &str) {
        self.listeners.retain(|_, listener| {
            let stays = listener.token != token;
            if !stays {
                drop(listener.signals.try_send(Signal::Close));
            }
            stays
        });
    }

    /// Sends an event to every subscription that it concerns, once for each.
    pub(crate) fn send(&mut self, event: &Event) {
        let access = self.access.clone();
        let payload = serde_json::to_string(&*event.payload).unwrap_or_default();
        let mut gone = Vec::new();
        for (number, listener) in &self.listeners {
            for subscription in &listener.subscriptions {
                if !carries(&subscription.channel, listener, event, &access) {
                    continue;
                }
                let signal = if listener.sse {
                    Signal::Sse {
                        event: event.kind.name(),
                        data: event.payload.to_string(),
                    }
                } else if event.malformed {
                    Signal::Frame(format!(
                        "{{\"stream\":{},\"event\":\"upd",
                        subscription.label
                    ))
                } else if self.bare_deletes && event.kind == Kind::Delete {
                    Signal::Frame(format!(
                        "{{\"event\":\"{}\",\"payload\":{payload}}}",
                        event.kind.name()
                    ))
                } else {
                    Signal::Frame(format!(
                        "{{\"stream\":{},\"event\":\"{}\",\"payload\":{payload}}}",
                        subscription.label,
                        event.kind.name()
                    ))
                };
                if listener.signals.try_send(signal).is_err() {
                    gone.push(*number);
                }
            }
        }
        for number in gone {
            self.listeners.remove(&number);
        }
    }
}

fn carries(channel: &Channel, listener: &Listener, event: &Event, access: &Access) -> bool {
    let route = &event.route;
    if route
        .viewers
        .as_ref()
        .is_some_and(|viewers| !viewers.contains(&listener.person))
    {
        return false;
    }
    let may_notify = has_scope(&listener.scopes, "read:notifications");
    match channel {
        Channel::User => {
            (route.readers.contains(&listener.person) && event.kind != Kind::Notification)
                || (route.notified == Some(listener.person) && may_notify)
        }
        Channel::UserNotification => {
            route.notified == Some(listener.person) || route.mentioned.contains(&listener.person)
        }
        Channel::Public { local, media } => {
            route.public
                && local.is_none_or(|local| local == route.local)
                && (!media || route.media)
                && (access.live || !event.tells_words())
        }
        Channel::Hashtag { tag, local } => {
            !access.silent_hashtags
                && route.tags.contains(tag)
                && (!local || route.local)
                && (access.hashtag || !event.tells_words())
        }
        Channel::List(number) => route.lists.contains(&(listener.person, *number)),
        Channel::Direct => route.direct,
        Channel::Nothing => false,
    }
}

/// Whether scopes grant `wanted`, directly or by its family (`read` grants `read:statuses`).
pub(crate) fn has_scope(scopes: &[String], wanted: &str) -> bool {
    let family = wanted.split(':').next().unwrap_or(wanted);
    scopes
        .iter()
        .any(|scope| scope == wanted || scope == family)
}

/// What a client asks for, checked as Mastodon's streaming server checks it.
pub(crate) fn subscription(
    software: Software,
    scopes: &[String],
    own_lists: &dyn Fn(u64) -> bool,
    name: &str,
    tag: Option<&str>,
    list: Option<&str>,
) -> Result<Subscription, Refused> {
    let plain = json!([name]);
    let public = |local, media| Channel::Public { local, media };
    if software == Software::GoToSocial {
        let channel = match name {
            "user" => Channel::User,
            "user:notification" => Channel::UserNotification,
            "public" => public(None, false),
            "public:local" => public(Some(true), false),
            "direct" => Channel::Direct,
            "list" => list
                .and_then(|list| list.parse().ok())
                .map_or(Channel::Nothing, Channel::List),
            _ => Channel::Nothing,
        };
        let label = match (&channel, list) {
            (Channel::List(_), Some(list)) => json!([format!("list:{list}")]),
            _ => plain,
        };
        return Ok(Subscription { channel, label });
    }
    let needed = if name == "user:notification" {
        "read:notifications"
    } else {
        "read:statuses"
    };
    let (channel, label) = match name {
        "user" => (Channel::User, plain),
        "user:notification" => (Channel::UserNotification, plain),
        "public" => (public(None, false), plain),
        "public:local" => (public(Some(true), false), plain),
        "public:remote" => (public(Some(false), false), plain),
        "public:media" => (public(None, true), plain),
        "public:local:media" => (public(Some(true), true), plain),
        "public:remote:media" => (public(Some(false), true), plain),
        "direct" => (Channel::Direct, plain),
        "hashtag" | "hashtag:local" => {
            let Some(tag) = tag.filter(|tag| !tag.is_empty()) else {
                return Err(("Missing tag name parameter", 400));
            };
            let channel = Channel::Hashtag {
                tag: stream_tag(tag),
                local: name == "hashtag:local",
            };
            (channel, json!([name, tag]))
        }
        "list" => {
            let Some(list) = list.filter(|list| !list.is_empty()) else {
                return Err(("Missing list name parameter", 400));
            };
            match list.parse() {
                Ok(number) if own_lists(number) => (Channel::List(number), json!([name, list])),
                _ => return Err(("Not authorized to stream this list", 401)),
            }
        }
        _ => return Err(("Unknown stream type", 400)),
    };
    if !has_scope(scopes, needed) {
        return Err(("Access token does not have the required scopes", 401));
    }
    Ok(Subscription { channel, label })
}

impl Listener {
    /// Adds a subscription unless the same channel is there: the first spelling stays.
    pub(crate) fn subscribe(&mut self, subscription: Subscription) {
        if !self
            .subscriptions
            .iter()
            .any(|known| known.channel == subscription.channel)
        {
            self.subscriptions.push(subscription);
        }
    }

    /// Ends a subscription, whatever its spelling.
    pub(crate) fn unsubscribe(&mut self, channel: &Channel) {
        self.subscriptions.retain(|known| known.channel != *channel);
    }
}

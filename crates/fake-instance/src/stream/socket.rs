//! The multiplexed WebSocket.
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::arena::PersonKey;
use crate::oauth::Grant;
use crate::options::Software;
use crate::site::Site;
use crate::stream::http::scopes_of;
use crate::stream::hub::{
    Listener, MOST_WAITING_FRAMES, Refused, Signal, Subscription, subscription,
};

/// What the address asks for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wish {
    pub(crate) stream: Option<String>,
    pub(crate) tag: Option<String>,
    pub(crate) list: Option<String>,
}

/// Close code for a kind of frame that is not taken.
const UNSUPPORTED: u16 = 1003;

/// Serves one connection until one side ends it.
pub(crate) async fn run(
    site: Site,
    mut socket: WebSocket,
    grant: Grant,
    person: PersonKey,
    wish: Wish,
) {
    let (signals, mut told) = mpsc::channel(MOST_WAITING_FRAMES);
    let (number, software) = site.with(|world| {
        let server = &mut world.servers[site.server];
        let listener = Listener {
            token: grant.token.clone(),
            person,
            scopes: scopes_of(&grant),
            subscriptions: Vec::new(),
            signals,
            sse: false,
        };
        (server.hub.join(listener), server.software)
    });
    let member = Member {
        site: site.clone(),
        number,
        person,
        grant,
        software,
    };
    let mut refusal = None;
    if let Some(stream) = &wish.stream {
        refusal = member
            .subscribe(stream, wish.tag.as_deref(), wish.list.as_deref())
            .err();
    }
    let mut stop = site.shared.stopping();
    let period = Duration::from_millis(site.shared.ping_period.max(1));
    let mut ping = tokio::time::interval_at(tokio::time::Instant::now() + period, period);
    let mut answered = true;
    loop {
        if let Some((why, status)) = refusal.take() {
            let frame = json!({ "error": why, "status": status }).to_string();
            if socket.send(Message::Text(frame.into())).await.is_err() {
                break;
            }
        }
        tokio::select! {
            signal = told.recv() => match signal {
                Some(Signal::Frame(text)) => {
                    if socket.send(Message::Text(text.into())).await.is_err() {
                        break;
                    }
                }
                Some(Signal::Close) => {
                    drop(socket.send(Message::Close(None)).await);
                    break;
                }
                Some(Signal::Sse { .. }) => {}
                Some(Signal::Cut) | None => break,
            },
            _ = ping.tick() => {
                // Who has not answered by the next tick is dropped without a close frame.
                if !answered {
                    break;
                }
                let mute = site.with(|world| world.servers[site.server].hub.mute);
                if !mute {
                    answered = false;
                    if socket.send(Message::Ping(axum::body::Bytes::new())).await.is_err() {
                        break;
                    }
                }
            }
            message = socket.recv() => match message {
                Some(Ok(Message::Text(text))) => match member.read(&text) {
                    Said::Nothing => {}
                    Said::Frame(frame) => {
                        if socket.send(Message::Text(frame.to_string().into())).await.is_err() {
                            break;
                        }
                    }
                    Said::Goodbye => break,
                },
                Some(Ok(Message::Binary(_))) => {
                    let frame = CloseFrame { code: UNSUPPORTED, reason: "".into() };
                    drop(socket.send(Message::Close(Some(frame))).await);
                    break;
                }
                Some(Ok(Message::Pong(_))) => answered = true,
                Some(Ok(Message::Ping(_))) => {}
                Some(Ok(Message::Close(_)) | Err(_)) | None => break,
            },
            _ = stop.changed() => break,
        }
    }
    site.with(|world| world.servers[site.server].hub.leave(number));
}

/// What a client's frame leads to.
enum Said {
    Nothing,
    Frame(Value),
    /// GoToSocial closes on frames that it cannot read.
    Goodbye,
}

struct Member {
    site: Site,
    number: u64,
    person: PersonKey,
    grant: Grant,
    software: Software,
}

impl Member {
    fn wanted(
        &self,
        stream: &str,
        tag: Option<&str>,
        list: Option<&str>,
    ) -> Result<Subscription, Refused> {
        self.site.with(|world| {
            let desks = &world.servers[self.site.server].desks;
            let own_list = |number: u64| {
                desks
                    .get(&self.person)
                    .is_some_and(|desk| desk.lists.contains_key(&number))
            };
            subscription(
                self.software,
                &self.grant.scopes,
                &own_list,
                stream,
                tag,
                list,
            )
        })
    }

    fn subscribe(
        &self,
        stream: &str,
        tag: Option<&str>,
        list: Option<&str>,
    ) -> Result<(), Refused> {
        let subscription = self.wanted(stream, tag, list)?;
        self.site.with(|world| {
            if let Some(listener) = world.servers[self.site.server].hub.listener(self.number) {
                listener.subscribe(subscription);
            }
        });
        Ok(())
    }

    /// Reads a text frame. What Mastodon cannot read it ignores.
    fn read(&self, text: &str) -> Said {
        let Ok(frame) = serde_json::from_str::<Value>(text) else {
            return if self.software == Software::GoToSocial {
                Said::Goodbye
            } else {
                Said::Nothing
            };
        };
        let field = |name: &str| frame.get(name).and_then(Value::as_str);
        // A list's number may come as a number.
        let list = frame.get("list").map(|list| {
            list.as_str()
                .map_or_else(|| list.to_string(), str::to_owned)
        });
        let (stream, tag) = (field("stream").unwrap_or_default(), field("tag"));
        match field("type") {
            Some("subscribe") => match self.subscribe(stream, tag, list.as_deref()) {
                Ok(()) if self.software == Software::Pleroma => {
                    let payload = json!({ "type": "subscribe", "result": "success" }).to_string();
                    Said::Frame(json!({ "event": "pleroma:respond", "payload": payload }))
                }
                Ok(()) => Said::Nothing,
                Err((why, status)) => Said::Frame(json!({ "error": why, "status": status })),
            },
            Some("unsubscribe") => match self.wanted(stream, tag, list.as_deref()) {
                Ok(subscription) => {
                    self.site.with(|world| {
                        if let Some(listener) =
                            world.servers[self.site.server].hub.listener(self.number)
                        {
                            listener.unsubscribe(&subscription.channel);
                        }
                    });
                    Said::Nothing
                }
                Err(_) => Said::Frame(json!({ "error": "Error unsubscribing from channel" })),
            },
            _ => Said::Nothing,
        }
    }
}

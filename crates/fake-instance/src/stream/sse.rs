//! Server-sent events.
use std::convert::Infallible;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use http::{StatusCode, header};
use tokio::sync::{mpsc, watch};

use crate::arena::PersonKey;
use crate::http::params::Params;
use crate::oauth::Grant;
use crate::site::Site;
use crate::stream::http::{json_error, scopes_of};
use crate::stream::hub::{Listener, MOST_WAITING_FRAMES, Signal, subscription};

/// The stream's name for a path below `/api/v1/streaming/`.
fn name_of(path: &str, only_media: bool) -> Option<String> {
    let name = path.strip_prefix("/api/v1/streaming/")?.replace('/', ":");
    let public = matches!(name.as_str(), "public" | "public:local" | "public:remote");
    Some(if public && only_media {
        format!("{name}:media")
    } else {
        name
    })
}

/// Opens a stream of events, or says why not.
pub(crate) fn open(
    site: &Site,
    path: &str,
    query: &Params,
    grant: Grant,
    person: PersonKey,
) -> Response {
    let only_media = query.flag("only_media").unwrap_or(false);
    let Some(name) = name_of(path, only_media) else {
        return json_error(StatusCode::BAD_REQUEST, "Unknown stream type");
    };
    let (signals, told) = mpsc::channel(MOST_WAITING_FRAMES);
    let joined = site.with(|world| {
        let server = &mut world.servers[site.server];
        let desks = &server.desks;
        let own_list = |number: u64| {
            desks
                .get(&person)
                .is_some_and(|desk| desk.lists.contains_key(&number))
        };
        let wanted = subscription(
            server.software,
            &grant.scopes,
            &own_list,
            &name,
            query.text("tag"),
            query.text("list"),
        )?;
        Ok(server.hub.join(Listener {
            token: grant.token.clone(),
            person,
            scopes: scopes_of(&grant),
            subscriptions: vec![wanted],
            signals,
            sse: true,
        }))
    });
    let number = match joined {
        Ok(number) => number,
        Err((why, status)) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
            return json_error(status, why);
        }
    };
    let reader = Reader {
        place: Place {
            site: site.clone(),
            number,
        },
        told,
        stop: site.shared.stopping(),
        opened: false,
        period: Duration::from_millis(site.shared.heartbeat_period.max(1)),
    };
    let body = Body::from_stream(stream::unfold(reader, |reader| async move {
        let mut reader = reader;
        let bytes = reader.next().await?;
        Some((Ok::<Bytes, Infallible>(bytes), reader))
    }));
    let headers = [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "private, no-store"),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ];
    (headers, body).into_response()
}

/// Leaves the hub when the reader goes away.
struct Place {
    site: Site,
    number: u64,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.site
            .with(|world| world.servers[self.site.server].hub.leave(self.number));
    }
}

struct Reader {
    place: Place,
    told: mpsc::Receiver<Signal>,
    stop: watch::Receiver<bool>,
    opened: bool,
    period: Duration,
}

impl Reader {
    /// The next bytes; `None` ends the stream.
    async fn next(&mut self) -> Option<Bytes> {
        if !self.opened {
            self.opened = true;
            return Some(Bytes::from_static(b":)\n"));
        }
        loop {
            let signal = tokio::select! {
                signal = self.told.recv() => signal?,
                () = tokio::time::sleep(self.period) => {
                    let site = &self.place.site;
                    let (mute, old) = site.with(|world| {
                        let here = &world.servers[site.server];
                        (here.hub.mute, here.faults.old_heartbeat)
                    });
                    if mute {
                        continue;
                    }
                    if old {
                        return Some(Bytes::from_static(b":thump\n"));
                    }
                    return Some(Bytes::from_static(b":thump\n\n"));
                }
                _ = self.stop.changed() => return None,
            };
            match signal {
                Signal::Sse { event, data } => {
                    return Some(format!("event: {event}\ndata: {data}\n\n").into());
                }
                Signal::Frame(_) => {}
                Signal::Cut | Signal::Close => return None,
            }
        }
    }
}

//! The live part of the API as Mastodon's streaming server has it: one WebSocket for many streams, and server-sent events.

mod events;
mod frames;
mod inbound;
mod outbox;
mod session;
mod socket;
#[cfg(test)]
mod tests;
mod topic;
mod upgrade;
mod who;

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use axum::{
    Router,
    extract::{Path, Request, State},
    http::{HeaderMap, StatusCode},
    response::Response,
    routing::get,
};
use hyper_util::rt::TokioIo;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tracing::debug;

use self::{
    events::Reader,
    outbox::Outbox,
    session::{Session, cursor_of},
    topic::Refusal,
    who::Who,
};
use super::{
    access::has_key,
    error::ApiError,
    query::Query,
    readers::{Caller, Place},
};
use crate::{
    config::Config,
    engine::Engine,
    log::Log,
    metrics::{Counter, Gauge, Kind, Page, Present, whole},
};

/// Most streams at a time, sockets and events together. Each holds 15 KB, and 50 KB while it catches up: 400 MB at the very worst.
const MAX_STREAMS: u32 = 8_192;

/// Longest wait for the sockets to say goodbye when the relay stops; each takes a second at most.
pub(super) const GOODBYE: Duration = Duration::from_secs(1);

/// Room for one stream: one of all that the relay has, and one of those that the reader's address may have.
type Slot = (OwnedSemaphorePermit, Place, Present);

/// What the routes of the live part share.
#[derive(Debug, Clone)]
pub(super) struct Streams {
    config: Arc<Config>,
    engine: Weak<Engine>,
    log: Log,
    slots: Arc<Semaphore>,
    stop: watch::Receiver<bool>,
    sockets: Arc<Attendance>,
    events: Arc<Attendance>,
}

/// How many readers of one kind there are, and were.
#[derive(Debug, Default)]
struct Attendance {
    present: Arc<Gauge>,
    ever: Counter,
}

impl Streams {
    /// Readers of the engine's log, who leave when `stop` turns true.
    pub(super) fn new(
        config: &Arc<Config>,
        engine: &Arc<Engine>,
        stop: watch::Receiver<bool>,
    ) -> Self {
        Self {
            config: Arc::clone(config),
            engine: Arc::downgrade(engine),
            log: engine.log.clone(),
            slots: Arc::new(Semaphore::new(MAX_STREAMS as usize)),
            stop,
            sockets: Arc::default(),
            events: Arc::default(),
        }
    }

    /// The same under another configuration, which holds for streams that are opened from then on.
    pub(super) fn under(&self, config: Arc<Config>) -> Self {
        Self {
            config,
            ..self.clone()
        }
    }

    /// Resolves when nobody listens.
    pub(super) async fn silence(&self) {
        if self.slots.acquire_many(MAX_STREAMS).await.is_err() {
            debug!("streams were closed before they were silent");
        }
    }

    fn slot(&self, caller: &Caller, attendance: &Attendance) -> Result<Slot, ApiError> {
        let place = caller.stream()?;
        let slot = Arc::clone(&self.slots)
            .try_acquire_owned()
            .map_err(|_full| {
                ApiError::unavailable("This relay serves as many streams as it can")
            })?;
        attendance.ever.add(1);
        Ok((slot, place, Present::new(&attendance.present)))
    }

    /// Writes its part of the metrics.
    pub(super) fn measure(&self, page: &mut Page) {
        let kinds = [("websocket", &self.sockets), ("events", &self.events)];
        let mut family = page.family(
            "watersmeet_streams",
            Kind::Gauge,
            "Readers who listen, by the kind of their stream.",
        );
        for (kind, attendance) in kinds {
            let present = u64::try_from(attendance.present.get()).unwrap_or_default();
            family.sample(&[("kind", kind)], whole(present));
        }
        let mut family = page.family(
            "watersmeet_streams_opened_total",
            Kind::Counter,
            "Streams that were opened since the start.",
        );
        for (kind, attendance) in kinds {
            family.sample(&[("kind", kind)], whole(attendance.ever.get()));
        }
    }

    fn who(&self, caller: &Caller, headers: &HeaderMap, query: &Query) -> Who {
        Who {
            engine: self.engine.clone(),
            address: caller.address(),
            may_see_guarded: has_key(&self.config, headers, query),
            max_subscriptions: usize::try_from(self.config.limits.subscriptions_per_connection)
                .unwrap_or(usize::MAX),
        }
    }

    /// The paths of the live part, under the API's and as Mastodon's streaming server has them by itself.
    pub(super) fn routes(self) -> Router {
        let under = |prefix: &str| {
            Router::new()
                .route(prefix, get(open_socket))
                .route(&format!("{prefix}/health"), get(async || "OK"))
                .route(&format!("{prefix}/{{stream}}"), get(open_events))
                .route(
                    &format!("{prefix}/{{stream}}/{{part}}"),
                    get(open_narrow_events),
                )
        };
        under("/api/v1/streaming")
            .merge(under("/streaming"))
            .with_state(self)
    }
}

/// `GET /api/v1/streaming`: a WebSocket, with an optional first subscription in the query.
async fn open_socket(
    State(streams): State<Streams>,
    caller: Caller,
    query: Query,
    mut request: Request,
) -> Result<Response, ApiError> {
    let (answer, upgrade) = upgrade::agree(&mut request).ok_or_else(|| {
        ApiError::bad_request(
            "This path takes WebSockets. For server-sent events ask for /api/v1/streaming/public \
             or /api/v1/streaming/hashtag?tag=…",
        )
    })?;
    let slot = streams.slot(&caller, &streams.sockets)?;
    let who = streams.who(&caller, request.headers(), &query);
    let Streams { log, stop, .. } = streams;
    tokio::spawn(async move {
        let socket = match upgrade.await {
            Ok(socket) => TokioIo::new(socket),
            Err(error) => return debug!(%error, "an upgrade failed"),
        };
        // A cursor that is none is refused with the subscription that brings it.
        let mut session = Session::new(who, log, cursor_of(&query).unwrap_or_default());
        let mut outbox = Outbox::default();
        if let Some(stream) = query.get("stream") {
            session.subscribe(stream, &query, &mut outbox);
        }
        socket::converse(socket, outbox, session, stop).await;
        drop(slot);
    });
    Ok(answer)
}

/// `GET /api/v1/streaming/public`, `…/hashtag?tag=`, `…/list?list=`, `…/view?view=`.
async fn open_events(
    State(streams): State<Streams>,
    Path(stream): Path<String>,
    caller: Caller,
    query: Query,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    listen(&streams, &caller, &stream, &query, &headers)
}

/// `GET /api/v1/streaming/public/local`, `…/public/remote`, `…/public/media`, `…/hashtag/local?tag=`.
async fn open_narrow_events(
    State(streams): State<Streams>,
    Path((stream, part)): Path<(String, String)>,
    caller: Caller,
    query: Query,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let name = format!("{stream}:{part}");
    listen(&streams, &caller, &name, &query, &headers)
}

fn listen(
    streams: &Streams,
    caller: &Caller,
    name: &str,
    query: &Query,
    headers: &HeaderMap,
) -> Result<Response, ApiError> {
    let media = match name {
        "public" | "public:local" | "public:remote" if query.flag("only_media") => ":media",
        _ => "",
    };
    let refused = |it: Refusal| {
        let status = StatusCode::from_u16(it.status).unwrap_or(StatusCode::BAD_REQUEST);
        ApiError::new(status, it.error)
    };
    let who = streams.who(caller, headers, query);
    let topic = who
        .topic(&format!("{name}{media}"), query)
        .map_err(refused)?;
    let cursor = cursor_of(query).map_err(refused)?;
    let following = topic.selection.as_ref().and_then(|it| who.follow(it));
    Ok(events::answer(Reader {
        following,
        log: streams.log.clone(),
        selection: topic.selection,
        cursor: events::cursor_of(cursor, headers),
        stop: streams.stop.clone(),
        slot: streams.slot(caller, &streams.events)?,
    }))
}

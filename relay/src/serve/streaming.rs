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

use std::{sync::Arc, time::Duration};

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

use self::{events::Reader, outbox::Outbox, session::Session, topic::Topic};
use super::{
    error::ApiError,
    query::Query,
    readers::{Caller, Place},
};
use crate::{
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
    /// Readers of `log`, who leave when `stop` turns true.
    pub(super) fn new(log: Log, stop: watch::Receiver<bool>) -> Self {
        Self {
            log,
            slots: Arc::new(Semaphore::new(MAX_STREAMS as usize)),
            stop,
            sockets: Arc::default(),
            events: Arc::default(),
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

    /// The paths of the live part.
    pub(super) fn routes(self) -> Router {
        Router::new()
            .route("/api/v1/streaming", get(open_socket))
            .route("/api/v1/streaming/health", get(async || "OK"))
            .route("/api/v1/streaming/{stream}", get(open_events))
            .route("/api/v1/streaming/{stream}/{part}", get(open_narrow_events))
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
    tokio::spawn(async move {
        let socket = match upgrade.await {
            Ok(socket) => TokioIo::new(socket),
            Err(error) => return debug!(%error, "an upgrade failed"),
        };
        let cursor = query.get("cursor").and_then(|it| it.parse().ok());
        let mut session = Session::new(streams.log, cursor);
        let mut outbox = Outbox::default();
        if let Some(stream) = query.get("stream") {
            session.subscribe(stream, query.get("tag"), None, &mut outbox);
        }
        socket::converse(socket, outbox, session, streams.stop).await;
        drop(slot);
    });
    Ok(answer)
}

/// `GET /api/v1/streaming/public` and `…/hashtag?tag=`.
async fn open_events(
    State(streams): State<Streams>,
    Path(stream): Path<String>,
    caller: Caller,
    query: Query,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let slot = streams.slot(&caller, &streams.events)?;
    listen(&streams, &stream, "", &query, &headers, slot)
}

/// `GET /api/v1/streaming/public/local`, `…/public/remote`, `…/public/media`, `…/hashtag/local?tag=`.
async fn open_narrow_events(
    State(streams): State<Streams>,
    Path((stream, part)): Path<(String, String)>,
    caller: Caller,
    query: Query,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let slot = streams.slot(&caller, &streams.events)?;
    listen(
        &streams,
        &stream,
        &format!(":{part}"),
        &query,
        &headers,
        slot,
    )
}

fn listen(
    streams: &Streams,
    stream: &str,
    part: &str,
    query: &Query,
    headers: &HeaderMap,
    slot: Slot,
) -> Result<Response, ApiError> {
    let media = match (stream, part) {
        ("public", "" | ":local" | ":remote") if query.flag("only_media") => ":media",
        _ => "",
    };
    let name = format!("{stream}{part}{media}");
    let topic = Topic::named(&name, query.get("tag")).map_err(|refusal| {
        let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::BAD_REQUEST);
        ApiError::new(status, refusal.error)
    })?;
    Ok(events::answer(Reader {
        log: streams.log.clone(),
        selection: topic.selection,
        cursor: events::cursor_of(query.get("cursor"), headers),
        stop: streams.stop.clone(),
        slot,
    }))
}

//! The live part of the API as Mastodon's streaming server has it: one WebSocket for many streams, and server-sent events.

mod events;
mod frames;
mod session;
mod socket;
#[cfg(test)]
mod tests;
mod topic;

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{Path, State, WebSocketUpgrade, ws::rejection::WebSocketUpgradeRejection},
    http::{HeaderMap, StatusCode},
    response::Response,
    routing::get,
};
use futures_util::StreamExt as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tracing::debug;

use self::{events::Reader, session::Session, topic::Topic};
use super::{
    error::ApiError,
    query::Query,
    readers::{Caller, Place},
};
use crate::log::Log;

/// Most streams at a time, sockets and events together. Each holds 15 KB, and 50 KB while it catches up: 400 MB at the very worst.
const MAX_STREAMS: u32 = 8_192;

/// Longest wait for the sockets to say goodbye when the relay stops; each takes a second at most.
pub(super) const GOODBYE: Duration = Duration::from_secs(1);

/// Biggest message that a client may send; a subscription with the longest hashtag takes a quarter of it.
const MAX_MESSAGE_BYTES: usize = 4 * 1024;

/// What is read from a socket at once. Clients send next to nothing.
const READ_BUFFER_BYTES: usize = 2 * 1024;

/// Frames are put together up to this size before they are written.
const WRITE_BUFFER_BYTES: usize = 32 * 1024;

/// Most bytes that wait in one connection: the buffer above and the biggest post that the log takes.
const MAX_WRITE_BUFFER_BYTES: usize = 4 * 1024 * 1024;

/// Room for one stream: one of all that the relay has, and one of those that the reader's address may have.
type Slot = (OwnedSemaphorePermit, Place);

/// What the routes of the live part share.
#[derive(Debug, Clone)]
pub(super) struct Streams {
    log: Log,
    slots: Arc<Semaphore>,
    stop: watch::Receiver<bool>,
}

impl Streams {
    /// Readers of `log`, who leave when `stop` turns true.
    pub(super) fn new(log: Log, stop: watch::Receiver<bool>) -> Self {
        Self {
            log,
            slots: Arc::new(Semaphore::new(MAX_STREAMS as usize)),
            stop,
        }
    }

    /// Resolves when nobody listens.
    pub(super) async fn silence(&self) {
        if self.slots.acquire_many(MAX_STREAMS).await.is_err() {
            debug!("streams were closed before they were silent");
        }
    }

    fn slot(&self, caller: &Caller) -> Result<Slot, ApiError> {
        let place = caller.stream()?;
        let slot = Arc::clone(&self.slots)
            .try_acquire_owned()
            .map_err(|_full| {
                ApiError::unavailable("This relay serves as many streams as it can")
            })?;
        Ok((slot, place))
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
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, ApiError> {
    let mut upgrade = upgrade.map_err(|_plain| {
        ApiError::bad_request(
            "This path takes WebSockets. For server-sent events ask for /api/v1/streaming/public \
             or /api/v1/streaming/hashtag?tag=…",
        )
    })?;
    let slot = streams.slot(&caller)?;
    // Browsers send their token as a subprotocol and fail when it does not come back. Nothing is done with it.
    let token = upgrade.requested_protocols().next().cloned();
    if let Some(token) = token {
        upgrade.set_selected_protocol(token);
    }
    let upgrade = upgrade
        .max_message_size(MAX_MESSAGE_BYTES)
        .max_frame_size(MAX_MESSAGE_BYTES)
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(WRITE_BUFFER_BYTES)
        .max_write_buffer_size(MAX_WRITE_BUFFER_BYTES)
        .on_failed_upgrade(|error| debug!(%error, "an upgrade failed"));
    Ok(upgrade.on_upgrade(async move |socket| {
        let cursor = query.get("cursor").and_then(|it| it.parse().ok());
        let mut session = Session::new(streams.log, cursor);
        let said = query
            .get("stream")
            .map(|stream| session.subscribe(stream, query.get("tag"), None))
            .unwrap_or_default();
        let (sink, frames) = socket.split();
        socket::converse(sink, frames, session, said, streams.stop).await;
        drop(slot);
    }))
}

/// `GET /api/v1/streaming/public` and `…/hashtag?tag=`.
async fn open_events(
    State(streams): State<Streams>,
    Path(stream): Path<String>,
    caller: Caller,
    query: Query,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let slot = streams.slot(&caller)?;
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
    let slot = streams.slot(&caller)?;
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

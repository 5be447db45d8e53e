//! Who a reader is, and how much one of them may take: requests, streams, connections.

mod address;
mod bucket;
mod places;
#[cfg(test)]
mod tests;

use std::{
    convert::Infallible,
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use mastodon::Timestamp;
use tokio::time::Instant;

pub(super) use self::places::Place;
use self::{
    bucket::{Buckets, Verdict},
    places::Places,
};
use super::{connections::Peer, error::ApiError, feeds};
use crate::config::Limits;

/// The time in which a reader may make the configured number of requests; Mastodon's own.
const PERIOD: Duration = Duration::from_secs(5 * 60);

/// Names of the headers that tell a reader how much is left; Mastodon's own.
const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// What all readers take, by their addresses.
#[derive(Debug)]
pub(super) struct Readers {
    limits: Limits,
    requests: Option<Buckets>,
    streams: Arc<Places>,
    connections: Arc<Places>,
    started: Instant,
}

impl Readers {
    /// Nobody has taken anything yet.
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            requests: Buckets::new(limits.requests_per_5_minutes, PERIOD),
            streams: Places::new(limits.streams_per_address),
            connections: Places::new(limits.connections_per_address),
            started: Instant::now(),
            limits: limits.clone(),
        }
    }

    /// A place for a connection from this address, or nothing when it has too many. Proxies and this machine have as many as they like:
    /// whoever is behind them is told apart request by request.
    pub(super) fn connection(&self, peer: IpAddr) -> Option<Place> {
        let counted = !peer.is_loopback() && !self.limits.trusts(peer);
        self.connections
            .take(counted.then(|| address::counted(peer)))
    }

    fn caller(self: Arc<Self>, peer: Option<Peer>, headers: &HeaderMap) -> Caller {
        let address = peer.and_then(|it| address::of(it.0, headers, &self.limits));
        Caller {
            readers: Some(self),
            address,
        }
    }

    fn count(&self, address: IpAddr) -> Option<Verdict> {
        let requests = self.requests.as_ref()?;
        Some(requests.take(address, self.started.elapsed()))
    }
}

/// Who makes a request, for routes that hand out something scarce.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    readers: Option<Arc<Readers>>,
    /// Nothing when the reader is not counted: on this machine, without a proxy between.
    address: Option<IpAddr>,
}

impl Caller {
    /// Whom the reader counts as; one on this machine is its operator.
    pub(super) fn address(&self) -> IpAddr {
        self.address.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST))
    }

    /// Whether it is a program on this very machine, with no proxy between.
    pub(super) fn is_here(&self) -> bool {
        self.address.is_none()
    }

    /// A place for a stream, held as long as the stream lasts; 429 when this reader's address has too many.
    pub(super) fn stream(&self) -> Result<Place, ApiError> {
        let taken = match &self.readers {
            Some(readers) => readers.streams.take(self.address),
            None => Some(Place::uncounted()),
        };
        taken.ok_or_else(|| {
            ApiError::new(
                StatusCode::TOO_MANY_REQUESTS,
                "Too many streams from this address. Close some, or use one WebSocket for all of them",
            )
        })
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Infallible;

    /// A request that came through no socket, as in a test, has a caller who is not counted.
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get().cloned().unwrap_or(Self {
            readers: None,
            address: None,
        }))
    }
}

/// Finds out who asks, counts what the API and feeds are asked, and says how much is left.
pub(super) async fn keep_limits(
    State(readers): State<Arc<Readers>>,
    mut request: Request,
    next: Next,
) -> Response {
    let peer = request.extensions().get::<Peer>().copied();
    let caller = Arc::clone(&readers).caller(peer, request.headers());
    let verdict = caller
        .address
        .filter(|_| is_counted(request.uri().path()))
        .and_then(|address| readers.count(address));
    request.extensions_mut().insert(caller);
    let Some(verdict) = verdict else {
        return next.run(request).await;
    };
    let mut response = match verdict.wait {
        None => next.run(request).await,
        Some(wait) => {
            let mut refusal =
                ApiError::new(StatusCode::TOO_MANY_REQUESTS, "Too many requests").into_response();
            let seconds = wait.as_secs().saturating_add(1);
            refusal
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            refusal
        }
    };
    let headers = response.headers_mut();
    headers.insert(LIMIT, HeaderValue::from(verdict.limit));
    headers.insert(REMAINING, HeaderValue::from(verdict.remaining));
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let reset = now.unwrap_or_default() + verdict.full_in;
    let reset = Timestamp::from_unix_millis(i64::try_from(reset.as_millis()).unwrap_or(i64::MAX));
    if let Ok(reset) = HeaderValue::try_from(reset.as_str()) {
        headers.insert(RESET, reset);
    }
    response
}

/// Whether a request of this path costs the relay a question to its archive or a signature; the app's files and `/health` do not.
fn is_counted(path: &str) -> bool {
    let is_api = ["/api/", "/oauth/", "/streaming/"]
        .iter()
        .any(|it| path.starts_with(it));
    is_api || feeds::is_feed(path)
}

//! `GET /metrics` for Prometheus, and the counting of what readers ask.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{
    access::has_key, error::ApiError, query::Query, readers::Caller, shared::Shared,
    streaming::Streams,
};
use crate::metrics::{Counter, Kind, Page, whole};

/// Answers by the first digit of their status.
const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];

/// What readers asked, counted.
#[derive(Debug, Default)]
pub(super) struct Requests {
    classes: [Counter; CLASSES.len()],
    limited: Counter,
}

/// What the page is made of beside what every route stands on.
#[derive(Debug, Clone)]
pub(super) struct Measured {
    pub(super) shared: Shared,
    pub(super) streams: Streams,
}

/// Counts every answer.
pub(super) async fn count(
    State(requests): State<Arc<Requests>>,
    request: Request,
    next: Next,
) -> Response {
    let response = next.run(request).await;
    let class = usize::from(response.status().as_u16() / 100).saturating_sub(1);
    if let Some(counter) = requests.classes.get(class) {
        counter.add(1);
    }
    if response.status() == StatusCode::TOO_MANY_REQUESTS {
        requests.limited.add(1);
    }
    response
}

/// `GET /metrics`: for programs on this machine, whoever has an access key, and everybody when the operator says so.
pub(super) async fn metrics(
    State(measured): State<Measured>,
    caller: Caller,
    query: Query,
    headers: HeaderMap,
) -> Response {
    let config = &measured.shared.config;
    if !config.metrics_public && !caller.is_here() && !has_key(config, &headers, &query) {
        let told = "Metrics are for programs on the relay's own machine, or with an access key as a bearer token; \
                    `public = true` under [metrics] in relay.toml opens them";
        return ApiError::new(StatusCode::FORBIDDEN, told).into_response();
    }
    let mut page = Page::default();
    measured.shared.requests.measure(&mut page);
    measured.streams.measure(&mut page);
    measured.shared.engine.measure(&mut page);
    let head = [
        (header::CONTENT_TYPE, Page::TYPE),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (head, page.into_text()).into_response()
}

impl Requests {
    fn measure(&self, page: &mut Page) {
        let mut family = page.family(
            "watersmeet_requests_total",
            Kind::Counter,
            "Answers given, by the class of their status.",
        );
        for (name, counter) in CLASSES.iter().zip(&self.classes) {
            family.sample(&[("status", name)], whole(counter.get()));
        }
        page.one(
            "watersmeet_requests_limited_total",
            Kind::Counter,
            "Of those, refusals because a reader's address had asked too much.",
            whole(self.limited.get()),
        );
    }
}

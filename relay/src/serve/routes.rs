//! Every path the relay answers, as one table.

use std::sync::Arc;

use axum::{
    Router,
    extract::Request,
    http::{HeaderValue, Uri, header},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{any, get},
};

use super::{
    about, accounts,
    cors::allow_every_origin,
    empty,
    error::ApiError,
    feeds,
    files::Site,
    form::take_parameters_of_body,
    health, instance,
    limits::keep_bounds,
    lists,
    metrics::{self, Measured},
    oauth, parts,
    readers::{Caller, keep_limits},
    search,
    shared::Shared,
    statuses,
    streaming::Streams,
    timelines, trends,
};

/// The router; `site` answers whatever is no path of the API.
pub(super) fn router(shared: Shared, streams: Streams, site: Arc<Site>) -> Router {
    let everything = shared.clone();
    let app = move |caller: Caller, request: Request| {
        elsewhere(everything.clone(), Arc::clone(&site), caller, request)
    };
    let readers = Arc::clone(&shared.readers);
    let requests = Arc::clone(&shared.requests);
    let measured = Measured {
        shared: shared.clone(),
        streams: streams.clone(),
    };
    let routes = Router::new()
        .route("/health", get(health::health))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::health))
        .route("/api/watersmeet/sources", get(health::sources))
        .route("/api/v2/instance", get(instance::v2))
        .route("/api/v1/instance", get(instance::v1))
        .route("/api/v1/instance/peers", get(instance::peers))
        .route("/api/v1/instance/rules", get(instance::rules))
        .route("/api/v1/timelines/home", get(timelines::public))
        .route("/api/v1/timelines/public", get(timelines::public))
        .route("/api/v1/timelines/tag/{tag}", get(timelines::tag))
        .route("/api/v1/timelines/list/{id}", get(timelines::list))
        .merge(statuses::routes())
        .merge(accounts::routes())
        .merge(search::routes())
        .merge(trends::routes())
        .route("/api/v1/lists", get(lists::lists))
        .route("/api/v1/lists/{id}", get(lists::list))
        .route("/api/v1/lists/{id}/accounts", get(lists::accounts))
        .merge(parts::routes())
        .route("/.well-known/nodeinfo", get(instance::nodeinfo_links))
        .route("/nodeinfo/2.0", get(instance::nodeinfo_2_0))
        .route("/nodeinfo/2.1", get(instance::nodeinfo_2_1))
        .merge(oauth::routes())
        .merge(empty::routes())
        .merge(about::routes())
        .with_state(shared)
        .route("/metrics", get(metrics::metrics).with_state(measured))
        .merge(streams.routes())
        .route("/api/{*rest}", any(unknown))
        .route("/oauth/{*rest}", any(unknown))
        .fallback(app);
    // The outer router has no routes of its own, so that what its layers do to an address decides the route.
    Router::new()
        .fallback_service(routes)
        .layer(from_fn(forgive_slash))
        .layer(from_fn(take_parameters_of_body))
        .layer(from_fn_with_state(readers, keep_limits))
        .layer(from_fn(keep_bounds))
        .layer(from_fn(allow_every_origin))
        .layer(from_fn_with_state(requests, metrics::count))
}

/// What is no path of the API: a feed, or a page of the app, which says where its feeds are.
async fn elsewhere(shared: Shared, site: Arc<Site>, caller: Caller, request: Request) -> Response {
    let (uri, asked) = (request.uri(), request.headers());
    if let Some(address) = feeds::Address::of(uri.path()) {
        let answer = feeds::answer(&shared, address, &caller, uri, asked).await;
        return answer.into_response();
    }
    if uri.path() == "/about" {
        if !site.has_app() {
            return about::page(&shared);
        }
        return site.answer_with(&about::words(&shared)).await;
    }
    let feeds = feeds::discovery(&shared.config.public_url, uri.path());
    let is_unlisted = statuses::is_page_of_noindex(&shared, uri.path()).await;
    let mut response = site.answer(uri, asked).await;
    if let Some(feeds) = feeds.filter(|_| response.status().is_success()) {
        response.headers_mut().insert(header::LINK, feeds);
    }
    if is_unlisted {
        let none = HeaderValue::from_static("noindex");
        response.headers_mut().insert("x-robots-tag", none);
    }
    response
}

/// Mastodon does not mind a slash at the end of an API's path, and some libraries always write one.
async fn forgive_slash(mut request: Request, next: Next) -> Response {
    let uri = request.uri();
    let trimmed = uri.path().trim_end_matches('/');
    let is_api = uri.path().starts_with("/api/") || uri.path().starts_with("/oauth/");
    if is_api && trimmed.len() < uri.path().len() {
        let query = uri.query().map(|it| format!("?{it}")).unwrap_or_default();
        if let Ok(trimmed) = Uri::try_from(format!("{trimmed}{query}")) {
            *request.uri_mut() = trimmed;
        }
    }
    next.run(request).await
}

async fn unknown() -> Response {
    ApiError::no_such_path().into_response()
}

//! Every path the relay answers, as one table.

use std::sync::Arc;

use axum::{
    Router,
    extract::Request,
    middleware::from_fn,
    response::{IntoResponse, Response},
    routing::any,
};

use super::{
    cors::allow_every_origin, error::ApiError, files::Site, limits::keep_bounds, streaming::Streams,
};

/// The router; `site` answers whatever is no path of the API.
pub(super) fn router(site: Arc<Site>, streams: Streams) -> Router {
    let app = move |request: Request| {
        let site = Arc::clone(&site);
        async move { site.answer(request.uri(), request.headers()).await }
    };
    Router::new()
        .merge(streams.routes())
        .route("/api/{*rest}", any(unknown))
        .route("/oauth/{*rest}", any(unknown))
        .fallback(app)
        .layer(from_fn(keep_bounds))
        .layer(from_fn(allow_every_origin))
}

async fn unknown() -> Response {
    ApiError::no_such_path().into_response()
}

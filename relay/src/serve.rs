//! Bytes out: everything that a reader can ask of the relay, one file per route group.

mod connections;
mod cors;
pub mod csp;
mod error;
mod files;
mod limits;
mod paging;
mod query;
mod routes;
mod streaming;

use std::sync::Arc;

use tokio::{net::TcpListener, sync::watch};

use self::files::Site;
pub use self::{error::ApiError, files::AppFiles};

/// Answers readers on `listener` until `stop` turns true, and a moment longer for those who are being answered.
pub async fn serve(
    listener: TcpListener,
    app_files: AppFiles,
    log: crate::log::Log,
    stop: watch::Receiver<bool>,
) {
    let site = Arc::new(Site::new(app_files, false));
    let streams = streaming::Streams::new(log, stop.clone());
    connections::accept(listener, routes::router(site, streams.clone()), stop).await;
    streams.silence().await;
}

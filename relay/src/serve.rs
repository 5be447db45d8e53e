//! Bytes out: everything that a reader can ask of the relay, one file per route group.

mod connections;
mod cors;
pub mod csp;
mod error;
mod files;
mod limits;
mod paging;
mod query;
mod streaming;
mod routes;

use std::sync::Arc;

use tokio::{net::TcpListener, sync::watch};

use self::files::Site;
pub use self::{error::ApiError, files::AppFiles};

/// Answers readers on `listener` until `stop` turns true, and a moment longer for those who are being answered.
pub async fn serve(listener: TcpListener, app_files: AppFiles, stop: watch::Receiver<bool>) {
    let site = Arc::new(Site::new(app_files, false));
    connections::accept(listener, routes::router(site), stop).await;
}

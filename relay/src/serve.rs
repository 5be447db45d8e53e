//! Bytes out: everything that a reader can ask of the relay, one file per route group.

mod about;
mod access;
mod answer;
mod connections;
mod cors;
pub mod csp;
mod empty;
mod encoding;
mod error;
mod feeds;
mod files;
mod form;
mod health;
mod instance;
mod limits;
mod listen;
mod metrics;
mod oauth;
mod page;
mod paging;
mod query;
mod readers;
mod routes;
mod shared;
mod statuses;
mod streaming;
mod timelines;

use std::sync::Arc;

use tokio::{net::TcpListener, sync::watch, time::timeout};

pub use self::{
    files::AppFiles,
    listen::{listen, reachable, told_to_stop},
};
use self::{files::Site, shared::Shared, streaming::Streams};
use crate::{
    config::{Config, is_loopback},
    engine::Engine,
};

/// Answers readers on `listener` until `stop` turns true, and a moment longer for those who are being answered.
/// Nobody holds the engine any more when this ends.
pub async fn serve(
    listener: TcpListener,
    config: Arc<Config>,
    engine: Arc<Engine>,
    app_files: AppFiles,
    stop: watch::Receiver<bool>,
) {
    let streams = Streams::new(&config, &engine, stop.clone());
    let site = Arc::new(Site::new(app_files, has_loopback_source(&config)));
    let shared = Shared::new(config, engine);
    let readers = Arc::clone(&shared.readers);
    let router = routes::router(shared, streams.clone(), site);
    connections::accept(listener, router, readers, stop).await;
    if timeout(streaming::GOODBYE, streams.silence())
        .await
        .is_err()
    {
        tracing::debug!("some streams did not close in time and are cut");
    }
}

/// Whether pictures and streams may come from this machine without TLS, as in the demo and in development.
fn has_loopback_source(config: &Config) -> bool {
    let is_local = |url: &str| {
        url.split_once("://")
            .is_some_and(|(_, host)| is_loopback(host))
    };
    config.sources.iter().any(|it| is_local(&it.url))
}

#[cfg(test)]
mod tests;

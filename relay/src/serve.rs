//! Bytes out: everything that a reader can ask of the relay, one file per route group.

mod about;
mod access;
mod accounts;
mod answer;
mod connections;
mod cors;
pub mod csp;
mod empty;
mod encoding;
mod error;
mod feeds;
mod files;
mod follow;
mod form;
mod health;
mod instance;
mod limits;
mod listen;
mod lists;
mod live;
mod metrics;
mod news;
mod oauth;
mod page;
mod paging;
mod parts;
mod query;
mod readers;
mod routes;
mod search;
mod shared;
mod statuses;
mod streaming;
mod taken;
mod timelines;
mod trends;

use std::sync::Arc;

use tokio::{net::TcpListener, sync::watch, time::timeout};

pub use self::{
    files::AppFiles,
    listen::{listen, reachable, told_to_stop},
};
use self::{files::Site, live::Live, shared::Shared, streaming::Streams};
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
    let (_never_changed, configs) = watch::channel(config);
    serve_live(listener, configs, engine, app_files, stop).await;
}

/// As [`serve`], under a configuration that may change: names, texts, views, limits and access keys hold from the next
/// request on. Where the relay listens stays as it is.
pub async fn serve_live(
    listener: TcpListener,
    mut configs: watch::Receiver<Arc<Config>>,
    engine: Arc<Engine>,
    app_files: AppFiles,
    stop: watch::Receiver<bool>,
) {
    let config = Arc::clone(&configs.borrow_and_update());
    let streams = Streams::new(&config, &engine, stop.clone());
    let site = Arc::new(Site::new(app_files, has_loopback_source(&config)));
    let shared = Shared::new(config, engine);
    let router = routes::router(shared.clone(), streams.clone(), Arc::clone(&site));
    let live = Live::new(router, Arc::clone(&shared.readers));
    tokio::select! {
        () = connections::accept(listener, live.clone(), stop) => {}
        () = live.follow(configs, shared, streams.clone(), site) => {}
    }
    drop(live);
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

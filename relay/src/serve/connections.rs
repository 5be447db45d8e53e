//! Accepts connections within bounds, and lets them finish when the relay stops.

use std::{sync::Arc, time::Duration};

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    task::JoinSet,
    time::{sleep, timeout},
};
use tracing::{debug, warn};

/// Most connections at a time that are no socket; more wait in the system's own queue. Each costs a file and about 30 KB.
const MAX_CONNECTIONS: usize = 8_192;

/// Longest wait for a request's head, which is also how long an idle connection is kept.
const HEAD_TIME: Duration = Duration::from_secs(30);

/// Most header fields of a request; browsers behind two proxies send about thirty.
const MAX_HEADERS: usize = 96;

/// Biggest head of a request, and biggest piece of an answer kept in memory for one connection.
const MAX_HEAD_BYTES: usize = 32 * 1024;

/// Longest time that connections get to finish after the relay was told to stop.
const FAREWELL: Duration = Duration::from_secs(2);

/// Pause after the system refused a connection, mostly because it has no more files to give.
const REFUSED_PAUSE: Duration = Duration::from_millis(200);

/// Serves `router` on `listener` until `stop` turns true, then waits a moment for what is still being answered.
pub(super) async fn accept(listener: TcpListener, router: Router, mut stop: watch::Receiver<bool>) {
    let slots = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let mut conversations = JoinSet::new();
    while let Some(socket) = next_connection(&listener, &mut stop).await {
        let slot = tokio::select! {
            slot = Arc::clone(&slots).acquire_owned() => slot,
            () = stopped(&mut stop) => break,
        };
        let Ok(slot) = slot else { break };
        let router = router.clone();
        let stop = stop.clone();
        while conversations.try_join_next().is_some() {}
        conversations.spawn(async move {
            converse(socket, router, stop).await;
            drop(slot);
        });
    }
    drop(listener);
    let finished = async { while conversations.join_next().await.is_some() {} };
    if timeout(FAREWELL, finished).await.is_err() {
        debug!("some connections did not finish in time and are cut");
        conversations.shutdown().await;
    }
}

/// Resolves when `stop` is true or nobody is left who could set it.
pub(super) async fn stopped(stop: &mut watch::Receiver<bool>) {
    while !*stop.borrow_and_update() {
        if stop.changed().await.is_err() {
            return;
        }
    }
}

async fn next_connection(
    listener: &TcpListener,
    stop: &mut watch::Receiver<bool>,
) -> Option<TcpStream> {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stopped(stop) => return None,
        };
        match accepted {
            Ok((socket, _)) => return Some(socket),
            Err(error) => {
                warn!(%error, "a connection could not be accepted");
                sleep(REFUSED_PAUSE).await;
            }
        }
    }
}

async fn converse(socket: TcpStream, router: Router, mut stop: watch::Receiver<bool>) {
    // Frames are put together before they are written, so waiting for more bytes only delays the last one.
    if let Err(error) = socket.set_nodelay(true) {
        debug!(%error, "a connection keeps its delay");
    }
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_headers(MAX_HEADERS)
        .max_buf_size(MAX_HEAD_BYTES)
        .serve_connection(TokioIo::new(socket), TowerToHyperService::new(router))
        .with_upgrades();
    let mut connection = std::pin::pin!(connection);
    let result = tokio::select! {
        result = connection.as_mut() => result,
        () = stopped(&mut stop) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = result {
        debug!(%error, "a connection ended badly");
    }
}

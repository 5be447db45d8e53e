//! Accepts connections within bounds, and lets them finish when the relay stops.

use std::{net::IpAddr, sync::Arc, time::Duration};

use hyper::{
    Request,
    body::Incoming,
    server::conn::http1,
    service::{Service as _, service_fn},
};
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

use super::{live::Live, taken::Taken};

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

/// Who is at the other end of a request's connection, as the system says: an extension of every request.
/// Behind a proxy it is the proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Peer(pub(super) IpAddr);

/// Serves what is `live` on `listener` until `stop` turns true, then waits a moment for what is still being answered.
/// A connection of an address that has too many already is closed at once.
pub(super) async fn accept(listener: TcpListener, live: Live, mut stop: watch::Receiver<bool>) {
    let slots = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let mut conversations = JoinSet::new();
    while let Some((socket, peer)) = next_connection(&listener, &mut stop).await {
        let Some(place) = live.readers().connection(peer.0) else {
            debug!(peer = %peer.0, "an address has too many connections");
            continue;
        };
        let slot = tokio::select! {
            slot = Arc::clone(&slots).acquire_owned() => slot,
            () = stopped(&mut stop) => break,
        };
        let Ok(slot) = slot else { break };
        let live = live.clone();
        let stop = stop.clone();
        while conversations.try_join_next().is_some() {}
        conversations.spawn(async move {
            converse(socket, peer, live, stop).await;
            drop((slot, place));
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
) -> Option<(TcpStream, Peer)> {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stopped(stop) => return None,
        };
        match accepted {
            // An IPv4 reader of a socket that takes both families counts as what it is.
            Ok((socket, address)) => return Some((socket, Peer(address.ip().to_canonical()))),
            Err(error) => {
                warn!(%error, "a connection could not be accepted");
                sleep(REFUSED_PAUSE).await;
            }
        }
    }
}

async fn converse(socket: TcpStream, peer: Peer, live: Live, mut stop: watch::Receiver<bool>) {
    // Frames are put together before they are written, so waiting for more bytes only delays the last one.
    if let Err(error) = socket.set_nodelay(true) {
        debug!(%error, "a connection keeps its delay");
    }
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(peer);
        TowerToHyperService::new(live.router()).call(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_headers(MAX_HEADERS)
        .max_buf_size(MAX_HEAD_BYTES)
        .serve_connection(TokioIo::new(Taken::new(socket)), service)
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
        debug!(%error, peer = %peer.0, "a connection ended badly");
    }
}

#[cfg(test)]
mod tests {
    use axum::{Extension, Router, routing::get};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::{super::readers::Readers, *};

    #[tokio::test]
    async fn a_route_learns_who_asks() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let who = async |Extension(Peer(ip)): Extension<Peer>| ip.to_string();
        let (_keep, stop) = watch::channel(false);
        let router = Router::new().route("/", get(who));
        let readers = Arc::new(Readers::new(&crate::config::Limits::default()));
        tokio::spawn(accept(listener, Live::new(router, readers), stop));
        let mut connection = TcpStream::connect(address).await.unwrap();
        let request = "GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
        connection.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).await.unwrap();
        assert!(answer.ends_with("\r\n\r\n127.0.0.1"), "{answer}");
    }
}

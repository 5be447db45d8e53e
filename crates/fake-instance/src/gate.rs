//! A listener that can be told to turn everybody away.
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::{TcpListener, TcpStream};

use crate::arena::ServerKey;
use crate::site::Shared;

/// Accepts connections of one server unless its faults say no.
pub(crate) struct Gate {
    pub(crate) listener: TcpListener,
    pub(crate) shared: Arc<Shared>,
    pub(crate) server: ServerKey,
}

impl axum::serve::Listener for Gate {
    type Io = TcpStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (TcpStream, SocketAddr) {
        loop {
            let Ok((stream, address)) = self.listener.accept().await else {
                // Too many open files, most likely: try again when some are closed.
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                continue;
            };
            let refused = self
                .shared
                .with(|world| world.servers[self.server].faults.refuse_until > world.now());
            if refused {
                // Without lingering the peer gets a reset, which is what a closed port gives.
                drop(stream.set_zero_linger());
                continue;
            }
            drop(stream.set_nodelay(true));
            return (stream, address);
        }
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

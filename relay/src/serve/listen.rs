//! Takes the relay's port and its signals: what a process has from its system.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

use tokio::net::TcpListener;
use tracing::warn;

use crate::config::Config;

/// How many ports after a taken one are tried.
const NEXT_PORTS: u16 = 50;

/// Listens at `wanted`, or when it is taken and `or_next_port` says so, at one of the next fifty ports.
/// Gives the public address too: the configured one, unless that was only derived from the place to listen.
///
/// # Errors
/// When no port could be had; the text names the address and what to do.
pub async fn listen(
    config: &Config,
    wanted: SocketAddr,
    or_next_port: bool,
) -> io::Result<(TcpListener, String)> {
    let listener = bind(wanted, or_next_port).await?;
    let address = listener.local_addr()?;
    let is_derived = config.public_url == format!("http://{}", config.listen);
    let public_url = if is_derived {
        format!("http://{}", reachable(address))
    } else {
        config.public_url.clone()
    };
    Ok((listener, public_url))
}

async fn bind(wanted: SocketAddr, or_next_port: bool) -> io::Result<TcpListener> {
    let taken = match TcpListener::bind(wanted).await {
        Ok(listener) => return Ok(listener),
        Err(error) => error,
    };
    if taken.kind() != io::ErrorKind::AddrInUse {
        return Err(io::Error::new(
            taken.kind(),
            format!("cannot listen at {wanted}: {taken}"),
        ));
    }
    let last = wanted.port().saturating_add(NEXT_PORTS);
    if or_next_port {
        for port in wanted.port().saturating_add(1)..=last {
            if let Ok(listener) = TcpListener::bind((wanted.ip(), port)).await {
                warn!(
                    "port {} is taken by another program; using {port}",
                    wanted.port()
                );
                return Ok(listener);
            }
        }
    }
    let advice = if or_next_port {
        format!("so are the ports up to {last}")
    } else {
        "give --listen another address, or --or-next-port".to_owned()
    };
    Err(io::Error::new(
        taken.kind(),
        format!(
            "port {} is taken by another program; {advice}",
            wanted.port()
        ),
    ))
}

/// What a browser on this machine can open: "every address" is no address to go to.
#[must_use]
pub fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

/// Resolves when the process is asked to end: by Ctrl-C, or by its service manager.
pub async fn told_to_stop() {
    let interrupt = async {
        if let Err(error) = tokio::signal::ctrl_c().await {
            warn!(%error, "Ctrl-C is not heard");
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(error) => {
                warn!(%error, "the signal to terminate is not heard");
                std::future::pending::<()>().await;
            }
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A port of this machine that is taken as long as the listener lives.
    async fn taken() -> (TcpListener, SocketAddr) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        (listener, address)
    }

    #[tokio::test]
    async fn a_taken_port_is_an_error_that_says_what_to_do() {
        let (_listener, address) = taken().await;
        let error = listen(&Config::default(), address, false)
            .await
            .unwrap_err();
        assert!(error.to_string().contains("--or-next-port"), "{error}");
    }

    #[tokio::test]
    async fn a_taken_port_is_stepped_over_when_asked() {
        let (_listener, address) = taken().await;
        let (next, public_url) = listen(&Config::default(), address, true).await.unwrap();
        let port = next.local_addr().unwrap().port();
        assert!(port > address.port() && port <= address.port().saturating_add(NEXT_PORTS));
        assert_eq!(public_url, format!("http://127.0.0.1:{port}"));
    }

    #[tokio::test]
    async fn a_configured_public_address_stays_whatever_the_port() {
        let config = Config {
            public_url: "https://relay.example".to_owned(),
            ..Config::default()
        };
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let (_, public_url) = listen(&config, any, false).await.unwrap();
        assert_eq!(public_url, "https://relay.example");
    }

    #[test]
    fn every_address_is_opened_at_this_machine() {
        let every = SocketAddr::from(([0, 0, 0, 0], 4040));
        assert_eq!(reachable(every).to_string(), "127.0.0.1:4040");
    }
}

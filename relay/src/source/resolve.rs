//! Where names lead: `*.localhost` is this machine, as browsers have it; everything else is the system's to say.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::net::{TcpStream, lookup_host};

/// Resolves names for reqwest.
#[derive(Clone, Copy, Debug)]
pub(super) struct Resolver;

fn is_localhost(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    name.eq_ignore_ascii_case("localhost") || name.to_ascii_lowercase().ends_with(".localhost")
}

fn loopback(port: u16) -> SocketAddr {
    SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port)
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let addresses: Addrs = if is_localhost(name.as_str()) {
                Box::new(std::iter::once(loopback(0)))
            } else {
                Box::new(
                    lookup_host((name.as_str(), 0))
                        .await?
                        .collect::<Vec<_>>()
                        .into_iter(),
                )
            };
            Ok(addresses)
        })
    }
}

/// Opens a connection to a host as an address writes it (IPv6 in brackets).
pub(super) async fn connect(host: &str, port: u16) -> io::Result<TcpStream> {
    let stream = if is_localhost(host) {
        TcpStream::connect(loopback(port)).await?
    } else {
        TcpStream::connect((host.trim_start_matches('[').trim_end_matches(']'), port)).await?
    };
    stream.set_nodelay(true)?;
    Ok(stream)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_localhost_and_what_is_under_it_is_this_machine() {
        for name in ["localhost", "alpha.localhost", "Alpha.LOCALHOST."] {
            assert!(is_localhost(name), "{name}");
        }
        for name in ["localhost.example", "notlocalhost", "a.example"] {
            assert!(!is_localhost(name), "{name}");
        }
    }
}

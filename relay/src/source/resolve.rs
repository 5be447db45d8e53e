//! Where names lead: `*.localhost` is this machine, as browsers have it; everything else is the system's to say.
//! What the [`Guard`] does not permit is left out here, so nothing else is ever dialled.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::net::{TcpStream, lookup_host};

use super::guard::Guard;

/// Addresses of one name that are tried.
const MAX_ADDRESSES: usize = 16;

/// Resolves names for reqwest, which hands over names only: addresses that are numbers are judged before.
#[derive(Clone, Debug)]
pub(super) struct Resolver(pub(super) Guard);

fn is_localhost(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    name.eq_ignore_ascii_case("localhost") || name.to_ascii_lowercase().ends_with(".localhost")
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.0.clone();
        Box::pin(async move {
            let addresses = addresses(&guard, name.as_str(), 0).await?;
            let addresses: Addrs = Box::new(addresses.into_iter());
            Ok(addresses)
        })
    }
}

/// Where a host (without brackets) is, as far as it may be dialled.
async fn addresses(guard: &Guard, host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
    let found: Vec<SocketAddr> = if is_localhost(host) {
        vec![SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port)]
    } else {
        lookup_host((host, port)).await?.collect()
    };
    let is_known = !found.is_empty();
    let permitted: Vec<SocketAddr> = found
        .into_iter()
        .filter(|it| guard.permits(host, it.ip()))
        .take(MAX_ADDRESSES)
        .collect();
    if permitted.is_empty() && is_known {
        return Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            guard.refuse(host),
        ));
    }
    Ok(permitted)
}

/// Opens a connection to a host as an address writes it (IPv6 in brackets), if the guard permits.
pub(super) async fn connect(guard: &Guard, host: &str, port: u16) -> io::Result<TcpStream> {
    guard
        .check(host, port)
        .map_err(|blocked| io::Error::new(io::ErrorKind::PermissionDenied, blocked))?;
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let addresses = addresses(guard, host, port).await?;
    let stream = TcpStream::connect(addresses.as_slice()).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;
    use crate::config::{Config, Place};

    #[test]
    fn only_localhost_and_what_is_under_it_is_this_machine() {
        for name in ["localhost", "alpha.localhost", "Alpha.LOCALHOST."] {
            assert!(is_localhost(name), "{name}");
        }
        for name in ["localhost.example", "notlocalhost", "a.example"] {
            assert!(!is_localhost(name), "{name}");
        }
    }

    #[tokio::test]
    async fn this_machine_is_dialled_only_where_the_configuration_allows_it() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let closed = Guard::default();
        for host in ["127.0.0.1", "localhost", "a.localhost", "[::1]"] {
            let error = connect(&closed, host, port).await.unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::PermissionDenied, "{host}");
        }
        let open = Guard::new(&Config {
            allow: vec![Place::parse(&format!("a.localhost:{port}")).unwrap()],
            ..Config::default()
        });
        assert!(connect(&open, "a.localhost", port).await.is_ok());
        assert!(connect(&open, "b.localhost", port).await.is_err());
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_refused_after_it_was_resolved() {
        // The system's own name for this machine, from its table of hosts.
        let error = addresses(&Guard::default(), "127.0.0.1", 80)
            .await
            .unwrap_err();
        assert!(error.to_string().contains("private address"), "{error}");
    }
}

//! How much one reader may take, and whose word counts about who a reader is.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// Bounds for each reader's address; IPv6 addresses count by their /64, which is what a household gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Requests of the API and of feeds in five minutes; 0 is no bound. Mastodon's own bound is the default.
    pub requests_per_5_minutes: u32,
    /// Streams (sockets and server-sent events) at a time; 0 is no bound.
    pub streams_per_address: u32,
    /// Connections at a time of an address that is no trusted proxy; 0 is no bound.
    pub connections_per_address: u32,
    /// Subscriptions of one WebSocket.
    pub subscriptions_per_connection: u32,
    /// Proxies whose `X-Forwarded-For` or `Forwarded` is believed.
    pub trusted_proxies: Vec<IpNet>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            requests_per_5_minutes: 300,
            streams_per_address: 64,
            connections_per_address: 256,
            subscriptions_per_connection: 64,
            // A proxy on this machine, which is how most relays are reached.
            trusted_proxies: vec![
                IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::LOCALHOST, 8)),
                IpNet::V6(Ipv6Net::new_assert(Ipv6Addr::LOCALHOST, 128)),
            ],
        }
    }
}

impl Limits {
    /// Whether what this address says about the reader behind it is believed.
    #[must_use]
    pub fn trusts(&self, proxy: IpAddr) -> bool {
        self.trusted_proxies.iter().any(|it| it.contains(&proxy))
    }
}

/// Networks or single addresses, as an operator writes them.
pub(super) fn networks(texts: &[String]) -> Result<Vec<IpNet>, String> {
    let network = |text: &String| {
        let single = || text.parse::<IpAddr>().map(IpNet::from);
        let network = text.parse::<IpNet>();
        network.or_else(|_no_network| single()).map_err(|_no_address| {
            format!("has \"{text}\"; write an address or a network, as \"127.0.0.1\" or \"10.0.0.0/8\"")
        })
    };
    texts.iter().map(network).collect()
}

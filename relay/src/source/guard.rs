//! Whom the relay may dial: the public network, and inside the operator's own only what relay.toml names.
//!
//! Addresses come from servers (redirects, streaming addresses, links), and a server could name the operator's
//! router or database. So an address is judged three times: as it is written ([`Guard::check`], also on every redirect),
//! and as the name resolves, on the address really dialled ([`Guard::permits`]).

use std::{
    collections::BTreeSet,
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::Arc,
};

use reqwest::Url;

use crate::config::{Config, Place, is_loopback};

/// Who may be dialled; a clone is another handle on the same rules.
#[derive(Clone, Debug, Default)]
pub struct Guard {
    allowed: Arc<BTreeSet<Place>>,
}

/// Why something is not dialled, and what to do if it is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocked(String);

impl fmt::Display for Blocked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Blocked {}

impl Guard {
    /// The rules of a configuration: what it allows, and sources on this machine where it names them.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        let own = config.sources.iter().flat_map(|source| {
            let urls = std::iter::once(&source.url).chain(&source.streaming_url);
            urls.filter_map(|it| place_of(it)).collect::<Vec<_>>()
        });
        let own = own.filter(|it| is_loopback(&it.host));
        Self {
            allowed: Arc::new(config.allow.iter().cloned().chain(own).collect()),
        }
    }

    /// Judges a host and a port as an address writes them (IPv6 with or without brackets), before names are resolved.
    ///
    /// # Errors
    /// [`Blocked`] says what to add to relay.toml if the place is meant.
    pub fn check(&self, host: &str, port: u16) -> Result<(), Blocked> {
        let host = bare(host);
        if self.allows(&host, port) {
            return Ok(());
        }
        let is_inside = match host.parse::<IpAddr>() {
            Ok(ip) => !is_public(ip),
            // A name that is allowed at another port is one of the operator's own.
            Err(_) => is_loopback(&host) || self.knows(&host),
        };
        if is_inside {
            Err(blocked(&host, port))
        } else {
            Ok(())
        }
    }

    /// Judges a whole address: its scheme, too. Plain http is for allowed places on this machine.
    ///
    /// # Errors
    /// [`Blocked`], as [`check`](Self::check).
    pub fn check_url(&self, url: &Url) -> Result<(), Blocked> {
        let host = url.host_str().unwrap_or_default();
        let port = url.port_or_known_default().unwrap_or_default();
        if host.is_empty() || port == 0 {
            return Err(Blocked(format!("{url} names no host")));
        }
        match url.scheme() {
            "https" | "wss" => {}
            "http" | "ws" if is_loopback(&bare(host)) => {}
            _ => return Err(Blocked(format!("{url} is not encrypted"))),
        }
        self.check(host, port)
    }

    /// Whether this address, which `host` resolved to, may be dialled. The port was judged by [`check`](Self::check).
    #[must_use]
    pub fn permits(&self, host: &str, ip: IpAddr) -> bool {
        is_public(ip) || self.knows(&bare(host))
    }

    /// The words about a name that resolves to nothing that may be dialled.
    pub(super) fn refuse(&self, host: &str) -> Blocked {
        Blocked(format!(
            "{host} leads to a private address, which the relay does not dial; if that is meant, \
             add \"{host}:PORT\" to `allow` in relay.toml"
        ))
    }

    fn allows(&self, host: &str, port: u16) -> bool {
        let place = Place {
            host: host.to_owned(),
            port,
        };
        self.allowed.contains(&place)
    }

    fn knows(&self, host: &str) -> bool {
        self.allowed.iter().any(|it| it.host == host)
    }
}

fn blocked(host: &str, port: u16) -> Blocked {
    let place = Place {
        host: host.to_owned(),
        port,
    };
    Blocked(format!(
        "{place} is a private address, which the relay does not dial; if that is meant, add \"{place}\" to `allow` in relay.toml"
    ))
}

/// A host as it is compared: lower case, no brackets, no dot at the end.
fn bare(host: &str) -> String {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host.trim_end_matches('.').to_ascii_lowercase()
}

fn place_of(url: &str) -> Option<Place> {
    let url = Url::parse(url).ok()?;
    Some(Place {
        host: bare(url.host_str()?),
        port: url.port_or_known_default()?,
    })
}

/// Whether an address belongs to the public network, by IANA's registries of special purpose addresses
/// (RFC 6890 and its updates). An IPv6 address that carries an IPv4 one is judged by that.
#[must_use]
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

/// Special purpose blocks of IPv4, with the lengths of their prefixes.
const SPECIAL_V4: [(Ipv4Addr, u32); 15] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];

fn is_public_v4(ip: Ipv4Addr) -> bool {
    !SPECIAL_V4
        .iter()
        .any(|(block, length)| (ip.to_bits() ^ block.to_bits()) >> (32 - length) == 0)
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let [a, b, c, d, e, f, g, h] = ip.segments();
    let v4 = |high: u16, low: u16| Ipv4Addr::from_bits((u32::from(high) << 16) | u32::from(low));
    match (a, b) {
        // Mapped (::ffff:0:0/96) and through NAT64 (64:ff9b::/96).
        (0, 0) if [c, d, e, f] == [0, 0, 0, 0xffff] => is_public_v4(v4(g, h)),
        (0x64, 0xff9b) if [c, d, e, f] == [0; 4] => is_public_v4(v4(g, h)),
        // 6to4.
        (0x2002, high) => is_public_v4(v4(high, c)),
        // Protocols (2001::/23, Teredo among them), documentation.
        (0x2001, ..0x200 | 0xdb8) | (0x3fff, ..0x1000) => false,
        // Of the rest only 2000::/3 is given out.
        _ => a >> 13 == 1,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::config::SourceConfig;

    fn guard(allow: &[&str]) -> Guard {
        Guard::new(&Config {
            allow: allow.iter().map(|it| Place::parse(it).unwrap()).collect(),
            sources: vec![SourceConfig {
                domain: "alpha.localhost".into(),
                url: "http://alpha.localhost:3001".into(),
                streaming_url: Some("wss://10.9.9.9".into()),
                ..SourceConfig::default()
            }],
            ..Config::default()
        })
    }

    fn is_blocked(guard: &Guard, url: &str) -> bool {
        guard.check_url(&Url::parse(url).unwrap()).is_err()
    }

    #[test]
    fn addresses_inside_the_own_network_are_not_dialled() {
        let guard = guard(&[]);
        for host in [
            "127.0.0.1",
            "10.0.0.1",
            "172.31.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "198.51.100.7",
            "[::1]",
            "[::]",
            "[fe80::1]",
            "[fd00::1]",
            "[ff02::1]",
            "[::ffff:127.0.0.1]",
            "[::127.0.0.1]",
            "[64:ff9b::10.0.0.1]",
            "[2002:a00:1::1]",
            "[2001:db8::1]",
            "localhost",
            "db.localhost",
            "LOCALHOST.",
            "2130706433",
            "0x7f.1",
        ] {
            assert!(is_blocked(&guard, &format!("https://{host}/x")), "{host}");
        }
        for host in [
            "1.1.1.1",
            "[2606:4700::1111]",
            "[64:ff9b::1.1.1.1]",
            "a.example",
        ] {
            assert!(!is_blocked(&guard, &format!("https://{host}/x")), "{host}");
            assert!(is_blocked(&guard, &format!("http://{host}/x")), "{host}");
        }
    }

    #[test]
    fn what_relay_toml_names_may_be_dialled_at_that_port_only() {
        let guard = guard(&["10.0.0.5:3000", "relay.lan:443"]);
        assert!(!is_blocked(&guard, "http://alpha.localhost:3001/"));
        assert!(is_blocked(&guard, "http://alpha.localhost:3002/"));
        assert!(!is_blocked(&guard, "https://10.0.0.5:3000/"));
        assert!(is_blocked(&guard, "https://10.0.0.5/"));
        assert!(!is_blocked(&guard, "https://relay.lan/"));
        assert!(is_blocked(&guard, "https://relay.lan:8443/"));
        assert!(guard.permits("relay.lan", IpAddr::from([10, 0, 0, 7])));
        assert!(!guard.permits("other.lan", IpAddr::from([10, 0, 0, 7])));
    }

    #[test]
    fn a_private_source_must_be_allowed_and_is_told_how() {
        let error = guard(&[]).check("10.9.9.9", 443).unwrap_err().to_string();
        assert!(error.contains("\"10.9.9.9:443\" to `allow`"), "{error}");
    }

    proptest! {
        #[test]
        fn an_address_inside_another_is_judged_like_itself(bits: u32) {
            let v4 = Ipv4Addr::from_bits(bits);
            let [a, b, c, d] = v4.octets();
            let (high, low) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
            let expected = is_public(v4.into());
            for carrier in [
                v4.to_ipv6_mapped(),
                Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low),
                Ipv6Addr::new(0x2002, high, low, 0, 0, 0, 0, 1),
            ] {
                prop_assert_eq!(is_public(carrier.into()), expected, "{}", carrier);
            }
            prop_assert!(!is_public(Ipv6Addr::from_bits(bits.into()).into()), "compatible");
        }

        #[test]
        fn what_the_standard_library_calls_private_is_never_public(bits: u32, wide: u128) {
            let v4 = Ipv4Addr::from_bits(bits);
            let is_inside = v4.is_private() || v4.is_loopback() || v4.is_link_local() || v4.is_multicast()
                || v4.is_broadcast() || v4.is_documentation() || v4.is_unspecified();
            prop_assert!(!(is_inside && is_public(v4.into())));
            let v6 = Ipv6Addr::from_bits(wide);
            let is_inside = v6.is_loopback() || v6.is_multicast() || v6.is_unicast_link_local()
                || v6.is_unique_local() || v6.is_unspecified();
            prop_assert!(!(is_inside && is_public(v6.into())));
        }

        #[test]
        fn every_private_block_is_blocked_wherever_in_it(block in 0..SPECIAL_V4.len(), bits: u32) {
            let (network, length) = SPECIAL_V4[block];
            let ip = Ipv4Addr::from_bits(network.to_bits() | (bits >> length));
            prop_assert!(!is_public(ip.into()), "{}", ip);
        }
    }
}

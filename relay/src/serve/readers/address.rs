//! The address that a reader is counted by: the socket's, unless a trusted proxy says whom it speaks for.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::http::{HeaderMap, HeaderName, header};

use crate::config::Limits;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The reader's address as it is counted, or nothing for a reader on this very machine: its operator.
///
/// Of the addresses that a proxy names, the last one that is no trusted proxy itself is the reader: what stands before it is the reader's own word.
/// A chain of nothing but trusted proxies is counted by its first.
pub(super) fn of(peer: IpAddr, headers: &HeaderMap, limits: &Limits) -> Option<IpAddr> {
    let chain = forwarded(headers);
    if chain.is_empty() {
        return (!peer.is_loopback()).then(|| counted(peer));
    }
    if !limits.trusts(peer) {
        return Some(counted(peer));
    }
    let mut reader = peer;
    for named in chain.into_iter().rev() {
        // A proxy that does not tell: the nearest that is known stands for all behind it.
        let Some(address) = named else { break };
        reader = address;
        if !limits.trusts(address) {
            break;
        }
    }
    Some(counted(reader))
}

/// What stands for an address in the tables: itself, or the /64 that an IPv6 household has.
pub(super) fn counted(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let network = address.to_bits() >> 64 << 64;
            IpAddr::V6(Ipv6Addr::from_bits(network))
        }
        address => address,
    }
}

/// The named addresses in their order; nothing stands for one that is hidden or broken.
///
/// `X-Forwarded-For` wins: the usual proxies write it, and let a reader's own `Forwarded` through.
fn forwarded(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let lines = |name: HeaderName| headers.get_all(name).into_iter();
    let usual: Vec<_> = lines(X_FORWARDED_FOR)
        .flat_map(|line| line.as_bytes().split(|it| *it == b','))
        .map(|part| address_in(std::str::from_utf8(part).unwrap_or_default()))
        .collect();
    if !usual.is_empty() {
        return usual;
    }
    lines(header::FORWARDED)
        .flat_map(|line| line.as_bytes().split(|it| *it == b','))
        .map(|part| {
            let pairs = std::str::from_utf8(part).unwrap_or_default().split(';');
            let mut named = pairs.filter_map(|it| it.split_once('='));
            let (_, value) = named.find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))?;
            address_in(value.trim().trim_matches('"'))
        })
        .collect()
}

/// An address with or without a port, an IPv6 one also in brackets.
fn address_in(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
    let with_port = || text.parse().map(|it: SocketAddr| it.ip());
    let address: IpAddr = bare.unwrap_or(text).parse().or_else(|_| with_port()).ok()?;
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader(peer: &str, headers: &[(HeaderName, &str)]) -> Option<String> {
        let limits = Limits {
            trusted_proxies: ["127.0.0.0/8", "10.0.0.0/8"]
                .map(|it| it.parse().unwrap())
                .to_vec(),
            ..Limits::default()
        };
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(name, value.parse().unwrap());
        }
        of(peer.parse().unwrap(), &map, &limits).map(|it| it.to_string())
    }

    #[test]
    fn a_reader_on_this_machine_is_not_counted_unless_a_proxy_speaks() {
        assert_eq!(reader("127.0.0.1", &[]), None);
        assert_eq!(reader("::1", &[]), None);
        let named = reader("127.0.0.1", &[(X_FORWARDED_FOR, "192.0.2.7")]);
        assert_eq!(named.as_deref(), Some("192.0.2.7"));
        let hidden = reader("127.0.0.1", &[(X_FORWARDED_FOR, "unknown")]);
        assert_eq!(hidden.as_deref(), Some("127.0.0.1"));
    }

    #[test]
    fn a_stranger_cannot_say_to_be_somebody_else() {
        for claim in ["127.0.0.1", "198.51.100.1", "10.0.0.1"] {
            let headers = [(X_FORWARDED_FOR, claim)];
            assert_eq!(
                reader("192.0.2.7", &headers).as_deref(),
                Some("192.0.2.7"),
                "{claim}"
            );
            // The proxy adds whom it saw behind what the stranger claimed.
            let both = format!("{claim}, 192.0.2.7");
            assert_eq!(
                reader("127.0.0.1", &[(X_FORWARDED_FOR, &both)]).as_deref(),
                Some("192.0.2.7"),
                "{claim}"
            );
        }
        let headers = [
            (header::FORWARDED, "for=198.51.100.1"),
            (X_FORWARDED_FOR, "192.0.2.7"),
        ];
        assert_eq!(reader("127.0.0.1", &headers).as_deref(), Some("192.0.2.7"));
    }

    #[test]
    fn the_reader_is_the_last_address_that_is_no_proxy() {
        let headers = [
            (X_FORWARDED_FOR, "203.0.113.9, 192.0.2.7"),
            (X_FORWARDED_FOR, "10.0.0.2"),
        ];
        assert_eq!(reader("10.0.0.1", &headers).as_deref(), Some("192.0.2.7"));
        let inside = [(X_FORWARDED_FOR, "10.0.0.9, 10.0.0.2")];
        assert_eq!(reader("10.0.0.1", &inside).as_deref(), Some("10.0.0.9"));
    }

    #[test]
    fn both_headers_are_read_with_ports_and_brackets() {
        for (header, value, expected) in [
            (X_FORWARDED_FOR, "192.0.2.7:4711", "192.0.2.7"),
            (X_FORWARDED_FOR, "::ffff:192.0.2.7", "192.0.2.7"),
            (
                header::FORWARDED,
                "For=\"[2001:db8:1:2:3::4]:4711\";proto=https",
                "2001:db8:1:2::",
            ),
            (header::FORWARDED, "proto=http;for=192.0.2.60", "192.0.2.60"),
        ] {
            let got = reader("127.0.0.1", &[(header, value)]);
            assert_eq!(got.as_deref(), Some(expected), "{value}");
        }
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_claimed_a_stranger_is_counted_by_the_socket(claim in "[ -~]{0,60}") {
            for header in [X_FORWARDED_FOR, header::FORWARDED] {
                let headers = [(header, claim.as_str())];
                let counted = reader("192.0.2.7", &headers);
                proptest::prop_assert_eq!(counted.as_deref(), Some("192.0.2.7"));
                // Through a proxy it is somebody, or the proxy itself when nothing was claimed.
                reader("127.0.0.1", &headers);
            }
        }
    }

    #[test]
    fn a_household_with_ipv6_is_one_reader() {
        assert_eq!(
            reader("2001:db8:1:2:aaaa::1", &[]),
            reader("2001:db8:1:2:bbbb::2", &[])
        );
        assert_ne!(
            reader("2001:db8:1:2::1", &[]),
            reader("2001:db8:1:3::1", &[])
        );
    }
}

//! The relay's own ids: a function of the post alone, so every node and every restart gives the same.
//!
//! A post's id is 32 bits of whole seconds of `created_at`, then 31 bits of a hash of its `uri`,
//! as a decimal string. Sorting by it is sorting by time of writing, which is what makes paging by
//! `max_id` paging by time, on any node, without coordination.
//!
//! The hash is FNV-1a over the bytes in 64 bits, mixed by the finaliser of MurmurHash3 (so that
//! every input bit reaches the bits that are kept) and cut to its upper bits. It has no key on
//! purpose: nodes must agree. Somebody who searches for a collision gets one, and gains nothing:
//! of two `uri`s that want one id the smaller keeps it and the other takes the next of its chain.

use core::fmt;

/// Bits of an id that come from the hash.
const HASH_BITS: u32 = 31;

/// The id under which the relay shows a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicId(u64);

impl PublicId {
    /// The id of a post written at `created_at_seconds` (unix time). `attempt` is 0 but for
    /// collisions, where it counts along the chain of this `uri`. `None` for a time that 32 bits
    /// cannot hold (before 1970, after 2106).
    #[must_use]
    pub fn of(created_at_seconds: i64, uri: &str, attempt: u32) -> Option<Self> {
        let seconds = u32::try_from(created_at_seconds).ok()?;
        let hash = chained_hash(uri, attempt) >> (64 - HASH_BITS);
        Some(Self(u64::from(seconds) << HASH_BITS | hash))
    }

    /// The smallest id that a post written in this second can have: a floor for paging by time.
    #[must_use]
    pub fn floor(created_at_seconds: u32) -> Self {
        Self(u64::from(created_at_seconds) << HASH_BITS)
    }

    /// Reads what [`Display`](fmt::Display) wrote. Anything else is `None`: a stranger's id.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.is_empty() || text.len() > 20 || !text.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let value: u64 = text.parse().ok()?;
        (value <= i64::MAX as u64).then_some(Self(value))
    }

    /// The second that is inside the id, in unix time.
    #[must_use]
    pub fn seconds(self) -> u32 {
        u32::try_from(self.0 >> HASH_BITS).unwrap_or(u32::MAX)
    }

    /// The number, which always fits a signed 64-bit column.
    #[must_use]
    pub fn as_i64(self) -> i64 {
        i64::try_from(self.0).unwrap_or(i64::MAX)
    }

    /// From a signed 64-bit column; `None` for what cannot be an id.
    #[must_use]
    pub fn from_i64(value: i64) -> Option<Self> {
        u64::try_from(value).ok().map(Self)
    }
}

impl fmt::Display for PublicId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The id of something that has no time: an account (from its `uri`, else its full handle), a
/// picture, a poll. 63 bits as a decimal string.
#[must_use]
pub fn named_id(name: &str) -> String {
    (chained_hash(name, 0) >> 1).to_string()
}

/// A stable 64-bit hash for telling texts apart; no secret is in it.
#[must_use]
pub fn stable_hash(text: &str) -> u64 {
    chained_hash(text, 0)
}

fn chained_hash(text: &str, attempt: u32) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in text.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    for step in 0..=attempt {
        hash = mixed(hash.wrapping_add(u64::from(step)));
    }
    hash
}

fn mixed(mut x: u64) -> u64 {
    x ^= x >> 33;
    x = x.wrapping_mul(0xff51_afd7_ed55_8ccd);
    x ^= x >> 33;
    x = x.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    x ^ (x >> 33)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_id_never_changes_between_versions() {
        let id = PublicId::of(1_700_000_000, "https://a.example/users/x/statuses/1", 0).unwrap();
        assert_eq!(
            id.to_string(),
            "3650722203017194256",
            "a change here breaks every saved id"
        );
    }

    #[test]
    fn times_that_do_not_fit_are_refused() {
        assert_eq!(PublicId::of(-1, "x", 0), None);
        assert_eq!(PublicId::of(i64::from(u32::MAX) + 1, "x", 0), None);
        assert!(PublicId::of(i64::from(u32::MAX), "x", 0).is_some());
    }

    #[test]
    fn only_plain_decimals_are_read() {
        for text in [
            "",
            "-1",
            "+1",
            "1x",
            "18446744073709551615",
            "99999999999999999999999",
        ] {
            assert_eq!(PublicId::parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_chain_leaves_a_collision_at_once() {
        let of = |uri: &str, attempt| PublicId::of(1_700_000_000, uri, attempt).unwrap();
        let mut seen = std::collections::HashMap::new();
        let (one, two) = (0_u32..)
            .find_map(|n| {
                let uri = format!("https://a.example/{n}");
                seen.insert(of(&uri, 0), uri.clone())
                    .map(|earlier| (earlier, uri))
            })
            .unwrap();
        assert_eq!(of(&one, 0), of(&two, 0));
        assert_ne!(of(&one, 1), of(&two, 0));
    }

    proptest! {
        #[test]
        fn ids_sort_by_time_and_read_back(a in 0..=u32::MAX, b in 0..=u32::MAX, x in ".{0,40}", y in ".{0,40}") {
            let one = PublicId::of(i64::from(a), &x, 0).unwrap();
            let other = PublicId::of(i64::from(b), &y, 0).unwrap();
            if a != b {
                prop_assert_eq!(a < b, one < other);
            }
            prop_assert_eq!(PublicId::parse(&one.to_string()), Some(one));
            prop_assert_eq!(PublicId::from_i64(one.as_i64()), Some(one));
            prop_assert_eq!(one.seconds(), a);
            prop_assert!(PublicId::floor(a) <= one);
        }
    }
}

//! When a feed last changed, for readers who ask by date.
//!
//! No date inside a feed says that: a post that was written long ago may arrive now, and a deleted one leaves nothing. So it is remembered when each feed
//! was first seen as it is.

use std::{
    hash::{DefaultHasher, Hash as _, Hasher as _},
    num::NonZeroUsize,
    sync::{Mutex, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use axum::http::{HeaderMap, header};
use lru::LruCache;

/// Feeds remembered at most, 60 KB; another one counts as changed when it is next asked for.
const MAX_FEEDS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(1_023);

/// When each feed was first seen as it is, by its address.
#[derive(Debug)]
pub(in crate::serve) struct Fresh(Mutex<LruCache<u64, Seen>>);

#[derive(Debug, Clone, Copy)]
struct Seen {
    body: u64,
    /// In seconds since 1970.
    since: u64,
}

impl Default for Fresh {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(MAX_FEEDS)))
    }
}

impl Fresh {
    /// Since when the feed at this address has this body.
    pub(super) fn modified(&self, address: &str, body: &[u8]) -> SystemTime {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let since = self.since(address, body, now.unwrap_or_default().as_secs());
        UNIX_EPOCH + Duration::from_secs(since)
    }

    fn since(&self, address: &str, body: &[u8], now: u64) -> u64 {
        let (address, body) = (hash(address.as_bytes()), hash(body));
        let mut table = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = table.get(&address).copied();
        if let Some(known) = known.filter(|it| it.body == body) {
            return known.since;
        }
        // Dates have whole seconds: two bodies within one must not have the same.
        let since = known.map_or(now, |it| now.max(it.since + 1));
        table.put(address, Seen { body, since });
        since
    }
}

/// Whether the reader says that it has what is there since `modified`. One that names an ETag is not asking by date.
pub(super) fn is_held(asked: &HeaderMap, modified: SystemTime) -> bool {
    let text = |name| asked.get(name).and_then(|it| it.to_str().ok());
    let date = text(header::IF_MODIFIED_SINCE).and_then(|it| httpdate::parse_http_date(it).ok());
    text(header::IF_NONE_MATCH).is_none() && date.is_some_and(|it| it >= modified)
}

fn hash(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feed_keeps_its_date_until_it_changes() {
        let fresh = Fresh::default();
        assert_eq!(fresh.since("a", b"1", 100), 100);
        assert_eq!(fresh.since("a", b"1", 200), 100);
        assert_eq!(fresh.since("b", b"1", 200), 200);
        assert_eq!(fresh.since("a", b"2", 300), 300);
    }

    #[test]
    fn two_changes_within_a_second_have_two_dates() {
        let fresh = Fresh::default();
        assert_eq!(fresh.since("a", b"1", 100), 100);
        assert_eq!(fresh.since("a", b"2", 100), 101);
        assert_eq!(fresh.since("a", b"3", 100), 102);
    }
}

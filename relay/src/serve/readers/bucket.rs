//! Counts requests by address: a bucket that fills steadily, kept as one number (the generic cell rate algorithm).

use std::{
    net::IpAddr,
    num::NonZeroUsize,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use lru::LruCache;

/// Addresses remembered at most, about 1.5 MB; who asks again after so many others begins anew.
const MAX_ADDRESSES: NonZeroUsize = NonZeroUsize::MIN.saturating_add(16_383);

/// The buckets of all readers.
#[derive(Debug)]
pub(super) struct Buckets {
    limit: u32,
    period: Duration,
    /// What one request costs in time.
    step: Duration,
    /// By address, when its bucket is full again, since the relay's start.
    full_at: Mutex<LruCache<IpAddr, Duration>>,
}

/// What a reader is told.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    /// Requests of a full bucket.
    pub(super) limit: u32,
    /// Requests that can be made at once.
    pub(super) remaining: u32,
    /// When the bucket will be full again.
    pub(super) full_in: Duration,
    /// When the refused request may be tried again; nothing when it is not refused.
    pub(super) wait: Option<Duration>,
}

impl Buckets {
    /// Full buckets of `limit` requests, which an empty one has again after `period`; nothing when there is no limit.
    pub(super) fn new(limit: u32, period: Duration) -> Option<Self> {
        Some(Self {
            limit,
            period,
            step: period.checked_div(limit)?,
            full_at: Mutex::new(LruCache::new(MAX_ADDRESSES)),
        })
    }

    /// Takes a request out of an address's bucket, `now` since the relay's start.
    pub(super) fn take(&self, address: IpAddr, now: Duration) -> Verdict {
        let mut table = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        let full_at = table.get_or_insert_mut(address, || now);
        let before = (*full_at).max(now);
        let after = before.saturating_add(self.step);
        let end = now.saturating_add(self.period);
        let is_refused = after > end;
        *full_at = if is_refused { before } else { after };
        let left = end.saturating_sub(*full_at);
        Verdict {
            limit: self.limit,
            remaining: whole(left.as_nanos() / self.step.as_nanos().max(1)),
            full_in: full_at.saturating_sub(now),
            wait: is_refused.then(|| after.saturating_sub(end)),
        }
    }
}

fn whole(number: u128) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PERIOD: Duration = Duration::from_secs(300);

    fn ada() -> IpAddr {
        IpAddr::from([192, 0, 2, 1])
    }

    #[test]
    fn a_full_bucket_is_spent_at_once_and_then_fills_steadily() {
        let buckets = Buckets::new(300, PERIOD).unwrap();
        let now = Duration::from_secs(1_000);
        for used in 1..=300 {
            let verdict = buckets.take(ada(), now);
            assert_eq!(verdict.wait, None, "{used}");
            assert_eq!(verdict.remaining, 300 - used);
            assert_eq!(verdict.full_in, Duration::from_secs(u64::from(used)));
        }
        let refused = buckets.take(ada(), now);
        assert_eq!(refused.wait, Some(Duration::from_secs(1)));
        assert_eq!(refused.remaining, 0);
        let second_later = now + Duration::from_secs(1);
        assert_eq!(buckets.take(ada(), second_later).wait, None);
        assert!(buckets.take(ada(), second_later).wait.is_some());
        let much_later = now + PERIOD * 2;
        assert_eq!(buckets.take(ada(), much_later).remaining, 299);
    }

    #[test]
    fn readers_do_not_share_a_bucket() {
        let buckets = Buckets::new(1, PERIOD).unwrap();
        assert_eq!(buckets.take(ada(), PERIOD).wait, None);
        assert!(buckets.take(ada(), PERIOD).wait.is_some());
        let other = IpAddr::from([192, 0, 2, 2]);
        assert_eq!(buckets.take(other, PERIOD).wait, None);
    }

    #[test]
    fn a_hundred_thousand_addresses_take_no_more_room_than_the_bound() {
        let buckets = Buckets::new(300, PERIOD).unwrap();
        for number in 0..100_000_u32 {
            buckets.take(IpAddr::from(number.to_be_bytes()), PERIOD);
        }
        assert_eq!(buckets.full_at.lock().unwrap().len(), MAX_ADDRESSES.get());
    }

    #[test]
    fn no_limit_is_no_table() {
        assert!(Buckets::new(0, PERIOD).is_none());
    }
}

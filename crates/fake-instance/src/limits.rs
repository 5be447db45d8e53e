//! Request limits as Mastodon counts them: windows aligned to the wall clock, the nearest limit told in headers.
use std::collections::BTreeMap;

use crate::clock::iso_micros;

/// Most counters that are kept; old windows are thrown away beyond it.
const MOST_COUNTERS: usize = 10_000;

/// One limit: how many in how many seconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limit {
    pub(crate) name: &'static str,
    pub(crate) most: u64,
    pub(crate) period_seconds: i64,
}

pub(crate) const PER_TOKEN: Limit = Limit {
    name: "token",
    most: 300,
    period_seconds: 300,
};
pub(crate) const PER_USER: Limit = Limit {
    name: "user",
    most: 1_500,
    period_seconds: 300,
};
pub(crate) const ANONYMOUS: Limit = Limit {
    name: "ip",
    most: 300,
    period_seconds: 300,
};
pub(crate) const PAGING: Limit = Limit {
    name: "paging",
    most: 300,
    period_seconds: 900,
};
pub(crate) const MEDIA: Limit = Limit {
    name: "media",
    most: 30,
    period_seconds: 1_800,
};
pub(crate) const DELETES: Limit = Limit {
    name: "deletes",
    most: 30,
    period_seconds: 1_800,
};
pub(crate) const REGISTRATION: Limit = Limit {
    name: "apps",
    most: 5,
    period_seconds: 600,
};

/// The counters of a server.
#[derive(Debug, Default)]
pub(crate) struct Limiter {
    counters: BTreeMap<(&'static str, String, i64), u64>,
}

/// What the headers say and whether the call is one too many.
#[derive(Clone, Debug)]
pub(crate) struct Standing {
    pub(crate) most: u64,
    pub(crate) remaining: u64,
    pub(crate) reset: String,
    pub(crate) exceeded: bool,
}

impl Limiter {
    /// Counts a call against its limits and tells of the one it is closest to.
    pub(crate) fn count(
        &mut self,
        limits: &[(Limit, String)],
        now_ms: i64,
        enforce: bool,
    ) -> Option<Standing> {
        let mut nearest: Option<Standing> = None;
        for (limit, who) in limits {
            let period = limit.period_seconds * 1_000;
            let window = now_ms.div_euclid(period);
            let count = self
                .counters
                .entry((limit.name, who.clone(), window))
                .or_default();
            *count += 1;
            let standing = Standing {
                most: limit.most,
                remaining: limit.most.saturating_sub(*count),
                reset: iso_micros((window + 1) * period, now_ms % 1_000_000),
                exceeded: enforce && *count > limit.most,
            };
            let closer = nearest.as_ref().is_none_or(|known| {
                (standing.exceeded && !known.exceeded)
                    || (standing.exceeded == known.exceeded && standing.remaining < known.remaining)
            });
            if closer {
                nearest = Some(standing);
            }
        }
        if self.counters.len() > MOST_COUNTERS {
            self.counters
                .retain(|(_, _, window), _| *window * 300_000 >= now_ms - 86_400_000);
            if self.counters.len() > MOST_COUNTERS {
                self.counters.clear();
            }
        }
        nearest
    }

    /// Forgets every count.
    pub(crate) fn reset(&mut self) {
        self.counters.clear();
    }
}

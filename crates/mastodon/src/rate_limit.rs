//! How much a server lets one ask, and when it will let one ask again.

use std::time::Duration;

use http::{HeaderMap, HeaderName, header::RETRY_AFTER};

use crate::{Timestamp, lenient::number};

/// Numbers below this cannot be a time of now in seconds since 1970, so they are a number of seconds to wait.
const FIRST_EPOCH_SECONDS: i64 = 1_000_000_000;

/// The longest wait that is believed: a day, Mastodon's longest window.
const MAX_WAIT_SECONDS: i64 = 24 * 60 * 60;

/// What a server said about the limit that one is closest to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RateLimit {
    /// How many requests a window has.
    pub limit: Option<i64>,
    /// How many are left in this window.
    pub remaining: Option<i64>,
    /// When the window ends.
    pub reset: Option<Wait>,
    /// When to ask again, where a server says it outright.
    pub retry_after: Option<Wait>,
}

/// An end of waiting. This crate has no clock, so it keeps which of the two forms it was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// At this instant, in milliseconds since 1970.
    Until(i64),
    /// So long after the answer came.
    For(Duration),
}

impl Wait {
    /// How long that is from an instant (milliseconds since 1970), at most a day, nothing when it is past.
    #[must_use]
    pub fn from_now(self, now_millis: i64) -> Duration {
        let longest = Duration::from_secs(MAX_WAIT_SECONDS.unsigned_abs());
        let wait = match self {
            Self::Until(millis) => {
                Duration::from_millis(u64::try_from(millis.saturating_sub(now_millis)).unwrap_or(0))
            }
            Self::For(duration) => duration,
        };
        wait.min(longest)
    }
}

impl RateLimit {
    /// Reads `X-RateLimit-*` and `Retry-After`; `None` when there is neither.
    #[must_use]
    pub fn from_headers(headers: &HeaderMap) -> Option<Self> {
        let text = |name: HeaderName| headers.get(name)?.to_str().ok().map(str::trim);
        let number = |name| text(HeaderName::from_static(name))?.parse().ok();
        let limit = Self {
            limit: number("x-ratelimit-limit"),
            remaining: number("x-ratelimit-remaining"),
            reset: text(HeaderName::from_static("x-ratelimit-reset")).and_then(wait),
            retry_after: text(RETRY_AFTER).and_then(wait),
        };
        (limit != Self::default()).then_some(limit)
    }

    /// When to ask again after a refusal: what `Retry-After` says, else the end of the window.
    #[must_use]
    pub fn until(&self) -> Option<Wait> {
        self.retry_after.or(self.reset)
    }
}

/// Reads an ISO time (Mastodon), seconds since 1970 (others), seconds to wait, or the date of HTTP.
fn wait(text: &str) -> Option<Wait> {
    if let Some(seconds) = number(text) {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "casts of floats saturate, and the result is clamped"
        )]
        let seconds = seconds as i64;
        return Some(if seconds >= FIRST_EPOCH_SECONDS {
            Wait::Until(seconds.saturating_mul(1_000))
        } else {
            Wait::For(Duration::from_secs(
                seconds.clamp(0, MAX_WAIT_SECONDS).unsigned_abs(),
            ))
        });
    }
    Timestamp::new(text)
        .unix_millis()
        .or_else(|| http_date(text))
        .map(Wait::Until)
}

/// Reads `Wed, 21 Oct 2026 07:28:00 GMT`.
fn http_date(text: &str) -> Option<i64> {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let (_, date) = text.split_once(", ")?;
    let mut words = date.split(' ');
    let (day, month, year, time, zone) = (
        words.next()?,
        words.next()?,
        words.next()?,
        words.next()?,
        words.next()?,
    );
    let month = MONTHS.iter().position(|it| *it == month)? + 1;
    if zone != "GMT" {
        return None;
    }
    Timestamp::new(format!("{year}-{month:02}-{day:0>2}T{time}Z")).unix_millis()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use http::{HeaderMap, HeaderName, HeaderValue};

    use super::{RateLimit, Wait};

    fn read(headers: &[(&'static str, &'static str)]) -> Option<RateLimit> {
        let pairs = headers.iter().map(|(name, value)| {
            (
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )
        });
        RateLimit::from_headers(&pairs.collect::<HeaderMap>())
    }

    #[test]
    fn the_end_of_a_window_is_read_in_every_form() {
        for (text, wait) in [
            (
                "2026-10-14T19:05:00.785357Z",
                Wait::Until(1_792_004_700_785),
            ),
            ("1792004700", Wait::Until(1_792_004_700_000)),
            ("30", Wait::For(Duration::from_secs(30))),
            ("-5", Wait::For(Duration::ZERO)),
            (
                "Wed, 14 Oct 2026 19:05:00 GMT",
                Wait::Until(1_792_004_700_000),
            ),
        ] {
            assert_eq!(
                read(&[("x-ratelimit-reset", text)]).unwrap().until(),
                Some(wait),
                "{text}"
            );
        }
    }

    #[test]
    fn what_says_nothing_is_none() {
        assert_eq!(read(&[]), None);
        assert_eq!(
            read(&[("x-ratelimit-reset", "soon"), ("x-ratelimit-limit", "many")]),
            None
        );
    }

    #[test]
    fn retry_after_wins_over_the_window() {
        let limit = read(&[("x-ratelimit-reset", "1792004700"), ("retry-after", "2")]).unwrap();
        assert_eq!(limit.until(), Some(Wait::For(Duration::from_secs(2))));
    }

    #[test]
    fn nobody_is_made_to_wait_longer_than_a_day() {
        assert_eq!(
            Wait::Until(i64::MAX).from_now(0),
            Duration::from_secs(86_400)
        );
        assert_eq!(Wait::Until(5).from_now(10), Duration::ZERO);
    }
}

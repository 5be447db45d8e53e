//! How long ago something was, or how soon it will be, in as little as a corner of a post has room for.

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// A span of time as people say it; `Date` is for what is so far away that the day itself is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Age {
    /// Less than a minute.
    Now,
    /// Less than an hour.
    Minutes(i64),
    /// Less than a day.
    Hours(i64),
    /// Less than a week.
    Days(i64),
    /// Further away.
    Date,
}

impl Age {
    /// The span between two moments in Unix milliseconds, whichever is first.
    pub const fn between(now: i64, then: i64) -> Self {
        let span = now.saturating_sub(then).saturating_abs();
        match span {
            0..MINUTE => Self::Now,
            MINUTE..HOUR => Self::Minutes(span / MINUTE),
            HOUR..DAY => Self::Hours(span / HOUR),
            _ if span < 7 * DAY => Self::Days(span / DAY),
            _ => Self::Date,
        }
    }

    /// The span in a few letters; none for a date.
    pub fn short(self) -> Option<String> {
        match self {
            Self::Now => Some("now".to_owned()),
            Self::Minutes(n) => Some(format!("{n}m")),
            Self::Hours(n) => Some(format!("{n}h")),
            Self::Days(n) => Some(format!("{n}d")),
            Self::Date => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Age, DAY, HOUR, MINUTE};

    #[test]
    fn spans_are_said_in_their_largest_unit() {
        for (span, age) in [
            (0, Age::Now),
            (MINUTE - 1, Age::Now),
            (MINUTE, Age::Minutes(1)),
            (HOUR - 1, Age::Minutes(59)),
            (HOUR, Age::Hours(1)),
            (DAY, Age::Days(1)),
            (7 * DAY - 1, Age::Days(6)),
            (7 * DAY, Age::Date),
        ] {
            assert_eq!(Age::between(span, 0), age);
            assert_eq!(Age::between(0, span), age);
        }
    }

    #[test]
    fn impossible_times_are_only_far_away() {
        assert_eq!(Age::between(i64::MAX, i64::MIN), Age::Date);
    }
}

//! Points in time as the wire writes them, with the arithmetic that a client needs and no calendar library.

use serde_json::Value;

use crate::lenient::{Notes, Shape, Unreadable, Wire, text};

const MILLIS_PER_SECOND: i64 = 1_000;
const MILLIS_PER_MINUTE: i64 = 60 * MILLIS_PER_SECOND;
const MILLIS_PER_HOUR: i64 = 60 * MILLIS_PER_MINUTE;
const MILLIS_PER_DAY: i64 = 24 * MILLIS_PER_HOUR;

/// The first and last instant of the years 0000 to 9999, beyond which RFC 3339 has no text.
const RANGE: std::ops::RangeInclusive<i64> = -62_167_219_200_000..=253_402_300_799_999;

/// A point in time, kept exactly as it was written (RFC 3339, or a date alone).
///
/// Equality is equality of the text; compare [`Timestamp::unix_millis`] to compare instants.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Timestamp(String);

impl Timestamp {
    /// Takes a time as a server wrote it.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The instant in RFC 3339 with milliseconds and `Z`; times outside the years 0000 to 9999 are clamped to them.
    #[must_use]
    pub fn from_unix_millis(millis: i64) -> Self {
        let millis = millis.clamp(*RANGE.start(), *RANGE.end());
        let (year, month, day) = civil_from_days(millis.div_euclid(MILLIS_PER_DAY));
        let of_day = millis.rem_euclid(MILLIS_PER_DAY);
        Self(format!(
            "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}.{:03}Z",
            of_day / MILLIS_PER_HOUR,
            of_day / MILLIS_PER_MINUTE % 60,
            of_day / MILLIS_PER_SECOND % 60,
            of_day % MILLIS_PER_SECOND,
        ))
    }

    /// The text as it came.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Milliseconds since 1970, or `None` when the text is no time. A date alone means its first instant in UTC.
    #[must_use]
    pub fn unix_millis(&self) -> Option<i64> {
        parse(self.0.trim())
    }
}

impl std::fmt::Display for Timestamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl Wire for Timestamp {
    fn required(&self) -> bool {
        false
    }

    fn put(&mut self, value: Value, _: &mut Notes) -> Result<(), Unreadable> {
        self.0 = text(value, "a time")?;
        Ok(())
    }

    fn shape() -> Shape {
        Shape::Text
    }
}

impl serde::Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

crate::macros::deserialize!(Timestamp);

/// Reads `YYYY-MM-DD`, then optionally `T` or a space, `hh:mm:ss`, a fraction and an offset (`Z` when there is none).
fn parse(text: &str) -> Option<i64> {
    let mut rest = text.as_bytes();
    let year = number(&mut rest, 4)?;
    skip(&mut rest, b'-')?;
    let month = number(&mut rest, 2)?;
    skip(&mut rest, b'-')?;
    let day = number(&mut rest, 2)?;
    if !(1..=12).contains(&month) || day < 1 || day > days_in_month(year, month) {
        return None;
    }
    let midnight = days_from_civil(year, month, day) * MILLIS_PER_DAY;
    let Some((separator, mut rest)) = rest.split_first() else {
        return Some(midnight);
    };
    if !matches!(separator, b'T' | b't' | b' ') {
        return None;
    }
    let hour = number(&mut rest, 2)?;
    skip(&mut rest, b':')?;
    let minute = number(&mut rest, 2)?;
    skip(&mut rest, b':')?;
    let second = number(&mut rest, 2)?;
    // A leap second is written 60 and counts as the first instant of the next minute.
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let fraction = fraction_millis(&mut rest)?;
    let offset = offset_millis(rest)?;
    let of_day =
        hour * MILLIS_PER_HOUR + minute * MILLIS_PER_MINUTE + second * MILLIS_PER_SECOND + fraction;
    Some(midnight + of_day - offset)
}

/// Takes exactly `n_digits` digits.
fn number(rest: &mut &[u8], n_digits: usize) -> Option<i64> {
    let (digits, after) = rest.split_at_checked(n_digits)?;
    *rest = after;
    digits.iter().try_fold(0_i64, |sum, digit| {
        digit
            .is_ascii_digit()
            .then(|| sum * 10 + i64::from(digit.wrapping_sub(b'0')))
    })
}

fn skip(rest: &mut &[u8], wanted: u8) -> Option<()> {
    let (first, after) = rest.split_first()?;
    *rest = after;
    (*first == wanted).then_some(())
}

/// Takes `.digits` and keeps milliseconds of it.
fn fraction_millis(rest: &mut &[u8]) -> Option<i64> {
    let Some((b'.', after)) = rest.split_first() else {
        return Some(0);
    };
    let n_digits = after.iter().take_while(|it| it.is_ascii_digit()).count();
    let (digits, after) = after.split_at_checked(n_digits)?;
    *rest = after;
    let padded = digits
        .iter()
        .copied()
        .chain(std::iter::repeat(b'0'))
        .take(3);
    (n_digits > 0).then(|| {
        padded.fold(0, |sum, digit| {
            sum * 10 + i64::from(digit.wrapping_sub(b'0'))
        })
    })
}

/// Reads `Z`, `+hh:mm`, `+hhmm` or nothing.
fn offset_millis(rest: &[u8]) -> Option<i64> {
    let Some((first, mut rest)) = rest.split_first() else {
        return Some(0);
    };
    let sign = match first {
        b'Z' | b'z' => return rest.is_empty().then_some(0),
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let hours = number(&mut rest, 2)?;
    if rest.first() == Some(&b':') {
        skip(&mut rest, b':')?;
    }
    let minutes = number(&mut rest, 2)?;
    let valid = rest.is_empty() && hours <= 23 && minutes <= 59;
    valid.then_some(sign * (hours * MILLIS_PER_HOUR + minutes * MILLIS_PER_MINUTE))
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days from 1970-01-01 to a date of the Gregorian calendar. Years are counted from March, so that the leap day is the last.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The year, month and day of a count of days from 1970-01-01.
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Timestamp;

    #[track_caller]
    fn check(text: &str, millis: Option<i64>) {
        assert_eq!(Timestamp::new(text).unix_millis(), millis, "{text}");
    }

    #[test]
    fn the_forms_that_servers_write_are_read() {
        check("1970-01-01T00:00:00.000Z", Some(0));
        check("2000-03-01T00:00:00Z", Some(951_868_800_000));
        check("2026-10-14", Some(1_791_936_000_000));
        check("2026-10-14T00:00:00.123456Z", Some(1_791_936_000_123));
        check("2026-10-14T02:30:00.5+02:30", Some(1_791_936_000_500));
        check("2026-10-13T23:00:00-0100", Some(1_791_936_000_000));
        check("1969-12-31 23:59:59.999", Some(-1));
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "now",
            "2026-13-01",
            "2026-02-29",
            "2026-10-14T",
            "2026-10-14T25:00:00Z",
            "2026-10-14T00:00:00Zulu",
            "１９７０-01-01",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn times_are_written_with_milliseconds_and_z() {
        assert_eq!(
            Timestamp::from_unix_millis(951_782_400_007).as_str(),
            "2000-02-29T00:00:00.007Z"
        );
        assert_eq!(
            Timestamp::from_unix_millis(i64::MAX).as_str(),
            "9999-12-31T23:59:59.999Z"
        );
        assert_eq!(
            Timestamp::from_unix_millis(i64::MIN).as_str(),
            "0000-01-01T00:00:00.000Z"
        );
    }

    proptest! {
        #[test]
        fn a_written_time_reads_back(millis in super::RANGE) {
            prop_assert_eq!(Timestamp::from_unix_millis(millis).unix_millis(), Some(millis));
        }

        #[test]
        fn no_text_breaks_the_reader(text in any::<String>()) {
            prop_assert!(Timestamp::new(text).unix_millis().is_none_or(|it| it > i64::MIN));
        }
    }
}

//! The world's own time, so that a seeded world can start at a chosen moment, and the date forms that Mastodon writes.
use std::time::Instant;

/// A clock that starts at a chosen moment and then runs with the machine's.
#[derive(Debug)]
pub(crate) struct Clock {
    origin_ms: i64,
    started: Instant,
}

impl Clock {
    /// Starts at `origin_ms` (Unix milliseconds).
    pub(crate) fn starting_at(origin_ms: i64) -> Self {
        Self {
            origin_ms,
            started: Instant::now(),
        }
    }

    /// Unix milliseconds of the world's now.
    pub(crate) fn now_ms(&self) -> i64 {
        let elapsed = i64::try_from(self.started.elapsed().as_millis()).unwrap_or(i64::MAX);
        self.origin_ms.saturating_add(elapsed)
    }
}

/// Unix milliseconds of the machine's clock.
pub(crate) fn machine_now_ms() -> i64 {
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |since| {
            i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
        })
}

const DAY_MS: i64 = 86_400_000;
const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// Year, month and day of a count of days since 1970-01-01 in the proleptic Gregorian calendar.
fn civil(days: i64) -> (i64, i64, i64) {
    // Eras of 400 years that begin on the first of March make the leap day the last of its year.
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

fn days_of_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = (month + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

fn clock_face(ms: i64) -> (i64, i64, i64, i64) {
    let in_day = ms.rem_euclid(DAY_MS);
    (
        in_day / 3_600_000,
        in_day / 60_000 % 60,
        in_day / 1_000 % 60,
        in_day % 1_000,
    )
}

/// `2026-10-14`
pub(crate) fn date(ms: i64) -> String {
    let (year, month, day) = civil(ms.div_euclid(DAY_MS));
    format!("{year:04}-{month:02}-{day:02}")
}

/// `2026-10-14T19:06:40.477Z`
pub(crate) fn iso(ms: i64) -> String {
    let (hour, minute, second, millis) = clock_face(ms);
    format!(
        "{}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z",
        date(ms)
    )
}

/// `2026-10-14T19:05:00.887052Z`, the form of `X-RateLimit-Reset`.
pub(crate) fn iso_micros(ms: i64, micros: i64) -> String {
    let (hour, minute, second, millis) = clock_face(ms);
    format!(
        "{}T{hour:02}:{minute:02}:{second:02}.{:06}Z",
        date(ms),
        millis * 1_000 + micros % 1_000
    )
}

/// The moment's day at midnight, which is all that Mastodon tells of an account's age.
pub(crate) fn midnight(ms: i64) -> i64 {
    ms.div_euclid(DAY_MS) * DAY_MS
}

/// Cut to whole seconds, as copies on other servers are.
pub(crate) fn whole_seconds(ms: i64) -> i64 {
    ms.div_euclid(1_000) * 1_000
}

/// `Wed, 14 Oct 2026 19:06:40 GMT`, the form of the `Date` header.
pub(crate) fn http_date(ms: i64) -> String {
    let days = ms.div_euclid(DAY_MS);
    let (year, month, day) = civil(days);
    let (hour, minute, second, _) = clock_face(ms);
    let weekday = usize::try_from(days.rem_euclid(7))
        .ok()
        .and_then(|at| WEEKDAYS.get(at))
        .copied()
        .unwrap_or("Thu");
    let month = usize::try_from(month - 1)
        .ok()
        .and_then(|at| MONTHS.get(at))
        .copied()
        .unwrap_or("Jan");
    format!("{weekday}, {day:02} {month} {year:04} {hour:02}:{minute:02}:{second:02} GMT")
}

/// Reads `2026-10-14T19:06:40[.fff](Z|±hh:mm)`; anything else is `None`.
pub(crate) fn parse_iso(text: &str) -> Option<i64> {
    let (day, rest) = text.split_once(['T', ' '])?;
    let mut parts = day.splitn(3, '-').map(str::parse::<i64>);
    let (year, month, day) = (
        parts.next()?.ok()?,
        parts.next()?.ok()?,
        parts.next()?.ok()?,
    );
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let zone_at = rest.find(['Z', 'z', '+', '-']).unwrap_or(rest.len());
    let (face, zone) = rest.split_at(zone_at);
    let mut parts = face.splitn(3, ':');
    let hour: i64 = parts.next()?.parse().ok()?;
    let minute: i64 = parts.next()?.parse().ok()?;
    let seconds: f64 = parts.next().unwrap_or("0").parse().ok()?;
    let offset_minutes = match zone.get(..1) {
        Some(sign @ ("+" | "-")) => {
            let (hours, minutes) = zone.get(1..)?.split_once(':')?;
            let size = hours.parse::<i64>().ok()? * 60 + minutes.parse::<i64>().ok()?;
            if sign == "+" { size } else { -size }
        }
        _ => 0,
    };
    let millis = (seconds * 1_000.0).round() as i64;
    Some(
        days_of_civil(year, month, day) * DAY_MS
            + (hour * 60 + minute - offset_minutes) * 60_000
            + millis,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_as_mastodon_writes_them() {
        assert_eq!(iso(1_791_832_000_477), "2026-10-12T19:06:40.477Z");
        assert_eq!(iso(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(http_date(784_111_777_000), "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(
            iso_micros(951_826_200_123, 456),
            "2000-02-29T12:10:00.123456Z"
        );
    }

    #[test]
    fn a_written_date_reads_back_to_the_same_moment() {
        for ms in [0, 951_782_400_001, 1_791_832_000_477, 4_102_444_799_999] {
            assert_eq!(parse_iso(&iso(ms)), Some(ms));
        }
        assert_eq!(
            parse_iso("1994-11-06T09:49:37+01:00"),
            Some(784_111_777_000)
        );
        assert_eq!(parse_iso("yesterday"), None);
    }
}

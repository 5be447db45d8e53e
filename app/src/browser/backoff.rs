//! How long to wait before trying again: longer each time, never the same for everybody.

/// The first wait and the longest, in milliseconds.
const FIRST_MILLIS: f64 = 1_000.0;
const LONGEST_MILLIS: f64 = 60_000.0;

/// Milliseconds to wait after `failures` failures in a row (at least one), given a random number from 0 to 1.
///
/// Half of each wait is random, so that a thousand tabs do not return to a restarted server in one moment.
pub fn delay_millis(failures: u32, random: f64) -> f64 {
    let doublings = failures.saturating_sub(1).min(10);
    let full = (FIRST_MILLIS * f64::from(1_u32 << doublings)).min(LONGEST_MILLIS);
    full / 2.0 + full / 2.0 * random.clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::delay_millis;

    #[test]
    fn waits_double_until_a_minute() {
        let longest: Vec<f64> = [1, 2, 3, 6, 7, 1_000]
            .map(|failures| delay_millis(failures, 1.0))
            .to_vec();
        assert_eq!(
            longest,
            [1_000.0, 2_000.0, 4_000.0, 32_000.0, 60_000.0, 60_000.0]
        );
    }

    #[test]
    fn a_wait_is_never_shorter_than_half_of_its_length() {
        assert_eq!(delay_millis(1, 0.0), 500.0);
        assert_eq!(delay_millis(u32::MAX, 0.0), 30_000.0);
        assert_eq!(delay_millis(3, -7.0), 2_000.0);
    }

    #[test]
    fn no_failure_waits_like_one() {
        assert_eq!(delay_millis(0, 0.5), delay_millis(1, 0.5));
    }
}

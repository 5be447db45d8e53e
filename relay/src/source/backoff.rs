//! How long to wait after a failure: longer each time, and never all sources at once. Pure.

use std::time::Duration;

/// Counts failures in a row and turns them into waits.
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    min: Duration,
    max: Duration,
    failures: u32,
}

impl Backoff {
    /// Waits begin near `min` and never exceed `max`.
    #[must_use]
    pub fn new(min: Duration, max: Duration) -> Self {
        Self {
            min,
            max,
            failures: 0,
        }
    }

    /// Forgets the failures: it worked.
    pub fn reset(&mut self) {
        self.failures = 0;
    }

    /// The wait after one more failure: between half and all of a doubling step. `jitter` is any number from 0 to 1.
    pub fn next_wait(&mut self, jitter: f64) -> Duration {
        let step = self
            .min
            .saturating_mul(1 << self.failures.min(20))
            .min(self.max);
        self.failures = self.failures.saturating_add(1);
        step.mul_f64(0.5 + 0.5 * jitter.clamp(0.0, 1.0))
            .max(self.min.min(self.max) / 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(jitter: f64) -> Vec<u128> {
        let mut backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(60));
        (0..8)
            .map(|_| backoff.next_wait(jitter).as_secs())
            .map(u128::from)
            .collect()
    }

    #[test]
    fn waits_double_up_to_the_longest() {
        assert_eq!(waits(1.0), [1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(waits(0.0), [0, 1, 2, 4, 8, 16, 30, 30]);
    }

    #[test]
    fn success_starts_over_and_a_thousand_failures_do_not_overflow() {
        let mut backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(60));
        for _ in 0..1_000 {
            assert!(backoff.next_wait(0.5) <= Duration::from_secs(60));
        }
        backoff.reset();
        assert_eq!(backoff.next_wait(1.0), Duration::from_secs(1));
    }
}

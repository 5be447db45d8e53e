//! Politeness per host: one allowance for everything that the relay asks of it. Pure; time is a parameter.

use std::time::Duration;

use tokio::time::Instant;

/// Of the burst, what only a waiting person may use.
const KEPT_FOR_PEOPLE: f64 = 2.0;

/// Of the burst, what is kept for the configured feeds and not spent on readers' wishes.
const KEPT_FOR_FEEDS: f64 = 3.0;

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// A person waits for the answer.
    Person,
    /// Nobody waits.
    Background,
    /// For what only a reader wished: it takes what the configured feeds leave.
    Spare,
}

/// How a budget stands at a moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standing {
    /// Requests that could be made at once.
    pub left: f64,
    /// For how long the server wants nothing to be asked; zero when it is open.
    pub closed_for: Duration,
}

/// A token bucket that also obeys what the server says.
#[derive(Debug)]
pub struct Budget {
    spacing: Duration,
    burst: f64,
    tokens: f64,
    filled_at: Instant,
    closed_until: Option<Instant>,
}

impl Budget {
    /// One request per `spacing` in the long run, `burst` at once.
    #[must_use]
    pub fn new(spacing: Duration, burst: u32, now: Instant) -> Self {
        let burst = f64::from(burst.max(1));
        Self {
            spacing,
            burst,
            tokens: burst,
            filled_at: now,
            closed_until: None,
        }
    }

    /// How it stands, for whoever watches.
    #[must_use]
    pub fn standing(&self, now: Instant) -> Standing {
        let spacing = self.spacing.as_secs_f64().max(1e-9);
        let gained = now.saturating_duration_since(self.filled_at).as_secs_f64() / spacing;
        Standing {
            left: (self.tokens + gained).min(self.burst),
            closed_for: self
                .closed_until
                .map_or(Duration::ZERO, |until| until.saturating_duration_since(now)),
        }
    }

    /// Takes the right to one request.
    ///
    /// # Errors
    /// How long to wait before asking again.
    pub fn take(&mut self, urgency: Urgency, now: Instant) -> Result<(), Duration> {
        if let Some(until) = self.closed_until.filter(|until| *until > now) {
            return Err(until - now);
        }
        self.closed_until = None;
        let spacing = self.spacing.as_secs_f64().max(1e-9);
        let gained = now.saturating_duration_since(self.filled_at).as_secs_f64() / spacing;
        self.tokens = (self.tokens + gained).min(self.burst);
        self.filled_at = now;
        let floor = match urgency {
            Urgency::Person => 1.0,
            Urgency::Background => 1.0 + KEPT_FOR_PEOPLE.min(self.burst - 1.0),
            Urgency::Spare => 1.0 + (KEPT_FOR_PEOPLE + KEPT_FOR_FEEDS).min(self.burst - 1.0),
        };
        if self.tokens >= floor {
            self.tokens -= 1.0;
            return Ok(());
        }
        Err(Duration::from_secs_f64((floor - self.tokens) * spacing))
    }

    /// The server asks for so much time between two requests, for good.
    pub fn keep_distance(&mut self, least: Duration) {
        self.spacing = self.spacing.max(least);
    }

    /// The server wants nothing to be asked for so long.
    pub fn close_for(&mut self, wait: Duration, now: Instant) {
        let until = now + wait;
        self.closed_until = Some(self.closed_until.map_or(until, |it| it.max(until)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budget(now: Instant) -> Budget {
        Budget::new(Duration::from_secs(3), 5, now)
    }

    #[tokio::test]
    async fn after_the_burst_requests_keep_their_distance() {
        let start = Instant::now();
        let mut budget = budget(start);
        for _ in 0..5 {
            assert_eq!(budget.take(Urgency::Person, start), Ok(()));
        }
        assert_eq!(
            budget.take(Urgency::Person, start),
            Err(Duration::from_secs(3))
        );
        assert_eq!(
            budget.take(Urgency::Person, start + Duration::from_secs(3)),
            Ok(())
        );
    }

    #[tokio::test]
    async fn the_last_of_the_burst_are_kept_for_people() {
        let start = Instant::now();
        let mut budget = budget(start);
        for _ in 0..3 {
            assert_eq!(budget.take(Urgency::Background, start), Ok(()));
        }
        assert!(budget.take(Urgency::Background, start).is_err());
        assert_eq!(budget.take(Urgency::Person, start), Ok(()));
    }

    #[tokio::test]
    async fn readers_wishes_take_only_what_the_feeds_leave() {
        let start = Instant::now();
        let mut budget = Budget::new(Duration::from_secs(3), 8, start);
        for _ in 0..3 {
            assert_eq!(budget.take(Urgency::Spare, start), Ok(()));
        }
        assert!(budget.take(Urgency::Spare, start).is_err());
        assert_eq!(budget.take(Urgency::Background, start), Ok(()));
    }

    #[tokio::test]
    async fn a_distance_that_the_server_asks_for_is_kept() {
        let start = Instant::now();
        let mut budget = Budget::new(Duration::from_secs(3), 1, start);
        budget.keep_distance(Duration::from_secs(10));
        assert_eq!(budget.take(Urgency::Person, start), Ok(()));
        assert_eq!(
            budget.take(Urgency::Person, start + Duration::from_secs(3)),
            Err(Duration::from_secs(7))
        );
    }

    #[tokio::test]
    async fn how_it_stands_is_told_without_taking_anything() {
        let start = Instant::now();
        let mut budget = budget(start);
        budget.take(Urgency::Person, start).unwrap();
        assert!((budget.standing(start).left - 4.0).abs() < 1e-9);
        let later = start + Duration::from_secs(60);
        assert!((budget.standing(later).left - 5.0).abs() < 1e-9);
        budget.close_for(Duration::from_secs(10), start);
        assert_eq!(budget.standing(start).closed_for, Duration::from_secs(10));
        assert_eq!(budget.standing(later).closed_for, Duration::ZERO);
    }

    #[tokio::test]
    async fn a_closed_host_is_left_alone_until_it_opens() {
        let start = Instant::now();
        let mut budget = budget(start);
        budget.close_for(Duration::from_secs(60), start);
        budget.close_for(Duration::from_secs(10), start);
        assert_eq!(
            budget.take(Urgency::Person, start),
            Err(Duration::from_secs(60))
        );
        assert_eq!(
            budget.take(Urgency::Person, start + Duration::from_secs(60)),
            Ok(())
        );
    }
}

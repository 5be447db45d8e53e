//! How often and how patiently the relay asks: one place, so that tests can shorten it.

use std::time::Duration;

/// Every duration that shapes how sources are listened to.
#[derive(Clone, Debug, PartialEq)]
pub struct Timing {
    /// Between two polls of a source that does not stream. Mastodon caches anonymous timelines for
    /// 15 s, so less shows nothing more.
    pub poll_interval: Duration,
    /// Between two polls of a source that streams: its streams lose posts and deletions, so each round
    /// re-reads the newest page and one older page of what is known (the audit), wandering back
    /// and starting over.
    pub verify_interval: Duration,
    /// How far before the cut a reconnect re-reads, because late posts carry old ids.
    pub overlap_window: Duration,
    /// How long after its creation a post may still be on its way through a stream before a poll
    /// that finds it counts it as lost by the stream.
    pub settle: Duration,
    /// First wait after a failure.
    pub backoff_min: Duration,
    /// Longest wait after failures.
    pub backoff_max: Duration,
    /// A socket that says nothing for this long is dead: servers ping every 30 s.
    pub ping_timeout: Duration,
    /// For a connection to come up.
    pub connect_timeout: Duration,
    /// For one whole request.
    pub request_timeout: Duration,
    /// Between two requests to one server, in the long run: Mastodon allows 300 in 15 minutes.
    pub request_spacing: Duration,
    /// The wait after a "too many requests" that does not say how long.
    pub limited_for: Duration,
    /// Requests to one server that may go at once before the spacing holds.
    pub request_burst: u32,
    /// Posts dated further ahead than this are held until their time has come within it.
    pub future_hold: Duration,
    /// A post first seen this long after it was written counts as late.
    pub late_after: Duration,
    /// How long a reader of a thread waits for the source's answer.
    pub ask_timeout: Duration,
    /// While events come over plain HTTP because no socket came up, one is tried again so often.
    pub socket_again: Duration,
    /// A server may be updated or change its rules: it is asked what it is, and what it shows to strangers, so often.
    pub learn_again: Duration,
    /// So long after an edit, an origin that is read afresh and does not know it refutes it:
    /// answers to the anonymous may be cached for 45 seconds.
    pub refute_after: Duration,
    /// Longest time between two counts of what trends: each reads up to some ten thousand posts.
    pub trends_interval: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            poll_interval: Duration::from_secs(30),
            verify_interval: Duration::from_secs(60),
            overlap_window: Duration::from_secs(15 * 60),
            settle: Duration::from_secs(20),
            backoff_min: Duration::from_secs(1),
            backoff_max: Duration::from_secs(5 * 60),
            ping_timeout: Duration::from_secs(75),
            connect_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_secs(20),
            request_spacing: Duration::from_secs(3),
            limited_for: Duration::from_secs(60),
            request_burst: 12,
            future_hold: Duration::from_secs(5 * 60),
            late_after: Duration::from_secs(60),
            ask_timeout: Duration::from_secs(4),
            socket_again: Duration::from_secs(30 * 60),
            learn_again: Duration::from_secs(60 * 60),
            refute_after: Duration::from_secs(60),
            trends_interval: Duration::from_secs(5 * 60),
        }
    }
}

impl Timing {
    /// The same for a source on this machine, where nobody's patience is spent: at most some seconds.
    #[must_use]
    pub fn capped_for_this_machine(&self) -> Self {
        let cap = |it: Duration, seconds| it.min(Duration::from_secs(seconds));
        Self {
            poll_interval: cap(self.poll_interval, 2),
            verify_interval: cap(self.verify_interval, 5),
            settle: cap(self.settle, 2),
            backoff_max: cap(self.backoff_max, 5),
            request_spacing: self.request_spacing.min(Duration::from_millis(50)),
            ..self.clone()
        }
    }

    /// For tests: everything within moments.
    #[must_use]
    pub fn nearby() -> Self {
        Self {
            poll_interval: Duration::from_millis(500),
            verify_interval: Duration::from_millis(500),
            overlap_window: Duration::from_secs(60),
            settle: Duration::from_millis(500),
            backoff_min: Duration::from_millis(50),
            backoff_max: Duration::from_secs(1),
            ping_timeout: Duration::from_secs(40),
            connect_timeout: Duration::from_secs(2),
            request_timeout: Duration::from_secs(5),
            request_spacing: Duration::from_millis(5),
            limited_for: Duration::from_secs(1),
            request_burst: 50,
            socket_again: Duration::from_secs(2),
            learn_again: Duration::from_secs(2),
            refute_after: Duration::from_secs(1),
            trends_interval: Duration::from_millis(500),
            ..Self::default()
        }
    }
}

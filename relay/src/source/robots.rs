//! What a server's robots.txt lets the relay read: asked where the relay comes without a token, as a stranger.
//!
//! RFC 9309: no such file (4xx) allows everything, a server in trouble (5xx) nothing; the first half megabyte is read, and
//! the answer holds for a day.

use std::{fmt, time::Duration};

use mastodon::ApiError;
use texting_robots::Robot;
use tokio::{sync::Mutex, time::Instant};

/// The name that robots.txt calls the relay by.
const NAME: &str = "Watersmeet";
/// How long an answer holds.
const GOOD_FOR: Duration = Duration::from_secs(24 * 60 * 60);
/// How much of the file is read, in bytes: what RFC 9309 asks for.
pub(super) const MAX_ROBOTS_BYTES: usize = 500 << 10;
/// Longest distance between two requests that a file can ask for: more than this is a no, and there are words for that.
const MAX_DELAY: Duration = Duration::from_secs(60);

/// One server's rules.
#[derive(Default)]
pub(super) struct Robots {
    /// Held while asking, so that one request serves all who wait.
    known: Mutex<Option<(Instant, Rules)>>,
}

/// What a file said.
enum Rules {
    /// Everything is allowed.
    None,
    /// What it says of the relay.
    Some(Box<Robot>),
}

impl fmt::Debug for Robots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Robots").finish_non_exhaustive()
    }
}

/// What the rules mean for one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Leave {
    /// Whether it may be made.
    pub allowed: bool,
    /// The least time between two requests, where the file asks for one.
    pub delay: Option<Duration>,
}

impl Robots {
    /// What the rules say of an address, asking for them with `fetch` when none are known that still hold.
    pub(super) async fn leave<F>(
        &self,
        url: &str,
        fetch: impl FnOnce() -> F,
    ) -> Result<Leave, ApiError>
    where
        F: Future<Output = Result<Vec<u8>, ApiError>>,
    {
        let mut known = self.known.lock().await;
        if known.as_ref().is_none_or(|(at, _)| at.elapsed() > GOOD_FOR) {
            let rules = match fetch().await {
                Ok(text) => Rules::of(&text),
                Err(
                    error @ (ApiError::Offline { .. }
                    | ApiError::Server { .. }
                    | ApiError::RateLimited { .. }),
                ) => return Err(error),
                Err(_) => Rules::None,
            };
            *known = Some((Instant::now(), rules));
        }
        Ok(known.as_ref().map_or(
            Leave {
                allowed: true,
                delay: None,
            },
            |(_, rules)| rules.leave(url),
        ))
    }
}

impl Rules {
    fn of(text: &[u8]) -> Self {
        let text = text.get(..MAX_ROBOTS_BYTES).unwrap_or(text);
        // A page for people says nothing to robots.
        if text.trim_ascii_start().first() == Some(&b'<') {
            return Self::None;
        }
        Robot::new(NAME, text).map_or(Self::None, |it| Self::Some(Box::new(it)))
    }

    fn leave(&self, url: &str) -> Leave {
        let Self::Some(robot) = self else {
            return Leave {
                allowed: true,
                delay: None,
            };
        };
        let delay = robot.delay.map(f64::from).filter(|it| it.is_finite());
        let delay = delay.and_then(|it| Duration::try_from_secs_f64(it).ok());
        Leave {
            allowed: robot.allowed(url),
            delay: delay.map(|it| it.min(MAX_DELAY)),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn allows(text: &str, path: &str) -> bool {
        Rules::of(text.as_bytes())
            .leave(&format!("https://a.example{path}"))
            .allowed
    }

    #[test]
    fn the_group_of_the_relays_own_name_goes_before_that_of_all() {
        let text = "User-agent: *\nDisallow: /api/\n\nUser-agent: watersmeet\nAllow: /api/\n";
        assert!(allows(text, "/api/v1/timelines/public"));
        assert!(!allows(
            "User-agent: *\nDisallow: /api/\n",
            "/api/v1/timelines/public"
        ));
        assert!(!allows(
            "User-agent: Watersmeet\nDisallow: /\n",
            "/api/v2/instance"
        ));
        assert!(allows(
            "User-agent: GPTBot\nDisallow: /\n",
            "/api/v2/instance"
        ));
        assert!(allows("", "/x"));
        assert!(allows("<!doctype html><p>Disallow: /", "/x"));
    }

    #[test]
    fn a_distance_that_a_file_asks_for_is_kept_within_reason() {
        let delay = |text: &str| Rules::of(text.as_bytes()).leave("https://a.example/").delay;
        assert_eq!(
            delay("User-agent: *\nCrawl-delay: 10\n"),
            Some(Duration::from_secs(10))
        );
        assert_eq!(
            delay("User-agent: *\nCrawl-delay: 1e30\n"),
            Some(MAX_DELAY).filter(|_| false)
        );
        assert_eq!(
            delay("User-agent: *\nCrawl-delay: 86400\n"),
            Some(MAX_DELAY)
        );
    }

    #[tokio::test]
    async fn a_file_that_is_not_there_allows_everything_and_a_broken_server_nothing_yet() {
        let robots = Robots::default();
        let down = || async {
            Err(ApiError::Server {
                status: 503,
                message: String::new(),
            })
        };
        assert!(robots.leave("https://a.example/api", down).await.is_err());
        let missing = || async {
            Err(ApiError::NotFound {
                message: String::new(),
            })
        };
        assert!(
            robots
                .leave("https://a.example/api", missing)
                .await
                .unwrap()
                .allowed
        );
        let closed = || async { Ok(b"User-agent: *\nDisallow: /".to_vec()) };
        let kept = robots.leave("https://a.example/api", closed).await.unwrap();
        assert!(kept.allowed, "the first answer holds for a day");
    }

    proptest! {
        #[test]
        fn no_file_breaks_the_reader(text in prop::collection::vec(any::<u8>(), 0..400), path in "/[ -~]{0,40}") {
            Rules::of(&text).leave(&format!("https://a.example{path}"));
        }
    }
}

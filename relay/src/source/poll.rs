//! The REST timelines of one source: all there is of servers that do not stream to us, and the check on those that do.
//!
//! Three kinds of reading:
//! - a **poll** (or, while streaming, a slower verification) reads the newest page, and older ones until it meets
//!   what it knows;
//! - a **heal**, after every connect and cut, reads back to [`overlap_window`](crate::config::Timing::overlap_window) before
//!   the cut, some pages at most;
//! - the **audit** reads one older page per round, wandering back over all that is watched and starting over.
//!
//! So a deletion (or an edit, or a late post) that no stream brought is found within the heal when it is recent, within
//! one turn of the audit when it is old.

use std::time::Duration;

use mastodon::ApiError;
use tokio::time::{Instant, sleep, sleep_until};

use super::{
    backoff::Backoff,
    budget::Urgency,
    discover,
    ears::{Ears, Failure, Line},
    health::{State, unix_millis},
    hint::hint,
    reading::{Reader, Stop},
    told::Feed,
};
use crate::config::PublicStream;

/// Pages that a hurried audit reads per round.
const HURRIED_PAGES: usize = 4;

/// One feed's place in its rounds.
struct Round {
    feed: Feed,
    due: Instant,
    /// Where the audit reads on.
    audit_at: Option<String>,
    /// A cut may have cost deletions of old posts too: until the audit has been all the way round once,
    /// it goes faster.
    is_hurried: bool,
}

/// Polls until the relay stops.
pub(super) async fn watch(ears: &Ears) {
    let mut backoff = Backoff::new(ears.timing.backoff_min, ears.timing.backoff_max);
    let mut learn_at = loop {
        match learn(ears).await {
            Ok(wait) => break Instant::now() + wait,
            Err(error) => {
                let wait = failed(ears, &error, &mut backoff);
                sleep(wait).await;
            }
        }
    };
    backoff.reset();
    let start = Instant::now();
    let listed = ears.feeds.iter().filter(|it| !matches!(it, Feed::Words(_)));
    let mut rounds: Vec<Round> = listed
        .map(|feed| Round {
            feed: feed.clone(),
            due: start,
            audit_at: None,
            is_hurried: false,
        })
        .collect();
    if rounds.is_empty() {
        // Searches are another's business, and say themselves how they do.
        return;
    }
    let mut healing_since = Some(0);
    let mut lost = ears.inlet.lost();
    loop {
        let next = rounds
            .iter()
            .map(|it| it.due)
            .min()
            .unwrap_or_else(Instant::now);
        tokio::select! {
            () = sleep_until(next) => {}
            () = ears.heal.notified() => {
                let cut = ears.heard_until().unwrap_or_else(unix_millis);
                healing_since = Some(healing_since.map_or(cut, |it: i64| it.min(cut)));
            }
            Ok(()) = lost.changed() => {
                let since = *lost.borrow_and_update();
                healing_since = Some(healing_since.map_or(since, |it: i64| it.min(since)));
            }
        }
        if learn_at <= Instant::now() {
            let wait = learn(ears).await.unwrap_or_else(|error| {
                // What was known stays true until the server says something else.
                tracing::debug!(source = ears.domain(), %error, "it could not be asked what it is");
                ears.timing.backoff_max
            });
            learn_at = Instant::now() + wait;
        }
        match round(ears, &mut rounds, healing_since).await {
            Ok(()) => {
                healing_since = None;
                backoff.reset();
            }
            Err(Stop::Relay) => return,
            Err(Stop::Api(error)) => {
                let wait = failed(ears, &error, &mut backoff);
                // What came meanwhile is read as after a cut.
                healing_since.get_or_insert_with(unix_millis);
                sleep(wait).await;
            }
        }
    }
}

/// Learns what the server is, and what it keeps for its own people; gives the wait until that is worth asking again.
async fn learn(ears: &Ears) -> Result<Duration, ApiError> {
    let learned = discover::learn(&ears.host, Urgency::Background).await?;
    let (closed, is_sure) = discover::closed(&ears.host, &learned.manners).await?;
    ears.set_closed(closed);
    ears.health
        .set_hint(hint(&ears.host.config, &learned.manners, closed));
    if learned.software.is_some() {
        ears.health.set_software(learned.software);
    }
    ears.manners.send_replace(Some(learned.manners));
    Ok(if is_sure && learned.is_sure {
        ears.timing.learn_again
    } else {
        ears.timing.backoff_max
    })
}

/// Says that polling failed and why; gives the wait before the next try.
pub(super) fn failed(ears: &Ears, error: &ApiError, backoff: &mut Backoff) -> Duration {
    let wait = backoff.next_wait(rand::random());
    let (state, wait) = match error {
        ApiError::RateLimited { until } => {
            let asked = until
                .map(|it| it.from_now(unix_millis()))
                .unwrap_or(ears.timing.limited_for);
            (State::Limited, wait.max(asked))
        }
        error if is_refusal(error) => (State::Refused, wait),
        _ => (State::Down, wait),
    };
    let millis = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX);
    let next_try = Some(unix_millis().saturating_add(millis));
    ears.set_polls(Line::Failed(Failure {
        state,
        reason: error.to_string(),
        next_try,
    }));
    wait
}

/// Reads every feed that is due; all of them when healing. A feed that is refused does not keep the others
/// from being read.
async fn round(ears: &Ears, rounds: &mut [Round], healing_since: Option<i64>) -> Result<(), Stop> {
    let now = Instant::now();
    let mut readable = 0;
    let mut refused = None;
    for round in rounds.iter_mut() {
        if healing_since.is_none() && round.due > now {
            readable += 1;
            continue;
        }
        let timing = &ears.timing;
        if healing_since.is_some() {
            round.audit_at = None;
            round.is_hurried = true;
        }
        let is_calm = ears.is_streamed(&round.feed) && !round.is_hurried;
        let interval = if is_calm {
            timing.verify_interval
        } else {
            timing.poll_interval
        };
        // Spread, so that not all sources and feeds are asked at once.
        let jitter: f64 = rand::random();
        round.due = Instant::now() + interval.mul_f64(0.75 + 0.5 * jitter);
        if !may_read(ears, &round.feed) {
            continue;
        }
        match read_feed(ears, round, healing_since).await {
            Ok(()) => readable += 1,
            Err(Stop::Api(error)) if is_refusal(&error) => refused = Some(error),
            Err(stop) => return Err(stop),
        }
    }
    match refused {
        _ if readable > 0 => ears.set_polls(Line::Up),
        Some(error) => return Err(Stop::Api(error)),
        None => {
            let has_token = ears.host.config.token.is_some();
            let reason = if has_token {
                "it shows these timelines to nobody like us: its operator switched them off"
            } else {
                "it shows these timelines to its own people at most: its operator switched them off for others"
            };
            ears.set_polls(Line::Idle(reason.to_owned()));
        }
    }
    Ok(())
}

async fn read_feed(ears: &Ears, round: &mut Round, healing_since: Option<i64>) -> Result<(), Stop> {
    let reader = Reader {
        ears,
        feed: &round.feed,
        urgency: Urgency::Background,
    };
    let lowest = reader.walk(healing_since).await?;
    let pages = if round.is_hurried { HURRIED_PAGES } else { 1 };
    let from = round.audit_at.take().or(lowest);
    round.audit_at = reader.audit(from, pages).await?;
    round.is_hurried &= round.audit_at.is_some();
    Ok(())
}

/// Whether the server answered and said no to this one request.
pub(super) fn is_refusal(error: &ApiError) -> bool {
    matches!(
        error,
        ApiError::Unauthorized { .. }
            | ApiError::Forbidden { .. }
            | ApiError::Validation { .. }
            | ApiError::NotFound { .. }
            | ApiError::Gone { .. }
            | ApiError::Unexpected { .. }
    )
}

/// Whether the server's own words let us read a feed.
pub(super) fn may_read(ears: &Ears, feed: &Feed) -> bool {
    let manners = ears.manners.borrow();
    let Some(manners) = manners.as_ref() else {
        return true;
    };
    let capabilities = &manners.capabilities;
    let has_token = ears.host.config.token.is_some();
    let may = |local| match feed {
        Feed::Public(_) => capabilities.may_read_public(has_token, local),
        Feed::Tag(_) => capabilities.may_read_hashtags(has_token, local),
        // Strangers' searches find no posts anywhere.
        Feed::Words(_) => has_token,
    };
    match feed {
        Feed::Public(PublicStream::PublicLocal) => may(true),
        Feed::Public(PublicStream::PublicRemote) => may(false),
        Feed::Public(PublicStream::Public) | Feed::Tag(_) | Feed::Words(_) => {
            may(true) || may(false)
        }
    }
}

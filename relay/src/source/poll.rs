//! The REST timelines of one source: all there is of servers that do not stream to us, and the check on those that do.
//!
//! Three kinds of reading, all through [`walk`]:
//! - a **poll** (or, while streaming, a slower verification) reads the newest page, and older ones until it meets
//!   what it knows;
//! - a **heal**, after every connect and cut, reads back to [`overlap_window`](crate::config::Timing::overlap_window) before
//!   the cut, [`HEAL_PAGES`] pages at most;
//! - the **audit** reads one older page per round, wandering back over all that is watched and starting over.
//!
//! Every page is compared with what the feed had told: a post that should stand on it and does not is
//! asked for by itself, and a 404 is this source's deletion. So a deletion (or an edit, or a late post) that no
//! stream brought is found within the heal when it is recent, within one turn of the audit when it is old.

use std::{collections::BTreeSet, time::Duration};

use mastodon::{
    ApiError, Capabilities, Paging, Status, StatusId,
    endpoints::{GetInstance, GetInstanceV1, GetStatus},
    software,
};
use timeline::merge::{Heard, How};
use tokio::time::{Instant, sleep, sleep_until};

use super::{
    backoff::Backoff,
    budget::Urgency,
    ears::{Ears, Failure, Line},
    health::{State, unix_millis},
    told::{Feed, LocalKey, Told},
};
use crate::{config::PublicStream, merge::Stopped};

/// Pages that a hurried audit reads per round.
const HURRIED_PAGES: usize = 4;
/// Posts in one page: the most that Mastodon gives.
const PAGE: u16 = 40;
/// Pages that a heal, or a poll that meets nothing known, reads at most: 400 posts. What lies deeper, the audit finds.
const HEAL_PAGES: usize = 10;
/// Vanished posts that are asked for one by one after one page.
const MAX_CHECKS: usize = 40;
/// Longest name of a program that is kept, with its version.
const MAX_SOFTWARE_CHARACTERS: usize = 100;

/// Why a round ended early.
enum Stop {
    /// The relay stops.
    Relay,
    /// The server did not give what was asked for.
    Api(ApiError),
}

impl From<Stopped> for Stop {
    fn from(Stopped: Stopped) -> Self {
        Self::Relay
    }
}

impl From<ApiError> for Stop {
    fn from(error: ApiError) -> Self {
        Self::Api(error)
    }
}

/// One feed's place in its rounds.
struct Round {
    feed: Feed,
    due: Instant,
    /// Where the audit reads on: the `max_id` of its next page.
    audit_at: Option<String>,
    /// A cut may have cost deletions of old posts too: until the audit has been all the way round once,
    /// it goes faster.
    is_hurried: bool,
}

/// Polls until the relay stops.
pub(super) async fn watch(ears: &Ears) {
    let mut backoff = Backoff::new(ears.timing.backoff_min, ears.timing.backoff_max);
    discover(ears, &mut backoff).await;
    let start = Instant::now();
    let mut rounds: Vec<Round> = ears
        .feeds
        .iter()
        .map(|feed| Round {
            feed: feed.clone(),
            due: start,
            audit_at: None,
            is_hurried: false,
        })
        .collect();
    let mut healing_since = Some(0);
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

/// Learns what the server is; goes on without when it does not say.
async fn discover(ears: &Ears, backoff: &mut Backoff) {
    loop {
        let found = match ears.host.ask(&GetInstance {}, Urgency::Background).await {
            Ok(answer) => Ok((
                Capabilities::from_instance(&answer.value),
                software(&answer.value.version, &answer.value.source_url),
            )),
            Err(
                ApiError::NotFound { .. } | ApiError::NotJson { .. } | ApiError::Malformed { .. },
            ) => {
                let older = ears.host.ask(&GetInstanceV1 {}, Urgency::Background).await;
                older.map(|it| {
                    (
                        Capabilities::from_instance_v1(&it.value),
                        software(&it.value.version, ""),
                    )
                })
            }
            Err(error) => Err(error),
        };
        match found {
            Ok((capabilities, software)) => {
                let software =
                    software.map(|it| it.chars().take(MAX_SOFTWARE_CHARACTERS).collect());
                ears.health.set_software(software);
                ears.capabilities.send_replace(Some(capabilities));
                backoff.reset();
                return;
            }
            Err(
                error @ (ApiError::Offline { .. }
                | ApiError::RateLimited { .. }
                | ApiError::Server { .. }),
            ) => {
                let wait = failed(ears, &error, backoff);
                sleep(wait).await;
            }
            // It answers, but not this: its timelines may still be readable.
            Err(_) => {
                ears.capabilities
                    .send_replace(Some(Capabilities::default()));
                return;
            }
        }
    }
}

/// Says that polling failed and why; gives the wait before the next try.
fn failed(ears: &Ears, error: &ApiError, backoff: &mut Backoff) -> Duration {
    let wait = backoff.next_wait(rand::random());
    let (state, wait) = match error {
        ApiError::RateLimited { until } => {
            let asked = until
                .map(|it| it.from_now(unix_millis()))
                .unwrap_or(Duration::from_secs(60));
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
            let reason =
                "it shows these timelines to nobody like us: its operator switched them off";
            ears.set_polls(Line::Idle(reason.to_owned()));
        }
    }
    Ok(())
}

async fn read_feed(ears: &Ears, round: &mut Round, healing_since: Option<i64>) -> Result<(), Stop> {
    let lowest = walk(ears, &round.feed, healing_since).await?;
    audit(ears, round, lowest).await
}

/// Whether the server answered and said no to this one request.
fn is_refusal(error: &ApiError) -> bool {
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

fn may_read(ears: &Ears, feed: &Feed) -> bool {
    let capabilities = ears.capabilities.borrow();
    let Some(capabilities) = capabilities.as_ref() else {
        return true;
    };
    let has_token = ears.host.config.token.is_some();
    let may = |local| match feed {
        Feed::Public(_) => capabilities.may_read_public(has_token, local),
        Feed::Tag(_) => capabilities.may_read_hashtags(has_token, local),
    };
    match feed {
        Feed::Public(PublicStream::PublicLocal) => may(true),
        Feed::Public(PublicStream::PublicRemote) => may(false),
        Feed::Public(PublicStream::Public) | Feed::Tag(_) => may(true) || may(false),
    }
}

/// Reads from the top until something known is met, or (healing) until well before the cut. Gives the id of the last post read.
async fn walk(
    ears: &Ears,
    feed: &Feed,
    healing_since: Option<i64>,
) -> Result<Option<String>, Stop> {
    let overlap = i64::try_from(ears.timing.overlap_window.as_millis()).unwrap_or(i64::MAX);
    let until = healing_since.map(|cut| cut.saturating_sub(overlap));
    let mut below = None;
    for _ in 0..HEAL_PAGES {
        let page = read(ears, feed, below.as_deref(), until.is_some()).await?;
        let Some(last) = page.last_id else { break };
        below = Some(last);
        let reached = until.is_none_or(|until| page.oldest_at.is_some_and(|oldest| oldest < until));
        if page.met_known && reached {
            break;
        }
    }
    Ok(below)
}

/// Reads one more old page (some more when hurried), or starts over when all that is watched was read.
async fn audit(ears: &Ears, round: &mut Round, top: Option<String>) -> Result<(), Stop> {
    let pages = if round.is_hurried { HURRIED_PAGES } else { 1 };
    let mut below = round.audit_at.take().or(top);
    for _ in 0..pages {
        let Some(at) = below else { break };
        let is_watched = |told: &mut Told| told.lowest().is_some_and(|it| *it < LocalKey::new(&at));
        if !ears.told(&round.feed, is_watched) {
            round.is_hurried = false;
            return Ok(());
        }
        below = read(ears, &round.feed, Some(&at), false).await?.last_id;
    }
    round.is_hurried &= below.is_some();
    round.audit_at = below;
    Ok(())
}

/// What one page said.
struct Page {
    last_id: Option<String>,
    oldest_at: Option<i64>,
    met_known: bool,
}

/// Reads one page, hands its posts over, and finds out about those that should be on it and are not: all of
/// them when healing, else those told long enough ago that the answer cannot be older.
async fn read(ears: &Ears, feed: &Feed, below: Option<&str>, healing: bool) -> Result<Page, Stop> {
    let asked_at = unix_millis();
    let paging = Paging {
        max_id: below.map(str::to_owned),
        ..Paging::first(PAGE)
    };
    let answer = match feed {
        Feed::Public(stream) => {
            ears.host
                .ask(&Feed::public_page(*stream, paging), Urgency::Background)
                .await?
        }
        Feed::Tag(name) => {
            ears.host
                .ask(&Feed::tag_page(name, paging), Urgency::Background)
                .await?
        }
    };
    if !answer.rejected.is_empty() {
        let rejected = u64::try_from(answer.rejected.len()).unwrap_or(0);
        ears.health.count(|counts| counts.refused += rejected);
    }
    // A page of which parts could not be read does not show what is missing from it.
    let is_whole = answer.rejected.is_empty() && answer.complete;
    let posts = answer.value;
    let keys: Vec<LocalKey> = posts
        .iter()
        .map(|it| LocalKey::new(it.id.as_str()))
        .collect();
    let in_order = keys
        .iter()
        .zip(keys.iter().skip(1))
        .all(|(upper, lower)| upper > lower);
    let page = Page {
        last_id: keys.last().map(|it| it.id().to_owned()),
        oldest_at: posts
            .iter()
            .filter_map(|it| it.created_at.unix_millis())
            .min(),
        met_known: posts
            .iter()
            .any(|it| ears.told(feed, |told| told.knows(it.id.as_str()))),
    };
    hand_over(ears, feed, posts, asked_at).await?;
    if is_whole && in_order {
        let settle = i64::try_from(ears.timing.settle.as_millis()).unwrap_or(i64::MAX);
        let settle = if healing { 0 } else { settle };
        let between = ears.timing.verify_interval.max(ears.timing.poll_interval);
        let between = i64::try_from(between.as_millis()).unwrap_or(i64::MAX);
        let on_page: BTreeSet<LocalKey> = keys.iter().cloned().collect();
        let below = below.map(LocalKey::new);
        let times = (asked_at.saturating_sub(settle), asked_at, between);
        let missing = ears.told(feed, |told| {
            told.missing(&on_page, below.as_ref(), keys.last(), times, MAX_CHECKS)
        });
        for id in missing {
            check(ears, feed, id).await?;
        }
    }
    Ok(page)
}

async fn hand_over(
    ears: &Ears,
    feed: &Feed,
    posts: Vec<Status>,
    asked_at: i64,
) -> Result<(), Stop> {
    // Oldest first, so that parents come before their answers.
    for status in posts.into_iter().rev() {
        ears.polled(feed, &status, asked_at);
        ears.tell(How::Poll, Heard::Status(Box::new(status)))
            .await?;
    }
    Ok(())
}

/// Asks for a post that vanished from a timeline: deleted, or only no longer shown there?
async fn check(ears: &Ears, feed: &Feed, id: String) -> Result<(), Stop> {
    match ears
        .host
        .ask(
            &GetStatus {
                id: StatusId::new(id.as_str()),
            },
            Urgency::Background,
        )
        .await
    {
        Ok(answer) => {
            ears.told(feed, |told| told.checked(&id, unix_millis()));
            ears.tell(How::Asked, Heard::Status(Box::new(answer.value)))
                .await?;
        }
        Err(ApiError::NotFound { .. } | ApiError::Gone { .. }) => {
            ears.vanished(StatusId::new(id), How::Asked).await?;
        }
        Err(error @ (ApiError::RateLimited { .. } | ApiError::Offline { .. })) => {
            return Err(error.into());
        }
        // It does not say; the next round asks again, but not at once.
        Err(_) => ears.told(feed, |told| told.checked(&id, unix_millis())),
    }
    Ok(())
}

//! What is read beside the configured timelines, at a slower pace: hashtags that readers want, and searches for words.

use std::collections::BTreeMap;

use tokio::time::{Duration, Instant, sleep, sleep_until};

use super::{
    backoff::Backoff,
    budget::Urgency,
    ears::{Ears, Line},
    follow::Follows,
    poll::{failed, is_refusal, may_read},
    reading::{Reader, Stop},
    told::Feed,
};

/// So much slower than a configured feed is one read that only readers want.
const SLOWER: u32 = 4;
/// So much slower is a word searched for: a search costs a server more than a timeline.
const SEARCH_SLOWER: u32 = 10;

/// Follows on all that readers want, until the relay stops. A failure is told by nobody but the configured feeds.
pub(super) async fn follow(ears: &Ears, follows: &Follows) {
    let mut wanted = ears.wanted.clone();
    let mut due: BTreeMap<Feed, Instant> = BTreeMap::new();
    loop {
        let extra = ears.extra();
        let gone: Vec<Feed> = due
            .keys()
            .filter(|it| !extra.contains(it))
            .cloned()
            .collect();
        for feed in gone {
            due.remove(&feed);
            ears.forget(&feed);
        }
        // What every page waits for is not waited for where it is listened to anyway.
        for key in wanted.borrow_and_update().iter() {
            if !extra.contains(&Feed::Tag(key.clone())) || !ears.health.state().is_hearing() {
                follows.filled(key, ears.domain());
            }
        }
        for feed in extra {
            due.entry(feed).or_insert_with(Instant::now);
        }
        let next = due.iter().min_by_key(|(_, at)| **at);
        let next = next.map(|(feed, at)| (feed.clone(), *at));
        let at = next
            .as_ref()
            .map_or_else(|| Instant::now() + ears.timing.backoff_max, |it| it.1);
        tokio::select! {
            () = sleep_until(at) => {}
            changed = wanted.changed() => match changed {
                Ok(()) => continue,
                // Nobody is left who could want anything.
                Err(_) => return,
            },
        }
        let Some((feed, _)) = next else { continue };
        let interval = if ears.is_streamed(&feed) {
            ears.timing.verify_interval
        } else {
            ears.timing.poll_interval
        };
        let jitter: f64 = rand::random();
        let pause = (interval * SLOWER).mul_f64(0.75 + 0.5 * jitter);
        let read = read(ears, &feed).await;
        if let Feed::Tag(key) = &feed {
            if ears.flush().await.is_err() {
                return;
            }
            follows.filled(key, ears.domain());
        }
        match read {
            Err(Stop::Relay) => return,
            Ok(()) | Err(Stop::Api(_)) => due.insert(feed, Instant::now() + pause),
        };
    }
}

async fn read(ears: &Ears, feed: &Feed) -> Result<(), Stop> {
    if !may_read(ears, feed) {
        return Ok(());
    }
    let reader = Reader {
        ears,
        feed,
        urgency: Urgency::Spare,
    };
    reader.walk(None).await.map(drop)
}

/// Searches for the configured words, until the relay stops.
pub(super) async fn search(ears: &Ears) {
    let words: Vec<&Feed> = ears
        .feeds
        .iter()
        .filter(|it| matches!(it, Feed::Words(_)))
        .collect();
    // Where nothing else is read, the searches say how the source does.
    let is_all = words.len() == ears.feeds.len();
    if words.is_empty() {
        return;
    }
    let mut known = ears.manners.subscribe();
    if known.wait_for(Option::is_some).await.is_err() {
        return;
    }
    if ears.host.config.token.is_none() {
        if is_all {
            let domain = ears.domain();
            ears.set_polls(Line::Idle(format!(
                "no server lets strangers search; a token is needed: run `watersmeet sign-in {domain}`"
            )));
        }
        return;
    }
    let mut backoff = Backoff::new(ears.timing.backoff_min, ears.timing.backoff_max);
    loop {
        for feed in &words {
            let reader = Reader {
                ears,
                feed,
                urgency: Urgency::Spare,
            };
            let pause: Duration = match reader.walk(None).await {
                Ok(_) => {
                    backoff.reset();
                    if is_all {
                        ears.set_polls(Line::Up);
                    }
                    let jitter: f64 = rand::random();
                    let turn = ears.timing.poll_interval * SEARCH_SLOWER;
                    let count = u32::try_from(words.len()).unwrap_or(1);
                    (turn / count).mul_f64(0.75 + 0.5 * jitter)
                }
                Err(Stop::Relay) => return,
                Err(Stop::Api(error)) if is_all => failed(ears, &error, &mut backoff),
                Err(Stop::Api(error)) => {
                    if is_refusal(&error) {
                        tracing::warn!(source = ears.domain(), %error, "it does not let us search");
                    }
                    backoff.next_wait(rand::random()) * SEARCH_SLOWER
                }
            };
            sleep(pause).await;
        }
    }
}

//! Reading one feed over REST: its newest posts, older ones page by page, and what became of those that vanished from it.
//!
//! Every page is compared with what the feed had told: a post that should stand on it and does not is
//! asked for by itself, and a 404 is this source's deletion. That holds only for pages in the order of their ids, as
//! nearly all servers give them: of others no post is missed.

use std::collections::BTreeSet;

use mastodon::{
    Answer, ApiError, Paging, Status, StatusId,
    endpoints::{GetStatus, Search},
    page::Direction,
};
use timeline::merge::{Heard, How};

use super::{
    budget::Urgency,
    ears::Ears,
    health::unix_millis,
    told::{Feed, LocalKey, Told},
};
use crate::merge::Stopped;

/// Posts in one page: the most that Mastodon gives.
const PAGE: u16 = 40;
/// Pages that a heal, or a poll that meets nothing known, reads at most: 400 posts. What lies deeper, the audit finds.
const HEAL_PAGES: usize = 10;
/// Pages that are read of what only a reader wants, when nothing known is met.
const REFILL_PAGES: usize = 2;
/// Vanished posts that are asked for one by one after one page.
const MAX_CHECKS: usize = 40;

/// Why a round ended early.
pub(super) enum Stop {
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

/// Where and how to read.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub ears: &'a Ears,
    pub feed: &'a Feed,
    pub urgency: Urgency,
}

/// What one page said.
struct Page {
    /// Where the next older one begins; `None` at the end.
    next: Option<String>,
    oldest_at: Option<i64>,
    met_known: bool,
}

impl Reader<'_> {
    /// Reads from the top until something known is met, or (healing) until well before the cut. Gives the place
    /// where the next page begins.
    pub(super) async fn walk(self, healing_since: Option<i64>) -> Result<Option<String>, Stop> {
        let overlap = self.ears.timing.overlap_window.as_millis();
        let overlap = i64::try_from(overlap).unwrap_or(i64::MAX);
        let until = healing_since.map(|cut| cut.saturating_sub(overlap));
        let pages = match self.urgency {
            Urgency::Spare => REFILL_PAGES,
            Urgency::Person | Urgency::Background => HEAL_PAGES,
        };
        let mut below = None;
        for _ in 0..pages {
            let page = self.read(below.as_deref(), until.is_some()).await?;
            let Some(next) = page.next else { break };
            let is_stuck = below.as_ref() == Some(&next);
            below = Some(next);
            let reached =
                until.is_none_or(|until| page.oldest_at.is_some_and(|oldest| oldest < until));
            if (page.met_known && reached) || is_stuck {
                break;
            }
        }
        Ok(below)
    }

    /// Reads so many more old pages. Gives the place of the next, or nothing when all that is watched was read.
    pub(super) async fn audit(
        self,
        mut below: Option<String>,
        pages: usize,
    ) -> Result<Option<String>, Stop> {
        for _ in 0..pages {
            let Some(at) = below else { break };
            let is_watched =
                |told: &mut Told| told.lowest().is_some_and(|it| *it < LocalKey::new(&at));
            if !self.ears.told(self.feed, is_watched) {
                return Ok(None);
            }
            let next = self.read(Some(&at), false).await?.next;
            below = next.filter(|it| *it != at);
        }
        Ok(below)
    }

    async fn page(self, below: Option<&str>) -> Result<Answer<Vec<Status>>, ApiError> {
        let paging = Paging {
            max_id: below.map(str::to_owned),
            ..Paging::first(PAGE)
        };
        let (host, urgency) = (&self.ears.host, self.urgency);
        match self.feed {
            Feed::Public(stream) => host.ask(&Feed::public_page(*stream, paging), urgency).await,
            Feed::Tag(name) => host.ask(&Feed::tag_page(name, paging), urgency).await,
            Feed::Words(words) => {
                let search = Search {
                    q: words.clone(),
                    r#type: Some("statuses".to_owned()),
                    page: paging,
                    ..Search::default()
                };
                let answer = host.ask(&search, urgency).await?;
                Ok(Answer {
                    value: answer.value.statuses,
                    page: answer.page,
                    rate_limit: answer.rate_limit,
                    rejected: answer.rejected,
                    complete: answer.complete,
                    async_refresh: answer.async_refresh,
                })
            }
        }
    }

    /// Reads one page, hands its posts over, and finds out about those that should be on it and are not: all of
    /// them when healing, else those told long enough ago that the answer cannot be older.
    async fn read(self, below: Option<&str>, healing: bool) -> Result<Page, Stop> {
        let Self { ears, feed, .. } = self;
        let asked_at = unix_millis();
        let answer = self.page(below).await?;
        if !answer.rejected.is_empty() {
            let rejected = u64::try_from(answer.rejected.len()).unwrap_or(0);
            ears.health.count(|counts| counts.refused += rejected);
        }
        // A page of which parts could not be read does not show what is missing from it.
        let is_whole = answer.rejected.is_empty() && answer.complete;
        let link = answer.page.next;
        let posts = answer.value;
        let keys: Vec<LocalKey> = posts
            .iter()
            .map(|it| LocalKey::new(it.id.as_str()))
            .collect();
        let in_order = is_in_order(&keys);
        let last = keys.last().map(|it| it.id().to_owned());
        let page = Page {
            next: next_of(link.map(|it| (it.direction, it.value)), last),
            oldest_at: posts
                .iter()
                .filter_map(|it| it.created_at.unix_millis())
                .min(),
            met_known: posts
                .iter()
                .any(|it| ears.told(feed, |told| told.knows(it.id.as_str()))),
        };
        self.hand_over(posts, asked_at).await?;
        // A search finds what its server thinks best: nothing is missing from it.
        if is_whole && in_order && !matches!(feed, Feed::Words(_)) {
            self.look_for_missing(&keys, below, asked_at, healing)
                .await?;
        }
        Ok(page)
    }

    async fn look_for_missing(
        self,
        keys: &[LocalKey],
        below: Option<&str>,
        asked_at: i64,
        healing: bool,
    ) -> Result<(), Stop> {
        let timing = &self.ears.timing;
        let settle = i64::try_from(timing.settle.as_millis()).unwrap_or(i64::MAX);
        let settle = if healing { 0 } else { settle };
        let between = timing.verify_interval.max(timing.poll_interval);
        let between = i64::try_from(between.as_millis()).unwrap_or(i64::MAX);
        let on_page: BTreeSet<LocalKey> = keys.iter().cloned().collect();
        let below = below.map(LocalKey::new);
        let times = (asked_at.saturating_sub(settle), asked_at, between);
        let missing = self.ears.told(self.feed, |told| {
            told.missing(&on_page, below.as_ref(), keys.last(), times, MAX_CHECKS)
        });
        for id in missing {
            self.check(id).await?;
        }
        Ok(())
    }

    async fn hand_over(self, posts: Vec<Status>, asked_at: i64) -> Result<(), Stop> {
        let Self { ears, feed, .. } = self;
        // Oldest first, so that parents come before their answers.
        for status in posts.into_iter().rev().filter(|it| feed.admits(it)) {
            ears.polled(feed, &status, asked_at);
            ears.tell(How::Poll, Some(feed), Heard::Status(Box::new(status)))
                .await?;
        }
        Ok(())
    }

    /// Asks for a post that vanished from a timeline: deleted, or only no longer shown there?
    async fn check(self, id: String) -> Result<(), Stop> {
        let Self { ears, feed, .. } = self;
        let post = GetStatus {
            id: StatusId::new(id.as_str()),
        };
        match ears.host.ask(&post, self.urgency).await {
            Ok(answer) => {
                ears.told(feed, |told| told.checked(&id, unix_millis()));
                ears.tell(How::Asked, None, Heard::Status(Box::new(answer.value)))
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
}

/// Whether a page stands in the falling order of its ids, which must be of one kind to have an order at all.
fn is_in_order(keys: &[LocalKey]) -> bool {
    let mut pairs = keys.iter().zip(keys.iter().skip(1));
    pairs.all(|(upper, lower)| upper > lower)
}

/// Where the next older page begins: the server's own word for it, else the last post. An empty page is the end, a
/// short one is not; so is a link to nowhere, which some servers end with.
fn next_of(link: Option<(Direction, String)>, last: Option<String>) -> Option<String> {
    let last = last?;
    match link {
        Some((Direction::Older, cursor)) if cursor.is_empty() => None,
        Some((Direction::Older, cursor)) => Some(cursor),
        _ => Some(last),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_servers_own_cursor_goes_before_the_last_id_and_an_empty_page_is_the_end() {
        let link = |value: &str| Some((Direction::Older, value.to_owned()));
        let last = || Some("7".to_owned());
        assert_eq!(next_of(link("5"), last()).as_deref(), Some("5"));
        assert_eq!(next_of(None, last()).as_deref(), Some("7"));
        assert_eq!(next_of(link(""), last()), None);
        assert_eq!(next_of(link("5"), None), None);
    }

    #[test]
    fn a_page_with_ids_of_several_kinds_proves_no_deletion() {
        let keys = |ids: &[&str]| ids.iter().map(|it| LocalKey::new(it)).collect::<Vec<_>>();
        assert!(is_in_order(&keys(&["30", "20", "9"])));
        assert!(!is_in_order(&keys(&[
            "9",
            "0190aaaa-0000-7000-8000-000000000000",
            "8"
        ])));
        assert!(!is_in_order(&keys(&["b", "c"])));
    }
}

//! The store's face: one handle that is cheap to clone and lives as long as the page.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use mastodon::StatusId;
use reactive_graph::computed::ArcMemo;
use reactive_graph::signal::ArcRwSignal;
use reactive_graph::traits::{With as _, WithUntracked as _};
use timeline::feed::{Event, Post, Request, Want};
use timeline::gap::Place;
use timeline::thread::{Bounds, Node, assemble};

use crate::entities::Entities;
use crate::entity::{Account, AccountRef, Origin, Status, StatusRef};
use crate::feeds::{FeedId, FeedView, Feeds};
use crate::intent::{Intent, Outcome, Ticket};
use crate::{Arrival, Connection, Failure, Preferences, RelayState, SourcesReport};

#[cfg(test)]
mod tests;

/// What this browser knows. Clones share everything.
#[derive(Clone, Default)]
pub struct Store(Arc<Shared>);

#[derive(Default)]
struct Shared {
    // No lock is held while foreign code runs: signals only mark what reads them and wake it later.
    entities: Mutex<Entities>,
    feeds: Mutex<Feeds>,
    relay: ArcRwSignal<RelayState>,
    connection: ArcRwSignal<Connection>,
    sources: ArcRwSignal<Option<SourcesReport>>,
    sources_failure: ArcRwSignal<Option<Failure>>,
    preferences: ArcRwSignal<Preferences>,
}

/// Posts and people.
impl Store {
    /// A narrow view of a status: it wakes its reader only when what `read` returns is different. A status that is not
    /// known is blank until it arrives.
    pub fn status<T>(&self, status: StatusRef, read: fn(&Status) -> T) -> ArcMemo<T>
    where
        T: PartialEq + Send + Sync + 'static,
    {
        let entry = self.entities().entry(status);
        ArcMemo::new(move |_| entry.with(|it| read(it.shown())))
    }

    /// A narrow view of an account.
    pub fn account<T>(&self, account: AccountRef, read: fn(&Account) -> T) -> ArcMemo<T>
    where
        T: PartialEq + Send + Sync + 'static,
    {
        let signal = self.entities().account(account);
        ArcMemo::new(move |_| signal.with(read))
    }

    /// The status as it is shown now, without watching it.
    pub fn peek_status(&self, status: StatusRef) -> Status {
        self.entities().peek(status).unwrap_or_default()
    }

    /// The account as it is known now, without watching it.
    pub fn peek_account(&self, account: AccountRef) -> Account {
        self.entities()
            .account(account)
            .with_untracked(Account::clone)
    }

    /// The reference of a status by its id, whether or not it has arrived.
    pub fn reference(&self, origin: &Origin, id: &StatusId) -> StatusRef {
        self.entities().reference(origin, id)
    }

    /// Takes a status that belongs to no feed.
    pub fn merge(&self, origin: &Origin, arrival: Arrival) -> StatusRef {
        self.entities().merge(origin, arrival)
    }

    /// Lays a wish over a status at once, everywhere. None when too many wishes on it wait for their answers.
    pub fn begin(&self, status: StatusRef, intent: Intent) -> Option<Ticket> {
        self.entities().begin(status, intent)
    }

    /// Ends a wish.
    pub fn settle(&self, origin: &Origin, ticket: Ticket, outcome: Outcome) {
        self.entities().settle(origin, ticket, outcome);
    }
}

/// Lists.
impl Store {
    /// The feed, kept from now on as the one used last.
    pub fn feed(&self, feed: &FeedId) -> FeedView {
        self.feeds().open(feed).view()
    }

    /// Whether a first page of the feed has arrived and is still kept.
    pub fn is_loaded(&self, feed: &FeedId) -> bool {
        self.feeds().get(feed).is_some_and(|it| it.is_loaded())
    }

    /// Marks a request as under way. None when it already is, or when there is nothing to ask for.
    pub fn begin_request(&self, feed: &FeedId, want: Want) -> Option<Request> {
        self.feeds().open(feed).begin(want)
    }

    /// Notes that a request failed.
    pub fn fail_request(&self, feed: &FeedId, want: Want, failure: Failure) {
        if let Some(slot) = self.feeds().get(feed) {
            slot.fail(want, failure);
        }
    }

    /// Takes a page: every status once, the rows in one write. `next` is the cursor of the following page.
    pub fn merge_page(
        &self,
        feed: &FeedId,
        origin: &Origin,
        want: Want,
        page: Vec<Arrival>,
        next: Option<String>,
    ) {
        let posts = self.merge_posts(origin, page);
        let next = next.map(Place::new);
        self.apply(feed, Event::Page { want, posts, next });
    }

    /// Takes a page from further down, where somebody goes on reading after the rest was forgotten.
    pub fn merge_below(
        &self,
        feed: &FeedId,
        origin: &Origin,
        page: Vec<Arrival>,
        next: Option<String>,
    ) {
        let posts = self.merge_posts(origin, page);
        let next = next.map(Place::new);
        self.apply(feed, Event::Below { posts, next });
    }

    fn merge_posts(&self, origin: &Origin, page: Vec<Arrival>) -> Vec<Post<StatusRef>> {
        let mut entities = self.entities();
        let mut posts = Vec::with_capacity(page.len());
        for arrival in page {
            let place = Place::new(arrival.id().as_str());
            let key = entities.merge(origin, arrival);
            if !entities.is_gone(key) {
                posts.push(Post { key, place });
            }
        }
        posts
    }

    fn apply(&self, feed: &FeedId, event: Event<StatusRef>) {
        if let Some(slot) = self.feeds().get(feed) {
            slot.apply(event);
        }
        self.sweep();
    }

    /// Takes a status from the stream, new or edited, for the feeds that it was sent to.
    pub fn merge_live(&self, feeds: &[FeedId], origin: &Origin, arrival: Arrival) {
        let place = Place::new(arrival.id().as_str());
        let key = {
            let mut entities = self.entities();
            let key = entities.merge(origin, arrival);
            if entities.is_gone(key) {
                return;
            }
            key
        };
        for feed in feeds {
            if let Some(slot) = self.feeds().get(feed) {
                slot.apply(Event::Live(Post {
                    key,
                    place: place.clone(),
                }));
            }
        }
        self.sweep();
    }

    /// Takes a deletion: the status leaves every feed and never comes back.
    pub fn delete(&self, origin: &Origin, id: &StatusId) {
        let status = self.entities().delete(origin, id);
        self.feeds()
            .all()
            .for_each(|(_, slot)| slot.apply(Event::Deleted(status)));
    }

    /// Takes a post out of some feeds to which it no longer belongs; elsewhere it stays.
    pub fn withdraw(&self, feeds: &[FeedId], origin: &Origin, id: &StatusId) {
        let status = self.entities().reference(origin, id);
        for feed in feeds {
            if let Some(slot) = self.feeds().get(feed) {
                slot.apply(Event::Deleted(status));
            }
        }
    }

    /// Notes for every live feed that posts may have been missed. Returns the feeds to ask for their newest page.
    pub fn missed(&self) -> Vec<FeedId> {
        let mut feeds = self.feeds();
        let live = feeds
            .all()
            .filter(|(id, slot)| !matches!(id, FeedId::Thread(_)) && slot.is_loaded());
        live.map(|(id, slot)| {
            slot.apply(Event::Missed);
            id.clone()
        })
        .collect()
    }

    /// Notes that a feed is not kept up to date from now on, as when its page is left.
    pub fn left(&self, feed: &FeedId) {
        if let Some(slot) = self.feeds().get(feed) {
            slot.apply(Event::Missed);
        }
    }

    /// Tells a feed whether its reader is at the top, where new posts may appear at once.
    pub fn at_top(&self, feed: &FeedId, at_top: bool) {
        if let Some(slot) = self.feeds().get(feed) {
            slot.apply(Event::AtTop(at_top));
        }
    }

    /// Shows the posts that wait.
    pub fn release(&self, feed: &FeedId) {
        if let Some(slot) = self.feeds().get(feed) {
            slot.apply(Event::Released);
        }
    }

    /// Shows a conversation out of what arrived for it, in reading order with `focus` in its place; `complete` once
    /// nothing more is on its way.
    pub fn set_thread(&self, focus: StatusRef, members: &[StatusRef], complete: bool) {
        let nodes: Vec<Node<StatusRef>> = {
            let entities = self.entities();
            let node = |key: StatusRef| {
                let status = entities.peek(key).filter(|it| !it.gone || key == focus)?;
                let author = entities
                    .account(status.account)
                    .with_untracked(|it| it.acct.clone());
                Some(Node {
                    key,
                    parent: status.in_reply_to,
                    author,
                    at: status.created_at.unwrap_or_default(),
                })
            };
            members
                .iter()
                .copied()
                .chain([focus])
                .filter_map(node)
                .collect()
        };
        let thread = assemble(&focus, &nodes, Bounds::default());
        let rows = thread
            .ancestors
            .into_iter()
            .chain([focus])
            .chain(thread.descendants)
            .collect();
        if let Some(slot) = self.feeds().get(&FeedId::Thread(focus)) {
            slot.set_thread(rows, complete);
        }
        self.sweep();
    }

    /// Drops what nothing shows any more, when there is too much of it.
    fn sweep(&self) {
        let mut entities = self.entities();
        let shown: HashSet<StatusRef> = {
            let feeds = self.feeds();
            if !entities.is_over_full(feeds.shown().count()) {
                return;
            }
            feeds.shown().collect()
        };
        entities.sweep(&shown);
    }

    fn entities(&self) -> MutexGuard<'_, Entities> {
        self.0
            .entities
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn feeds(&self) -> MutexGuard<'_, Feeds> {
        self.0.feeds.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Single facts. Components read them; actions set them.
impl Store {
    /// Whether the relay is known.
    pub fn relay(&self) -> &ArcRwSignal<RelayState> {
        &self.0.relay
    }

    /// How live the view is.
    pub fn connection(&self) -> &ArcRwSignal<Connection> {
        &self.0.connection
    }

    /// How the relay hears its sources, as last told; none before the first answer.
    pub fn sources(&self) -> &ArcRwSignal<Option<SourcesReport>> {
        &self.0.sources
    }

    /// Why the report on the sources could not be had the last time.
    pub fn sources_failure(&self) -> &ArcRwSignal<Option<Failure>> {
        &self.0.sources_failure
    }

    /// What the person chose for this browser.
    pub fn preferences(&self) -> &ArcRwSignal<Preferences> {
        &self.0.preferences
    }
}

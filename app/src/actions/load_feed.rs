//! Fills the feeds: a first page, older pages, gaps, and again after a failure.

use std::rc::Rc;

use mastodon::endpoints::{GetStatus, ListTimeline, PublicTimeline, TagTimeline};
use mastodon::{Answer, Endpoint, ListId, Paging, Status, StatusId};
use store::{Arrival, Failure, FeedId, FeedView, GapId, Origin, Place, Request, Want};

use super::navigate::{self, Kept};
use super::request::{ask, ask_early};
use super::session::{Session, Shared};
use super::{follow_stream, open_thread};
use crate::browser::{html, location, task};

/// How many posts the first page has; the boot script asks for as many, so that its answer is ours.
const FIRST_PAGE: u16 = 20;
/// How many posts every other page has: as many as servers give at once.
const PAGE: u16 = 40;

/// A page with this feed is shown: what is kept of it is there at once, the rest is asked for and listened to.
pub fn show(session: Session, feed: &FeedId) -> FeedView {
    let shared = session.shared();
    let view = shared.store.feed(feed);
    let was_listened_to = follow_stream::listen(&shared, feed);
    if !shared.store.is_loaded(feed) || !was_listened_to {
        request(&shared, feed, Want::Newest);
    }
    view
}

/// The page with this feed is left.
pub fn leave(session: Session, feed: &FeedId) {
    follow_stream::stop_listening(&session.shared(), feed);
}

/// The end of the feed is near.
pub fn older(session: Session, feed: &FeedId) {
    request(&session.shared(), feed, Want::Older);
}

/// The reader wants to see what a gap hides.
pub fn fill(session: Session, feed: &FeedId, gap: GapId) {
    request(&session.shared(), feed, Want::Gap(gap));
}

/// The reader wants a failed first page to be tried again.
pub fn retry(session: Session, feed: &FeedId) {
    request(&session.shared(), feed, Want::Newest);
}

/// The reader wants to see the new posts that wait.
pub fn release(session: Session, feed: &FeedId) {
    session.shared().store.release(feed);
}

/// The reader arrived at or left the top.
pub fn at_top(session: Session, feed: &FeedId, at_top: bool) {
    session.shared().store.at_top(feed, at_top);
}

pub(super) fn request(shared: &Rc<Shared>, feed: &FeedId, want: Want) {
    let Some(address) = shared.address() else {
        shared.wait(feed, want);
        return;
    };
    if let FeedId::Thread(focus) = feed {
        open_thread::load(shared, address, *focus);
    } else if let Some(request) = shared.store.begin_request(feed, want) {
        task::spawn(load(Rc::clone(shared), address, feed.clone(), request));
    }
}

async fn load(shared: Rc<Shared>, address: String, feed: FeedId, request: Request) {
    let (want, origin) = (request.want, Origin::relay());
    let is_first = want == Want::Newest && !shared.store.is_loaded(&feed);
    match page(&shared, &address, &feed, request).await {
        Ok(answer) => {
            let below = match navigate::anchor() {
                Some(anchor) if is_first && answer.page.next.is_some() => {
                    around(&shared, &address, &feed, &anchor, &answer.value).await
                }
                _ => None,
            };
            let merge = |answer: Answer<Vec<Status>>| {
                let next = answer.page.next.map(|it| it.value);
                (answer.value.into_iter().map(read).collect(), next)
            };
            let (page, next) = merge(answer);
            shared.store.merge_page(&feed, &origin, want, page, next);
            if let Some((page, next)) = below.map(merge) {
                shared.store.merge_below(&feed, &origin, page, next);
            }
        }
        Err(failure) => shared.store.fail_request(&feed, want, failure),
    }
}

/// The post that was being read here before a reload, and what follows it; none when the newest page shows it, or when
/// it cannot be had, so that reading begins at the top.
async fn around(
    shared: &Shared,
    address: &str,
    feed: &FeedId,
    anchor: &Kept,
    newest: &[Status],
) -> Option<Answer<Vec<Status>>> {
    let id = StatusId::new(anchor.first.as_str());
    if newest.iter().any(|it| it.id == id) {
        return None;
    }
    let request = Request {
        want: Want::Older,
        max_id: Some(Place::new(id.as_str())),
        since_id: None,
    };
    let post = ask(address, &GetStatus { id }).await.ok()?;
    let mut below = page(shared, address, feed, request).await.ok()?;
    below.value.insert(0, post.value);
    Some(below)
}

/// A status with its HTML read into trees.
pub(super) fn read(status: Status) -> Arrival {
    Arrival::read(status, &mut html::parse)
}

async fn page(
    shared: &Shared,
    address: &str,
    feed: &FeedId,
    request: Request,
) -> Result<Answer<Vec<Status>>, Failure> {
    let is_first = request.want == Want::Newest && !shared.store.is_loaded(feed);
    let page = Paging {
        max_id: request.max_id.map(|it| it.as_str().to_owned()),
        since_id: request.since_id.map(|it| it.as_str().to_owned()),
        min_id: None,
        limit: Some(if is_first { FIRST_PAGE } else { PAGE }),
    };
    let is_early = is_first && address == location::origin();
    match feed {
        FeedId::Hashtag(_) => {
            let mut tags = feed.tags().map(str::to_owned);
            let endpoint = TagTimeline {
                tag: tags.next().unwrap_or_default(),
                any: tags.collect(),
                page,
                ..TagTimeline::default()
            };
            send(address, &endpoint, is_early).await
        }
        FeedId::View(name) => {
            let endpoint = ListTimeline {
                id: ListId::new(name.as_str()),
                page,
            };
            send(address, &endpoint, is_early).await
        }
        FeedId::Combined | FeedId::Thread(_) => {
            send(
                address,
                &PublicTimeline {
                    page,
                    ..PublicTimeline::default()
                },
                is_early,
            )
            .await
        }
    }
}

async fn send<E: Endpoint>(
    address: &str,
    endpoint: &E,
    is_early: bool,
) -> Result<Answer<E::Answer>, Failure> {
    if is_early {
        ask_early(address, endpoint).await
    } else {
        ask(address, endpoint).await
    }
}

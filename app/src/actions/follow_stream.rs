//! Follows what the relay streams: posts come, change and go while somebody reads.
//!
//! One socket carries every subscription. After a break the relay is asked to go on behind the last cursor; when it cannot,
//! and for feeds that were not listened to meanwhile, the newest page shows what was missed. Without a socket the newest
//! page is asked for now and then.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use leptos::prelude::{GetUntracked as _, Set as _};
use mastodon::streaming::{ClientFrame, Frame, PublicEvent, StreamName, Subscription};
use store::{Connection, FeedId, Origin, Want};

use super::load_feed::{self, read};
use super::session::Shared;
use crate::browser::clock;
use crate::browser::socket::{Report, Socket};
use crate::browser::{page, task};

/// How often the newest page is asked for while there is no socket, in milliseconds.
const POLL_MILLIS: f64 = 30_000.0;
/// After this many failures in a row the view says that it is polled rather than about to be live.
const POLLING_AFTER: u32 = 3;

/// The stream's state.
#[derive(Default)]
pub(super) struct Listening {
    feeds: RefCell<Vec<FeedId>>,
    socket: RefCell<Option<Socket>>,
    /// The cursor of the last event.
    cursor: RefCell<Option<String>>,
}

/// Begins to keep up a socket to `streaming`, an address without a path.
pub(super) fn start(shared: &Rc<Shared>, streaming: String) {
    let (addressed, told) = (Rc::downgrade(shared), Rc::downgrade(shared));
    let address = move || {
        let cursor = addressed
            .upgrade()
            .and_then(|it| it.listening.cursor.borrow().clone());
        let resume = cursor
            .map(|it| ["&cursor=", &it].concat())
            .unwrap_or_default();
        [
            streaming.as_str(),
            "/api/v1/streaming?stream=public",
            &resume,
        ]
        .concat()
    };
    let socket = Socket::start(address, move |report| {
        if let Some(shared) = told.upgrade() {
            hear(&shared, report);
        }
    });
    shared.listening.socket.replace(Some(socket));
    task::spawn(poll(Rc::downgrade(shared)));
}

/// Listens to a feed. Returns whether it was listened to before, so that nothing was missed.
pub(super) fn listen(shared: &Shared, feed: &FeedId) -> bool {
    if matches!(feed, FeedId::Thread(_)) {
        return false;
    }
    let listening = &shared.listening;
    if listening.feeds.borrow().contains(feed) {
        return true;
    }
    listening.feeds.borrow_mut().push(feed.clone());
    subscribe(listening, feed);
    false
}

/// Ceases to listen to a hashtag or a view. The combined timeline is listened to as long as the page is open: one comes back to it.
pub(super) fn stop_listening(shared: &Shared, feed: &FeedId) {
    if matches!(feed, FeedId::Hashtag(_) | FeedId::View(_)) {
        shared.listening.feeds.borrow_mut().retain(|it| it != feed);
        shared.store.left(feed);
    }
    for subscription in subscriptions(feed) {
        send(&shared.listening, &ClientFrame::Unsubscribe(subscription));
    }
}

fn subscribe(listening: &Listening, feed: &FeedId) {
    for subscription in subscriptions(feed) {
        send(listening, &ClientFrame::Subscribe(subscription));
    }
}

/// What a feed needs beside the public stream. A view is a list to Mastodon's API.
fn subscriptions(feed: &FeedId) -> Vec<Subscription> {
    match feed {
        FeedId::View(name) => vec![Subscription::to_list(name.as_str())],
        _ => feed.tags().map(Subscription::to_tag).collect(),
    }
}

fn send(listening: &Listening, frame: &ClientFrame) {
    if let Some(socket) = &*listening.socket.borrow() {
        socket.send(&frame.to_json());
    }
}

fn hear(shared: &Rc<Shared>, report: Report) {
    let connection = shared.store.connection();
    match report {
        Report::Text(text) => take(shared, &text),
        Report::Connecting if connection.get_untracked() == Connection::Polling => {}
        Report::Connecting => connection.set(Connection::Connecting),
        Report::Open => {
            connection.set(Connection::Live);
            opened(shared);
        }
        Report::Broken { failures, .. } if failures >= POLLING_AFTER => {
            connection.set(Connection::Polling)
        }
        Report::Broken { retry_at, .. } => connection.set(Connection::Waiting { until: retry_at }),
        Report::Paused => connection.set(Connection::Paused),
        Report::Offline => connection.set(Connection::Offline),
    }
}

/// The socket begins with the public stream alone, and only that one goes on behind the cursor.
fn opened(shared: &Rc<Shared>) {
    let resumes = shared.listening.cursor.borrow().is_some();
    let feeds = shared.listening.feeds.borrow().clone();
    for feed in feeds {
        subscribe(&shared.listening, &feed);
        let goes_on = resumes && feed == FeedId::Combined && shared.store.is_loaded(&feed);
        if !goes_on {
            shared.store.left(&feed);
            load_feed::request(shared, &feed, Want::Newest);
        }
    }
}

fn take(shared: &Rc<Shared>, text: &str) {
    match Frame::parse_public(text) {
        Ok(Frame::Event {
            stream,
            event,
            cursor,
        }) => {
            if cursor.is_some() {
                shared.listening.cursor.replace(cursor);
            }
            happen(shared, &stream, event);
        }
        Ok(Frame::Gap(gap)) => {
            shared.listening.cursor.replace(gap.to);
            for feed in shared.store.missed() {
                load_feed::request(shared, &feed, Want::Newest);
            }
        }
        // A frame that says no or says nothing readable leaves everything as it is; the slow poll heals what it meant.
        Ok(Frame::Error { .. }) | Err(_) => {}
    }
}

fn happen(shared: &Shared, stream: &[String], event: PublicEvent) {
    let origin = Origin::relay();
    match event {
        PublicEvent::Update(status) | PublicEvent::StatusUpdate(status) => {
            let feeds = feeds_of(stream, &shared.listening.feeds.borrow());
            shared.store.merge_live(&feeds, &origin, read(*status));
        }
        PublicEvent::Delete(id) => {
            let feeds = feeds_of(stream, &shared.listening.feeds.borrow());
            // It left a hashtag or a view; that it is gone altogether, the public stream says.
            if feeds.is_empty() || feeds.contains(&FeedId::Combined) {
                shared.store.delete(&origin, &id);
            } else {
                shared.store.withdraw(&feeds, &origin, &id);
            }
        }
        PublicEvent::Unknown { .. } => {}
    }
}

/// The feeds among `listened` to which an event's labels belong.
fn feeds_of(stream: &[String], listened: &[FeedId]) -> Vec<FeedId> {
    let Some(Subscription { stream, tag, list }) = Subscription::from_labels(stream) else {
        return Vec::new();
    };
    let tag = tag.unwrap_or_default().to_lowercase();
    let belongs = |feed: &&FeedId| match stream {
        StreamName::Public => **feed == FeedId::Combined,
        StreamName::Hashtag => feed.tags().any(|it| it == tag),
        StreamName::List => matches!(feed, FeedId::View(name) if Some(name) == list.as_ref()),
        _ => false,
    };
    listened.iter().filter(belongs).cloned().collect()
}

/// Asks for newest pages while the socket does not stand and somebody looks.
async fn poll(shared: Weak<Shared>) {
    loop {
        clock::sleep(POLL_MILLIS).await;
        let Some(shared) = shared.upgrade() else {
            return;
        };
        let live = shared.store.connection().get_untracked() == Connection::Live;
        if !live && page::is_visible() && page::is_online() {
            let feeds = shared.listening.feeds.borrow().clone();
            feeds
                .iter()
                .for_each(|feed| load_feed::request(&shared, feed, Want::Newest));
        }
    }
}

#[cfg(test)]
mod tests {
    use store::FeedId;

    use super::feeds_of;

    #[test]
    fn labels_name_the_feeds() {
        let labels = |words: &[&str]| words.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        let (rust, both) = (FeedId::hashtag("rust"), FeedId::hashtag("Rust+RustLang"));
        let view = FeedId::View("cats".to_owned());
        let listened = [FeedId::Combined, rust.clone(), both.clone(), view.clone()];
        let feeds = |words: &[&str]| feeds_of(&labels(words), &listened);
        assert_eq!(feeds(&["public"]), [FeedId::Combined]);
        assert_eq!(feeds(&["hashtag", "Rust"]), [rust, both.clone()]);
        assert_eq!(feeds(&["hashtag", "rustlang"]), [both]);
        assert_eq!(feeds(&["hashtag", "birds"]), []);
        assert_eq!(feeds(&["list", "cats"]), [view]);
        assert_eq!(feeds(&["user"]), []);
        assert_eq!(feeds(&[]), []);
    }
}

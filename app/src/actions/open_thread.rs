//! Opens a post with what it answers and what answers it.

use std::rc::Rc;

use mastodon::StatusId;
use mastodon::endpoints::{GetContext, GetStatus};
use store::{FeedId, FeedView, Origin, StatusRef, Want};

use super::load_feed::read;
use super::request::ask;
use super::session::{Session, Shared};
use crate::browser::task;

/// The page of a post is shown. A post that is known is there at once; the conversation around it follows.
pub fn open(session: Session, id: &str) -> (FeedId, StatusRef, FeedView) {
    let shared = session.shared();
    let focus = shared.store.reference(&Origin::relay(), &StatusId::new(id));
    let feed = FeedId::Thread(focus);
    let view = shared.store.feed(&feed);
    super::load_feed::request(&shared, &feed, Want::Newest);
    (feed, focus, view)
}

pub(super) fn load(shared: &Rc<Shared>, address: String, focus: StatusRef) {
    let feed = FeedId::Thread(focus);
    if shared.store.begin_request(&feed, Want::Newest).is_none() {
        return;
    }
    let known = shared.store.peek_status(focus);
    if !shared.store.is_loaded(&feed) && !known.uri.is_empty() {
        shared.store.begin_request(&feed, Want::Older);
        shared.store.set_thread(focus, &[], false);
    }
    task::spawn(converse(Rc::clone(shared), address, focus, known.id));
}

async fn converse(shared: Rc<Shared>, address: String, focus: StatusRef, id: StatusId) {
    let (store, feed, origin) = (&shared.store, FeedId::Thread(focus), Origin::relay());
    match ask(&address, &GetStatus { id: id.clone() }).await {
        Ok(answer) => {
            store.merge(&origin, read(answer.value));
        }
        // A post that is on the screen stays there; why the rest is missing is said below it.
        Err(failure) => {
            store.fail_request(&feed, Want::Newest, failure.clone());
            store.fail_request(&feed, Want::Older, failure);
            return;
        }
    }
    if !store.is_loaded(&feed) {
        store.begin_request(&feed, Want::Older);
        store.set_thread(focus, &[], false);
    }
    match ask(&address, &GetContext { id }).await {
        Ok(answer) => {
            let around = answer
                .value
                .ancestors
                .into_iter()
                .chain(answer.value.descendants);
            let members: Vec<StatusRef> = around.map(|it| store.merge(&origin, read(it))).collect();
            store.set_thread(focus, &members, true);
        }
        Err(failure) => {
            store.fail_request(&feed, Want::Newest, failure.clone());
            store.fail_request(&feed, Want::Older, failure);
        }
    }
}

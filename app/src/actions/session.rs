//! What the verbs of one open page share.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;
use store::{FeedId, Store, Want};

use super::follow_stream::Listening;
use crate::routes::Route;

/// The most requests that wait for the relay's address to be known; a page asks for one or two.
const MAX_WAITING: usize = 16;

/// The handle that verbs take. It is `Copy`, so closures take it along freely.
#[derive(Clone, Copy)]
pub struct Session(StoredValue<Rc<Shared>, LocalStorage>);

/// See [`Session`].
pub(super) struct Shared {
    pub(super) store: Store,
    pub(super) route: ArcRwSignal<Route>,
    /// The address of the relay, once it is known whether another one than the page's own was chosen.
    address: RefCell<Option<String>>,
    waiting: RefCell<Vec<(FeedId, Want)>>,
    pub(super) listening: Listening,
}

impl Session {
    pub(super) fn new(store: Store, route: Route) -> Self {
        Self(StoredValue::new_local(Rc::new(Shared {
            store,
            route: ArcRwSignal::new(route),
            address: RefCell::default(),
            waiting: RefCell::default(),
            listening: Listening::default(),
        })))
    }

    /// What this browser knows.
    pub fn store(self) -> Store {
        self.0.with_value(|it| it.store.clone())
    }

    /// The page that is shown.
    pub fn route(self) -> ArcReadSignal<Route> {
        self.0.with_value(|it| it.route.read_only())
    }

    pub(super) fn shared(self) -> Rc<Shared> {
        self.0.get_value()
    }
}

impl Shared {
    /// The relay's address without a slash at the end.
    pub(super) fn address(&self) -> Option<String> {
        self.address.borrow().clone()
    }

    /// Notes the address and returns what waited for it.
    pub(super) fn set_address(&self, address: String) -> Vec<(FeedId, Want)> {
        self.address.replace(Some(address));
        self.waiting.take()
    }

    /// Puts a request by until the address is known.
    pub(super) fn wait(&self, feed: &FeedId, want: Want) {
        let mut waiting = self.waiting.borrow_mut();
        let request = (feed.clone(), want);
        if waiting.len() < MAX_WAITING && !waiting.contains(&request) {
            waiting.push(request);
        }
    }
}

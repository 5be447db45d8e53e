//! Begins everything: preferences, the relay, the stream, and the address bar.

use std::rc::Rc;

use leptos::prelude::{Set as _, Update as _};
use store::{RelayState, Store, Theme};

use super::session::{Session, Shared};
use super::{follow_stream, load_feed, set_relay, set_theme};
use crate::browser::{install, location, storage, task};
use crate::routes::Route;

/// Begins. To be called once, by the component at the root.
pub fn start() -> Session {
    let session = Session::new(Store::default(), Route::parse(&location::path()));
    let shared = session.shared();
    let route = shared.route.clone();
    location::start(move |path| {
        let next = Route::parse(path);
        route.set(next);
    });
    install::start();
    task::spawn(open(shared));
    session
}

async fn open(shared: Rc<Shared>) {
    let kept = storage::read().await;
    let theme = Theme::parse(kept.theme.as_deref().unwrap_or_default());
    if theme != Theme::System {
        shared.store.preferences().update(|it| it.theme = theme);
        set_theme::show(theme);
    }
    let address = kept.relay.unwrap_or_else(location::origin);
    for (feed, want) in shared.set_address(address.clone()) {
        load_feed::request(&shared, &feed, want);
    }
    match set_relay::identify(&address).await {
        Ok(relay) => {
            follow_stream::start(&shared, relay.streaming.clone());
            shared.store.relay().set(RelayState::Found(relay));
        }
        Err(failure) => shared
            .store
            .relay()
            .set(RelayState::Missing { address, failure }),
    }
}

//! Keeps the report on the relay's sources fresh while somebody looks at it.

use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use leptos::prelude::{Set as _, on_cleanup};
use mastodon::endpoints::GetSources;

use super::request::ask;
use super::session::{Session, Shared};
use crate::browser::{clock, page, task};

/// How often the report is asked for, in milliseconds.
const EVERY_MILLIS: f64 = 10_000.0;
/// How often it is looked whether the relay's address is known yet, in milliseconds.
const ADDRESS_MILLIS: f64 = 100.0;

/// Asks now and every ten seconds until the component that calls this is gone.
pub fn watch(session: Session) {
    let watched = Arc::new(AtomicBool::new(true));
    let until = Arc::clone(&watched);
    on_cleanup(move || until.store(false, Ordering::Relaxed));
    let shared = session.shared();
    task::spawn(async move {
        while watched.load(Ordering::Relaxed) {
            let Some(address) = shared.address() else {
                clock::sleep(ADDRESS_MILLIS).await;
                continue;
            };
            if page::is_visible() {
                load(&shared, &address).await;
            }
            clock::sleep(EVERY_MILLIS).await;
        }
    });
}

/// Asks at once, as when the reader wants to try again.
pub fn retry(session: Session) {
    let shared = session.shared();
    if let Some(address) = shared.address() {
        task::spawn(async move { load(&shared, &address).await });
    }
}

async fn load(shared: &Rc<Shared>, address: &str) {
    match ask(address, &GetSources).await {
        Ok(report) => {
            shared.store.sources_failure().set(None);
            shared.store.sources().set(Some(report.value));
        }
        Err(failure) => shared.store.sources_failure().set(Some(failure)),
    }
}

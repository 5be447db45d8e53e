//! A line that says how things stand, when they do not stand well.

use leptos::prelude::*;
use store::{Connection, Store};

use crate::components::icon::{Icon, IconName};
use crate::messages::Message;

/// Says that the network or the relay is away; nothing while all is well.
#[component]
pub fn ConnectionBanner() -> impl IntoView {
    let store = expect_context::<Store>();
    let (connection, report) = (store.connection().clone(), store.sources_failure().clone());
    let words =
        Memo::new(
            move |before: Option<&Option<Message<'static>>>| match connection.get() {
                Connection::Offline => Some(Message::Offline),
                Connection::Waiting { .. } => Some(Message::Reconnecting),
                // An attempt is no success yet: what was said stays until it is one.
                Connection::Connecting => before.copied().flatten(),
                // Without a socket the relay is asked; when it does not answer either, it is away.
                Connection::Polling => report.read().as_ref().map(|_| Message::Reconnecting),
                _ => None,
            },
        );
    view! {
        <div role="status">
            {move || {
                words
                    .get()
                    .map(|words| view! { <p class="connection-banner"><Icon name=IconName::Offline/>{words.text()}</p> })
            }}
        </div>
    }
}

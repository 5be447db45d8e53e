//! A line that says how things stand, when they do not stand well.

use leptos::prelude::*;
use store::{Connection, Store};

use crate::components::icon::{Icon, IconName};
use crate::messages::Message;

/// Says that the network or the relay is away; nothing while all is well.
#[component]
pub fn ConnectionBanner() -> impl IntoView {
    let connection = expect_context::<Store>().connection().clone();
    let words = Memo::new(move |_| match connection.get() {
        Connection::Offline => Some(Message::Offline),
        Connection::Waiting { .. } => Some(Message::Reconnecting),
        _ => None,
    });
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

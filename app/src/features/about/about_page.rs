//! What this is, who runs it, and which pages it has: on a phone also the way to what stands aside on a desk.

use leptos::prelude::*;
use store::{RelayState, Store};

use crate::components::brand::Brand;
use crate::components::page_header::PageHeader;
use crate::messages::Message;
use crate::shell::theme_choice::ThemeChoice;

/// The page at `/about`.
#[component]
pub fn AboutPage() -> impl IntoView {
    let relay = expect_context::<Store>().relay().clone();
    let runs = move || match relay.get() {
        RelayState::Found(relay) => Some(
            Message::RelayIs {
                name: &relay.title,
                address: &relay.address,
                version: &relay.version,
            }
            .text(),
        ),
        _ => None,
    };
    view! {
        <PageHeader title=Signal::stored(Message::About.text())/>
        <div class="about-page">
            <Brand/>
            <p>{Message::AboutWhat.text()}</p>
            <p>{Message::AboutHow.text()}</p>
            <p class="about-page__relay">{runs}</p>
            <ThemeChoice/>
        </div>
    }
}

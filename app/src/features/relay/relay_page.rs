//! What is shown where no relay answers: why, and a field for the address of one.

use leptos::{ev, html, prelude::*};

use crate::actions::{Session, set_relay};
use crate::components::icon::IconName;
use crate::components::notice::{Notice, Tone};
use crate::components::page_header::PageHeader;
use crate::features::timeline::trouble::say_failure;
use crate::messages::Message;

/// Asks for the address of a relay.
#[component]
pub fn RelayPage(
    /// The address that was tried.
    tried: String,
    /// What went wrong there.
    failure: store::Failure,
) -> impl IntoView {
    let field = NodeRef::<html::Input>::new();
    let session = expect_context::<Session>();
    let connect = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let address = field
            .get_untracked()
            .map(|it| it.value())
            .unwrap_or_default();
        if !address.trim().is_empty() {
            set_relay::set_relay(session, &address);
        }
    };
    let again = tried.clone();
    view! {
        <PageHeader title=Signal::stored(Message::RelayMissing.text())/>
        <Notice tone=Tone::Bad icon=IconName::Sources title=Message::RelayMissing.text()>
            <p class="notice__words">{tried} " " {say_failure(&failure)}</p>
            <p class="notice__words">{Message::RelayMissingWhy.text()}</p>
        </Notice>
        <form class="relay-page__form" on:submit=connect>
            <label class="relay-page__label" for="relay-address">{Message::RelayAddress.text()}</label>
            <input
                class="relay-page__field"
                id="relay-address"
                type="text"
                autocomplete="url"
                autocapitalize="none"
                spellcheck="false"
                inputmode="url"
                required
                placeholder="https://relay.example"
                value=again
                node_ref=field
            />
            <button class="button" data-kind="primary" type="submit">{Message::ConnectTo.text()}</button>
        </form>
    }
}

//! What this is, who runs it, and which pages it has: on a phone also the way to what stands aside on a desk.

use leptos::prelude::*;
use store::{RelayState, Store};

use crate::actions::install;
use crate::components::brand::Brand;
use crate::components::button::Button;
use crate::components::page_header::PageHeader;
use crate::messages::Message;
use crate::shell::theme_choice::ThemeChoice;

/// The page at `/about`.
#[component]
pub fn AboutPage() -> impl IntoView {
    let relay = expect_context::<Store>().relay().clone();
    let runs = move || match relay.get() {
        RelayState::Found(relay) => Some({
            let words = Message::RelayIs {
                name: &relay.title,
                address: &relay.address,
                version: &relay.version,
            };
            // A page of the relay, not of the app: who runs it, what it keeps, how not to be shown.
            let about = relay.address.clone() + "/about/relay";
            view! { <a href=about target="_self">{words.text()}</a> }
        }),
        _ => None,
    };
    view! {
        <PageHeader title=Signal::stored(Message::About.text())/>
        <div class="about-page">
            <Brand/>
            <p>{Message::AboutWhat.text()}</p>
            <p>{Message::AboutHow.text()}</p>
            <p class="about-page__relay">{runs}</p>
            {installing()}
            <ThemeChoice/>
        </div>
    }
}

/// The browser's offer to install the app, or what stands in its way.
fn installing() -> AnyView {
    if !install::is_secure() {
        return view! {
            <p>{Message::InsecureWhy.text()}</p>
            <pre class="about-page__lines" dir="ltr"><code>"watersmeet.example\nreverse_proxy 127.0.0.1:4040"</code></pre>
        }
        .into_any();
    }
    let offered = install::is_offered();
    view! {
        <Show when=move || offered.get()>
            <Button on_press=|()| install::ask()>{Message::Install.text()}</Button>
        </Show>
    }
    .into_any()
}

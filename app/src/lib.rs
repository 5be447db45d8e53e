//! The app: reads many Mastodon servers as one timeline.

pub mod actions;
pub mod browser;
pub mod components;
pub mod features;
pub mod messages;
pub mod routes;
pub mod shell;

use leptos::prelude::*;

use self::shell::Shell;

/// The whole app: begins everything and draws the frame around the page.
#[component]
pub fn App() -> impl IntoView {
    let session = actions::start();
    provide_context(session);
    provide_context(session.store());
    // The frame stands in the same place, so nothing moves.
    Effect::new(|_| actions::view::remove_boot_screen());
    view! { <Shell route=session.route().into()/> }
}

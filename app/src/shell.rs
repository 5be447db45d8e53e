//! The frame around every page.

pub mod connection_banner;
pub mod navigation;
pub mod not_found_page;
pub mod shortcut_help;
pub mod shortcuts;
pub mod side_panel;
pub mod theme_choice;

use leptos::prelude::*;
use store::{RelayState, Store};

use self::connection_banner::ConnectionBanner;
use self::navigation::Navigation;
use self::not_found_page::NotFoundPage;
use self::shortcut_help::ShortcutHelp;
use self::side_panel::SidePanel;
use crate::actions::{Session, load_sources};
use crate::components::page_header::Moved;
use crate::features::about::about_page::AboutPage;
use crate::features::hashtag::hashtag_page::HashtagPage;
use crate::features::relay::relay_page::RelayPage;
use crate::features::sources::sources_page::SourcesPage;
use crate::features::status::lightbox::{Lightbox, LightboxDialog};
use crate::features::thread::thread_page::ThreadPage;
use crate::features::timeline::timeline_page::TimelinePage;
use crate::features::timeline::view_page::ViewPage;
use crate::messages::Message;
use crate::routes::Route;

/// Navigation, the page at `route`, and what stands aside.
#[component]
pub fn Shell(
    /// Where one is.
    route: Signal<Route>,
) -> impl IntoView {
    provide_context(Lightbox::default());
    let moved = Moved::default();
    provide_context(moved);
    // Nearly every page says something about the servers.
    load_sources::watch(expect_context::<Session>());
    let help = RwSignal::new(false);
    shortcuts::listen(help);
    let relay = expect_context::<Store>().relay().clone();
    let missing = Memo::new(move |_| match relay.get() {
        RelayState::Missing { address, failure } => Some((address, failure)),
        _ => None,
    });
    let first = StoredValue::new(true);
    let page = move || {
        let route = route.get();
        moved.set(!first.get_value());
        first.set_value(false);
        match (missing.get(), route) {
            (_, Route::About) => view! { <AboutPage/> }.into_any(),
            (Some((tried, failure)), _) => view! { <RelayPage tried failure/> }.into_any(),
            (None, Route::Combined) => view! { <TimelinePage/> }.into_any(),
            (None, Route::Hashtag { tag }) => view! { <HashtagPage tag/> }.into_any(),
            (None, Route::View { name }) => view! { <ViewPage name/> }.into_any(),
            (None, Route::Post { id }) => view! { <ThreadPage id/> }.into_any(),
            (None, Route::Sources) => view! { <SourcesPage/> }.into_any(),
            (None, Route::NotFound) => view! { <NotFoundPage/> }.into_any(),
        }
    };
    view! {
        <a class="shell__skip" href="#main">{Message::SkipToPosts.text()}</a>
        <div class="shell">
            <Navigation here=route/>
            <main class="shell__main" id="main" tabindex="-1">
                <ConnectionBanner/>
                {page}
            </main>
            <SidePanel help/>
        </div>
        <p class="visually-hidden" role="status" data-announcer></p>
        <LightboxDialog/>
        <ShortcutHelp open=help/>
    }
}

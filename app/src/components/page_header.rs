//! The title of a page, kept in sight while reading.

use leptos::{html, prelude::*};

use super::icon::{Icon, IconName};
use crate::actions::{navigate, view};
use crate::messages::Message;

/// Whether the present page was come to from another one of the app. Lives in the context.
#[derive(Clone, Copy, Debug)]
pub struct Moved(StoredValue<bool>);

impl Default for Moved {
    fn default() -> Self {
        Self(StoredValue::new(false))
    }
}

impl Moved {
    /// Notes it.
    pub fn set(self, moved: bool) {
        self.0.set_value(moved);
    }
}

/// Shows the title of a page. After a change of page it has the focus, so that a screen reader begins there, and the
/// window is named after it.
#[component]
pub fn PageHeader(
    /// What the page is called.
    #[prop(into)]
    title: Signal<String>,
    /// A line of explanation.
    #[prop(optional, into)]
    note: Option<Signal<String>>,
    /// Whether something on the page takes the focus instead.
    #[prop(optional)]
    quiet: bool,
    /// Whether there is a way back.
    #[prop(optional)]
    back: bool,
) -> impl IntoView {
    let moved = expect_context::<Moved>().0.get_value();
    let heading = NodeRef::<html::H1>::new();
    heading.on_load(move |heading| {
        // The first page leaves the focus to the browser.
        if moved && !quiet {
            request_animation_frame(move || view::focus(&heading));
        }
    });
    Effect::new(move |_| navigate::set_title(&Message::WindowTitle { page: &title.get() }.text()));
    let way_back = back.then(|| {
        view! {
            <button
                class="page-header__back"
                type="button"
                aria-label=Message::Back.text()
                title=Message::Back.text()
                on:click=|_| navigate::back()
            >
                <Icon name=IconName::Back/>
            </button>
        }
    });
    view! {
        <header class="page-header">
            {way_back}
            <div class="page-header__words">
                <h1 class="page-header__title" tabindex="-1" dir="auto" node_ref=heading>{move || title.get()}</h1>
                {note.map(|note| view! { <p class="page-header__note">{move || note.get()}</p> })}
            </div>
        </header>
    }
}

//! The page as a whole: whether it is seen, whether there is a network, its title, theme and announcements.

use web_sys::{Document, Element, VisibilityState, Window};

use super::listener::Listener;

/// The element that screen readers read aloud when its text changes.
const ANNOUNCER: &str = "[data-announcer]";

/// Whether the page is in front of somebody.
pub fn is_visible() -> bool {
    document().is_none_or(|it| it.visibility_state() == VisibilityState::Visible)
}

/// Whether the browser believes in a network.
pub fn is_online() -> bool {
    window().is_none_or(|it| it.navigator().on_line())
}

/// Whether the page may use what browsers reserve for HTTPS and for this machine.
pub fn is_secure() -> bool {
    window().is_some_and(|it| it.is_secure_context())
}

/// Calls `on_change` whenever the page is shown or hidden, for as long as the page lives.
pub fn on_visible(mut on_change: impl FnMut(bool) + 'static) {
    if let Some(document) = document() {
        Listener::new(&document, "visibilitychange", move |_| {
            on_change(is_visible())
        })
        .keep();
    }
}

/// Calls `on_change` whenever the network comes or goes, for as long as the page lives.
pub fn on_network(mut on_change: impl FnMut(bool) + Clone + 'static) {
    let Some(window) = window() else { return };
    let mut lost = on_change.clone();
    Listener::new(&window, "online", move |_| on_change(true)).keep();
    Listener::new(&window, "offline", move |_| lost(false)).keep();
}

/// Sets what tabs and history show.
pub fn set_title(title: &str) {
    if let Some(document) = document() {
        document.set_title(title);
    }
}

/// Has screen readers say something without moving the focus.
pub fn announce(words: &str) {
    if let Some(place) = document().and_then(|it| it.query_selector(ANNOUNCER).ok().flatten()) {
        // The same words twice would not be a change, so they differ by an invisible space.
        let again = place.text_content().is_some_and(|it| it == words);
        let spaced = [words, "\u{a0}"].concat();
        place.set_text_content(Some(if again { &spaced } else { words }));
    }
}

/// Sets `data-theme` on the root element; without one the system's colours stand.
pub fn set_theme(theme: Option<&str>) {
    if let Some(root) = root() {
        // Both fail only for names that are no names.
        match theme {
            Some(theme) => drop(root.set_attribute("data-theme", theme)),
            None => drop(root.remove_attribute("data-theme")),
        }
    }
}

/// Starts the app anew from its address.
pub fn reload() {
    if let Some(window) = window() {
        drop(window.location().reload());
    }
}

pub(super) fn window() -> Option<Window> {
    web_sys::window()
}

pub(super) fn document() -> Option<Document> {
    window()?.document()
}

fn root() -> Option<Element> {
    document()?.document_element()
}

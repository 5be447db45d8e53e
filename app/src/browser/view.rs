//! The window on the page: how high it is, how far it is scrolled, what has the focus, what a click or a key meant.

use wasm_bindgen::JsCast as _;
use web_sys::{Element, Event, HtmlDialogElement, HtmlElement, KeyboardEvent, MouseEvent};

/// What a person presses rather than reads.
const CONTROLS: &str =
    "a, button, input, select, textarea, summary, video, audio, label, dialog, [contenteditable]";
/// Where keys mean letters.
const FIELDS: &str = "input, select, textarea, [contenteditable]";

/// The height of the window, in CSS px.
pub fn window_height() -> f64 {
    web_sys::window()
        .and_then(|it| it.inner_height().ok())
        .and_then(|it| it.as_f64())
        .unwrap_or(800.0)
}

/// How far the page is scrolled, in CSS px.
pub fn scrolled() -> f64 {
    web_sys::window()
        .and_then(|it| it.scroll_y().ok())
        .unwrap_or_default()
}

/// Moves the page by so many px, at once.
pub fn scroll_by(px: f64) {
    if let Some(window) = web_sys::window() {
        window.scroll_by_with_x_and_y(0.0, px);
    }
}

/// Moves the page so far down, at once.
pub fn scroll_to(px: f64) {
    if let Some(window) = web_sys::window() {
        window.scroll_to_with_x_and_y(0.0, px);
    }
}

/// The upper edge of an element, relative to the window.
pub fn top_of(element: &Element) -> f64 {
    element.get_bounding_client_rect().top()
}

/// Moves the focus without scrolling.
pub fn focus(element: &HtmlElement) {
    let options = web_sys::FocusOptions::new();
    options.set_prevent_scroll(true);
    // An element that cannot have the focus leaves it where it is.
    drop(element.focus_with_options(&options));
}

/// Takes away what `index.html` showed until the app stood.
pub fn remove_boot_screen() {
    let document = web_sys::window().and_then(|it| it.document());
    if let Some(screen) = document.and_then(|it| it.query_selector("[data-boot]").ok().flatten()) {
        screen.remove();
    }
}

/// Opens a dialog over the page.
pub fn open_dialog(dialog: &HtmlDialogElement) {
    if !dialog.open() {
        drop(dialog.show_modal());
    }
}

/// Whether a click was meant for the ground under the controls: no control was hit, no text is being selected.
pub fn hits_ground(event: &MouseEvent) -> bool {
    let plain = event.button() == 0
        && !event.ctrl_key()
        && !event.meta_key()
        && !event.shift_key()
        && !event.alt_key();
    let control = element_of(event).is_some_and(|it| it.closest(CONTROLS).ok().flatten().is_some());
    let selecting = web_sys::window()
        .and_then(|it| it.get_selection().ok().flatten())
        .is_some_and(|it| !it.is_collapsed());
    plain && !control && !selecting && !event.default_prevented()
}

/// The key of a shortcut; none while someone types, or with a modifier that belongs to the browser.
pub fn shortcut(event: &KeyboardEvent) -> Option<String> {
    let typing = element_of(event).is_some_and(|it| it.closest(FIELDS).ok().flatten().is_some());
    let modified = event.ctrl_key() || event.meta_key() || event.alt_key();
    (!typing && !modified && !event.is_composing()).then(|| event.key())
}

/// Whether an event began in a control, which then has its own use for the key.
pub fn is_in_control(event: &Event) -> bool {
    element_of(event).is_some_and(|it| it.closest(CONTROLS).ok().flatten().is_some())
}

/// Whether an event happened in a window over the page, which answers Escape itself.
pub fn in_dialog(event: &Event) -> bool {
    element_of(event).is_some_and(|it| it.closest("dialog").ok().flatten().is_some())
}

fn element_of(event: &Event) -> Option<Element> {
    event.target().and_then(|it| it.dyn_into::<Element>().ok())
}

//! Keys that work on every page. Those of a list are the list's own.

use leptos::{ev, prelude::*};

use crate::actions::{navigate, view};
use crate::routes::Route;

/// Listens until the app ends; `help` opens the list of keys.
pub fn listen(help: RwSignal<bool>) {
    // `g` waits for the letter of a page.
    let going = StoredValue::new(false);
    let listener = window_event_listener(ev::keydown, move |event| {
        let Some(key) = view::shortcut(&event) else {
            return;
        };
        let was_going = going.get_value();
        going.set_value(key == "g");
        match key.as_str() {
            "h" if was_going => navigate::go(&Route::Combined),
            "s" if was_going => navigate::go(&Route::Sources),
            "?" => help.update(|it| *it = !*it),
            "Escape" if !view::in_dialog(&event) => navigate::back(),
            _ => {}
        }
    });
    on_cleanup(move || listener.remove());
}

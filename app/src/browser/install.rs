//! Installing the app: the browser says when it may be offered, the person says whether.

use std::cell::RefCell;

use js_sys::{Function, Reflect};
use leptos::prelude::{ArcReadSignal, ArcRwSignal, Set as _};
use wasm_bindgen::JsCast as _;
use web_sys::Event;

use super::listener::Listener;
use super::page::window;

thread_local! {
    static OFFER: RefCell<Option<Event>> = const { RefCell::new(None) };
    static OFFERED: ArcRwSignal<bool> = ArcRwSignal::new(false);
}

/// Whether installing can be offered.
pub fn is_offered() -> ArcReadSignal<bool> {
    OFFERED.with(ArcRwSignal::read_only)
}

/// Begins to listen for the browser's offer.
pub fn start() {
    let Some(window) = window() else { return };
    let offered = OFFERED.with(ArcRwSignal::clone);
    let installed = offered.clone();
    Listener::new(&window, "beforeinstallprompt", move |event| {
        event.prevent_default();
        OFFER.with(|it| it.replace(Some(event)));
        offered.set(true);
    })
    .keep();
    Listener::new(&window, "appinstalled", move |_| installed.set(false)).keep();
}

/// Shows the browser's own question. It can be shown once per offer.
pub fn ask() {
    let Some(event) = OFFER.with(RefCell::take) else {
        return;
    };
    OFFERED.with(|it| it.set(false));
    let prompt = Reflect::get(&event, &"prompt".into())
        .ok()
        .and_then(|it| it.dyn_into::<Function>().ok());
    if let Some(prompt) = prompt {
        // A refusal is an answer, too.
        drop(prompt.call0(&event));
    }
}

//! An event listener that ends when it is dropped.

use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::Closure;
use web_sys::{Event, EventTarget};

/// Listens for as long as it lives.
pub struct Listener {
    target: EventTarget,
    name: &'static str,
    closure: Closure<dyn FnMut(Event)>,
}

impl Listener {
    /// Calls `on_event` for every event of this name on `target`.
    pub fn new(
        target: &EventTarget,
        name: &'static str,
        on_event: impl FnMut(Event) + 'static,
    ) -> Self {
        let closure = Closure::<dyn FnMut(Event)>::new(on_event);
        // Adding a listener of a valid name does not fail; without it the app would only miss that event.
        drop(target.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref()));
        Self {
            target: target.clone(),
            name,
            closure,
        }
    }

    /// Listens until the page is gone.
    pub fn keep(self) {
        std::mem::forget(self);
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let callback = self.closure.as_ref().unchecked_ref();
        drop(
            self.target
                .remove_event_listener_with_callback(self.name, callback),
        );
    }
}

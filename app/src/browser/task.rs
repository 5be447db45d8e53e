//! Work that goes on after the function that began it has returned.

use std::future::Future;

/// Lets a future run to its end. The one place that does so, so that every background task can be found.
pub fn spawn(work: impl Future<Output = ()> + 'static) {
    wasm_bindgen_futures::spawn_local(work);
}

//! Time: now, later, once a minute, and as people write it where they live.

use js_sys::{Date, Object, Promise, Reflect};
use leptos::prelude::{ArcReadSignal, ArcRwSignal, Set as _};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Milliseconds of a minute.
pub const MINUTE_MILLIS: f64 = 60_000.0;

thread_local! {
    static MINUTE: ArcRwSignal<i64> = start_minutes();
}

/// Now, in Unix milliseconds.
#[expect(
    clippy::cast_possible_truncation,
    reason = "milliseconds since 1970 fit into 53 bits for 280,000 years"
)]
pub fn now() -> i64 {
    Date::now() as i64
}

/// Now, in Unix milliseconds, said again every minute and when the page is looked at again.
pub fn now_by_the_minute() -> ArcReadSignal<i64> {
    MINUTE.with(ArcRwSignal::read_only)
}

/// A random number from 0 to 1.
pub fn random() -> f64 {
    js_sys::Math::random()
}

/// Waits.
pub async fn sleep(millis: f64) {
    let promise = Promise::new(&mut |resolve, _| {
        set_timeout(&resolve, millis);
    });
    // The promise above has no way to be rejected.
    drop(JsFuture::from(promise).await);
}

/// A function that is called once, later, unless this is dropped before.
pub struct Timer {
    handle: Option<i32>,
    _closure: Closure<dyn FnMut()>,
}

impl Timer {
    /// Calls `work` after so many milliseconds.
    pub fn new(millis: f64, work: impl FnOnce() + 'static) -> Self {
        let closure = Closure::once(work);
        let handle = set_timeout(closure.as_ref().unchecked_ref(), millis);
        Self {
            handle,
            _closure: closure,
        }
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        if let (Some(handle), Some(window)) = (self.handle, web_sys::window()) {
            window.clear_timeout_with_handle(handle);
        }
    }
}

/// A moment in full, in the words of the person's own region.
pub fn exact(at: i64) -> String {
    written(at, &[("dateStyle", "medium"), ("timeStyle", "short")])
}

/// The day of a moment; with the year unless it is this one.
pub fn day(at: i64) -> String {
    let this_year = date(at).get_full_year() == date(now()).get_full_year();
    let fields = [("month", "short"), ("day", "numeric"), ("year", "numeric")];
    written(at, if this_year { &fields[..2] } else { &fields })
}

/// A moment for programs, RFC 3339; empty for one that has none.
pub fn iso(at: i64) -> String {
    let date = date(at);
    if date.get_time().is_nan() {
        String::new()
    } else {
        String::from(date.to_iso_string())
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds since 1970 fit into 53 bits for 280,000 years"
)]
fn date(at: i64) -> Date {
    Date::new(&JsValue::from_f64(at as f64))
}

fn written(at: i64, options: &[(&str, &str)]) -> String {
    let date = date(at);
    if date.get_time().is_nan() {
        return String::new();
    }
    let asked = Object::new();
    for (name, value) in options {
        // Setting a property of an object of our own does not fail.
        drop(Reflect::set(
            &asked,
            &JsValue::from_str(name),
            &JsValue::from_str(value),
        ));
    }
    String::from(date.to_locale_string("default", &asked))
}

fn set_timeout(function: &js_sys::Function, millis: f64) -> Option<i32> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "clamped to what a timer can hold"
    )]
    let millis = millis.clamp(0.0, f64::from(i32::MAX)) as i32;
    web_sys::window()?
        .set_timeout_with_callback_and_timeout_and_arguments_0(function, millis)
        .ok()
}

fn start_minutes() -> ArcRwSignal<i64> {
    let signal = ArcRwSignal::new(now());
    let ticking = signal.clone();
    crate::browser::task::spawn(async move {
        loop {
            sleep(MINUTE_MILLIS).await;
            ticking.set(now());
        }
    });
    let looked_at = signal.clone();
    super::page::on_visible(move |visible| {
        if visible {
            looked_at.set(now());
        }
    });
    signal
}

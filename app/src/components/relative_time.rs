//! A moment as people say it, with the exact one for those who ask.

use leptos::prelude::*;

use super::age::Age;
use crate::actions::clock;

/// Shows a moment, such as "5m" or "12 Mar". It goes on with the clock; the exact moment is in its title.
#[component]
pub fn RelativeTime(
    /// When, in Unix milliseconds; nothing is shown for a moment that is not known.
    #[prop(into)]
    at: Signal<Option<i64>>,
) -> impl IntoView {
    move || {
        at.get().map(|at| {
            let exact = clock::exact(at);
            view! { <time datetime=clock::iso(at) title=exact>{move || say(at)}</time> }
        })
    }
}

/// The moment in few letters.
pub fn say(at: i64) -> String {
    let now = clock::now_by_the_minute().get();
    Age::between(now, at)
        .short()
        .unwrap_or_else(|| clock::day(at))
}

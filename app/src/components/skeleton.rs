//! The shape of posts that are still on their way.

use leptos::prelude::*;

use crate::messages::Message;

/// About as many as fill a window.
const ROWS: usize = 6;

/// Stands in for a list of posts while it loads, and says so to those who cannot see it.
#[component]
pub fn Skeleton() -> impl IntoView {
    let row = |_| {
        view! {
            <div class="skeleton">
                <span class="skeleton__face"></span>
                <span class="skeleton__line"></span>
                <span class="skeleton__line"></span>
                <span class="skeleton__line"></span>
            </div>
        }
    };
    view! {
        <p class="visually-hidden" role="status">{Message::Loading.text()}</p>
        <div aria-hidden="true">{(0..ROWS).map(row).collect_view()}</div>
    }
}

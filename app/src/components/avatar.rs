//! The face beside a post.

use leptos::prelude::*;

/// Shows the picture at `src`. It is decoration: the name stands beside it.
#[component]
pub fn Avatar(
    /// Where the picture is.
    #[prop(into)]
    src: Signal<String>,
    /// A face in a line of text rather than beside a post.
    #[prop(optional)]
    small: bool,
) -> impl IntoView {
    let edge = if small { "20" } else { "44" };
    view! {
        <img
            class="avatar"
            data-size=small.then_some("small")
            src=src
            alt=""
            width=edge
            height=edge
            loading="lazy"
            decoding="async"
        />
    }
}

//! Says that more has arrived above, and leads there when asked.

use leptos::prelude::*;

use crate::components::icon::{Icon, IconName};
use crate::messages::Message;

/// A button that hangs over the posts while `held` of them wait; pressing it shows them.
#[component]
pub fn NewPostsPill(
    /// How many wait.
    held: Signal<usize>,
    /// Told when the reader wants them.
    on_show: Callback<()>,
) -> impl IntoView {
    let words = move || Message::NewPosts(held.get()).text();
    view! {
        <div class="new-posts-pill__place">
            <Show when=move || held.get() != 0>
                <button class="new-posts-pill" type="button" on:click=move |_| on_show.run(())>
                    <Icon name=IconName::Up/>
                    {words}
                </button>
            </Show>
        </div>
        // Said when someone stops, not over what they are hearing.
        <p class="visually-hidden" role="status">{move || (held.get() > 0).then(words)}</p>
    }
}

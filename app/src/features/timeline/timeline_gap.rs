//! A hole in a feed that can be filled.

use leptos::prelude::*;
use store::{FeedId, GapId, Store};

use crate::actions::{Session, load_feed};
use crate::messages::Message;

/// A button where posts are known to be missing.
#[component]
pub fn TimelineGap(
    /// Whose hole.
    feed: FeedId,
    /// Which.
    gap: GapId,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let filling = expect_context::<Store>().feed(&feed).filling;
    let busy = Signal::derive(move || filling.get() == Some(gap));
    view! {
        <div class="timeline-gap">
            <button
                class="button"
                data-kind="quiet"
                type="button"
                disabled=move || busy.get()
                on:click=move |_| load_feed::fill(session, &feed, gap)
            >
                {move || if busy.get() { Message::Loading.text() } else { Message::GapHere.text() }}
            </button>
        </div>
    }
}

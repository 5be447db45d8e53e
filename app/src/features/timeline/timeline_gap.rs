//! A hole in a feed that can be filled.

use leptos::prelude::*;
use store::{FeedId, GapId, Store};

use crate::actions::{Session, load_feed};
use crate::components::button::{Button, Weight};
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
            <Button
                weight=Weight::Quiet
                disabled=busy
                on_press=move |()| load_feed::fill(session, &feed, gap)
            >
                {move || if busy.get() { Message::Loading.text() } else { Message::GapHere.text() }}
            </Button>
        </div>
    }
}

//! What stands below the last post: more to come, the end, or a failure with a way to try again.

use leptos::prelude::*;
use store::{FeedId, Older};

use super::trouble::say_failure;
use crate::actions::{Session, load_feed};
use crate::components::button::Button;
use crate::messages::Message;

/// Older posts come by themselves while scrolling; the button is for when they do not.
#[component]
pub fn TimelineEnd(
    /// Whose end.
    feed: FeedId,
    /// How it stands there.
    older: Signal<Older>,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let feed = StoredValue::new(feed);
    let button = move |words: Message<'static>| {
        view! {
            <Button on_press=move |()| load_feed::older(session, &feed.get_value())>{words.text()}</Button>
        }
    };
    let what = move || match older.get() {
        Older::Idle => button(Message::LoadOlder).into_any(),
        Older::Loading => view! { <p role="status">{Message::LoadingOlder.text()}</p> }.into_any(),
        Older::Ended | Older::Full => view! { <p>{Message::EndOfTimeline.text()}</p> }.into_any(),
        Older::Failed(failure) => {
            view! { <p role="alert">{say_failure(&failure)}</p> {button(Message::TryAgain)} }
                .into_any()
        }
    };
    view! { <div class="timeline-end">{what}</div> }
}

//! Everything that the relay hears, each post once.

use leptos::prelude::*;
use store::FeedId;

use super::reading;
use super::timeline_list::TimelineList;
use crate::components::page_header::PageHeader;
use crate::messages::Message;

/// The page at `/`.
#[component]
pub fn TimelinePage() -> impl IntoView {
    let title = Signal::stored(Message::Timeline.text());
    view! {
        <PageHeader title quiet=reading::is_kept(&expect_context()) note=Signal::stored(Message::TimelineNote.text())/>
        <TimelineList feed=FeedId::Combined label=title empty=(Message::EmptyTimeline, Message::EmptyTimelineWhy)/>
    }
}

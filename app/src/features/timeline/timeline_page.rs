//! Everything that the relay hears, each post once.

use leptos::prelude::*;
use store::{FeedId, Store};

use super::reading;
use super::timeline_list::TimelineList;
use super::trouble::hears_nobody;
use crate::components::page_header::PageHeader;
use crate::messages::Message;

/// The page at `/`.
#[component]
pub fn TimelinePage() -> impl IntoView {
    let title = Signal::stored(Message::Timeline.text());
    let sources = expect_context::<Store>().sources().clone();
    // A line that is always there: to say more between the posts would move what is being read.
    let note = Signal::derive(move || match sources.read().as_ref() {
        Some(report) if hears_nobody(report) => Message::NobodyHeard.text(),
        _ => Message::TimelineNote.text(),
    });
    view! {
        <PageHeader title quiet=reading::is_kept(&expect_context()) note/>
        <TimelineList feed=FeedId::Combined label=title empty=(Message::EmptyTimeline, Message::EmptyTimelineWhy)/>
    }
}

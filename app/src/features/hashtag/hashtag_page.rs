//! Posts with a hashtag, or with any of several, from every server that the relay hears.

use leptos::prelude::*;
use store::{FeedId, Store};

use crate::components::page_header::PageHeader;
use crate::features::timeline::reading;
use crate::features::timeline::timeline_list::TimelineList;
use crate::messages::Message;

/// The page at `/tags/:tag`, or `/tags/:tag+:tag`.
#[component]
pub fn HashtagPage(
    /// Without `#`; several have `+` between them.
    tag: String,
) -> impl IntoView {
    let sources = expect_context::<Store>().sources().clone();
    let title = Signal::stored(
        Message::Hashtag {
            tag: &tag.replace('+', " #"),
        }
        .text(),
    );
    let feed = FeedId::hashtag(&tag);
    let tags = feed.clone();
    // The servers that are asked for this hashtag by name are likely to have all of it.
    let note = Signal::derive(move || {
        let report = sources.get().unwrap_or_default();
        let is_meant = |name: &String| tags.tags().any(|tag| name.eq_ignore_ascii_case(tag));
        let asked = report
            .sources
            .iter()
            .filter(|it| it.hashtags.iter().any(is_meant));
        match asked.count() {
            0 => Message::HashtagNote.text(),
            n => Message::HashtagFollowed(n).text(),
        }
    });
    view! {
        <PageHeader title note quiet=reading::is_kept(&expect_context()) back=true/>
        <TimelineList feed label=title empty=(Message::EmptyHashtag, Message::EmptyHashtagWhy)/>
    }
}

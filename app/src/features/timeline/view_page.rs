//! The posts of a view that the relay offers.

use leptos::prelude::*;
use store::{FeedId, Store};

use super::reading;
use super::timeline_list::TimelineList;
use crate::components::page_header::PageHeader;
use crate::messages::Message;

/// The page at `/views/:name`.
#[component]
pub fn ViewPage(
    /// What addresses the view.
    name: String,
) -> impl IntoView {
    let sources = expect_context::<Store>().sources().clone();
    let feed = FeedId::View(name.clone());
    // Until the relay has said what it offers, the name stands for the title.
    let title = Signal::derive(move || {
        let report = sources.read();
        let mut views = report.iter().flat_map(|it| &it.views);
        let named = views.find(|it| it.name == name);
        named.map_or(&name, |it| &it.title).clone()
    });
    view! {
        <PageHeader title quiet=reading::is_kept(&expect_context()) back=true/>
        <TimelineList feed label=title empty=(Message::EmptyTimeline, Message::EmptyHashtagWhy)/>
    }
}

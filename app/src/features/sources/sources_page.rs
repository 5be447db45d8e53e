//! Every server that the relay listens to, and how each is heard right now.

use leptos::prelude::*;
use store::{SourceReport, Store};

use super::source_card::SourceCard;
use crate::components::icon::IconName;
use crate::components::notice::{Notice, Tone};
use crate::components::page_header::PageHeader;
use crate::components::skeleton::Skeleton;
use crate::features::timeline::trouble::{Trouble, is_heard, say_failure};
use crate::messages::Message;

/// The page at `/sources`.
#[component]
pub fn SourcesPage() -> impl IntoView {
    let store = expect_context::<Store>();
    let (report, failure) = (store.sources().clone(), store.sources_failure().clone());
    let known = {
        let report = report.clone();
        Memo::new(move |_| report.read().is_some())
    };
    let page = move || {
        if known.get() {
            return view! { <Report/> }.into_any();
        }
        match failure.get() {
            Some(failure) => view! {
                <Notice tone=Tone::Bad icon=IconName::Warning title=Message::SourcesFailed.text()>
                    <p class="notice__words">{say_failure(&failure)}</p>
                </Notice>
            }
            .into_any(),
            None => view! { <Skeleton/> }.into_any(),
        }
    };
    let note = Signal::derive(move || {
        let report = report.get().unwrap_or_default();
        let hearing = report.sources.iter().filter(|it| is_heard(it)).count();
        Message::SourcesHearing {
            hearing,
            total: report.sources.len(),
        }
        .text()
    });
    view! {
        <PageHeader title=Signal::stored(Message::Sources.text()) note/>
        {page}
    }
}

#[component]
fn Report() -> impl IntoView {
    let report = expect_context::<Store>().sources().clone();
    let sources = Memo::new(move |_| report.get().unwrap_or_default().sources);
    let one = move |domain: String| {
        Signal::derive(move || {
            let found = |it: &Vec<SourceReport>| it.iter().find(|it| it.domain == domain).cloned();
            sources.with(found).unwrap_or_default()
        })
    };
    view! {
        <Trouble/>
        <p class="sources-page__note">{Message::SourcesIntro.text()}</p>
        <ul class="sources-page__list" role="list">
            <For
                each=move || sources.get()
                key=|it| it.domain.clone()
                children=move |it| view! { <SourceCard report=one(it.domain)/> }
            />
        </ul>
    }
}

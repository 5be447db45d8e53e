//! One server that the relay listens to, and how it fares.

use leptos::prelude::*;
use mastodon::Timestamp;
use store::SourceReport;

use super::source_state::{SourceState, meaning};
use crate::components::relative_time::RelativeTime;
use crate::messages::{Message, grouped};

/// Shows what the relay reports on the source of this name.
#[component]
pub fn SourceCard(
    /// The report; it changes while the page is open.
    report: Signal<SourceReport>,
) -> impl IntoView {
    let name = move || report.read().domain.clone();
    let state = move || report.read().state.clone();
    let what = move || meaning(&report.read().state).text();
    let reason = move || {
        report
            .read()
            .reason
            .clone()
            .map(|it| view! { <p class="source-card__reason" dir="auto">{it}</p> })
    };
    let hint = move || {
        let hint = report.read().hint.clone();
        hint.map(|it| view! { <p class="source-card__words" dir="auto">{it}</p> })
    };
    view! {
        <li class="source-card">
            <div class="source-card__head">
                <h2 class="source-card__name">{name}</h2>
                {move || view! { <SourceState state=state()/> }}
            </div>
            <p class="source-card__words">{what}</p>
            {reason}
            {hint}
            <dl class="source-card__numbers">
                {number(Message::NumberPosts, move || report.read().posts)}
                {number(Message::NumberDuplicates, move || report.read().duplicates)}
                {number(Message::NumberByPoll, move || report.read().only_by_poll)}
                {number(Message::NumberLate, move || report.read().late)}
                {number(Message::NumberDeletes, move || report.read().deletes)}
                {moment(Message::NumberLast, move || report.read().last_post_at.clone())}
                {moment(Message::StateChanged, move || report.read().since.clone())}
                {moment(Message::NextTry, move || report.read().next_try.clone())}
                {moment(Message::LeftAlone, move || report.read().until.clone())}
            </dl>
            <p class="source-card__words">{move || listening(&report.read())}</p>
        </li>
    }
}

fn millis(time: Option<&str>) -> Option<i64> {
    Timestamp::new(time?).unix_millis()
}

/// A moment with the words for it; nothing when the relay named none.
fn moment(
    words: Message<'static>,
    time: impl Fn() -> Option<String> + Send + Sync + 'static,
) -> impl IntoView {
    let at = Memo::new(move |_| millis(time().as_deref()));
    move || {
        at.get().map(|at| {
            view! {
                <div class="source-card__number">
                    <dt>{words.text()}</dt>
                    <dd><RelativeTime at=Signal::stored(Some(at))/></dd>
                </div>
            }
        })
    }
}

fn number(words: Message<'static>, n: impl Fn() -> u64 + Send + 'static) -> impl IntoView {
    view! {
        <div class="source-card__number">
            <dt>{words.text()}</dt>
            <dd>{move || grouped(n())}</dd>
        </div>
    }
}

/// Which streams and hashtags are asked for, and what runs there.
fn listening(report: &SourceReport) -> String {
    let hashtags = report.hashtags.iter().map(|it| format!("#{it}"));
    let all = report
        .streams
        .iter()
        .cloned()
        .chain(hashtags)
        .collect::<Vec<_>>()
        .join(", ");
    let words = Message::ListensTo { streams: &all }.text();
    match &report.software {
        Some(software) => format!("{words} · {software}"),
        None => words,
    }
}

//! What a post says: its warning, words, pictures, poll, card and quote.

use content::Content;
use leptos::prelude::*;
use store::{StatusRef, Store};

use super::preview_card::PreviewCard;
use super::quote_card::QuoteCard;
use super::status_media::StatusMedia;
use super::status_poll::StatusPoll;
use crate::components::button::{Button, Weight};
use crate::components::emoji_text::EmojiText;
use crate::components::icon::{Icon, IconName};
use crate::components::rich_text::RichText;
use crate::messages::Message;

/// Texts above this many letters are shown in part at first; most servers allow 500, so that is rare.
const LONG_TEXT: usize = 900;
/// Texts above this many lines too.
const LONG_LINES: usize = 14;

/// Shows everything that `status` says, or its warning and a button.
#[component]
pub fn StatusBody(
    /// The status itself, never the boost that wraps it.
    status: StatusRef,
    /// Whether the reader wants to see what is behind the warning.
    revealed: RwSignal<bool>,
    /// However long it is.
    #[prop(optional)]
    whole: bool,
) -> impl IntoView {
    let store = expect_context::<Store>();
    let spoiler = store.status(status, |it| it.spoiler.clone());
    let lang = store.status(status, |it| it.language.clone());
    let gone = store.status(status, |it| it.gone);
    let has_warning = {
        let spoiler = spoiler.clone();
        Memo::new(move |_| !spoiler.read().is_empty())
    };
    view! {
        <div class="status-body" lang=move || lang.get()>
            {move || gone.get().then(|| view! { <p class="status-body__gone">{Message::PostGone.text()}</p> })}
            {move || has_warning.get().then(|| warning(spoiler.get().to_vec(), revealed))}
            <Show when=move || revealed.get() || !has_warning.get()>
                <Words status whole/>
                <StatusMedia status/>
                <StatusPoll status/>
                <PreviewCard status/>
                <QuoteCard status/>
            </Show>
        </div>
    }
}

fn warning(words: Vec<content::Inline>, revealed: RwSignal<bool>) -> impl IntoView {
    let label = move || {
        if revealed.get() {
            Message::ShowLess.text()
        } else {
            Message::ShowMore.text()
        }
    };
    view! {
        <div class="status-body__warning">
            <p class="status-body__warning-words" dir="auto">
                <Icon name=IconName::Warning/>
                <span><EmojiText inlines=words/></span>
            </p>
            <Button expanded=revealed on_press=move |()| revealed.update(|it| *it = !*it)>{label}</Button>
        </div>
    }
}

/// The text, cut off after a screen of it until the reader asks for more.
#[component]
fn Words(
    /// Whose text.
    status: StatusRef,
    /// However long it is.
    whole: bool,
) -> impl IntoView {
    let text = expect_context::<Store>().status(status, |it| it.text.clone());
    let open = RwSignal::new(whole);
    move || {
        let text = text.get();
        if text.is_empty() {
            return None;
        }
        let long = !whole && is_long(&text);
        let clamped = move || (long && !open.get()).to_string();
        let label = move || {
            if open.get() {
                Message::ShowLess.text()
            } else {
                Message::ShowMore.text()
            }
        };
        let more = long.then(|| {
            view! {
                <div class="status-body__more">
                    <Button weight=Weight::Quiet expanded=open on_press=move |()| open.update(|it| *it = !*it)>
                        {label}
                    </Button>
                </div>
            }
        });
        Some(view! {
            <div class="status-body__words" data-clamped=clamped>
                <RichText content=Content::clone(&text)/>
            </div>
            {more}
        })
    }
}

fn is_long(text: &Content) -> bool {
    let plain = text.plain();
    plain.chars().nth(LONG_TEXT).is_some() || plain.lines().nth(LONG_LINES).is_some()
}

//! A post inside a post.

use leptos::prelude::*;
use mastodon::QuoteState;
use store::{Quote, StatusRef, Store};

use super::display_name::DisplayName;
use super::status_media::StatusMedia;
use crate::components::avatar::Avatar;
use crate::components::emoji_text::EmojiText;
use crate::components::relative_time::RelativeTime;
use crate::components::rich_text::RichText;
use crate::messages::Message;
use crate::routes::Route;

/// Shows what `status` quotes, if it quotes and the quoted author agreed; else says why not.
#[component]
pub fn QuoteCard(
    /// The status that quotes.
    status: StatusRef,
) -> impl IntoView {
    let quote = expect_context::<Store>().status(status, |it| it.quote.clone());
    move || {
        quote.get().map(|quote| match quote {
            Quote {
                state: QuoteState::Accepted,
                status: Some(quoted),
            } => view! { <Quoted status=quoted/> }.into_any(),
            Quote {
                state: QuoteState::Pending,
                ..
            } => missing(Message::QuotePending),
            _ => missing(Message::QuoteGone),
        })
    }
}

fn missing(why: Message<'_>) -> AnyView {
    view! { <p class="quote-card quote-card__gone">{why.text()}</p> }.into_any()
}

/// The quoted post in short: who, when, the words or the warning, the pictures.
#[component]
fn Quoted(
    /// The quoted post.
    status: StatusRef,
) -> impl IntoView {
    let store = expect_context::<Store>();
    let head = store.status(status, |it| {
        (it.account, it.created_at, it.language.clone(), it.gone)
    });
    let text = store.status(status, |it| it.text.clone());
    let spoiler = store.status(status, |it| it.spoiler.clone());
    let address = Route::Post {
        id: store.peek_status(status).id.to_string(),
    }
    .to_string();
    move || {
        let (account, created_at, lang, gone) = head.get();
        if gone {
            return missing(Message::QuoteGone);
        }
        let face = store.account(account, |it| it.avatar_static.clone());
        let (text, spoiler) = (text.clone(), spoiler.clone());
        let says = move || {
            let warning = spoiler.get();
            if warning.is_empty() {
                view! { <RichText content=content::Content::clone(&text.get())/> <StatusMedia status/> }.into_any()
            } else {
                view! { <p dir="auto"><EmojiText inlines=warning.to_vec()/></p> }.into_any()
            }
        };
        view! {
            <section class="quote-card" aria-label=Message::Quoting.text() lang=lang>
                <div class="quote-card__head">
                    <Avatar src=face small=true/>
                    <a class="quote-card__who" href=address.clone()><DisplayName account/></a>
                    <span class="quote-card__when"><RelativeTime at=Signal::stored(created_at)/></span>
                </div>
                {says}
            </section>
        }
        .into_any()
    }
}

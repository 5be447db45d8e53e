//! Pictures, films and sounds of a post, side by side, behind a veil when they are sensitive.

use leptos::prelude::*;
use store::{StatusRef, Store};

use super::media_item::{MediaItem, Medium};
use crate::components::icon::{Icon, IconName};
use crate::messages::Message;

/// The most attachments that are drawn; Mastodon allows 4, some servers many more.
const MAX_ITEMS: usize = 12;

/// Shows the media of `status` in a grid.
#[component]
pub fn StatusMedia(
    /// The status itself, never the boost that wraps it.
    status: StatusRef,
) -> impl IntoView {
    let store = expect_context::<Store>();
    let media = store.status(status, |it| it.media.clone());
    let sensitive = store.status(status, |it| it.sensitive && it.spoiler.is_empty());
    let shown = RwSignal::new(!sensitive.get_untracked());
    move || {
        let media: Vec<Medium> = media
            .get()
            .iter()
            .take(MAX_ITEMS)
            .map(Medium::read)
            .collect();
        if media.is_empty() {
            return None;
        }
        let count = match media.len() {
            n @ 1..=6 => n.to_string(),
            _ => "many".to_owned(),
        };
        let alone = media.len() == 1;
        let may_hide = sensitive.get();
        let items = media.into_iter().map(|medium| view! { <MediaItem medium alone veiled=Signal::derive(move || !shown.get())/> });
        Some(view! {
            <div class="status-media" data-count=count>
                {items.collect_view()}
                {move || (!shown.get()).then(|| veil(shown))}
                {move || (may_hide && shown.get()).then(|| unveiled(shown))}
            </div>
        })
    }
}

fn veil(shown: RwSignal<bool>) -> impl IntoView {
    view! {
        <div class="status-media__veil">
            <p>{Message::Sensitive.text()}</p>
            <button class="status-media__reveal" type="button" aria-expanded="false" on:click=move |_| shown.set(true)>
                <Icon name=IconName::Eye/>
                {Message::ShowPictures.text()}
            </button>
        </div>
    }
}

fn unveiled(shown: RwSignal<bool>) -> impl IntoView {
    view! {
        <button
            class="status-media__hide"
            type="button"
            aria-expanded="true"
            aria-label=Message::HidePictures.text()
            title=Message::HidePictures.text()
            on:click=move |_| shown.set(false)
        >
            <Icon name=IconName::EyeOff/>
        </button>
    }
}

//! A picture as large as the window, over the page.

use leptos::{ev, html, prelude::*};

use super::media_item::Medium;
use crate::actions::view;
use crate::components::icon::{Icon, IconName};
use crate::messages::Message;

/// The picture that is shown large, if one is. Lives in the context; [`LightboxDialog`] draws it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lightbox(RwSignal<Option<Medium>>);

impl Lightbox {
    /// Shows a picture large.
    pub fn show(self, medium: Medium) {
        self.0.set(Some(medium));
    }
}

/// The window over the page, open while the context's [`Lightbox`] has a picture. Escape closes it.
#[component]
pub fn LightboxDialog() -> impl IntoView {
    let large = expect_context::<Lightbox>().0;
    move || {
        large.get().map(|medium| {
            let dialog = NodeRef::<html::Dialog>::new();
            dialog.on_load(|dialog| request_animation_frame(move || view::open_dialog(&dialog)));
            let close = move |_: ev::MouseEvent| large.set(None);
            let alt = medium.description.unwrap_or_default();
            let words = (!alt.is_empty()).then(|| view! { <p class="lightbox__words" dir="auto">{alt.clone()}</p> });
            view! {
                <dialog
                    class="lightbox"
                    node_ref=dialog
                    aria-label=Message::Picture.text()
                    on:close=move |_| large.set(None)
                    on:click=close
                >
                    <img class="lightbox__picture" src=medium.url alt=alt/>
                    {words}
                    <button class="lightbox__close" type="button" aria-label=Message::Close.text() on:click=close autofocus>
                        <Icon name=IconName::Close/>
                    </button>
                </dialog>
            }
        })
    }
}

//! A window over the page; the rest waits until it is closed. Escape closes it, and the focus returns.

use leptos::{html, prelude::*};

use super::icon::{Icon, IconName};
use crate::actions::view;
use crate::messages::Message;

/// Shows its children over the page while `open`.
#[component]
pub fn Dialog(
    /// Whether it is open; set to false when the reader closes it.
    open: RwSignal<bool>,
    /// What it is called.
    title: Message<'static>,
    /// What it says.
    children: ChildrenFn,
) -> impl IntoView {
    let draw = move |children: ChildrenFn| {
        let dialog = NodeRef::<html::Dialog>::new();
        dialog.on_load(|dialog| request_animation_frame(move || view::open_dialog(&dialog)));
        view! {
            <dialog class="dialog" node_ref=dialog aria-labelledby="dialog-title" on:close=move |_| open.set(false)>
                <div class="dialog__head">
                    <h2 class="dialog__title" id="dialog-title">{title.text()}</h2>
                    <button
                        class="dialog__close"
                        type="button"
                        aria-label=Message::Close.text()
                        on:click=move |_| open.set(false)
                    >
                        <Icon name=IconName::Close/>
                    </button>
                </div>
                {children()}
            </dialog>
        }
    };
    move || open.get().then(|| draw(children.clone()))
}

//! The icons, drawn from one sprite so that they weigh nothing in the wasm.

use leptos::prelude::*;

pub use super::icon_name::IconName;

/// Draws an icon as tall as the text around it. It is decoration: the words beside it, or the label of the control it
/// stands in, say what it means.
#[component]
pub fn Icon(
    /// Which drawing.
    name: IconName,
) -> impl IntoView {
    view! {
        <svg class="icon" aria-hidden="true" focusable="false">
            <use href=name.href()></use>
        </svg>
    }
}

//! A thing to press.

use leptos::prelude::*;

/// How much a button asks for attention.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Weight {
    /// As a rule.
    #[default]
    Plain,
    /// The one thing that is to be done here.
    Primary,
    /// Beside what it belongs to.
    Quiet,
}

/// Does one thing when it is pressed.
#[component]
pub fn Button(
    /// What it does.
    #[prop(into)]
    on_press: Callback<()>,
    /// How much it asks for attention.
    #[prop(optional)]
    weight: Weight,
    /// Whether it can do nothing at the moment.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// For one that shows or hides something: whether that is shown.
    #[prop(optional, into)]
    expanded: Option<Signal<bool>>,
    /// The words on it.
    children: Children,
) -> impl IntoView {
    let kind = match weight {
        Weight::Plain => None,
        Weight::Primary => Some("primary"),
        Weight::Quiet => Some("quiet"),
    };
    view! {
        <button
            class="button"
            data-kind=kind
            type="button"
            disabled=move || disabled.get()
            aria-expanded=move || expanded.map(|it| it.get().to_string())
            on:click=move |_| on_press.run(())
        >
            {children()}
        </button>
    }
}

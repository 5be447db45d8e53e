//! What is said where posts would be: nothing yet, something failed, nobody heard.

use leptos::prelude::*;

use super::icon::{Icon, IconName};

/// Whether a notice tells of trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Things are as they should be.
    Calm,
    /// Something went wrong.
    Bad,
}

/// A title, an explanation, and what can be done about it.
#[component]
pub fn Notice(
    /// Calm or bad.
    tone: Tone,
    /// The picture above the title.
    icon: IconName,
    /// What is the matter, in a few words.
    #[prop(into)]
    title: String,
    /// The explanation and what can be done.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let (kind, role) = match tone {
        Tone::Calm => ("calm", "status"),
        Tone::Bad => ("bad", "alert"),
    };
    view! {
        <section class="notice" data-kind=kind role=role>
            <Icon name=icon/>
            <h2 class="notice__title">{title}</h2>
            {children.map(|it| it())}
        </section>
    }
}

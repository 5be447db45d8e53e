//! Light, dark, or as the system says.

use leptos::{ev, prelude::*};
use store::{Store, Theme};

use crate::actions::{Session, set_theme};
use crate::messages::Message;

const THEMES: [(Theme, Message<'static>); 3] = [
    (Theme::System, Message::ThemeSystem),
    (Theme::Light, Message::ThemeLight),
    (Theme::Dark, Message::ThemeDark),
];

/// A list to choose the colours from; the choice is kept in this browser.
#[component]
pub fn ThemeChoice() -> impl IntoView {
    let session = expect_context::<Session>();
    let preferences = expect_context::<Store>().preferences().clone();
    let chosen = Memo::new(move |_| preferences.get().theme);
    let option = move |(theme, words): (Theme, Message<'static>)| {
        view! { <option value=theme.as_str() selected=move || chosen.get() == theme>{words.text()}</option> }
    };
    let choose = move |event: ev::Event| {
        set_theme::set_theme(session, Theme::parse(&event_target_value(&event)))
    };
    view! {
        <label class="theme-choice">
            {Message::Theme.text()}
            <select class="theme-choice__list" on:change=choose>{THEMES.map(option).collect_view()}</select>
        </label>
    }
}

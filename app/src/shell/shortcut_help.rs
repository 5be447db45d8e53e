//! Which keys do what, over the page.

use leptos::prelude::*;

use crate::components::dialog::Dialog;
use crate::messages::Message;

const KEYS: [(&str, Message<'static>); 9] = [
    ("j", Message::ShortcutNext),
    ("k", Message::ShortcutPrevious),
    ("o", Message::ShortcutOpen),
    ("x", Message::ShortcutReveal),
    (".", Message::ShortcutNew),
    ("g h", Message::ShortcutHome),
    ("g s", Message::ShortcutSources),
    ("Esc", Message::ShortcutBack),
    ("?", Message::ShortcutHelp),
];

/// The list of keys, shown while `open`.
#[component]
pub fn ShortcutHelp(
    /// Whether it is shown.
    open: RwSignal<bool>,
) -> impl IntoView {
    let row = |(key, what): (&'static str, Message<'static>)| {
        view! {
            <dt><kbd class="shortcut-help__key">{key}</kbd></dt>
            <dd>{what.text()}</dd>
        }
    };
    view! {
        <Dialog open title=Message::Shortcuts>
            <dl class="shortcut-help__list">{KEYS.map(row).collect_view()}</dl>
        </Dialog>
    }
}

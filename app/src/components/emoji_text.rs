//! A line of text with a server's own emoji in it, such as a name or a content warning.

use content::{Emoji, Inline};
use leptos::prelude::*;

/// Shows the words of a line; anything but text and emoji has no place in one and is left out.
#[component]
pub fn EmojiText(
    /// The line, as `content::line` reads it.
    inlines: Vec<Inline>,
) -> impl IntoView {
    inlines
        .into_iter()
        .filter_map(|inline| match inline {
            Inline::Text(text) => Some(text.into_any()),
            Inline::Emoji(emoji) => Some(custom_emoji(emoji)),
            _ => None,
        })
        .collect_view()
}

/// A server's own emoji: at rest for those who asked their system for less motion.
pub(super) fn custom_emoji(emoji: Emoji) -> AnyView {
    let name = format!(":{}:", emoji.shortcode);
    view! {
        <picture>
            <source srcset=emoji.static_url media="(prefers-reduced-motion: reduce)"/>
            <img
                class="emoji-text__emoji"
                src=emoji.url
                alt=name.clone()
                title=name
                width="20"
                height="20"
                loading="lazy"
                decoding="async"
                draggable="false"
            />
        </picture>
    }
    .into_any()
}

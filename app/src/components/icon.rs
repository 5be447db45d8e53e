//! The icons, drawn from one sprite so that they weigh nothing in the wasm.

use leptos::prelude::*;

// Written by `cargo xtask icons` from public/icons.
/// The name of a drawing in the sprite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IconName {
    /// `about.svg`
    About,
    /// `article.svg`
    Article,
    /// `audio.svg`
    Audio,
    /// `back.svg`
    Back,
    /// `boost.svg`
    Boost,
    /// `bot.svg`
    Bot,
    /// `check.svg`
    Check,
    /// `chevron.svg`
    Chevron,
    /// `clock.svg`
    Clock,
    /// `close.svg`
    Close,
    /// `edit.svg`
    Edit,
    /// `external.svg`
    External,
    /// `eye.svg`
    Eye,
    /// `eye-off.svg`
    EyeOff,
    /// `favourite.svg`
    Favourite,
    /// `globe.svg`
    Globe,
    /// `hashtag.svg`
    Hashtag,
    /// `keyboard.svg`
    Keyboard,
    /// `lock.svg`
    Lock,
    /// `offline.svg`
    Offline,
    /// `photo.svg`
    Photo,
    /// `play.svg`
    Play,
    /// `poll.svg`
    Poll,
    /// `quote.svg`
    Quote,
    /// `refresh.svg`
    Refresh,
    /// `reply.svg`
    Reply,
    /// `sources.svg`
    Sources,
    /// `streams.svg`
    Streams,
    /// `theme.svg`
    Theme,
    /// `unlisted.svg`
    Unlisted,
    /// `up.svg`
    Up,
    /// `warning.svg`
    Warning,
}

impl IconName {
    /// The symbol's id in the sprite.
    pub fn id(self) -> &'static str {
        match self {
            Self::About => "about",
            Self::Article => "article",
            Self::Audio => "audio",
            Self::Back => "back",
            Self::Boost => "boost",
            Self::Bot => "bot",
            Self::Check => "check",
            Self::Chevron => "chevron",
            Self::Clock => "clock",
            Self::Close => "close",
            Self::Edit => "edit",
            Self::External => "external",
            Self::Eye => "eye",
            Self::EyeOff => "eye-off",
            Self::Favourite => "favourite",
            Self::Globe => "globe",
            Self::Hashtag => "hashtag",
            Self::Keyboard => "keyboard",
            Self::Lock => "lock",
            Self::Offline => "offline",
            Self::Photo => "photo",
            Self::Play => "play",
            Self::Poll => "poll",
            Self::Quote => "quote",
            Self::Refresh => "refresh",
            Self::Reply => "reply",
            Self::Sources => "sources",
            Self::Streams => "streams",
            Self::Theme => "theme",
            Self::Unlisted => "unlisted",
            Self::Up => "up",
            Self::Warning => "warning",
        }
    }
}

// Until here.

/// Draws an icon as tall as the text around it. It is decoration: the words beside it, or the label of the control it
/// stands in, say what it means.
#[component]
pub fn Icon(
    /// Which drawing.
    name: IconName,
) -> impl IntoView {
    view! {
        <svg class="icon" aria-hidden="true" focusable="false">
            <use href=format!("/sprite.svg#{}", name.id())></use>
        </svg>
    }
}

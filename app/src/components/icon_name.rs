//! The icons of the sprite by name. Written by `cargo xtask icons` from `public/icons`; do not edit.

/// A symbol of `/sprite.svg`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IconName {
    /// `icons/about.svg`
    About,
    /// `icons/article.svg`
    Article,
    /// `icons/audio.svg`
    Audio,
    /// `icons/back.svg`
    Back,
    /// `icons/boost.svg`
    Boost,
    /// `icons/bot.svg`
    Bot,
    /// `icons/check.svg`
    Check,
    /// `icons/chevron.svg`
    Chevron,
    /// `icons/clock.svg`
    Clock,
    /// `icons/close.svg`
    Close,
    /// `icons/edit.svg`
    Edit,
    /// `icons/external.svg`
    External,
    /// `icons/eye.svg`
    Eye,
    /// `icons/eye-off.svg`
    EyeOff,
    /// `icons/favourite.svg`
    Favourite,
    /// `icons/globe.svg`
    Globe,
    /// `icons/hashtag.svg`
    Hashtag,
    /// `icons/keyboard.svg`
    Keyboard,
    /// `icons/lock.svg`
    Lock,
    /// `icons/offline.svg`
    Offline,
    /// `icons/photo.svg`
    Photo,
    /// `icons/play.svg`
    Play,
    /// `icons/poll.svg`
    Poll,
    /// `icons/quote.svg`
    Quote,
    /// `icons/refresh.svg`
    Refresh,
    /// `icons/reply.svg`
    Reply,
    /// `icons/sources.svg`
    Sources,
    /// `icons/streams.svg`
    Streams,
    /// `icons/theme.svg`
    Theme,
    /// `icons/unlisted.svg`
    Unlisted,
    /// `icons/up.svg`
    Up,
    /// `icons/warning.svg`
    Warning,
}

impl IconName {
    /// Where the symbol is.
    pub const fn href(self) -> &'static str {
        match self {
            Self::About => "/sprite.svg#about",
            Self::Article => "/sprite.svg#article",
            Self::Audio => "/sprite.svg#audio",
            Self::Back => "/sprite.svg#back",
            Self::Boost => "/sprite.svg#boost",
            Self::Bot => "/sprite.svg#bot",
            Self::Check => "/sprite.svg#check",
            Self::Chevron => "/sprite.svg#chevron",
            Self::Clock => "/sprite.svg#clock",
            Self::Close => "/sprite.svg#close",
            Self::Edit => "/sprite.svg#edit",
            Self::External => "/sprite.svg#external",
            Self::Eye => "/sprite.svg#eye",
            Self::EyeOff => "/sprite.svg#eye-off",
            Self::Favourite => "/sprite.svg#favourite",
            Self::Globe => "/sprite.svg#globe",
            Self::Hashtag => "/sprite.svg#hashtag",
            Self::Keyboard => "/sprite.svg#keyboard",
            Self::Lock => "/sprite.svg#lock",
            Self::Offline => "/sprite.svg#offline",
            Self::Photo => "/sprite.svg#photo",
            Self::Play => "/sprite.svg#play",
            Self::Poll => "/sprite.svg#poll",
            Self::Quote => "/sprite.svg#quote",
            Self::Refresh => "/sprite.svg#refresh",
            Self::Reply => "/sprite.svg#reply",
            Self::Sources => "/sprite.svg#sources",
            Self::Streams => "/sprite.svg#streams",
            Self::Theme => "/sprite.svg#theme",
            Self::Unlisted => "/sprite.svg#unlisted",
            Self::Up => "/sprite.svg#up",
            Self::Warning => "/sprite.svg#warning",
        }
    }
}

//! Pictures, films and sounds of a status: <https://docs.joinmastodon.org/entities/MediaAttachment/>.

use crate::{
    MediaId,
    macros::{entity, open_enum, part},
};

entity! {
    /// A media attachment.
    pub struct MediaAttachment {
        pub id: MediaId,
        pub kind as "type": MediaType,
        /// `None` while the server still works on it.
        pub url: Option<String>,
        pub preview_url: Option<String>,
        pub remote_url: Option<String>,
        pub preview_remote_url: Option<String> = opt,
        pub text_url: Option<String> = opt,
        pub meta: Option<MediaMeta>,
        /// The alternative text.
        pub description: Option<String>,
        pub blurhash: Option<String>,
    }
}

open_enum! {
    /// What kind of media it is.
    pub enum MediaType { Unknown = "unknown", Image = "image", Gifv = "gifv", Video = "video", Audio = "audio" }
}

part! {
    /// Measures of the media. Servers that are not Mastodon put `width` and `height` here without `original`.
    pub struct MediaMeta {
        pub original: Option<MediaSize> = opt,
        pub small: Option<MediaSize> = opt,
        pub focus: Option<MediaFocus> = opt,
        pub colors: Option<MediaColors> = opt,
        pub length: Option<String> = opt,
        pub duration: Option<f64> = opt,
        pub fps: Option<f64> = opt,
        pub size: Option<String> = opt,
        pub width: Option<i64> = opt,
        pub height: Option<i64> = opt,
        pub aspect: Option<f64> = opt,
        pub audio_encode: Option<String> = opt,
        pub audio_bitrate: Option<String> = opt,
        pub audio_channels: Option<String> = opt,
    }
}

impl MediaMeta {
    /// Width and height in pixels of the best known version, when both are known and positive.
    #[must_use]
    pub fn dimensions(&self) -> Option<(i64, i64)> {
        let sizes = [&self.original, &self.small]
            .into_iter()
            .flatten()
            .map(|it| (it.width, it.height));
        sizes
            .chain([(self.width, self.height)])
            .find_map(|(width, height)| Some((width?, height?)))
            .filter(|(width, height)| *width > 0 && *height > 0)
    }
}

part! {
    /// Measures of one version of the media.
    pub struct MediaSize {
        pub width: Option<i64> = opt,
        pub height: Option<i64> = opt,
        pub size: Option<String> = opt,
        pub aspect: Option<f64> = opt,
        /// A fraction such as `30/1`.
        pub frame_rate: Option<String> = opt,
        /// In seconds.
        pub duration: Option<f64> = opt,
        pub bitrate: Option<i64> = opt,
    }
}

part! {
    /// The point to keep in view when a picture is cropped, each coordinate from -1 to 1, y upwards.
    pub struct MediaFocus {
        pub x: f64,
        pub y: f64,
    }
}

part! {
    /// Colours taken from the cover of a sound, as `#rrggbb`.
    pub struct MediaColors {
        pub background: Option<String> = opt,
        pub foreground: Option<String> = opt,
        pub accent: Option<String> = opt,
    }
}

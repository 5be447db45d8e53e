//! What a person set on the server for all clients: <https://docs.joinmastodon.org/entities/Preferences/>.

use crate::{Visibility, macros::part};

part! {
    /// Preferences; their names on the wire have colons.
    pub struct Preferences {
        pub default_visibility as "posting:default:visibility": Option<Visibility>,
        pub default_sensitive as "posting:default:sensitive": bool,
        pub default_language as "posting:default:language": Option<String>,
        pub default_quote_policy as "posting:default:quote_policy": Option<String> = opt,
        /// `default` hides sensitive media, `show_all` shows all, `hide_all` hides all.
        pub expand_media as "reading:expand:media": String,
        pub expand_spoilers as "reading:expand:spoilers": bool,
        pub autoplay_gifs as "reading:autoplay:gifs": Option<bool> = opt,
    }
}

//! Pictures that a server draws for `:shortcode:`: <https://docs.joinmastodon.org/entities/CustomEmoji/>.

use crate::macros::part;

part! {
    /// A custom emoji.
    pub struct CustomEmoji {
        /// Without the colons.
        pub shortcode: String,
        pub url: String,
        pub static_url: String,
        pub visible_in_picker: bool,
        pub category: Option<String> = opt,
        pub featured: Option<bool> = opt,
    }
}

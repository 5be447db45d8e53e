//! What a Watersmeet relay adds to a status; Mastodon's servers know nothing of it.

use crate::macros::part;

part! {
    /// Where a relay found a status.
    pub struct RelayInfo {
        /// Domains of the sources that showed it, in order of first sight.
        pub seen_on: Vec<String>,
        /// The domain of its author's server.
        pub origin: Option<String> = opt,
    }
}

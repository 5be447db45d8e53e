//! One combined, de-duplicated view over many Mastodon servers.

pub mod serve;

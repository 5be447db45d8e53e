//! One combined, de-duplicated view over many Mastodon servers.

pub mod archive;
pub mod config;
pub mod engine;
pub mod log;
pub mod serve;
pub mod source;
pub mod views;

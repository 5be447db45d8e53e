//! The app: reads many Mastodon servers as one timeline.

pub mod actions;
pub mod browser;
pub mod routes;

//! The app: reads many Mastodon servers as one timeline.

pub mod routes;

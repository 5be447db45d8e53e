//! Mastodon's client API as plain data.

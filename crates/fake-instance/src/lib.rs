//! A Mastodon server of our own for tests and the demo.

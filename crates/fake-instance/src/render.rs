//! The world as JSON, written field by field from Mastodon's documents and not through anybody's types,
//! so that a mistake in a client's types cannot hide behind the same mistake here.
pub(crate) mod account;
pub(crate) mod instance;
pub(crate) mod media;
pub(crate) mod notification;
pub(crate) mod status;

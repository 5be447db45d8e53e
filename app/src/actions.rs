//! Verbs: one file per thing that can happen. Components call these; only these call the browser.
//!
//! [`start()`] begins everything and returns the [`Session`] that the other verbs take.

pub mod clock;
mod failure;
pub mod follow_stream;
pub mod install;
pub mod load_feed;
pub mod load_sources;
pub mod navigate;
pub mod open_thread;
mod request;
mod session;
pub mod set_relay;
pub mod set_theme;
mod start;
pub mod view;

pub use navigate::go;
pub use session::Session;
pub use start::start;

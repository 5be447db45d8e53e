//! What a feed is: identity, merge, order, gaps, threads.
//!
//! Everything here is plain data and pure functions: no clock, no network, no randomness, so the
//! relay and the app merge by the same rules.

pub mod feed;
pub mod gap;
pub mod key;
pub mod merge;
pub mod moderation;
pub mod public_id;
pub mod publish;
pub mod tag;
pub mod thread;
pub mod trend;
pub mod words;

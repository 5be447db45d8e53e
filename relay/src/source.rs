//! Bytes in: one task per server, over its streaming socket and its REST timelines.

pub mod health;

pub use health::{Registry, SourceReport, State};

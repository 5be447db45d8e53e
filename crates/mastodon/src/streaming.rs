//! The streaming protocol: what a client sends, what comes back, over WebSocket and as server-sent events.
//!
//! See <https://docs.joinmastodon.org/methods/streaming/>. Everything here reads outside input: nothing panics on it.

mod brief;
mod event;
mod frame;
mod names;
mod public_event;
pub mod sse;

pub use brief::Brief;
pub use event::{Event, Reaction};
pub use frame::{ClientFrame, Frame, FrameError, RelayGap};
pub use names::{StreamName, Subscription};
pub use public_event::PublicEvent;

#[cfg(test)]
mod tests;

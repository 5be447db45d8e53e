//! Streaming: who listens to what, and how an event reaches a WebSocket or a server-sent-events reader.
pub(crate) mod event;
pub(crate) mod http;
pub(crate) mod hub;
pub(crate) mod socket;
pub(crate) mod sse;

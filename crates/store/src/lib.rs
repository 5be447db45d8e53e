//! What this browser knows of the network, and what its person asked for that no server has confirmed yet.
//!
//! One entity, one signal: a status is kept once, every place that shows it reads it through a narrow memo, and lists hold
//! [`StatusRef`]s. Truth changes only when a server says so; wishes are laid over it until they are settled. The store
//! runs natively and in the browser; it neither fetches nor draws.
//!
//! Read first: [`Status`], then `entities.rs` for how it is kept and `feeds.rs` for lists of it.

mod arrival;
mod connection;
mod entities;
mod entity;
mod failure;
mod feeds;
mod intent;
mod preferences;
mod relay;
mod store;

pub use arrival::Arrival;
pub use connection::Connection;
pub use entities::MAX_STATUSES;
pub use entity::{Account, AccountRef, Origin, Quote, Status, StatusRef};
pub use failure::Failure;
pub use feeds::{FeedId, FeedState, FeedView, MAX_FEEDS, MAX_TOTAL_ROWS, Older, Row};
pub use intent::{Intent, MAX_PENDING, Outcome, Ticket};
pub use mastodon::{SourceReport, SourceState, SourcesReport, ViewReport};
pub use preferences::{Preferences, Theme};
pub use relay::{Relay, RelayState};
pub use store::Store;
pub use timeline::feed::{Edge, Request, Want};
pub use timeline::gap::{GapId, Place};

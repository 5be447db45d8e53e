//! Mastodon's client API as plain data: what servers say, what one may ask them, and nothing that does it.
//!
//! No file here opens a socket, reads a clock or knows an executor; the crate builds for browsers and servers alike.
//! Names are the wire's own. Where servers differ from the documentation, [`lenient`] says what is accepted.

pub mod capabilities;
pub mod endpoint;
#[expect(
    missing_docs,
    reason = "fields have the wire's own names; Mastodon's documentation of each method explains them"
)]
pub mod endpoints;
#[expect(
    missing_docs,
    reason = "fields have the wire's own names; Mastodon's documentation of each entity explains them"
)]
pub mod entities;
pub mod error;
pub mod id;
pub mod lenient;
mod macros;
pub mod page;
pub mod rate_limit;
mod software;
pub mod streaming;
pub mod timestamp;

pub use capabilities::Capabilities;
pub use endpoint::{Answer, Body, Endpoint, Part, read};
pub use entities::*;
pub use error::ApiError;
pub use id::*;
pub use lenient::Rejected;
pub use page::{Cursor, PageLinks, Paging};
pub use rate_limit::RateLimit;
pub use software::software;
pub use timestamp::Timestamp;

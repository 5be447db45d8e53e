//! The relay that this browser reads from.

use crate::Failure;

/// Whether a relay is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum RelayState {
    /// It is being asked who it is.
    #[default]
    Asking,
    /// It answered.
    Found(Relay),
    /// At this address is no relay, so an address must be given.
    Missing {
        /// The address that was tried.
        address: String,
        /// What went wrong there.
        failure: Failure,
    },
}

/// A relay that answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relay {
    /// Its address without a slash at the end, such as `https://relay.example`.
    pub address: String,
    /// Its name for people.
    pub title: String,
    /// Its version for people.
    pub version: String,
    /// Where its stream is: a `ws:` or `wss:` address without a path.
    pub streaming: String,
    /// Whether it is a Watersmeet relay, which merges sources, or a single Mastodon server.
    pub merges: bool,
}

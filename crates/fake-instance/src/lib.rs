//! A Mastodon server of our own, and several of them that federate: a test tool and a demo.
//!
//! [`Fediverse::start`] binds every server on loopback and gives handles to write posts and to break things;
//! the control listener offers the same as JSON. The answers are written from Mastodon's documents and not
//! through the client's types, so that both sides of every protocol are checked against each other.
mod arena;
mod clock;
mod control;
mod faults;
mod fediverse;
mod gate;
mod http;
mod ids;
mod limits;
mod oauth;
mod options;
mod picture;
mod render;
mod rest;
mod site;
mod spec;
mod stream;
mod world;

pub use faults::Faults;
pub use fediverse::{Fediverse, FediverseError, ServerHandle};
pub use options::{Options, ServerSpec, Software};
pub use spec::{AccountSpec, CardSpec, EditSpec, MediaSpec, PollSpec, PostSpec, Published};
pub use world::truth::{TrueCopy, TruePost, Truth};

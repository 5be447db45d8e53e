//! What a feed is: identity, merge, order, gaps, threads.

pub mod thread;

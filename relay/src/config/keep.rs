//! How much of what was heard is kept.

use std::time::Duration;

/// Bounds of the archive; the oldest posts go first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keep {
    /// Posts written longer ago than this go; `None` is no bound.
    pub max_age: Option<Duration>,
    /// Most posts.
    pub max_posts: u64,
    /// Most bytes of the archive file that hold something.
    pub max_bytes: u64,
}

impl Default for Keep {
    fn default() -> Self {
        Self {
            max_age: None,
            // About 3 GB.
            max_posts: 1_000_000,
            max_bytes: 8 << 30,
        }
    }
}

//! Places in a feed, and the holes between them.

use std::cmp::Ordering;

/// Where a post stands in a feed: its id on the server that serves the feed. Ids of one server sort by length, then by
/// bytes, which is by time; ids of two servers must never meet in one feed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place(String);

impl Place {
    /// The place of the post with this id.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The id as it is sent as a cursor.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Ord for Place {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.0.len(), &self.0).cmp(&(other.0.len(), &other.0))
    }
}

impl PartialOrd for Place {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Names a hole in one feed; never used twice in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GapId(pub u32);

/// A hole: posts may exist strictly between the two places that have not been seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Its name.
    pub id: GapId,
    /// The oldest known post above.
    pub above: Place,
    /// The newest known post below.
    pub below: Place,
}

impl Gap {
    /// Whether a post at this place is in the hole.
    pub fn holds(&self, place: &Place) -> bool {
        self.below < *place && *place < self.above
    }
}

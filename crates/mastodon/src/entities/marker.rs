//! How far a person has read: <https://docs.joinmastodon.org/entities/Marker/>.

use crate::{Timestamp, macros::part};

part! {
    /// The places in both timelines that have one.
    pub struct Markers {
        pub home: Option<Marker> = opt,
        pub notifications: Option<Marker> = opt,
    }
}

part! {
    /// A place in a timeline.
    pub struct Marker {
        pub last_read_id: String,
        /// Grows with each change; an older one conflicts.
        pub version: i64,
        pub updated_at: Timestamp,
    }
}

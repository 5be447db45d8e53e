//! Questions with answers to vote for: <https://docs.joinmastodon.org/entities/Poll/>.

use crate::{
    CustomEmoji, PollId, Timestamp,
    macros::{entity, part},
};

entity! {
    /// A poll of a status.
    pub struct Poll {
        pub id: PollId,
        /// `None` when it never ends.
        pub expires_at: Option<Timestamp>,
        pub expired: bool,
        pub multiple: bool,
        pub votes_count: i64,
        /// `None` when the server does not know how many people voted.
        pub voters_count: Option<i64>,
        pub options: Vec<PollOption>,
        pub emojis: Vec<CustomEmoji>,
        pub voted: Option<bool> = opt,
        /// Indices of `options`.
        pub own_votes: Vec<i64> = opt,
    }
}

part! {
    /// One answer.
    pub struct PollOption {
        pub title: String,
        /// `None` until the poll ends when it hides its totals.
        pub votes_count: Option<i64>,
    }
}

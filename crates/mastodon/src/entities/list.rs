//! Lists of accounts: <https://docs.joinmastodon.org/entities/List/>.

use crate::{
    ListId,
    macros::{entity, open_enum},
};

entity! {
    /// A list with a timeline of its own.
    pub struct List {
        pub id: ListId,
        pub title: String,
        pub replies_policy: Option<RepliesPolicy> = opt,
        /// Its people are not in the home timeline.
        pub exclusive: Option<bool> = opt,
    }
}

open_enum! {
    /// Which replies a list shows: to anyone one follows, to members, or none.
    pub enum RepliesPolicy { List = "list", Followed = "followed", None = "none" }
}

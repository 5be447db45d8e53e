//! What stands around a status in its thread: <https://docs.joinmastodon.org/entities/Context/>.

use crate::{Status, macros::entity};

entity! {
    /// The thread of a status, without the status itself.
    pub struct Context {
        /// From the root down to the parent.
        pub ancestors: Vec<Status>,
        /// Every parent comes before its children.
        pub descendants: Vec<Status>,
    }
}

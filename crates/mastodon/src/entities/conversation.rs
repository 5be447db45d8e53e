//! Private exchanges: <https://docs.joinmastodon.org/entities/Conversation/>.

use crate::{Account, ConversationId, Status, macros::entity};

entity! {
    /// A conversation by direct statuses.
    pub struct Conversation {
        pub id: ConversationId,
        pub unread: bool,
        pub accounts: Vec<Account>,
        pub last_status: Option<Box<Status>>,
    }
}

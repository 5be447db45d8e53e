//! How the viewer and another account stand: <https://docs.joinmastodon.org/entities/Relationship/>.

use crate::{Account, AccountId, Timestamp, macros::entity};

entity! {
    /// The relation of the viewer to an account.
    pub struct Relationship {
        pub id: AccountId,
        pub following: bool,
        pub showing_reblogs: bool,
        pub notifying: bool,
        /// Which languages the viewer follows; empty means all.
        pub languages: Vec<String>,
        pub followed_by: bool,
        pub blocking: bool,
        pub blocked_by: bool,
        pub muting: bool,
        pub muting_notifications: bool,
        pub muting_expires_at: Option<Timestamp> = opt,
        pub requested: bool,
        pub requested_by: bool,
        pub domain_blocking: bool,
        pub endorsed: bool,
        /// What the viewer noted about the account, for nobody else.
        pub note: String,
    }
}

entity! {
    /// Those whom the viewer follows and who follow an account.
    pub struct FamiliarFollowers {
        pub id: AccountId,
        pub accounts: Vec<Account>,
    }
}

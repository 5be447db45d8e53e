//! Whose notifications are held back: <https://docs.joinmastodon.org/entities/NotificationPolicy/>.

use crate::{
    Account, NotificationRequestId, Status, Timestamp,
    macros::{entity, open_enum, part},
};

part! {
    /// What happens to notifications of strangers (4.3).
    pub struct NotificationPolicy {
        pub for_not_following: PolicyAction,
        pub for_not_followers: PolicyAction,
        pub for_new_accounts: PolicyAction,
        pub for_private_mentions: PolicyAction,
        pub for_limited_accounts: PolicyAction,
        pub for_bots: Option<PolicyAction> = opt,
        pub summary: PolicySummary,
    }
}

open_enum! {
    /// What happens to a notification.
    pub enum PolicyAction { Accept = "accept", Filter = "filter", Drop = "drop" }
}

part! {
    /// How much is held back.
    pub struct PolicySummary {
        pub pending_requests_count: i64,
        pub pending_notifications_count: i64,
    }
}

part! {
    /// The first form of the policy, before 4.3.
    pub struct NotificationPolicyV1 {
        pub filter_not_following: bool,
        pub filter_not_followers: bool,
        pub filter_new_accounts: bool,
        pub filter_private_mentions: bool,
        pub summary: PolicySummary,
    }
}

entity! {
    /// Notifications of one account that are held back.
    pub struct NotificationRequest {
        pub id: NotificationRequestId,
        pub created_at: Timestamp,
        pub updated_at: Timestamp,
        pub account: Account,
        /// A number in a string.
        pub notifications_count: String,
        pub last_status: Option<Box<Status>> = opt,
    }
}

part! {
    /// Whether accepted notifications have arrived among the others.
    pub struct RequestsMerged {
        pub merged: bool,
    }
}

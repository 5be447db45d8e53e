//! A complaint to moderators: <https://docs.joinmastodon.org/entities/Report/>.

use crate::{
    Account, CollectionId, ReportId, RuleId, StatusId, Timestamp,
    macros::{entity, open_enum},
};

entity! {
    /// A report.
    pub struct Report {
        pub id: ReportId,
        pub action_taken: bool,
        pub action_taken_at: Option<Timestamp>,
        pub category: ReportCategory,
        pub comment: String,
        pub forwarded: bool,
        pub created_at: Timestamp,
        pub status_ids: Vec<StatusId>,
        pub rule_ids: Vec<RuleId>,
        pub collection_ids: Vec<CollectionId> = opt,
        pub target_account: Option<Account>,
    }
}

open_enum! {
    /// What a report is about.
    pub enum ReportCategory { General = "other", Spam = "spam", Legal = "legal", Violation = "violation" }
}

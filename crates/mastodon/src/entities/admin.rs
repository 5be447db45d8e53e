//! What moderators see of accounts and reports: <https://docs.joinmastodon.org/entities/Admin_Account/>.

use crate::{
    Account, AccountId, AdminId, ReportCategory, ReportId, Role, Rule, Status, Timestamp,
    macros::{entity, part},
};

entity! {
    /// An account with what only moderators know.
    pub struct AdminAccount {
        pub id: AccountId,
        pub username: String,
        /// `None` for accounts of the server itself.
        pub domain: Option<String>,
        pub created_at: Timestamp,
        pub email: Option<String>,
        pub ip: Option<String>,
        pub ips: Vec<AdminIp>,
        pub confirmed: Option<bool>,
        pub suspended: bool,
        pub silenced: bool,
        pub sensitized: bool,
        pub disabled: Option<bool>,
        pub approved: Option<bool>,
        pub locale: Option<String>,
        pub invite_request: Option<String>,
        pub created_by_application_id: Option<String> = opt,
        pub invited_by_account_id: Option<String> = opt,
        pub role: Option<Role>,
        pub account: Option<Account>,
    }
}

part! {
    /// An address that an account was used from.
    pub struct AdminIp {
        pub ip: String,
        pub used_at: Timestamp,
    }
}

entity! {
    /// A report with everything around it.
    pub struct AdminReport {
        pub id: ReportId,
        pub action_taken: bool,
        pub action_taken_at: Option<Timestamp>,
        pub category: ReportCategory,
        pub comment: String,
        pub forwarded: bool,
        pub created_at: Timestamp,
        pub updated_at: Timestamp,
        pub account: Option<AdminAccount>,
        pub target_account: Option<AdminAccount>,
        pub assigned_account: Option<AdminAccount>,
        pub action_taken_by_account: Option<AdminAccount>,
        pub statuses: Vec<Status>,
        pub rules: Vec<Rule>,
        pub collections: Vec<crate::Collection> = opt,
    }
}

entity! {
    /// A trending status as moderators see it.
    pub struct AdminTrendStatus {
        pub status: Status = flat,
        pub requires_review: bool,
    }
}

part! {
    /// A number over time; values are numbers in strings.
    pub struct AdminMeasure {
        pub key: String,
        pub unit: Option<String>,
        pub total: String,
        pub human_value: Option<String> = opt,
        pub previous_total: Option<String> = opt,
        pub data: Vec<AdminMeasurePoint>,
    }
}

part! {
    /// One day of a measure.
    pub struct AdminMeasurePoint {
        pub date: Timestamp,
        pub value: String,
    }
}

part! {
    /// A number by kind.
    pub struct AdminDimension {
        pub key: String,
        pub data: Vec<AdminDimensionValue>,
    }
}

part! {
    /// The number of one kind.
    pub struct AdminDimensionValue {
        pub key: String,
        pub human_key: String,
        pub value: String,
        pub unit: Option<String> = opt,
        pub human_value: Option<String> = opt,
    }
}

part! {
    /// How many of those who joined in one period stayed.
    pub struct AdminCohort {
        pub period: Timestamp,
        pub frequency: String,
        pub data: Vec<AdminCohortPoint>,
    }
}

part! {
    /// One later period of a cohort.
    pub struct AdminCohortPoint {
        pub date: Timestamp,
        pub rate: f64,
        pub value: String,
    }
}

entity! {
    /// A publisher of trending links.
    pub struct AdminPreviewCardProvider {
        pub id: AdminId,
        pub domain: String,
        pub trendable: Option<bool>,
        pub reviewed_at: Option<Timestamp>,
        pub requested_review_at: Option<Timestamp>,
        pub requires_review: bool,
    }
}

//! A year in statuses (4.3).

use serde_json::Value;

use crate::{Account, Status, macros::part};

part! {
    /// Which year a notification speaks of.
    pub struct AnnualReportRef {
        pub year: String,
    }
}

part! {
    /// The reports of a person with what they refer to.
    pub struct AnnualReports {
        pub annual_reports: Vec<AnnualReport>,
        pub accounts: Vec<Account>,
        pub statuses: Vec<Status>,
    }
}

part! {
    /// One year's report.
    pub struct AnnualReport {
        pub year: i64,
        /// Its form differs by `schema_version`.
        pub data: Value,
        pub schema_version: i64,
        pub share_url: Option<String> = opt,
        pub account_id: Option<crate::AccountId> = opt,
    }
}

part! {
    /// Whether a report can be had.
    pub struct AnnualReportState {
        pub state: String,
    }
}

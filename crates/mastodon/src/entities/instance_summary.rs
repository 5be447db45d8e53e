//! The little of an instance that tells who answers and where it streams.

use std::collections::BTreeMap;

use crate::macros::part;

part! {
    /// Who a server is. For readers who carry no code for all the rest of [`crate::Instance`].
    pub struct InstanceSummary {
        pub domain: String,
        pub title: String,
        /// For people; what a server can do is in `api_versions`.
        pub version: String,
        /// `mastodon` and the names of forks and other programs (4.3).
        pub api_versions: BTreeMap<String, i64> = opt,
        pub configuration: SummaryConfiguration,
    }
}

part! {
    /// Of a configuration the addresses.
    pub struct SummaryConfiguration {
        pub urls: SummaryUrls,
    }
}

part! {
    /// Of the addresses the one of streams.
    pub struct SummaryUrls {
        /// Begins with `wss:`; `/api/v1/streaming` is to be appended.
        pub streaming: Option<String> = opt,
    }
}

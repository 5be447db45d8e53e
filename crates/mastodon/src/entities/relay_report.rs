//! How a Watersmeet relay hears its sources; Mastodon's servers know nothing of it.

use crate::macros::{entity, open_enum, part};

entity! {
    /// The whole report.
    pub struct SourcesReport {
        pub relay: RelayReport,
        /// Every server that the relay listens to.
        pub sources: Vec<SourceReport>,
        /// Named selections that the relay offers.
        pub views: Vec<ViewReport>,
    }
}

part! {
    /// The relay itself.
    pub struct RelayReport {
        /// For people.
        pub name: String,
        pub version: String,
        /// Since when it runs, RFC 3339.
        pub started_at: Option<String>,
        /// Whether it was started to dial nobody.
        pub offline: bool,
    }
}

part! {
    /// One server that the relay listens to.
    pub struct SourceReport {
        /// Who it is.
        pub domain: String,
        /// Where it answers.
        pub url: String,
        /// What runs there, such as `Mastodon 4.7.3`, if it said so.
        pub software: Option<String>,
        /// How it is heard.
        pub state: SourceState,
        /// Why it is not heard better, for people.
        pub reason: Option<String>,
        /// What its operator could do for it to be heard better, for people.
        pub hint: Option<String>,
        /// Until when it is left alone, RFC 3339.
        pub until: Option<String>,
        /// When it is tried again, RFC 3339.
        pub next_try: Option<String>,
        /// Since when it is in this state, RFC 3339.
        pub since: Option<String>,
        /// The streams that it is listened to.
        pub streams: Vec<String>,
        /// The hashtags that it is listened to.
        pub hashtags: Vec<String>,
        /// Posts that it showed.
        pub posts: u64,
        /// Of those, posts that another source had shown already.
        pub duplicates: u64,
        /// Of those, posts that its stream never sent.
        pub only_by_poll: u64,
        /// Deletions that it sent.
        pub deletes: u64,
        /// Posts that came long after they were written.
        pub late: u64,
        /// When it showed a post for the last time, RFC 3339.
        pub last_post_at: Option<String>,
    }
}

open_enum! {
    /// How a source is heard: not known yet, streaming, asked now and then, streaming but sending nothing, not letting the
    /// relay in, asking for less, or not to be reached.
    pub enum SourceState {
        Starting = "starting",
        Live = "live",
        Polling = "polling",
        Silent = "silent",
        Refused = "refused",
        Limited = "limited",
        Down = "down",
    }
}

part! {
    /// A named selection over everything that the relay hears.
    pub struct ViewReport {
        /// Its name in addresses.
        pub name: String,
        /// Its name for people.
        pub title: String,
        /// The hashtags that it selects.
        pub hashtags: Vec<String>,
    }
}

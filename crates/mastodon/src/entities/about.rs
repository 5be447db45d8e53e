//! What else a server tells about itself to anyone.

use crate::{
    Timestamp,
    macros::{open_enum, part},
};

part! {
    /// A server that this one limits: <https://docs.joinmastodon.org/entities/DomainBlock/>.
    pub struct DomainBlock {
        pub domain: String,
        /// SHA-256 of the domain, for blocks whose domain is partly hidden.
        pub digest: String = opt,
        pub severity: DomainBlockSeverity,
        pub comment: Option<String> = opt,
    }
}

open_enum! {
    /// How far a server is limited.
    pub enum DomainBlockSeverity { Silence = "silence", Suspend = "suspend", Noop = "noop" }
}

part! {
    /// What blocking a domain would end.
    pub struct DomainBlockPreview {
        pub following_count: i64,
        pub followers_count: i64,
    }
}

part! {
    /// A long text about the server.
    pub struct ExtendedDescription {
        pub updated_at: Option<Timestamp>,
        /// HTML.
        pub content: String,
    }
}

part! {
    /// How the server keeps what it knows.
    pub struct PrivacyPolicy {
        pub updated_at: Option<Timestamp>,
        /// HTML.
        pub content: String,
    }
}

part! {
    /// What the server asks of those who join (4.4).
    pub struct TermsOfService {
        pub effective_date: Option<Timestamp>,
        pub effective: bool,
        /// HTML.
        pub content: String,
        pub succeeded_by: Option<Timestamp>,
    }
}

part! {
    /// One week of a server; all are numbers in strings.
    pub struct WeeklyActivity {
        /// Seconds since 1970.
        pub week: String,
        pub statuses: String,
        pub logins: String,
        pub registrations: String,
    }
}

part! {
    /// A language that the server knows (4.2).
    pub struct Language {
        pub code: String,
        pub name: String,
    }
}

part! {
    /// How to show a status on another page.
    pub struct OEmbed {
        pub kind as "type": String,
        pub version: String,
        pub author_name: String,
        pub author_url: String,
        pub provider_name: String,
        pub provider_url: String,
        pub cache_age: i64,
        /// HTML from a stranger.
        pub html: String,
        pub width: Option<i64>,
        pub height: Option<i64>,
    }
}

//! What moderators keep out: <https://docs.joinmastodon.org/entities/Admin_DomainBlock/>.

use crate::{AdminId, DomainBlockSeverity, TagHistory, Timestamp, macros::entity};

entity! {
    /// A limited server.
    pub struct AdminDomainBlock {
        pub id: AdminId,
        pub domain: String,
        pub digest: String = opt,
        pub created_at: Timestamp,
        pub severity: DomainBlockSeverity,
        pub reject_media: bool,
        pub reject_reports: bool,
        pub private_comment: Option<String>,
        pub public_comment: Option<String>,
        pub obfuscate: bool,
    }
}

entity! {
    /// A server that is let in where only named ones are.
    pub struct AdminDomainAllow {
        pub id: AdminId,
        pub domain: String,
        pub created_at: Timestamp,
    }
}

entity! {
    /// A domain of addresses that may not join.
    pub struct AdminEmailDomainBlock {
        pub id: AdminId,
        pub domain: String,
        pub created_at: Timestamp,
        pub history: Vec<TagHistory>,
        pub allow_with_approval: Option<bool> = opt,
    }
}

entity! {
    /// Network addresses that may not join or come in at all.
    pub struct AdminIpBlock {
        pub id: AdminId,
        pub ip: String,
        pub severity: String,
        pub comment: String,
        pub created_at: Timestamp,
        pub expires_at: Option<Timestamp>,
    }
}

entity! {
    /// A mail address that may not join, in all its spellings.
    pub struct AdminCanonicalEmailBlock {
        pub id: AdminId,
        pub canonical_email_hash: String,
    }
}

//! A status inside a status (4.4): <https://docs.joinmastodon.org/entities/Quote/>.

use serde_json::{Map, Value};

use crate::{
    Status, StatusId,
    macros::{open_enum, part},
};

part! {
    /// A quoted status, or inside another quote only its id.
    pub struct Quote by from_bare_status {
        pub state: QuoteState,
        /// May be there for blocked and muted authors too: hide it behind a reveal then.
        pub quoted_status: Option<Box<Status>> = opt,
        /// Stands instead of `quoted_status` in a quote inside a quote.
        pub quoted_status_id: Option<StatusId> = opt,
    }
}

/// Akkoma and the descendants of Misskey put the status itself where Mastodon puts the quote.
fn from_bare_status(map: &mut Map<String, Value>) {
    if !map.contains_key("state") && map.contains_key("account") {
        let status = std::mem::take(map);
        map.insert(
            "state".to_owned(),
            Value::from(QuoteState::Accepted.as_str()),
        );
        map.insert("quoted_status".to_owned(), Value::Object(status));
    }
}

open_enum! {
    /// Whether the quoted author agreed.
    pub enum QuoteState {
        Pending = "pending",
        Accepted = "accepted",
        Rejected = "rejected",
        Revoked = "revoked",
        Deleted = "deleted",
        Unauthorized = "unauthorized",
        BlockedAccount = "blocked_account",
        BlockedDomain = "blocked_domain",
        MutedAccount = "muted_account",
    }
}

part! {
    /// Who may do something with a status or account without asking, and who after asking.
    pub struct Approval {
        pub automatic: Vec<ApprovalGroup>,
        pub manual: Vec<ApprovalGroup>,
        /// What this means for the viewer; `denied` in anonymous renderings such as public streams.
        pub current_user: ApprovalForViewer,
    }
}

/// Who may quote a status (4.5).
pub type QuoteApproval = Approval;

open_enum! {
    /// A group of people in an [`Approval`].
    pub enum ApprovalGroup {
        Public = "public",
        Followers = "followers",
        Following = "following",
        UnsupportedPolicy = "unsupported_policy",
    }
}

open_enum! {
    /// What an [`Approval`] means for the viewer.
    pub enum ApprovalForViewer {
        Unknown = "unknown",
        Automatic = "automatic",
        Manual = "manual",
        Denied = "denied",
    }
}

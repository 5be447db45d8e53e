//! A status that waits for its time: <https://docs.joinmastodon.org/entities/ScheduledStatus/>.

use crate::{
    AccountId, ApplicationId, MediaAttachment, MediaId, ScheduledStatusId, StatusId, Timestamp,
    Visibility,
    endpoints::PollDraft,
    macros::{entity, part},
};

entity! {
    /// A scheduled status.
    pub struct ScheduledStatus {
        pub id: ScheduledStatusId,
        pub scheduled_at: Timestamp,
        pub params: ScheduledParams,
        pub media_attachments: Vec<MediaAttachment>,
    }
}

part! {
    /// What was asked for, echoed in the types in which it was sent.
    pub struct ScheduledParams {
        pub text: String,
        pub media_ids: Vec<MediaId>,
        /// May come as `"0"`.
        pub sensitive: Option<bool>,
        pub spoiler_text: Option<String>,
        pub visibility: Option<Visibility>,
        pub language: Option<String>,
        /// A number on the wire.
        pub in_reply_to_id: Option<StatusId>,
        pub poll: Option<PollDraft>,
        pub quoted_status_id: Option<StatusId> = opt,
        pub quote_approval_policy: Option<String> = opt,
        pub application_id: Option<ApplicationId>,
        pub scheduled_at: Option<Timestamp> = opt,
        pub idempotency: Option<String> = opt,
        pub with_rate_limit: Option<bool> = opt,
        pub allowed_mentions: Vec<AccountId> = opt,
    }
}

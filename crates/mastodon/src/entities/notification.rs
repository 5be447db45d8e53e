//! What others did that concerns the viewer: <https://docs.joinmastodon.org/entities/Notification/>.

use crate::{
    Account, AccountId, AnnualReportRef, Collection, EventId, NotificationId, Report, Status,
    StatusId, Timestamp,
    macros::{entity, open_enum, part},
};

entity! {
    /// One notification.
    pub struct Notification {
        pub id: NotificationId,
        pub kind as "type": NotificationType,
        pub created_at: Timestamp,
        /// Notifications with equal keys belong together; `ungrouped-ID` belongs to none.
        pub group_key: String = opt,
        pub account: Option<Account>,
        /// May be missing even where the type promises one.
        pub status: Option<Box<Status>> = opt,
        pub report: Option<Report> = opt,
        pub event: Option<SeveranceEvent> = opt,
        pub moderation_warning: Option<ModerationWarning> = opt,
        pub annual_report: Option<AnnualReportRef> = opt,
        pub collection: Option<Collection> = opt,
        pub fallback: Option<NotificationFallback> = opt,
        pub filtered: Option<bool> = opt,
        /// Pleroma's emoji reactions: the emoji.
        pub emoji: Option<String> = opt,
        pub emoji_url: Option<String> = opt,
        /// Pleroma's moves: the new account.
        pub target: Option<Box<Account>> = opt,
    }
}

open_enum! {
    /// What happened. Servers invent types: an unknown one is kept by name.
    pub enum NotificationType {
        Mention = "mention",
        Status = "status",
        Reblog = "reblog",
        Follow = "follow",
        FollowRequest = "follow_request",
        Favourite = "favourite",
        Poll = "poll",
        Update = "update",
        Quote = "quote",
        QuotedUpdate = "quoted_update",
        SeveredRelationships = "severed_relationships",
        ModerationWarning = "moderation_warning",
        AnnualReport = "annual_report",
        AdminSignUp = "admin.sign_up",
        AdminReport = "admin.report",
        AddedToCollection = "added_to_collection",
        CollectionUpdate = "collection_update",
        Move = "move",
        PleromaEmojiReaction = "pleroma:emoji_reaction",
        Reaction = "reaction",
        EmojiReaction = "emoji_reaction",
    }
}

part! {
    /// How to show a notification of a type that the client did not name as supported (4.6).
    pub struct NotificationFallback {
        pub title: String,
        pub summary: Option<String> = opt,
        pub description: Option<String> = opt,
    }
}

entity! {
    /// Relationships that ended because servers were blocked or an account was suspended (4.3).
    pub struct SeveranceEvent {
        pub id: EventId,
        pub kind as "type": SeveranceType,
        pub purged: bool,
        pub target_name: String,
        pub followers_count: i64,
        pub following_count: i64,
        pub created_at: Timestamp,
    }
}

open_enum! {
    /// Why relationships ended.
    pub enum SeveranceType {
        DomainBlock = "domain_block",
        UserDomainBlock = "user_domain_block",
        AccountSuspension = "account_suspension",
    }
}

entity! {
    /// What moderators did about the viewer (4.3).
    pub struct ModerationWarning {
        pub id: EventId,
        pub action: String,
        pub text: String,
        pub status_ids: Vec<StatusId>,
        pub target_account: Option<Account>,
        pub appeal: Option<Appeal>,
        pub created_at: Timestamp,
    }
}

part! {
    /// An objection to a moderation warning.
    pub struct Appeal {
        pub text: String,
        pub state: String,
    }
}

part! {
    /// Notifications with everything that they refer to (4.3).
    pub struct GroupedNotifications {
        pub accounts: Vec<Account>,
        pub partial_accounts: Vec<crate::PartialAccount> = opt,
        pub statuses: Vec<Status>,
        pub notification_groups: Vec<NotificationGroup>,
    }
}

part! {
    /// Notifications of one kind about one thing.
    pub struct NotificationGroup {
        pub group_key: String,
        pub notifications_count: i64,
        pub kind as "type": NotificationType,
        /// A number on the wire, against the documentation.
        pub most_recent_notification_id: Option<NotificationId>,
        pub page_min_id: Option<NotificationId> = opt,
        pub page_max_id: Option<NotificationId> = opt,
        pub latest_page_notification_at: Option<Timestamp> = opt,
        /// At most eight.
        pub sample_account_ids: Vec<AccountId>,
        pub status_id: Option<StatusId> = opt,
        pub report: Option<Report> = opt,
        pub event: Option<SeveranceEvent> = opt,
        pub moderation_warning: Option<ModerationWarning> = opt,
        pub annual_report: Option<AnnualReportRef> = opt,
        pub collection: Option<Collection> = opt,
        pub fallback: Option<NotificationFallback> = opt,
    }
}

part! {
    /// How many notifications are unread.
    pub struct UnreadCount {
        pub count: i64,
    }
}

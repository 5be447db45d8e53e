//! Ids are opaque strings of one server; a type for each kind keeps them from being mixed up.

use crate::macros::ids;

ids! {
    /// A status.
    StatusId,
    /// An account.
    AccountId,
    /// A media attachment.
    MediaId,
    /// A poll.
    PollId,
    /// A notification.
    NotificationId,
    /// A list of accounts.
    ListId,
    /// A filter.
    FilterId,
    /// A keyword of a filter.
    FilterKeywordId,
    /// A status of a filter.
    FilterStatusId,
    /// A conversation.
    ConversationId,
    /// A rule of an instance.
    RuleId,
    /// An announcement.
    AnnouncementId,
    /// A status that waits for its time.
    ScheduledStatusId,
    /// A hashtag.
    TagId,
    /// A hashtag that an account features.
    FeaturedTagId,
    /// A report.
    ReportId,
    /// A Web Push subscription.
    PushSubscriptionId,
    /// An application.
    ApplicationId,
    /// A request to be let through the notification policy.
    NotificationRequestId,
    /// A collection of accounts.
    CollectionId,
    /// An item of a collection.
    CollectionItemId,
    /// A job that completes an answer in the background.
    AsyncRefreshId,
    /// A role of an account; the role of everyone is `-99`.
    RoleId,
    /// A thing that only moderators see.
    AdminId,
    /// An event that ended relationships, or a warning by moderators.
    EventId,
}

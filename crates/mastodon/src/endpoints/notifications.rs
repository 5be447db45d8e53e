//! A table of endpoints: notifications, <https://docs.joinmastodon.org/methods/notifications/>.

use super::endpoints;
use crate::{
    Account, AccountId, Conversation, ConversationId, GroupedNotifications, Markers, Notification,
    NotificationId, NotificationPolicy, NotificationRequest, NotificationRequestId,
    NotificationType, Paging, PolicyAction, RequestsMerged, UnreadCount,
    endpoints::{Empty, MarkerDraft},
};

endpoints! {
    /// What others did, one by one.
    GET "/api/v1/notifications" Needs("read:notifications") => GetNotifications() {
        types: Vec<NotificationType>, exclude_types: Vec<NotificationType>, account_id: Option<AccountId>,
        include_filtered: bool, supported_types: Vec<NotificationType>, page: Paging,
    } -> Vec<Notification>;

    /// One notification.
    GET "/api/v1/notifications/{}" Needs("read:notifications") => GetNotification(id: NotificationId) {} -> Notification;

    /// Lets go of all notifications.
    POST "/api/v1/notifications/clear" Needs("write:notifications") => ClearNotifications() {} -> Empty;

    /// Lets go of one notification.
    POST "/api/v1/notifications/{}/dismiss" Needs("write:notifications") => DismissNotification(id: NotificationId) {}
        -> Empty;

    /// How many are unread.
    GET "/api/v1/notifications/unread_count" Needs("read:notifications") => GetUnreadCount() {
        limit: Option<u16>, types: Vec<NotificationType>, exclude_types: Vec<NotificationType>,
    } -> UnreadCount;

    /// What others did, in groups (4.3). Groups of equal keys on several pages are one.
    GET "/api/v2/notifications" Needs("read:notifications") => GetGroupedNotifications() {
        types: Vec<NotificationType>, exclude_types: Vec<NotificationType>, account_id: Option<AccountId>,
        include_filtered: bool, grouped_types: Vec<NotificationType>, expand_accounts: Option<String>,
        supported_types: Vec<NotificationType>, page: Paging,
    } -> GroupedNotifications;

    /// One group (4.3).
    GET "/api/v2/notifications/{}" Needs("read:notifications") => GetNotificationGroup(group_key: String) {}
        -> GroupedNotifications;

    /// Lets go of one group (4.3).
    POST "/api/v2/notifications/{}/dismiss" Needs("write:notifications") => DismissNotificationGroup(group_key: String) {}
        -> Empty;

    /// Everyone in a group (4.3).
    GET "/api/v2/notifications/{}/accounts" Needs("read:notifications") => GetNotificationGroupAccounts(group_key: String) {
        page: Paging,
    } -> Vec<Account>;

    /// How many groups are unread (4.3).
    GET "/api/v2/notifications/unread_count" Needs("read:notifications") => GetGroupedUnreadCount() {
        limit: Option<u16>, types: Vec<NotificationType>, exclude_types: Vec<NotificationType>,
        grouped_types: Vec<NotificationType>,
    } -> UnreadCount;

    /// Whose notifications are held back (4.3).
    GET "/api/v2/notifications/policy" Needs("read:notifications") => GetNotificationPolicy() {} -> NotificationPolicy;

    /// Changes whose notifications are held back (4.3).
    PATCH "/api/v2/notifications/policy" Needs("write:notifications") => UpdateNotificationPolicy() {
        for_not_following: Option<PolicyAction>, for_not_followers: Option<PolicyAction>,
        for_new_accounts: Option<PolicyAction>, for_private_mentions: Option<PolicyAction>,
        for_limited_accounts: Option<PolicyAction>, for_bots: Option<PolicyAction>,
    } -> NotificationPolicy;

    /// Whose notifications wait to be let through (4.3).
    GET "/api/v1/notifications/requests" Needs("read:notifications") => GetNotificationRequests() { page: Paging }
        -> Vec<NotificationRequest>;

    /// One of them (4.3).
    GET "/api/v1/notifications/requests/{}" Needs("read:notifications") =>
        GetNotificationRequest(id: NotificationRequestId) {} -> NotificationRequest;

    /// Lets one through (4.3).
    POST "/api/v1/notifications/requests/{}/accept" Needs("write:notifications") =>
        AcceptNotificationRequest(id: NotificationRequestId) {} -> Empty;

    /// Lets go of one (4.3).
    POST "/api/v1/notifications/requests/{}/dismiss" Needs("write:notifications") =>
        DismissNotificationRequest(id: NotificationRequestId) {} -> Empty;

    /// Lets several through (4.3).
    POST "/api/v1/notifications/requests/accept" Needs("write:notifications") => AcceptNotificationRequests() {
        id: Vec<NotificationRequestId>,
    } -> Empty;

    /// Lets go of several (4.3).
    POST "/api/v1/notifications/requests/dismiss" Needs("write:notifications") => DismissNotificationRequests() {
        id: Vec<NotificationRequestId>,
    } -> Empty;

    /// Whether those let through have arrived among the others (4.3).
    GET "/api/v1/notifications/requests/merged" Needs("read:notifications") => AreNotificationRequestsMerged() {}
        -> RequestsMerged;

    /// Private exchanges. The cursor is not the id of a conversation.
    GET "/api/v1/conversations" Needs("read:statuses") => GetConversations() { page: Paging } -> Vec<Conversation>;

    /// Takes a conversation away for oneself.
    DELETE "/api/v1/conversations/{}" Needs("write:conversations") => DeleteConversation(id: ConversationId) {} -> Empty;

    /// Marks a conversation as read.
    POST "/api/v1/conversations/{}/read" Needs("write:conversations") => MarkConversationRead(id: ConversationId) {}
        -> Conversation;

    /// Marks a conversation as unread.
    POST "/api/v1/conversations/{}/unread" Needs("write:conversations") => MarkConversationUnread(id: ConversationId) {}
        -> Conversation;

    /// How far one has read: `home`, `notifications` or both.
    GET "/api/v1/markers" Needs("read:statuses") => GetMarkers() { timeline: Vec<String> } -> Markers;

    /// Says how far one has read.
    POST "/api/v1/markers" Needs("write:statuses") => SetMarkers() {
        home: Option<MarkerDraft>, notifications: Option<MarkerDraft>,
    } -> Markers;
}

//! Messages by way of the browser: <https://docs.joinmastodon.org/entities/WebPushSubscription/>.

use std::collections::BTreeMap;

use crate::{
    NotificationId, PushSubscriptionId,
    macros::{entity, part},
};

entity! {
    /// A Web Push subscription. There is one for each token.
    pub struct WebPushSubscription {
        /// A number on the wire.
        pub id: PushSubscriptionId,
        pub endpoint: String,
        /// Whether messages follow RFC 8291 (4.4).
        pub standard: Option<bool> = opt,
        /// By type of notification; only those that were set.
        pub alerts: BTreeMap<String, bool>,
        pub server_key: String,
        pub policy: Option<String> = opt,
    }
}

part! {
    /// The message itself, once decrypted.
    pub struct PushPayload {
        /// Says which account it is for; a secret.
        pub access_token: String,
        pub preferred_locale: String,
        /// A number on the wire.
        pub notification_id: Option<NotificationId>,
        pub notification_type: String,
        pub icon: String,
        pub title: String,
        pub body: String,
    }
}

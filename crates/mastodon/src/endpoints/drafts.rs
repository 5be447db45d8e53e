//! Objects inside the bodies of requests.

use std::collections::BTreeMap;

use crate::{FilterKeywordId, MediaId, macros::part};

part! {
    /// A poll to be published.
    pub struct PollDraft {
        pub options: Vec<String>,
        /// Seconds from now.
        pub expires_in: i64,
        pub multiple: bool = opt,
        pub hide_totals: bool = opt,
    }
}

part! {
    /// Changes to media that already belong to a status.
    pub struct MediaAttributes {
        pub id: Option<MediaId>,
        pub description: Option<String> = opt,
        /// `x,y`, each from -1 to 1.
        pub focus: Option<String> = opt,
    }
}

part! {
    /// A keyword to be added to a filter, changed (with `id`) or taken out (with `_destroy`).
    pub struct KeywordDraft {
        pub id: Option<FilterKeywordId> = opt,
        pub keyword: String,
        pub whole_word: bool,
        pub destroy as "_destroy": bool = opt,
    }
}

part! {
    /// How far one has read.
    pub struct MarkerDraft {
        pub last_read_id: String,
    }
}

part! {
    /// What the browser gave for a push subscription.
    pub struct PushSubscriptionDraft {
        pub endpoint: String,
        pub keys: PushKeys,
        /// Whether messages shall follow RFC 8291 (4.4).
        pub standard: bool,
    }
}

part! {
    /// The keys of a push subscription, in base64url.
    pub struct PushKeys {
        pub p256dh: String,
        pub auth: String,
    }
}

part! {
    /// What a push subscription tells of.
    pub struct AlertsDraft {
        /// By type of notification.
        pub alerts: BTreeMap<String, bool> = opt,
        /// `all`, `followed`, `follower` or `none`.
        pub policy: Option<String> = opt,
    }
}

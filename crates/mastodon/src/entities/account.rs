//! Who writes: <https://docs.joinmastodon.org/entities/Account/>.

use crate::{
    AccountId, Approval, CustomEmoji, RoleId, Timestamp, Visibility,
    macros::{entity, part},
};

entity! {
    /// An account as others see it.
    pub struct Account {
        pub id: AccountId,
        pub username: String,
        /// The handle without `@`; without a domain when the account lives on the server that answers.
        pub acct: String,
        pub display_name: String,
        pub locked: bool,
        pub bot: bool,
        pub discoverable: Option<bool>,
        pub indexable: Option<bool> = opt,
        pub group: bool,
        pub created_at: Timestamp,
        /// HTML from a stranger.
        pub note: String,
        pub url: String,
        /// The identity of the account in the whole network; empty before Mastodon 4.2 and on some other servers.
        pub uri: String = opt,
        pub avatar: String,
        pub avatar_static: String,
        pub avatar_description: String = opt,
        pub header: String,
        pub header_static: String,
        pub header_description: String = opt,
        /// -1 when the server hides it.
        pub followers_count: i64,
        pub following_count: i64,
        pub statuses_count: i64,
        /// A date, on some servers a time.
        pub last_status_at: Option<Timestamp>,
        pub hide_collections: Option<bool> = opt,
        pub show_media: Option<bool> = opt,
        pub show_media_replies: Option<bool> = opt,
        pub show_featured: Option<bool> = opt,
        /// The account does not want to be in search engines.
        pub noindex: Option<bool> = opt,
        /// Where the account moved to.
        pub moved: Option<Box<Account>> = opt,
        pub suspended: bool = opt,
        pub limited: bool = opt,
        pub memorial: bool = opt,
        pub invalid_handle: bool = opt,
        pub feature_approval: Option<Approval> = opt,
        pub email_subscriptions: Option<bool> = opt,
        pub roles: Vec<AccountRole> = opt,
        pub emojis: Vec<CustomEmoji>,
        pub fields: Vec<AccountField>,
    }
}

part! {
    /// A row of the table in a profile.
    pub struct AccountField {
        pub name: String,
        /// HTML from a stranger.
        pub value: String,
        pub verified_at: Option<Timestamp>,
    }
}

part! {
    /// A role that is shown beside the name.
    pub struct AccountRole {
        pub id: Option<RoleId> = opt,
        pub name: String,
        pub color: String = opt,
    }
}

entity! {
    /// The account that a token belongs to.
    pub struct CredentialAccount {
        pub account: Account = flat,
        pub source: AccountSource,
        pub role: Option<Role> = opt,
        pub state: Option<AccountState> = opt,
    }
}

part! {
    /// What a person set, as they typed it.
    pub struct AccountSource {
        pub privacy: Option<Visibility>,
        pub sensitive: bool,
        pub language: Option<String>,
        pub note: String,
        pub fields: Vec<AccountField>,
        pub follow_requests_count: i64,
        pub hide_collections: Option<bool> = opt,
        pub discoverable: Option<bool> = opt,
        pub indexable: Option<bool> = opt,
        pub attribution_domains: Vec<String> = opt,
        pub quote_policy: Option<String> = opt,
    }
}

part! {
    /// What an account may do on its server.
    pub struct Role {
        pub id: Option<RoleId>,
        pub name: String,
        /// A bit set, written as a decimal number in a string.
        pub permissions: String,
        pub color: String,
        pub highlighted: bool,
        pub collection_limit: Option<i64> = opt,
    }
}

part! {
    /// Whether an account can be used (4.8).
    pub struct AccountState {
        pub functional: bool,
        pub confirmed: bool,
        pub approved: bool,
        pub error_code: Option<String> = opt,
        pub error: Option<String> = opt,
    }
}

entity! {
    /// An account that the viewer muted.
    pub struct MutedAccount {
        pub account: Account = flat,
        pub mute_expires_at: Option<Timestamp>,
    }
}

entity! {
    /// As much of an account as a stack of avatars needs.
    pub struct PartialAccount {
        pub id: AccountId,
        pub acct: String,
        pub locked: bool,
        pub bot: bool,
        pub url: String,
        pub avatar: String,
        pub avatar_static: String,
        pub avatar_description: String = opt,
    }
}

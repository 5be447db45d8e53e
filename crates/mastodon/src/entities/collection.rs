//! Public sets of accounts that people recommend (4.6).

use crate::{
    Account, AccountId, CollectionId, CollectionItemId, StatusTag, Timestamp,
    macros::{entity, open_enum, part},
};

entity! {
    /// A collection.
    pub struct Collection {
        pub id: CollectionId,
        pub uri: String,
        pub url: Option<String> = opt,
        pub name: String,
        pub description: Option<String>,
        pub language: Option<String>,
        pub account_id: Option<AccountId>,
        pub local: bool,
        pub sensitive: bool,
        pub discoverable: bool,
        pub item_count: i64,
        pub created_at: Timestamp,
        pub updated_at: Timestamp,
        pub tag: Option<StatusTag>,
        pub items: Vec<CollectionItem>,
    }
}

entity! {
    /// An account in a collection.
    pub struct CollectionItem {
        pub id: CollectionItemId,
        pub state: CollectionItemState,
        pub account_id: Option<AccountId> = opt,
        pub created_at: Timestamp,
    }
}

open_enum! {
    /// Whether the account agreed to be in the collection.
    pub enum CollectionItemState { Pending = "pending", Accepted = "accepted" }
}

part! {
    /// A collection with its accounts, or a new one alone.
    pub struct CollectionWithAccounts {
        pub collection: Option<Collection>,
        pub accounts: Vec<Account> = opt,
    }
}

part! {
    /// Several collections.
    pub struct Collections {
        pub collections: Vec<Collection>,
        pub accounts: Vec<Account> = opt,
    }
}

part! {
    /// A new item of a collection.
    pub struct NewCollectionItem {
        pub collection_item: Option<CollectionItem>,
    }
}

//! A table of endpoints: lists, hashtags and collections.

use super::endpoints;
use crate::{
    Account, AccountId, CollectionId, CollectionItemId, CollectionWithAccounts, FeaturedTag,
    FeaturedTagId, List, ListId, NewCollectionItem, Paging, Tag, endpoints::Empty,
};

endpoints! {
    /// One's lists.
    GET "/api/v1/lists" Needs("read:lists") => GetLists() {} -> Vec<List>;

    /// One list.
    GET "/api/v1/lists/{}" Needs("read:lists") => GetList(id: ListId) {} -> List;

    /// Makes a list.
    POST "/api/v1/lists" Needs("write:lists") => CreateList() {
        title: String, replies_policy: Option<String>, exclusive: Option<bool>,
    } -> List;

    /// Changes a list.
    PUT "/api/v1/lists/{}" Needs("write:lists") => UpdateList(id: ListId) {
        title: Option<String>, replies_policy: Option<String>, exclusive: Option<bool>,
    } -> List;

    /// Deletes a list.
    DELETE "/api/v1/lists/{}" Needs("write:lists") => DeleteList(id: ListId) {} -> Empty;

    /// Who is in a list; a limit of 0 asks for all at once.
    GET "/api/v1/lists/{}/accounts" Needs("read:lists") => GetListAccounts(id: ListId) { page: Paging } -> Vec<Account>;

    /// Puts accounts that one follows into a list.
    POST "/api/v1/lists/{}/accounts" Needs("write:lists") => AddListAccounts(id: ListId) { account_ids: Vec<AccountId> }
        -> Empty;

    /// Takes accounts out of a list.
    DELETE "/api/v1/lists/{}/accounts" Needs("write:lists") => RemoveListAccounts(id: ListId) {
        account_ids: Vec<AccountId>,
    } -> Empty;

    /// A hashtag with its use.
    GET "/api/v1/tags/{}" Optional => GetTag(name: String) {} -> Tag;

    /// Follows a hashtag.
    POST "/api/v1/tags/{}/follow" Needs("write:follows") => FollowTag(name: String) {} -> Tag;

    /// Follows a hashtag no longer.
    POST "/api/v1/tags/{}/unfollow" Needs("write:follows") => UnfollowTag(name: String) {} -> Tag;

    /// Features a hashtag on one's profile (4.4).
    POST "/api/v1/tags/{}/feature" Needs("write:accounts") => FeatureTag(name: String) {} -> Tag;

    /// Features a hashtag no longer (4.4).
    POST "/api/v1/tags/{}/unfeature" Needs("write:accounts") => UnfeatureTag(name: String) {} -> Tag;

    /// The hashtags that one follows.
    GET "/api/v1/followed_tags" Needs("read:follows") => GetFollowedTags() { page: Paging } -> Vec<Tag>;

    /// The hashtags that one features.
    GET "/api/v1/featured_tags" Needs("read:accounts") => GetFeaturedTags() {} -> Vec<FeaturedTag>;

    /// Features a hashtag, before 4.4.
    POST "/api/v1/featured_tags" Needs("write:accounts") => CreateFeaturedTag() { name: String } -> FeaturedTag;

    /// Features a hashtag no longer, before 4.4.
    DELETE "/api/v1/featured_tags/{}" Needs("write:accounts") => DeleteFeaturedTag(id: FeaturedTagId) {} -> Empty;

    /// Hashtags that one uses and might feature.
    GET "/api/v1/featured_tags/suggestions" Needs("read:accounts") => GetFeaturedTagSuggestions() {} -> Vec<Tag>;

    /// A collection with its accounts (4.6).
    GET "/api/v1/collections/{}" Optional => GetCollection(id: CollectionId) {} -> CollectionWithAccounts;

    /// Makes a collection (4.6).
    POST "/api/v1/collections" Needs("write:collections") => CreateCollection() {
        name: String, description: Option<String>, language: Option<String>, tag_name: Option<String>,
        sensitive: Option<bool>, discoverable: Option<bool>, account_ids: Vec<AccountId>,
    } -> CollectionWithAccounts;

    /// Changes a collection (4.6).
    PATCH "/api/v1/collections/{}" Needs("write:collections") => UpdateCollection(id: CollectionId) {
        name: Option<String>, description: Option<String>, language: Option<String>, tag_name: Option<String>,
        sensitive: Option<bool>, discoverable: Option<bool>,
    } -> CollectionWithAccounts;

    /// Deletes a collection (4.6).
    DELETE "/api/v1/collections/{}" Needs("write:collections") => DeleteCollection(id: CollectionId) {} -> Empty;

    /// Puts an account into a collection (4.6).
    POST "/api/v1/collections/{}/items" Needs("write:collections") => AddCollectionItem(id: CollectionId) {
        account_id: AccountId,
    } -> NewCollectionItem;

    /// Takes an account out of a collection (4.6).
    DELETE "/api/v1/collections/{}/items/{}" Needs("write:collections") =>
        DeleteCollectionItem(id: CollectionId, item_id: CollectionItemId) {} -> Empty;

    /// Takes oneself out of another's collection (4.6).
    POST "/api/v1/collections/{}/items/{}/revoke" Needs("write:collections") =>
        RevokeCollectionItem(id: CollectionId, item_id: CollectionItemId) {} -> Empty;
}

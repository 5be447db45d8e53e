//! A table of endpoints: accounts and how one stands to them, <https://docs.joinmastodon.org/methods/accounts/>.

use super::endpoints;
use crate::{
    Account, AccountId, Collections, CredentialAccount, FamiliarFollowers, FeaturedTag, List,
    MutedAccount, Paging, Preferences, Profile, Relationship, Status, Suggestion, Token,
    endpoints::Empty,
};

endpoints! {
    /// Joins a server, with the application's own token.
    POST "/api/v1/accounts" Needs("write:accounts") => CreateAccount() {
        username: String, email: String, password: String, agreement: bool, locale: String,
        reason: Option<String>, date_of_birth: Option<String>, invite_code: Option<String>,
    } -> Token;

    /// Sends the mail with the confirmation link again.
    POST "/api/v1/emails/confirmations" Token => ResendConfirmation() { email: Option<String> } -> Empty;

    /// One's own account.
    GET "/api/v1/accounts/verify_credentials" Needs("profile") => VerifyCredentials() {} -> CredentialAccount;

    /// One's own profile as it was typed (4.6).
    GET "/api/v1/profile" Needs("read:accounts") => GetProfile() {} -> Profile;

    /// Takes one's picture away (4.2).
    DELETE "/api/v1/profile/avatar" Needs("write:accounts") => DeleteAvatar() {} -> CredentialAccount;

    /// Takes the picture behind one's profile away (4.2).
    DELETE "/api/v1/profile/header" Needs("write:accounts") => DeleteHeader() {} -> CredentialAccount;

    /// One account.
    GET "/api/v1/accounts/{}" Optional => GetAccount(id: AccountId) {} -> Account;

    /// Several accounts (4.3), at most 40.
    GET "/api/v1/accounts" Optional => GetAccounts() { id: Vec<AccountId> } -> Vec<Account>;

    /// The account of a handle, if the server knows it.
    GET "/api/v1/accounts/lookup" Optional => LookupAccount() { acct: String } -> Account;

    /// Accounts by name.
    GET "/api/v1/accounts/search" Needs("read:accounts") => SearchAccounts() {
        q: String, resolve: bool, following: bool, limit: Option<u16>, offset: Option<u32>,
    } -> Vec<Account>;

    /// What an account wrote.
    GET "/api/v1/accounts/{}/statuses" Optional => AccountStatuses(id: AccountId) {
        only_media: bool, exclude_replies: bool, exclude_reblogs: bool, exclude_direct: bool, pinned: bool,
        tagged: Option<String>, page: Paging,
    } -> Vec<Status>;

    /// Who follows an account.
    GET "/api/v1/accounts/{}/followers" Optional => Followers(id: AccountId) { page: Paging } -> Vec<Account>;

    /// Whom an account follows.
    GET "/api/v1/accounts/{}/following" Optional => Following(id: AccountId) { page: Paging } -> Vec<Account>;

    /// The hashtags that an account features.
    GET "/api/v1/accounts/{}/featured_tags" Optional => AccountFeaturedTags(id: AccountId) {} -> Vec<FeaturedTag>;

    /// The accounts that an account features (4.4).
    GET "/api/v1/accounts/{}/endorsements" Optional => AccountEndorsements(id: AccountId) { page: Paging } -> Vec<Account>;

    /// Those of one's lists that an account is in.
    GET "/api/v1/accounts/{}/lists" Needs("read:lists") => AccountLists(id: AccountId) {} -> Vec<List>;

    /// The collections of an account (4.6).
    GET "/api/v1/accounts/{}/collections" Optional => AccountCollections(id: AccountId) {
        limit: Option<u16>, offset: Option<u32>,
    } -> Collections;

    /// The collections that an account is in (4.6).
    GET "/api/v1/accounts/{}/in_collections" Needs("read:collections") => InCollections(id: AccountId) {} -> Collections;

    /// Follows an account, or changes how.
    POST "/api/v1/accounts/{}/follow" Needs("write:follows") => Follow(id: AccountId) {
        reblogs: Option<bool>, notify: Option<bool>, languages: Option<Vec<String>>,
    } -> Relationship;

    /// Follows no longer.
    POST "/api/v1/accounts/{}/unfollow" Needs("write:follows") => Unfollow(id: AccountId) {} -> Relationship;

    /// Makes an account follow one no longer (3.5).
    POST "/api/v1/accounts/{}/remove_from_followers" Needs("write:follows") => RemoveFromFollowers(id: AccountId) {}
        -> Relationship;

    /// Blocks an account.
    POST "/api/v1/accounts/{}/block" Needs("write:blocks") => Block(id: AccountId) {} -> Relationship;

    /// Blocks no longer.
    POST "/api/v1/accounts/{}/unblock" Needs("write:blocks") => Unblock(id: AccountId) {} -> Relationship;

    /// Mutes an account, for `duration` seconds or for good.
    POST "/api/v1/accounts/{}/mute" Needs("write:mutes") => Mute(id: AccountId) {
        notifications: Option<bool>, duration: Option<i64>,
    } -> Relationship;

    /// Mutes no longer.
    POST "/api/v1/accounts/{}/unmute" Needs("write:mutes") => Unmute(id: AccountId) {} -> Relationship;

    /// Features an account on one's profile (4.4).
    POST "/api/v1/accounts/{}/endorse" Needs("write:accounts") => Endorse(id: AccountId) {} -> Relationship;

    /// Features no longer (4.4).
    POST "/api/v1/accounts/{}/unendorse" Needs("write:accounts") => Unendorse(id: AccountId) {} -> Relationship;

    /// The name of [`Endorse`] before 4.4.
    POST "/api/v1/accounts/{}/pin" Needs("write:accounts") => PinAccount(id: AccountId) {} -> Relationship;

    /// The name of [`Unendorse`] before 4.4.
    POST "/api/v1/accounts/{}/unpin" Needs("write:accounts") => UnpinAccount(id: AccountId) {} -> Relationship;

    /// Notes something about an account, for oneself.
    POST "/api/v1/accounts/{}/note" Needs("write:accounts") => SetNote(id: AccountId) { comment: Option<String> }
        -> Relationship;

    /// How one stands to accounts.
    GET "/api/v1/accounts/relationships" Needs("read:follows") => GetRelationships() {
        id: Vec<AccountId>, with_suspended: bool,
    } -> Vec<Relationship>;

    /// Whom one follows of those who follow accounts.
    GET "/api/v1/accounts/familiar_followers" Needs("read:follows") => GetFamiliarFollowers() { id: Vec<AccountId> }
        -> Vec<FamiliarFollowers>;

    /// Whom one blocks.
    GET "/api/v1/blocks" Needs("read:blocks") => GetBlocks() { page: Paging } -> Vec<Account>;

    /// Whom one mutes.
    GET "/api/v1/mutes" Needs("read:mutes") => GetMutes() { page: Paging } -> Vec<MutedAccount>;

    /// The servers that one blocks.
    GET "/api/v1/domain_blocks" Needs("read:blocks") => GetBlockedDomains() { page: Paging } -> Vec<String>;

    /// What blocking a server would end.
    GET "/api/v1/domain_blocks/preview" Needs("read:blocks") => PreviewDomainBlock() { domain: String }
        -> crate::DomainBlockPreview;

    /// Blocks a whole server for oneself.
    POST "/api/v1/domain_blocks" Needs("write:blocks") => BlockDomain() { domain: String } -> Empty;

    /// Blocks a server no longer.
    DELETE "/api/v1/domain_blocks" Needs("write:blocks") => UnblockDomain() { domain: String } -> Empty;

    /// Whom one features.
    GET "/api/v1/endorsements" Needs("read:accounts") => GetEndorsements() { page: Paging } -> Vec<Account>;

    /// What one bookmarked; only the cursor of the answer pages it.
    GET "/api/v1/bookmarks" Needs("read:bookmarks") => GetBookmarks() { page: Paging } -> Vec<Status>;

    /// What one favourited; only the cursor of the answer pages it.
    GET "/api/v1/favourites" Needs("read:favourites") => GetFavourites() { page: Paging } -> Vec<Status>;

    /// What one set for all clients.
    GET "/api/v1/preferences" Needs("read:accounts") => GetPreferences() {} -> Preferences;

    /// Who asks to follow one.
    GET "/api/v1/follow_requests" Needs("read:follows") => GetFollowRequests() { page: Paging } -> Vec<Account>;

    /// Lets an account follow.
    POST "/api/v1/follow_requests/{}/authorize" Needs("write:follows") => AuthorizeFollowRequest(account_id: AccountId) {}
        -> Option<Relationship>;

    /// Does not let an account follow.
    POST "/api/v1/follow_requests/{}/reject" Needs("write:follows") => RejectFollowRequest(account_id: AccountId) {}
        -> Option<Relationship>;

    /// Accounts that one may want to follow.
    GET "/api/v2/suggestions" Needs("read:accounts") => GetSuggestions() { limit: Option<u16>, offset: Option<u32> }
        -> Vec<Suggestion>;

    /// Suggests an account no longer.
    DELETE "/api/v1/suggestions/{}" Needs("write:accounts") => DeleteSuggestion(account_id: AccountId) {} -> Empty;
}

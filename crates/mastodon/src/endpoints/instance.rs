//! A table of endpoints: the server itself, <https://docs.joinmastodon.org/methods/instance/>.

use std::collections::BTreeMap;

use super::endpoints;
use crate::{
    Account, CustomEmoji, DomainBlock, ExtendedDescription, Instance, InstanceV1, Language,
    NodeInfo, NodeInfoLinks, PrivacyPolicy, Rule, TermsOfService, WeeklyActivity,
};

endpoints! {
    /// What a server says about itself (4.0).
    GET "/api/v2/instance" Public => GetInstance() {} -> Instance;

    /// The same in older words.
    GET "/api/v1/instance" Public => GetInstanceV1() {} -> InstanceV1;

    /// The servers that this one knows.
    GET "/api/v1/instance/peers" Optional => GetPeers() {} -> Vec<String>;

    /// How much happened in the last weeks.
    GET "/api/v1/instance/activity" Optional => GetActivity() {} -> Vec<WeeklyActivity>;

    /// What the server asks of its people.
    GET "/api/v1/instance/rules" Public => GetRules() {} -> Vec<Rule>;

    /// The servers that this one limits.
    GET "/api/v1/instance/domain_blocks" Optional => GetDomainBlocks() {} -> Vec<DomainBlock>;

    /// A long text about the server.
    GET "/api/v1/instance/extended_description" Public => GetExtendedDescription() {} -> ExtendedDescription;

    /// How the server keeps what it knows.
    GET "/api/v1/instance/privacy_policy" Public => GetPrivacyPolicy() {} -> PrivacyPolicy;

    /// What the server asks of those who join (4.4).
    GET "/api/v1/instance/terms_of_service" Public => GetTermsOfService() {} -> TermsOfService;

    /// The same as it was from a date on (4.4).
    GET "/api/v1/instance/terms_of_service/{}" Public => GetTermsOfServiceOf(date: String) {} -> TermsOfService;

    /// The languages that the server knows (4.2).
    GET "/api/v1/instance/languages" Public => GetLanguages() {} -> Vec<Language>;

    /// For each language the languages that statuses in it can be translated to (4.2).
    GET "/api/v1/instance/translation_languages" Public => GetTranslationLanguages() {} -> BTreeMap<String, Vec<String>>;

    /// The pictures for `:shortcode:`.
    GET "/api/v1/custom_emojis" Optional => GetCustomEmojis() {} -> Vec<CustomEmoji>;

    /// People who want to be found.
    GET "/api/v1/directory" Optional => GetDirectory() {
        order: Option<String>, local: bool, offset: Option<u32>, limit: Option<u16>,
    } -> Vec<Account>;

    /// Where the documents of the program are that runs here.
    GET "/.well-known/nodeinfo" Public => GetNodeInfoLinks() {} -> NodeInfoLinks;

    /// Which program runs here, on servers that put the document at its usual place.
    GET "/nodeinfo/2.0" Public => GetNodeInfo() {} -> NodeInfo;
}

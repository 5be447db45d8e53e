//! A table of endpoints: the server itself, <https://docs.joinmastodon.org/methods/instance/>.

use std::collections::BTreeMap;

use super::endpoints;
use crate::{Account, CustomEmoji, Instance, InstanceV1, Rule};

endpoints! {
    /// What a server says about itself (4.0).
    GET "/api/v2/instance" Public => GetInstance() {} -> Instance;

    /// The same in older words.
    GET "/api/v1/instance" Public => GetInstanceV1() {} -> InstanceV1;

    /// The servers that this one knows.
    GET "/api/v1/instance/peers" Optional => GetPeers() {} -> Vec<String>;

    /// What the server asks of its people.
    GET "/api/v1/instance/rules" Public => GetRules() {} -> Vec<Rule>;

    /// For each language the languages that statuses in it can be translated to (4.2).
    GET "/api/v1/instance/translation_languages" Public => GetTranslationLanguages() {} -> BTreeMap<String, Vec<String>>;

    /// The pictures for `:shortcode:`.
    GET "/api/v1/custom_emojis" Optional => GetCustomEmojis() {} -> Vec<CustomEmoji>;

    /// People who want to be found.
    GET "/api/v1/directory" Optional => GetDirectory() {
        order: Option<String>, local: bool, offset: Option<u32>, limit: Option<u16>,
    } -> Vec<Account>;
}

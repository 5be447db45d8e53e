//! What a search found: <https://docs.joinmastodon.org/entities/Search/>.

use serde_json::{Map, Value, json};

use crate::{
    Account, Collection, Status, Tag,
    macros::{entity, part},
};

part! {
    /// The results of a search.
    pub struct SearchResults by name_hashtags {
        pub accounts: Vec<Account>,
        pub statuses: Vec<Status>,
        pub hashtags: Vec<Tag>,
        pub collections: Vec<Collection> = opt,
    }
}

/// The first search had hashtags as bare names.
fn name_hashtags(map: &mut Map<String, Value>) {
    if let Some(Value::Array(hashtags)) = map.get_mut("hashtags") {
        for hashtag in hashtags.iter_mut().filter(|it| it.is_string()) {
            *hashtag = json!({"name": hashtag});
        }
    }
}

entity! {
    /// An account that one may want to follow: <https://docs.joinmastodon.org/entities/Suggestion/>.
    pub struct Suggestion {
        pub source: Option<String> = opt,
        /// Why it is suggested (4.3).
        pub sources: Vec<String> = opt,
        pub account: Account,
    }
}

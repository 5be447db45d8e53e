//! What an instance asks of its people: <https://docs.joinmastodon.org/entities/Rule/>.

use std::collections::BTreeMap;

use crate::{
    RuleId,
    macros::{entity, part},
};

entity! {
    /// A rule of an instance.
    pub struct Rule {
        pub id: RuleId,
        pub text: String,
        pub hint: String = opt,
        /// By language (4.4).
        pub translations: BTreeMap<String, RuleTranslation> = opt,
    }
}

part! {
    /// A rule in another language.
    pub struct RuleTranslation {
        pub text: String,
        pub hint: String = opt,
    }
}

//! What a person does not want to see: <https://docs.joinmastodon.org/entities/Filter/>.

use crate::{
    FilterId, FilterKeywordId, FilterStatusId, StatusId, Timestamp,
    macros::{entity, open_enum, part},
};

entity! {
    /// A filter with its keywords and statuses.
    pub struct Filter {
        pub id: FilterId,
        pub title: String,
        pub context: Vec<FilterContext>,
        pub expires_at: Option<Timestamp>,
        /// `None` for a blur filter in a streamed status, where the server leaves it out.
        pub filter_action: Option<FilterAction> = opt,
        pub keywords: Vec<FilterKeyword> = opt,
        pub statuses: Vec<FilterStatus> = opt,
    }
}

open_enum! {
    /// Where a filter applies.
    pub enum FilterContext {
        Home = "home",
        Notifications = "notifications",
        Public = "public",
        Thread = "thread",
        Account = "account",
    }
}

open_enum! {
    /// What happens to a filtered status; an unknown word means a warning.
    pub enum FilterAction { Warn = "warn", Hide = "hide", Blur = "blur" }
}

entity! {
    /// A keyword of a filter.
    pub struct FilterKeyword {
        pub id: FilterKeywordId,
        pub keyword: String,
        pub whole_word: bool,
    }
}

entity! {
    /// A status that a filter names.
    pub struct FilterStatus {
        pub id: FilterStatusId,
        pub status_id: StatusId,
    }
}

part! {
    /// A filter that a status matches, and by what.
    pub struct FilterResult {
        pub filter: Option<Filter>,
        pub keyword_matches: Vec<String>,
        pub status_matches: Vec<StatusId>,
    }
}

entity! {
    /// A filter of the first kind: one phrase.
    pub struct FilterV1 {
        pub id: FilterId,
        pub phrase: String,
        pub context: Vec<FilterContext>,
        pub expires_at: Option<Timestamp>,
        pub irreversible: bool,
        pub whole_word: bool,
    }
}

//! A table of endpoints: filters, <https://docs.joinmastodon.org/methods/filters/>.

use super::{KeywordDraft, endpoints};
use crate::{
    Filter, FilterAction, FilterContext, FilterId, FilterKeyword, FilterKeywordId, FilterStatus,
    FilterStatusId, FilterV1, StatusId, endpoints::Empty,
};

endpoints! {
    /// All filters.
    GET "/api/v2/filters" Needs("read:filters") => GetFilters() {} -> Vec<Filter>;

    /// One filter.
    GET "/api/v2/filters/{}" Needs("read:filters") => GetFilter(id: FilterId) {} -> Filter;

    /// Makes a filter; `expires_in` is in seconds.
    POST "/api/v2/filters" Needs("write:filters") => CreateFilter() {
        title: String, context: Vec<FilterContext>, filter_action: Option<FilterAction>, expires_in: Option<String>,
        keywords_attributes: Vec<KeywordDraft>,
    } -> Filter;

    /// Changes a filter; `Some("")` for `expires_in` makes it last.
    PUT "/api/v2/filters/{}" Needs("write:filters") => UpdateFilter(id: FilterId) {
        title: Option<String>, context: Vec<FilterContext>, filter_action: Option<FilterAction>,
        expires_in: Option<String>, keywords_attributes: Vec<KeywordDraft>,
    } -> Filter;

    /// Deletes a filter.
    DELETE "/api/v2/filters/{}" Needs("write:filters") => DeleteFilter(id: FilterId) {} -> Empty;

    /// The keywords of a filter.
    GET "/api/v2/filters/{}/keywords" Needs("read:filters") => GetFilterKeywords(id: FilterId) {} -> Vec<FilterKeyword>;

    /// Adds a keyword to a filter.
    POST "/api/v2/filters/{}/keywords" Needs("write:filters") => CreateFilterKeyword(id: FilterId) {
        keyword: String, whole_word: bool,
    } -> FilterKeyword;

    /// One keyword.
    GET "/api/v2/filters/keywords/{}" Needs("read:filters") => GetFilterKeyword(id: FilterKeywordId) {} -> FilterKeyword;

    /// Changes a keyword.
    PUT "/api/v2/filters/keywords/{}" Needs("write:filters") => UpdateFilterKeyword(id: FilterKeywordId) {
        keyword: String, whole_word: Option<bool>,
    } -> FilterKeyword;

    /// Deletes a keyword.
    DELETE "/api/v2/filters/keywords/{}" Needs("write:filters") => DeleteFilterKeyword(id: FilterKeywordId) {} -> Empty;

    /// The statuses of a filter.
    GET "/api/v2/filters/{}/statuses" Needs("read:filters") => GetFilterStatuses(id: FilterId) {} -> Vec<FilterStatus>;

    /// Adds a status to a filter.
    POST "/api/v2/filters/{}/statuses" Needs("write:filters") => CreateFilterStatus(id: FilterId) { status_id: StatusId }
        -> FilterStatus;

    /// One status of a filter.
    GET "/api/v2/filters/statuses/{}" Needs("read:filters") => GetFilterStatus(id: FilterStatusId) {} -> FilterStatus;

    /// Takes a status out of a filter.
    DELETE "/api/v2/filters/statuses/{}" Needs("write:filters") => DeleteFilterStatus(id: FilterStatusId) {} -> Empty;

    /// All filters of the first kind, for servers without the second.
    GET "/api/v1/filters" Needs("read:filters") => GetFiltersV1() {} -> Vec<FilterV1>;

    /// Makes a filter of the first kind.
    POST "/api/v1/filters" Needs("write:filters") => CreateFilterV1() {
        phrase: String, context: Vec<FilterContext>, irreversible: bool, whole_word: bool, expires_in: Option<i64>,
    } -> FilterV1;

    /// Changes a filter of the first kind.
    PUT "/api/v1/filters/{}" Needs("write:filters") => UpdateFilterV1(id: FilterId) {
        phrase: String, context: Vec<FilterContext>, irreversible: bool, whole_word: bool, expires_in: Option<i64>,
    } -> FilterV1;

    /// Deletes a filter of the first kind.
    DELETE "/api/v1/filters/{}" Needs("write:filters") => DeleteFilterV1(id: FilterId) {} -> Empty;
}

//! Query strings as Mastodon reads them: repeated `any[]` keys, loose booleans, empty values that count as absent.

use axum::{
    extract::FromRequestParts,
    http::{Uri, request::Parts},
};

use super::error::ApiError;
use crate::views::{Selection, grammar};

/// Most parameters a query may have. Mastodon's longest documented call needs a dozen.
const MAX_PARAMETERS: usize = 64;

/// Parameters that clients send wherever they like, and that change nothing here.
const IDLE: &[&str] = &["access_token", "with_muted", "_", "locale", "lang"];

/// The parameters of one request in their order, without the empty ones.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    /// Reads the query of `uri`; more than [`MAX_PARAMETERS`] is an error.
    pub(super) fn of(uri: &Uri) -> Result<Self, ApiError> {
        Self::parse(uri.query().unwrap_or_default())
    }

    /// Reads `text`, the part of a URL after the question mark.
    pub(super) fn parse(text: &str) -> Result<Self, ApiError> {
        Self::of_pairs(form_urlencoded::parse(text.as_bytes()).into_owned())
    }

    /// Takes parameters as they came, wherever they stood.
    pub(super) fn of_pairs(
        pairs: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ApiError> {
        let pairs: Vec<_> = pairs
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .take(MAX_PARAMETERS + 1)
            .collect();
        if pairs.len() > MAX_PARAMETERS {
            return Err(ApiError::bad_request("Too many parameters"));
        }
        Ok(Self(pairs))
    }

    /// The last value of `name`, as Rails decides when a name is repeated.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .rev()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// Whether the flag `name` is set. Mastodon takes everything for true but `0 f F false FALSE off OFF`.
    pub(super) fn flag(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| {
            !matches!(value, "0" | "f" | "F" | "false" | "FALSE" | "off" | "OFF")
        })
    }

    /// Every value of the list `name`, written `name[]=a&name[]=b` or, as some clients do, `name=a&name=b`.
    pub(super) fn list<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(key, _)| key.strip_suffix("[]").unwrap_or(key) == name)
            .map(|(_, value)| value.as_str())
    }

    /// Refuses every parameter that is not in `known` (400, by name).
    pub(super) fn only(&self, known: &[&str]) -> Result<(), ApiError> {
        let is_strange = |(key, _): &&(String, String)| {
            !known.contains(&key.as_str()) && !IDLE.contains(&key.as_str())
        };
        match self.0.iter().find(is_strange) {
            Some((key, _)) => Err(ApiError::bad_request(format!("{key} is not known"))),
            None => Ok(()),
        }
    }

    /// What the parameters select; those in `passed` are for others and left alone.
    ///
    /// # Errors
    /// A parameter that is neither in the grammar nor passed, or that is broken; by name (400).
    pub(super) fn selection(&self, passed: &[&str]) -> Result<Selection, ApiError> {
        grammar::parse(self.own(passed)).map_err(|error| ApiError::bad_request(error.to_string()))
    }

    /// What of a view the parameters select; those in `passed` are for others and left alone.
    ///
    /// # Errors
    /// As [`selection`](Self::selection), and for what the view leaves no choice of.
    pub(super) fn narrowed(
        &self,
        view: &Selection,
        passed: &[&str],
    ) -> Result<Selection, ApiError> {
        grammar::narrowed(view, self.own(passed))
            .map_err(|error| ApiError::bad_request(error.to_string()))
    }

    /// The parameters but for those in `passed` and those that mean nothing.
    pub(super) fn own<'a>(
        &'a self,
        passed: &'a [&str],
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.without(passed).filter(|(key, _)| !IDLE.contains(key))
    }

    /// The parameters without those called in `dropped`, to build the next page's address.
    pub(super) fn without<'a>(
        &'a self,
        dropped: &'a [&str],
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.0
            .iter()
            .filter(move |(key, _)| !dropped.contains(&key.as_str()))
            .map(|(key, value)| (key.as_str(), value.as_str()))
    }
}

impl<S: Sync> FromRequestParts<S> for Query {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        Self::of(&parts.uri)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(text: &str) -> Query {
        Query::parse(text).unwrap()
    }

    #[test]
    fn a_list_is_read_with_and_without_brackets() {
        let query = query("any[]=rust&any%5B%5D=wasm&any=leptos&all[]=x");
        assert_eq!(
            query.list("any").collect::<Vec<_>>(),
            ["rust", "wasm", "leptos"]
        );
    }

    #[test]
    fn flags_are_as_loose_as_mastodons() {
        for yes in ["local=true", "local=1", "local=on", "local=yes"] {
            assert!(query(yes).flag("local"), "{yes}");
        }
        for no in [
            "local=false",
            "local=0",
            "local=off",
            "local=",
            "",
            "local=F",
        ] {
            assert!(!query(no).flag("local"), "{no}");
        }
    }

    #[test]
    fn an_empty_value_is_no_value() {
        assert_eq!(query("max_id=&limit=20").get("max_id"), None);
    }

    #[test]
    fn a_query_of_a_thousand_parameters_is_refused() {
        assert!(Query::parse(&"a=1&".repeat(1_000)).is_err());
        assert!(Query::parse(&"a=1&".repeat(MAX_PARAMETERS)).is_ok());
    }
}

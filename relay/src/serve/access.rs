//! Who may see what a source shows only to people who are signed in there: readers with the relay's access key.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};

use super::{answer::Freshness, error::ApiError, query::Query, shared::Shared};
use crate::{archive::StoredStatus, config::Config};

/// What the reader of one request may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sight {
    /// Whether guarded posts belong to it.
    pub(super) of_guarded: bool,
}

impl Sight {
    /// How long what this reader is told may be kept, and by whom.
    pub(super) fn freshness(self) -> Freshness {
        Freshness::for_reader(self.of_guarded)
    }

    /// Whether this reader may see a post.
    pub(super) fn has(self, status: &StoredStatus) -> bool {
        self.of_guarded || !status.is_guarded
    }

    /// A post that was looked for; one that this reader may not see is as unknown as one that there is not.
    pub(super) fn found(self, status: Option<StoredStatus>) -> Result<StoredStatus, ApiError> {
        let status = status.filter(|it| self.has(it));
        status.ok_or_else(ApiError::record_not_found)
    }
}

impl FromRequestParts<Shared> for Sight {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, shared: &Shared) -> Result<Self, ApiError> {
        let query = Query::of(&parts.uri)?;
        Ok(Self {
            of_guarded: has_key(&shared.config, &parts.headers, &query),
        })
    }
}

/// Whether a request brings one of the relay's access keys: as a bearer token, in the query, or as a socket's subprotocol.
/// Any other token is a guest's and opens nothing.
pub(super) fn has_key(config: &Config, headers: &HeaderMap, query: &Query) -> bool {
    let text = |name| headers.get(name).and_then(|it| it.to_str().ok());
    let bearer = text(header::AUTHORIZATION).and_then(|it| {
        let (scheme, token) = it.split_once(' ')?;
        scheme
            .eq_ignore_ascii_case("bearer")
            .then_some(token.trim())
    });
    let protocol = text(header::SEC_WEBSOCKET_PROTOCOL).and_then(|it| it.split(',').next());
    let offered = [bearer, query.get("access_token"), protocol.map(str::trim)];
    let mut offered = offered.into_iter().flatten();
    offered.any(|it| {
        config
            .access_keys
            .iter()
            .any(|key| is_same(key.secret(), it))
    })
}

/// Compares without telling by the time it takes how much is right.
fn is_same(key: &str, offered: &str) -> bool {
    let differing = key
        .bytes()
        .zip(offered.bytes())
        .fold(key.len() ^ offered.len(), |sum, (a, b)| {
            sum | usize::from(a ^ b)
        });
    differing == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Token;

    #[test]
    fn only_the_key_itself_opens_in_each_of_its_three_places() {
        let config = Config {
            access_keys: vec![Token::new("open-sesame")],
            ..Config::default()
        };
        let has = |name: &str, value: &str, query: &str| {
            let mut headers = HeaderMap::new();
            if !name.is_empty() {
                let name: header::HeaderName = name.parse().unwrap();
                headers.insert(name, value.parse().unwrap());
            }
            has_key(&config, &headers, &Query::parse(query).unwrap())
        };
        assert!(has("authorization", "Bearer open-sesame", ""));
        assert!(has("authorization", "bearer open-sesame", ""));
        assert!(has("sec-websocket-protocol", "open-sesame", ""));
        assert!(has("", "", "access_token=open-sesame"));
        for (name, value, query) in [
            ("", "", ""),
            ("authorization", "Bearer open-sesam", ""),
            ("authorization", "Bearer open-sesamee", ""),
            ("authorization", "Basic open-sesame", ""),
            ("", "", "access_token=guest"),
        ] {
            assert!(!has(name, value, query), "{value} {query}");
        }
    }

    #[test]
    fn without_a_key_nothing_opens() {
        let query = Query::parse("access_token=").unwrap();
        assert!(!has_key(&Config::default(), &HeaderMap::new(), &query));
    }
}

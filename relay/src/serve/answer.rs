//! Answers in JSON that caches can keep and ask about again.

use std::hash::{DefaultHasher, Hasher as _};

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;

/// How long an answer may be used without asking again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Freshness {
    /// It may change at any moment: a cache keeps it, and asks each time whether it still holds.
    Live,
    /// It changes when the relay is set up anew: five minutes, as Mastodon says of its own.
    Settled,
}

/// A JSON answer, or 304 without a body when the reader holds this very one.
pub(super) fn json(asked: &HeaderMap, freshness: Freshness, body: Bytes) -> Response {
    let mut hasher = DefaultHasher::new();
    hasher.write(&body);
    // Weak: equal in meaning, whatever a proxy does to the bytes.
    let etag = format!("W/\"{:016x}\"", hasher.finish());
    let cached = match freshness {
        Freshness::Live => "public, no-cache",
        Freshness::Settled => "public, max-age=300",
    };
    let mut headers = HeaderMap::new();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cached));
    let held = asked
        .get(header::IF_NONE_MATCH)
        .and_then(|it| it.to_str().ok());
    let is_held = held.is_some_and(|it| it.split(',').any(|one| one.trim() == etag));
    if let Ok(etag) = HeaderValue::try_from(etag) {
        headers.insert(header::ETAG, etag);
    }
    if is_held {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json; charset=utf-8"),
    );
    (headers, Body::from(body)).into_response()
}

/// The same for a value.
pub(super) fn json_of(
    asked: &HeaderMap,
    freshness: Freshness,
    value: &serde_json::Value,
) -> Response {
    json(asked, freshness, Bytes::from(value.to_string()))
}

/// A JSON list of values that are JSON already.
pub(super) fn list<'a>(items: impl IntoIterator<Item = &'a Bytes>) -> Bytes {
    let mut text = vec![b'['];
    for item in items {
        if text.len() > 1 {
            text.push(b',');
        }
        text.extend_from_slice(item);
    }
    text.push(b']');
    Bytes::from(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_that_holds_the_answer_gets_no_second_copy() {
        let body = Bytes::from_static(b"[1]");
        let first = json(&HeaderMap::new(), Freshness::Live, body.clone());
        assert_eq!(first.status(), StatusCode::OK);
        let mut asked = HeaderMap::new();
        asked.insert(header::IF_NONE_MATCH, first.headers()["etag"].clone());
        let again = json(&asked, Freshness::Live, body);
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
        let changed = json(&asked, Freshness::Live, Bytes::from_static(b"[2]"));
        assert_eq!(changed.status(), StatusCode::OK);
    }

    #[test]
    fn a_list_is_joined_without_reading_its_items() {
        assert_eq!(list([]), "[]");
        let items = [Bytes::from_static(b"{}"), Bytes::from_static(b"1")];
        assert_eq!(list(&items), "[{},1]");
    }
}

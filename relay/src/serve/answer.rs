//! Answers in JSON that caches can keep and ask about again.

use std::{
    hash::{DefaultHasher, Hasher as _},
    io::Write as _,
};

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};

use super::encoding::{Encoding, accepted, names_etag};

/// Bodies shorter than this fit one packet anyway.
const MIN_GZIP_BYTES: usize = 1_400;

/// A page of forty posts is 120 KB and takes a millisecond or two at this level; the last levels take ten times as long.
const GZIP_LEVEL: u32 = 4;

/// How long an answer may be used without asking again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Freshness {
    /// It may change at any moment: a cache keeps it, and asks each time whether it still holds.
    Live,
    /// It is for this reader alone: no cache in between may keep it.
    Private,
    /// It changes when the relay is set up anew: five minutes, as Mastodon says of its own.
    Settled,
}

impl Freshness {
    /// What may hold posts that not everybody may see is for its reader alone.
    pub(super) fn for_reader(may_see_guarded: bool) -> Self {
        if may_see_guarded {
            Self::Private
        } else {
            Self::Live
        }
    }
}

/// A JSON answer, or 304 without a body when the reader holds this very one.
pub(super) fn json(asked: &HeaderMap, freshness: Freshness, body: Bytes) -> Response {
    of(asked, freshness, "application/json; charset=utf-8", body)
}

/// The same for text of any other type.
pub(super) fn of(
    asked: &HeaderMap,
    freshness: Freshness,
    content_type: &'static str,
    body: Bytes,
) -> Response {
    let mut hasher = DefaultHasher::new();
    hasher.write(&body);
    // Weak: equal in meaning, whatever a proxy does to the bytes.
    let etag = format!("W/\"{:016x}\"", hasher.finish());
    let cached = match freshness {
        Freshness::Live => "public, no-cache",
        Freshness::Private => "private, no-store",
        Freshness::Settled => "public, max-age=300",
    };
    let mut headers = HeaderMap::new();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cached));
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    let is_held = names_etag(asked, etag.trim_start_matches("W/"));
    if let Ok(etag) = HeaderValue::try_from(etag) {
        headers.insert(header::ETAG, etag);
    }
    if is_held {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    if let Some(smaller) = gzip(asked, &body) {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        return (headers, Body::from(smaller)).into_response();
    }
    (headers, Body::from(body)).into_response()
}

/// Says that the reader holds it already, when something else than its ETag shows that.
pub(super) fn not_modified() -> Response {
    StatusCode::NOT_MODIFIED.into_response()
}

/// The body made smaller, when it is long and the reader takes that.
fn gzip(asked: &HeaderMap, body: &Bytes) -> Option<Vec<u8>> {
    if body.len() < MIN_GZIP_BYTES || !accepted(asked).contains(&Encoding::Gzip) {
        return None;
    }
    let mut encoder = GzEncoder::new(
        Vec::with_capacity(body.len() / 4),
        Compression::new(GZIP_LEVEL),
    );
    encoder.write_all(body).ok()?;
    encoder.finish().ok()
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
    fn a_long_answer_is_made_smaller_for_who_takes_that() {
        let long = Bytes::from("[1,1,1]".repeat(1_000));
        let mut asked = HeaderMap::new();
        let plain = json(&asked, Freshness::Live, long.clone());
        assert!(!plain.headers().contains_key("content-encoding"));
        asked.insert(
            header::ACCEPT_ENCODING,
            HeaderValue::from_static("br, gzip"),
        );
        let smaller = json(&asked, Freshness::Live, long.clone());
        assert_eq!(smaller.headers()["content-encoding"], "gzip");
        assert_eq!(smaller.headers()["etag"], plain.headers()["etag"]);
        let mut text = Vec::new();
        let packed = gzip(&asked, &long).unwrap();
        assert!(packed.len() < 100);
        std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&packed[..]), &mut text)
            .unwrap();
        assert_eq!(text, long);
        let short = json(&asked, Freshness::Live, Bytes::from_static(b"[]"));
        assert!(!short.headers().contains_key("content-encoding"));
    }

    #[test]
    fn a_list_is_joined_without_reading_its_items() {
        assert_eq!(list([]), "[]");
        let items = [Bytes::from_static(b"{}"), Bytes::from_static(b"1")];
        assert_eq!(list(&items), "[{},1]");
    }
}

//! What a timeline has become since a place in the log: for readers that poll and want late posts, edits and deletions too.
//!
//! Paging by id cannot give them: an id is a time of writing, and what arrives late stands below the reader's newest.

use std::collections::BTreeMap;

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue},
    response::Response,
};
use bytes::Bytes;
use timeline::public_id::PublicId;

use super::{
    answer::{self, Freshness},
    error::ApiError,
    paging::limit,
    query::Query,
};
use crate::{
    log::{Cursor, Log, Read, Tell},
    views::{Interest, Selection},
};

/// Where in the log an answer ends: reading or streaming goes on there without missing anything.
const CURSOR: HeaderName = HeaderName::from_static("watersmeet-cursor");
/// The posts that are no longer in the timeline, as ids between commas; no more than the `limit`.
const DELETED: HeaderName = HeaderName::from_static("watersmeet-deleted");
/// What the log no longer holds.
const GAP: HeaderName = HeaderName::from_static("watersmeet-gap");

/// What a cursor leads to.
pub(super) enum News {
    /// The log has what came since.
    Held(Page),
    /// It does not: the newest page stands instead.
    Lost(Gap),
}

/// What came since a cursor.
pub(super) struct Page {
    /// Posts that appeared or changed, by id.
    living: BTreeMap<PublicId, Bytes>,
    /// Posts that are gone from the timeline.
    deleted: Vec<PublicId>,
    next: Cursor,
}

/// Events that a reader may have missed: from the first up to, but without, the second.
pub(super) struct Gap {
    from: Cursor,
    to: Cursor,
}

/// Reads on at `cursor`, for as many events as the `limit` says.
pub(super) fn since(
    log: &Log,
    cursor: &str,
    query: &Query,
    selection: &Selection,
) -> Result<News, ApiError> {
    let wrong = || ApiError::bad_request("cursor is not one that this relay gave");
    let cursor: Cursor = cursor.parse().map_err(|_no_cursor| wrong())?;
    let strange = ["max_id", "since_id", "min_id"];
    if let Some(name) = strange.into_iter().find(|it| query.get(it).is_some()) {
        return Err(ApiError::bad_request(format!(
            "{name} cannot be asked for together with cursor"
        )));
    }
    let end = log.cursor(log.end());
    if cursor.epoch != end.epoch || cursor.seq > end.seq {
        return Ok(News::Lost(Gap {
            from: cursor,
            to: end,
        }));
    }
    let interest = Interest(vec![selection.clone()]);
    let (entries, next) = match log.read_from(cursor.seq, &interest, limit(query.get("limit"))) {
        Read::Entries(entries, next) => (entries, next),
        Read::Gap { .. } => {
            return Ok(News::Lost(Gap {
                from: cursor,
                to: end,
            }));
        }
    };
    let mut last = BTreeMap::new();
    for entry in entries {
        if let Some(tell) = entry.tell(selection) {
            last.insert(entry.id, (tell, entry.payload.clone()));
        }
    }
    let mut page = Page {
        living: BTreeMap::new(),
        deleted: Vec::new(),
        next: log.cursor(next),
    };
    for (id, (tell, payload)) in last {
        match tell {
            Tell::Update | Tell::StatusUpdate => {
                page.living.insert(id, payload);
            }
            Tell::Delete => page.deleted.push(id),
        }
    }
    Ok(News::Held(page))
}

/// Says where in the log an answer ends.
pub(super) fn put_cursor(headers: &mut HeaderMap, cursor: Cursor) {
    put(headers, CURSOR, cursor.to_string());
}

impl Page {
    /// The posts, newest first.
    pub(super) fn answer(self, asked: &HeaderMap, freshness: Freshness) -> Response {
        let body = answer::list(self.living.values().rev());
        let mut response = answer::json(asked, freshness, body);
        let headers = response.headers_mut();
        put_cursor(headers, self.next);
        if !self.deleted.is_empty() {
            let ids: Vec<_> = self.deleted.iter().map(PublicId::to_string).collect();
            put(headers, DELETED, ids.join(","));
        }
        response
    }
}

impl Gap {
    /// Says on the newest page what may be missing before it.
    pub(super) fn put(&self, headers: &mut HeaderMap) {
        put(headers, GAP, format!("from={}; to={}", self.from, self.to));
    }
}

fn put(headers: &mut HeaderMap, name: HeaderName, text: String) {
    if let Ok(value) = HeaderValue::try_from(text) {
        headers.insert(name, value);
    }
}

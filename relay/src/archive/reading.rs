//! The questions that readers ask.

use std::collections::VecDeque;

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde_json::Value;
use timeline::public_id::PublicId;

use super::{
    MAX_PAGE, Paging, StoredContext, StoredStatus, ToldPost, body, ledger::print_of, meta,
    question::Question,
};
use crate::views::Selection;

/// Posts above another in a thread that are looked up at most.
const MAX_ANCESTORS: usize = 400;
/// Posts below another in a thread that are looked up at most.
const MAX_DESCENDANTS: usize = 2_000;

const COLUMNS: &str =
    "posts.id, posts.uri, bodies.body, posts.guarded, posts.noindex, posts.parent_uri";
/// Bodies are read last: only of what is told.
const BODIES: &str = "CROSS JOIN bodies ON bodies.id = posts.id";

fn stored(db: &Connection, row: &Row<'_>) -> rusqlite::Result<StoredStatus> {
    let id: i64 = row.get(0)?;
    let mut json = body::json(row.get_ref(2)?.as_blob()?).unwrap_or_default();
    let (is_guarded, parent): (bool, Option<String>) = (row.get(3)?, row.get(5)?);
    if let Some(parent) = parent
        && !is_shown(db, &parent, is_guarded)?
    {
        json = without_parent(json);
    }
    let id = PublicId::from_i64(id).unwrap_or(PublicId::floor(0));
    Ok(StoredStatus {
        id,
        uri: row.get(1)?,
        json: Bytes::from(json),
        is_guarded,
        noindex: row.get(4)?,
    })
}

/// Whether a post is kept, and for everybody unless guarded ones are seen too.
fn is_shown(db: &Connection, uri: &str, with_guarded: bool) -> rusqlite::Result<bool> {
    db.prepare_cached("SELECT 1 FROM posts WHERE print = ?1 AND uri = ?2 AND (?3 OR NOT guarded)")?
        .exists(params![print_of(uri), uri, with_guarded])
}

/// A status whose parent cannot be fetched, as Mastodon shows it: whose post it answered stays, which one does not.
fn without_parent(json: Vec<u8>) -> Vec<u8> {
    let Ok(Value::Object(mut status)) = serde_json::from_slice(&json) else {
        return json;
    };
    status.insert("in_reply_to_id".to_owned(), Value::Null);
    serde_json::to_vec(&status).unwrap_or(json)
}

pub(super) fn timeline(
    db: &Connection,
    selection: &Selection,
    paging: &Paging,
) -> rusqlite::Result<Vec<StoredStatus>> {
    page(db, Question::of(selection), paging)
}

/// The posts that answer a question, cut as a page.
pub(super) fn page(
    db: &Connection,
    mut question: Question,
    paging: &Paging,
) -> rusqlite::Result<Vec<StoredStatus>> {
    let id = question.id;
    if let Some(max_id) = paging.max_id {
        question.require(format!("{id} < ?"), [max_id.as_i64()]);
    }
    if let Some(above) = paging.min_id.or(paging.since_id) {
        question.require(format!("{id} > ?"), [above.as_i64()]);
    }
    let Question {
        from,
        wheres,
        values,
        ..
    } = question;
    let upwards = paging.min_id.is_some();
    let order = if upwards { "ASC" } else { "DESC" };
    let limit = paging.limit.clamp(1, MAX_PAGE);
    let sql = format!(
        "SELECT {COLUMNS} FROM {from} {BODIES} WHERE {} ORDER BY {id} {order} LIMIT {limit}",
        wheres.join(" AND ")
    );
    let mut statement = db.prepare_cached(&sql)?;
    let rows = statement.query_map(rusqlite::params_from_iter(values), |row| stored(db, row))?;
    let mut page = rows.collect::<rusqlite::Result<Vec<_>>>()?;
    if upwards {
        page.reverse();
    }
    Ok(page)
}

pub(super) fn status(db: &Connection, id: PublicId) -> rusqlite::Result<Option<StoredStatus>> {
    let found = db
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM posts {BODIES} WHERE posts.id = ?1"
        ))?
        .query_row([id.as_i64()], |row| stored(db, row))
        .optional()?;
    if found.is_some() {
        return Ok(found);
    }
    let uri: Option<String> = db
        .prepare_cached("SELECT uri FROM aliases WHERE id = ?1")?
        .query_row([id.as_i64()], |row| row.get(0))
        .optional()?;
    uri.map_or(Ok(None), |uri| by_uri(db, &uri))
}

pub(super) fn by_uri(db: &Connection, uri: &str) -> rusqlite::Result<Option<StoredStatus>> {
    let sql = format!("SELECT {COLUMNS} FROM posts {BODIES} WHERE print = ?1 AND uri = ?2");
    db.prepare_cached(&sql)?
        .query_row(params![print_of(uri), uri], |row| stored(db, row))
        .optional()
}

pub(super) fn replies(db: &Connection, uri: &str) -> rusqlite::Result<Vec<StoredStatus>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM posts {BODIES} WHERE parent_uri = ?1 ORDER BY posts.id LIMIT {MAX_DESCENDANTS}"
    );
    db.prepare_cached(&sql)?
        .query_map([uri], |row| stored(db, row))?
        .collect()
}

fn parent_of(db: &Connection, uri: &str) -> rusqlite::Result<Option<String>> {
    let parent: Option<Option<String>> = db
        .prepare_cached("SELECT parent_uri FROM posts WHERE print = ?1 AND uri = ?2")?
        .query_row(params![print_of(uri), uri], |row| row.get(0))
        .optional()?;
    Ok(parent.flatten())
}

pub(super) fn context(db: &Connection, uri: &str) -> rusqlite::Result<StoredContext> {
    let mut ancestors: VecDeque<StoredStatus> = VecDeque::new();
    let mut at = uri.to_owned();
    while ancestors.len() < MAX_ANCESTORS
        && let Some(parent) = parent_of(db, &at)?
        && let Some(status) = by_uri(db, &parent)?
        // Parents that point in a circle are a lie of somebody's server.
        && status.uri != uri
        && ancestors.iter().all(|known| known.uri != status.uri)
    {
        ancestors.push_front(status);
        at = parent;
    }
    let mut descendants: Vec<StoredStatus> = Vec::new();
    let mut open = vec![uri.to_owned()];
    while let Some(parent) = open.pop() {
        let mut children = replies(db, &parent)?;
        children.retain(|it| it.uri != uri);
        open.extend(children.iter().rev().map(|it| it.uri.clone()));
        if parent != uri {
            // Depth first: a branch stands right under its post.
            let place = descendants
                .iter()
                .position(|it| it.uri == parent)
                .map_or(descendants.len(), |it| it + 1);
            descendants.splice(place..place, children);
        } else {
            descendants.extend(children);
        }
        if descendants.len() >= MAX_DESCENDANTS {
            descendants.truncate(MAX_DESCENDANTS);
            break;
        }
    }
    Ok(StoredContext {
        ancestors: ancestors.into(),
        descendants,
    })
}

pub(super) fn told_by(
    db: &Connection,
    source: &str,
    limit: usize,
) -> rusqlite::Result<Vec<ToldPost>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut posts = db.prepare_cached(
        "SELECT l.local_id, posts.id, reply_to_other, local FROM local_ids l JOIN posts ON posts.print = l.print AND posts.uri = l.uri
         WHERE l.source = ?1 AND listed
         AND NOT EXISTS (SELECT 1 FROM gone WHERE gone.source = l.source AND gone.local_id = l.local_id)
         ORDER BY posts.id DESC LIMIT ?2",
    )?;
    let mut tags = db.prepare_cached("SELECT tag FROM tags WHERE id = ?1")?;
    let mut rows = posts.query(rusqlite::params![source, limit])?;
    let mut told = Vec::new();
    while let Some(row) = rows.next()? {
        let id: i64 = row.get(1)?;
        told.push(ToldPost {
            local_id: row.get(0)?,
            tags: tags
                .query_map([id], |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()?,
            reply_to_other: row.get(2)?,
            local: row.get(3)?,
        });
    }
    Ok(told)
}

pub(super) fn names_of(db: &Connection, uri: &str) -> rusqlite::Result<Vec<(String, String)>> {
    db.prepare_cached("SELECT source, local_id FROM local_ids WHERE print = ?1 AND uri = ?2")?
        .query_map(params![print_of(uri), uri], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?
        .collect()
}

pub(super) fn count(db: &Connection) -> rusqlite::Result<u64> {
    let listed = meta::tally(db)?.listed;
    Ok(u64::try_from(listed).unwrap_or(0))
}

//! The questions that readers ask.

use std::collections::VecDeque;

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension as _, Row, params, types::Value as Bound};
use serde_json::Value;
use timeline::public_id::PublicId;

use super::{
    MAX_PAGE, Paging, StoredContext, StoredStatus, ToldPost, body,
    ledger::print_of,
    meta,
    question::{Question, Way},
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
    let mut question = Question::of(selection);
    question.choose_way(db, selection)?;
    page(db, question, paging)
}

/// A page of what a question asks for, newest first.
pub(super) fn page(
    db: &Connection,
    question: Question,
    paging: &Paging,
) -> rusqlite::Result<Vec<StoredStatus>> {
    let mut page = match question.ways.as_slice() {
        [way] => along(db, way, &question, paging)?,
        _ => side_by_side(db, &question, paging)?,
    };
    if paging.min_id.is_some() {
        page.reverse();
    }
    Ok(page)
}

/// The part of a way that a page is cut from, as conditions on its ids and their values.
fn cut(paging: &Paging, id: &str) -> (String, Vec<Bound>) {
    let (mut sql, mut values) = (String::new(), Vec::new());
    let bounds = [
        ("<", paging.max_id),
        (">", paging.min_id.or(paging.since_id)),
    ];
    for (sign, bound) in bounds {
        if let Some(bound) = bound {
            sql.push_str(&format!(" AND {id} {sign} ?"));
            values.push(bound.as_i64().into());
        }
    }
    (sql, values)
}

/// The order in which a page is read.
fn order(paging: &Paging) -> &'static str {
    if paging.min_id.is_some() {
        "ASC"
    } else {
        "DESC"
    }
}

/// Reads along one way, in one query. `CROSS JOIN` keeps the order of the tables, so that the way's own order is the page's
/// and nothing is sorted.
fn along(
    db: &Connection,
    way: &Way,
    question: &Question,
    paging: &Paging,
) -> rusqlite::Result<Vec<StoredStatus>> {
    let Way {
        from, id, having, ..
    } = way;
    let posts = match *from {
        "posts" => String::new(),
        _ => format!("CROSS JOIN posts ON posts.id = {id}"),
    };
    let (bounds, cuts) = cut(paging, id);
    let sql = format!(
        "SELECT {COLUMNS} FROM {from} {posts} {BODIES} WHERE {having}{bounds} AND {} ORDER BY {id} {} LIMIT {}",
        question.wheres.join(" AND "),
        order(paging),
        paging.limit.clamp(1, MAX_PAGE)
    );
    let value = way.value.iter().cloned().map(Bound::from);
    let values = value.chain(cuts).chain(question.values.iter().cloned());
    let mut statement = db.prepare_cached(&sql)?;
    let rows = statement.query_map(rusqlite::params_from_iter(values), |row| stored(db, row))?;
    rows.collect()
}

/// Walks several ways side by side, merged by id, and looks at each post until the page is full.
fn side_by_side(
    db: &Connection,
    question: &Question,
    paging: &Paging,
) -> rusqlite::Result<Vec<StoredStatus>> {
    let (mut walks, mut values) = (Vec::new(), Vec::new());
    for way in &question.ways {
        let (bounds, cuts) = cut(paging, way.id);
        walks.push(format!(
            "SELECT {} AS id FROM {} WHERE {}{bounds}",
            way.id, way.from, way.having
        ));
        values.extend(way.value.iter().cloned().map(Bound::from));
        values.extend(cuts);
    }
    let walk = format!("{} ORDER BY id {}", walks.join(" UNION "), order(paging));
    let look = format!(
        "SELECT {COLUMNS} FROM posts {BODIES} WHERE posts.id = ? AND {}",
        question.wheres.join(" AND ")
    );
    let mut walk = db.prepare_cached(&walk)?;
    let mut look = db.prepare_cached(&look)?;
    let limit = paging.limit.clamp(1, MAX_PAGE);
    let mut page = Vec::new();
    let mut ids = walk.query(rusqlite::params_from_iter(values))?;
    while page.len() < limit
        && let Some(row) = ids.next()?
    {
        let id = Bound::from(row.get::<_, i64>(0)?);
        let values = std::iter::once(&id).chain(&question.values);
        let found = look.query_row(rusqlite::params_from_iter(values), |row| stored(db, row));
        page.extend(found.optional()?);
    }
    Ok(page)
}

/// The newest posts along a way that answer a question and that `keep` takes, of the `looks` newest; so many of them after
/// an offset.
pub(super) fn found(
    db: &Connection,
    way: Way,
    question: &Question,
    looks: usize,
    (offset, limit): (usize, usize),
    keep: impl Fn(&StoredStatus) -> bool,
) -> rusqlite::Result<Vec<StoredStatus>> {
    let Way {
        from, id, having, ..
    } = way;
    let posts = match from {
        "posts" => String::new(),
        _ => format!("CROSS JOIN posts ON posts.id = {id}"),
    };
    let sql = format!(
        "SELECT {COLUMNS} FROM {from} {posts} {BODIES} WHERE {having} AND {} ORDER BY {id} DESC LIMIT {looks}",
        question.wheres.join(" AND "),
    );
    let values = way.value.into_iter().map(Bound::from);
    let values = values.chain(question.values.iter().cloned());
    let mut statement = db.prepare_cached(&sql)?;
    let rows = statement.query_map(rusqlite::params_from_iter(values), |row| stored(db, row))?;
    rows.filter(|it| it.as_ref().map_or(true, &keep))
        .skip(offset)
        .take(limit)
        .collect()
}

/// The living post with this id, when the condition on the columns of `posts` holds of it.
pub(super) fn status_if(
    db: &Connection,
    id: PublicId,
    condition: &str,
) -> rusqlite::Result<Option<StoredStatus>> {
    let sql = format!("SELECT {COLUMNS} FROM posts {BODIES} WHERE posts.id = ?1 AND ({condition})");
    db.prepare_cached(&sql)?
        .query_row([id.as_i64()], |row| stored(db, row))
        .optional()
}

pub(super) fn status(db: &Connection, id: PublicId) -> rusqlite::Result<Option<StoredStatus>> {
    let found = status_if(db, id, "1")?;
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

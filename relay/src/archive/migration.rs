//! Archives of earlier versions, brought to this version's form: step by step, all steps in one transaction.

use rusqlite::{Connection, Transaction, params};
use timeline::{merge::Post, public_id::PublicId};

use super::{
    ArchiveError,
    ledger::{self, Row},
    meta::{Tally, put_tally},
    schema::{TABLES, VERSION},
};
use crate::views::Keys;

/// The largest archive that is rewritten so that it can give space back, in bytes: some seconds' work.
const MAX_REWRITTEN: i64 = 1 << 30;

/// What brings an archive of a lower format to this one.
struct Step {
    format: i64,
    work: fn(&Transaction<'_>) -> Result<(), ArchiveError>,
}

/// In order. Format 1 was the first that people had.
const STEPS: &[Step] = &[Step {
    format: 3,
    work: split_posts,
}];

/// Brings an archive of format `found` (0: a new file) to this program's.
pub(super) fn run(db: &mut Connection, found: i64) -> Result<(), ArchiveError> {
    if found > 0 && found < VERSION {
        tracing::info!(
            from = found,
            to = VERSION,
            "the archive is brought to this version's format"
        );
    }
    let work = db.transaction()?;
    if found > 0 {
        for step in STEPS.iter().filter(|it| it.format > found) {
            (step.work)(&work)?;
        }
    }
    work.execute_batch(TABLES)?;
    work.execute_batch(super::accounts::TABLES)?;
    work.pragma_update(None, "user_version", VERSION)?;
    work.commit()?;
    let gives_back: i64 = db.query_row("PRAGMA auto_vacuum", [], |row| row.get(0))?;
    if gives_back == 0 {
        let bytes: i64 = db.query_row(
            "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
            [],
            |row| row.get(0),
        )?;
        if bytes <= MAX_REWRITTEN {
            db.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
            db.execute_batch("VACUUM")?;
        } else {
            tracing::warn!(
                "the archive file cannot shrink: stop the relay, back it up and restore it, and it can"
            );
        }
    }
    Ok(())
}

/// To format 3: everything that selections ask is a column, the long texts are packed, and hashes stand in for long keys.
fn split_posts(work: &Transaction<'_>) -> Result<(), ArchiveError> {
    work.execute_batch(
        "DROP TABLE IF EXISTS words;
         DROP INDEX IF EXISTS posts_by_parent;
         DROP INDEX IF EXISTS posts_by_account;
         DROP INDEX IF EXISTS posts_by_server;
         DROP INDEX IF EXISTS local_ids_by_uri;
         DROP INDEX IF EXISTS orphans_by_uri;
         ALTER TABLE posts RENAME TO old_posts;
         DROP TABLE tags;
         ALTER TABLE local_ids RENAME TO old_local_ids;
         ALTER TABLE gone RENAME TO old_gone;
         ALTER TABLE tombstones RENAME TO old_tombstones;
         ALTER TABLE orphans RENAME TO old_orphans;",
    )?;
    work.execute_batch(TABLES)?;
    let tally = move_posts(work)?;
    put_tally(work, tally)?;
    move_names(work)?;
    // Nobody knows when these were deleted: they are remembered as if it had been now.
    let now = ledger::now_seconds();
    work.execute(
        "INSERT INTO gone (number, at, source, local_id) SELECT number, ?1, source, local_id FROM old_gone",
        params![now],
    )?;
    work.execute(
        "INSERT INTO tombstones (number, at, uri) SELECT number, ?1, uri FROM old_tombstones",
        params![now],
    )?;
    work.execute(
        "INSERT INTO orphans (source, local_id, uri) SELECT source, local_id, uri FROM old_orphans",
        [],
    )?;
    work.execute_batch(
        "DROP TABLE old_posts; DROP TABLE old_local_ids; DROP TABLE old_gone; DROP TABLE old_tombstones; DROP TABLE old_orphans;",
    )?;
    Ok(())
}

fn move_posts(work: &Transaction<'_>) -> Result<Tally, ArchiveError> {
    let mut tally = Tally::default();
    let mut lost = 0_u64;
    let mut old = work
        .prepare("SELECT id, listed, local, parent_uri, json, state FROM old_posts ORDER BY id")?;
    let mut rows = old.query([])?;
    while let Some(row) = rows.next()? {
        let state: Vec<u8> = row.get(5)?;
        let json: Vec<u8> = row.get(4)?;
        let id = PublicId::from_i64(row.get(0)?);
        let (Ok(post), Some(id)) = (serde_json::from_slice::<Post>(&state), id) else {
            lost += 1;
            continue;
        };
        let keys = Keys {
            // Which servers are sources is not known here.
            local: row.get(2)?,
            ..Keys::of(&post, &[])
        };
        let row = Row {
            id,
            listed: row.get(1)?,
            keys,
            parent_uri: row.get(3)?,
            json: json.into(),
            state,
            uri: post.uri,
        };
        ledger::insert(work, &row)?;
        tally.posts += 1;
        tally.listed += i64::from(row.listed);
    }
    if lost > 0 {
        tracing::warn!(
            lost,
            "posts of the old archive could not be read and are left out"
        );
    }
    Ok(tally)
}

fn move_names(work: &Transaction<'_>) -> Result<(), ArchiveError> {
    let mut names = work.prepare("SELECT source, local_id, uri FROM old_local_ids")?;
    let mut rows = names.query([])?;
    while let Some(row) = rows.next()? {
        let name: (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        ledger::learn(work, &name.0, &name.1, &name.2)?;
    }
    Ok(())
}

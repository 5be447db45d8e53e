//! The writing side: what the merge must remember, kept in tables.
//!
//! Every function works inside the transaction that [`Ledger::begin`] opened, and sees what was written in it.

mod bounds;
mod checkpoints;
mod events;
mod people;
mod rows;
mod trial;

use std::{
    cell::Cell,
    fs::File,
    path::Path,
    time::{SystemTime, UNIX_EPOCH},
};

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension as _, params};
use timeline::public_id::{PublicId, stable_hash};

use self::checkpoints::Checkpoints;
pub(super) use self::rows::insert;
pub use self::{
    bounds::Pruned,
    events::KeptEvents,
    people::{Person, Rank},
};
use super::{
    ArchiveError, body,
    meta::{self, Tally},
    schema,
};
use crate::{config::Keep, views::Keys};

/// Seconds between two counts of a table: it takes milliseconds, so not with every tick.
const COUNT_SECONDS: i64 = 300;

/// A post as it is stored.
#[derive(Clone, Debug)]
pub struct Row {
    /// The public id.
    pub id: PublicId,
    /// Its identity.
    pub uri: String,
    /// Whether it was in a timeline, not only in a thread somebody asked for.
    pub listed: bool,
    /// What selections match it by.
    pub keys: Keys,
    /// The post it answers, when that is known.
    pub parent_uri: Option<String>,
    /// The status as served.
    pub json: Bytes,
    /// What the merge needs to go on with it.
    pub state: Vec<u8>,
}

/// The one writer of the archive.
#[derive(Debug)]
pub struct Ledger {
    db: Connection,
    keep: Keep,
    tally: Cell<Tally>,
    /// The tally that was stored last.
    stored: Cell<Tally>,
    /// The second below which posts were let go.
    let_go: Cell<i64>,
    /// When a relay runs by it, rather than a command beside one.
    checkpoints: Option<Checkpoints>,
    /// When what takes long to count was counted last, in seconds.
    counted_at: Cell<i64>,
    /// Held while this lives, so that no other relay and no restoring touches the file.
    _lock: Option<File>,
}

impl Ledger {
    pub(super) fn new(db: Connection, lock: Option<File>) -> Result<Self, ArchiveError> {
        let tally = meta::tally(&db)?;
        Ok(Self {
            keep: Keep::default(),
            let_go: Cell::new(Self::stored_horizon(&db)?),
            tally: Cell::new(tally),
            stored: Cell::new(tally),
            checkpoints: Some(Checkpoints::of(&db)),
            counted_at: Cell::new(0),
            db,
            _lock: lock,
        })
    }

    /// Another writer on an archive that a relay may be using, for a command that writes rules: each of its batches waits for the
    /// relay's, and the relay's for it. Posts are the relay's own.
    ///
    /// # Errors
    /// When there is no archive there, or one of another version.
    pub fn beside(path: &Path) -> Result<Self, ArchiveError> {
        let db = schema::open_as_it_is(path)
            .map_err(|error| error.of(format_args!("archive {}", path.display())))?;
        let mut ledger = Self::new(db, None)?;
        ledger.checkpoints = None;
        Ok(ledger)
    }

    pub(super) fn db(&self) -> &Connection {
        &self.db
    }

    /// Opens a batch.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn begin(&self) -> Result<(), ArchiveError> {
        self.run("BEGIN IMMEDIATE", [])
    }

    /// Makes the batch visible to readers, all of it at once.
    ///
    /// # Errors
    /// When SQLite fails, as on a full disk; nothing of the batch is kept then.
    pub fn commit(&self) -> Result<(), ArchiveError> {
        if self.tally != self.stored {
            meta::put_tally(&self.db, self.tally.get())?;
        }
        self.run("COMMIT", [])?;
        self.stored.set(self.tally.get());
        if let Some(checkpoints) = &self.checkpoints {
            checkpoints.look(&self.db);
        }
        Ok(())
    }

    /// Forgets the batch.
    pub fn roll_back(&self) {
        self.tally.set(self.stored.get());
        if let Err(error) = self.run("ROLLBACK", []) {
            tracing::debug!(%error, "nothing to roll back");
        }
        self.forbid_writing(false);
    }

    /// Stores a post, in place of what was stored under its `uri`. When its id changed, the old one
    /// stays as an alias.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn put(&self, row: &Row) -> Result<(), ArchiveError> {
        let id = row.id.as_i64();
        let before = self.known(&row.uri)?;
        if let Some(before) = before.filter(|it| it.id == id) {
            self.add(0, i64::from(row.listed) - i64::from(before.listed));
            return self.replace(row, &before);
        }
        if let Some(before) = before {
            self.drop_row(&before)?;
            self.run(
                "INSERT OR REPLACE INTO aliases (id, uri) VALUES (?1, ?2)",
                params![before.id, row.uri],
            )?;
        }
        self.put_new(row)
    }

    /// What is stored of a post.
    pub(super) fn known(&self, uri: &str) -> Result<Option<Known>, ArchiveError> {
        let mut statement = self.db.prepare_cached(
            "SELECT id, words_print, listed FROM posts WHERE print = ?1 AND uri = ?2",
        )?;
        let known = statement.query_row(params![print_of(uri), uri], |row| {
            Ok(Known {
                id: row.get(0)?,
                words_print: row.get(1)?,
                listed: row.get(2)?,
            })
        });
        Ok(known.optional()?)
    }

    /// Whether what takes long to count was not counted lately; it is now.
    pub(super) fn is_time_to_count(&self, now: i64) -> bool {
        let is_time = (now - self.counted_at.get()).abs() >= COUNT_SECONDS;
        if is_time {
            self.counted_at.set(now);
        }
        is_time
    }

    fn add(&self, posts: i64, listed: i64) {
        let tally = self.tally.get();
        self.tally.set(Tally {
            posts: tally.posts + posts,
            listed: tally.listed + listed,
        });
    }

    /// What the merge stored with a post.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn state(&self, uri: &str) -> Result<Option<Vec<u8>>, ArchiveError> {
        let mut statement = self.db.prepare_cached(
            "SELECT body FROM posts CROSS JOIN bodies ON bodies.id = posts.id WHERE print = ?1 AND uri = ?2",
        )?;
        let packed = statement.query_row(params![print_of(uri), uri], |row| row.get(0));
        let packed: Option<Vec<u8>> = packed.optional()?;
        if let Some(packed) = packed {
            return Ok(body::state(&packed));
        }
        let mut statement = self
            .db
            .prepare_cached("SELECT state FROM withheld WHERE uri = ?1")?;
        Ok(statement.query_row([uri], |row| row.get(0)).optional()?)
    }

    /// Removes a post, with what it was called.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn remove(&self, uri: &str) -> Result<(), ArchiveError> {
        if let Some(known) = self.known(uri)? {
            self.drop_row(&known)?;
        }
        self.release(uri)?;
        self.run("DELETE FROM aliases WHERE uri = ?1", [uri])?;
        self.run("DELETE FROM orphans WHERE uri = ?1", [uri])?;
        self.drop_poll(uri)?;
        self.run("DELETE FROM quotes WHERE uri = ?1", [uri])
    }

    /// The `uri` that has this id now.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn owner_of(&self, id: PublicId) -> Result<Option<String>, ArchiveError> {
        let sql =
            "SELECT uri FROM posts WHERE id = ?1 UNION ALL SELECT uri FROM withheld WHERE id = ?1";
        self.text(sql, [id.as_i64()])
    }

    /// Remembers what a source calls a post.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn learn(&self, source: &str, local_id: &str, uri: &str) -> Result<(), ArchiveError> {
        learn(&self.db, source, local_id, uri)
    }

    /// Which post a source calls so.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn uri_of(&self, source: &str, local_id: &str) -> Result<Option<String>, ArchiveError> {
        self.text(
            "SELECT uri FROM local_ids WHERE source = ?1 AND local_id = ?2",
            [source, local_id],
        )
    }

    /// Remembers that a source deleted what it called so.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn set_gone(&self, source: &str, local_id: &str) -> Result<(), ArchiveError> {
        self.run(
            "INSERT OR IGNORE INTO gone (at, source, local_id) VALUES (?1, ?2, ?3)",
            params![now_seconds(), source, local_id],
        )
    }

    /// Whether a source deleted what it called so.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn is_gone(&self, source: &str, local_id: &str) -> Result<bool, ArchiveError> {
        let found = self.text(
            "SELECT source FROM gone WHERE source = ?1 AND local_id = ?2",
            [source, local_id],
        )?;
        Ok(found.is_some())
    }

    /// Remembers that a post's own server deleted it.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn bury(&self, uri: &str) -> Result<(), ArchiveError> {
        self.run(
            "INSERT OR IGNORE INTO tombstones (at, uri) VALUES (?1, ?2)",
            params![now_seconds(), uri],
        )
    }

    /// Whether a post's own server deleted it.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn is_buried(&self, uri: &str) -> Result<bool, ArchiveError> {
        Ok(self
            .text("SELECT uri FROM tombstones WHERE uri = ?1", [uri])?
            .is_some())
    }

    /// Remembers that the answer `uri` waits for the post that the source calls so.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn wait_for(&self, source: &str, local_id: &str, uri: &str) -> Result<(), ArchiveError> {
        self.run(
            "INSERT OR IGNORE INTO orphans (source, local_id, uri) VALUES (?1, ?2, ?3)",
            [source, local_id, uri],
        )
    }

    /// The answers that waited for this post; they are forgotten as waiting.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn take_waiting(&self, source: &str, local_id: &str) -> Result<Vec<String>, ArchiveError> {
        let sql = "SELECT uri FROM orphans WHERE source = ?1 AND local_id = ?2";
        let waiting = self.texts(sql, [source, local_id])?;
        if !waiting.is_empty() {
            self.run(
                "DELETE FROM orphans WHERE source = ?1 AND local_id = ?2",
                [source, local_id],
            )?;
        }
        Ok(waiting)
    }

    /// Remembers that `uri` quotes another post; for as long as it is kept itself.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn note_quote(&self, quoted: &str, uri: &str) -> Result<(), ArchiveError> {
        self.run(
            "INSERT OR IGNORE INTO quotes (quoted_uri, uri) VALUES (?1, ?2)",
            [quoted, uri],
        )
    }

    /// The posts that quote this one.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn quoting(&self, quoted: &str) -> Result<Vec<String>, ArchiveError> {
        self.texts("SELECT uri FROM quotes WHERE quoted_uri = ?1", [quoted])
    }

    pub(super) fn count(&self, table: &str) -> Result<i64, ArchiveError> {
        Ok(self
            .db
            .prepare_cached(&format!("SELECT count(*) FROM {table}"))?
            .query_row([], |row| row.get(0))?)
    }

    pub(super) fn text(
        &self,
        sql: &str,
        params: impl rusqlite::Params,
    ) -> Result<Option<String>, ArchiveError> {
        Ok(self
            .db
            .prepare_cached(sql)?
            .query_row(params, |row| row.get(0))
            .optional()?)
    }

    pub(super) fn texts(
        &self,
        sql: &str,
        params: impl rusqlite::Params,
    ) -> Result<Vec<String>, ArchiveError> {
        let mut statement = self.db.prepare_cached(sql)?;
        let rows = statement.query_map(params, |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    pub(super) fn run(&self, sql: &str, params: impl rusqlite::Params) -> Result<(), ArchiveError> {
        self.db.prepare_cached(sql)?.execute(params)?;
        Ok(())
    }
}

impl Drop for Ledger {
    fn drop(&mut self) {
        let Some(checkpoints) = self.checkpoints.take() else {
            return;
        };
        checkpoints.end();
        if let Err(error) = meta::rest(&self.db) {
            tracing::warn!(%error, "the archive could not be closed in order; the next start asks readers to begin anew");
        }
    }
}

/// What is stored of a post that matters when it is stored again.
#[derive(Clone, Copy)]
pub(super) struct Known {
    id: i64,
    words_print: i64,
    listed: bool,
}

/// Remembers what a source calls a post.
pub(super) fn learn(
    db: &Connection,
    source: &str,
    local_id: &str,
    uri: &str,
) -> Result<(), ArchiveError> {
    db.prepare_cached(
        "INSERT OR IGNORE INTO local_ids (source, local_id, uri, print) VALUES (?1, ?2, ?3, ?4)",
    )?
    .execute(params![source, local_id, uri, print_of(uri)])?;
    Ok(())
}

/// A short stand-in for a long text in an index. Two texts may share one: whoever looks compares the text too.
pub(super) fn print_of(text: &str) -> i64 {
    i64::from_ne_bytes(stable_hash(text).to_ne_bytes())
}

/// Now, in seconds since 1970.
pub(super) fn now_seconds() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(0, |it| i64::try_from(it.as_secs()).unwrap_or(i64::MAX))
}

//! The writing side: what the merge must remember, kept in tables.
//!
//! Every function works inside the transaction that [`Ledger::begin`] opened, and sees what was
//! written in it.

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension as _, params};
use timeline::public_id::{PublicId, stable_hash};

use super::ArchiveError;
use crate::views::Keys;

/// Posts kept; the oldest go first. At 3 KB each this is about 4 GB.
const MAX_POSTS: i64 = 1_000_000;
/// Deleted `uri`s and deleted local ids remembered, each; far more than any day brings.
const MAX_TOMBSTONES: i64 = 1_000_000;
/// Answers that wait for their parent.
const MAX_ORPHANS: i64 = 200_000;
/// Rows that one call of [`Ledger::prune`] removes, so that it never holds up the merge.
const PRUNE_STEP: i64 = 500;

const INSERT: &str = "INSERT INTO posts (id, uri, listed, local, media, reply_to_other, bot, sensitive, noindex, guarded, language,
    server, handle_server, account, hashtags, reblogs, favourites, words_print, parent_uri, json, state)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21)";
const UPDATE: &str = "UPDATE posts SET uri = ?2, listed = ?3, local = ?4, media = ?5, reply_to_other = ?6, bot = ?7,
    sensitive = ?8, noindex = ?9, guarded = ?10, language = ?11, server = ?12, handle_server = ?13, account = ?14,
    hashtags = ?15, reblogs = ?16, favourites = ?17, words_print = ?18, parent_uri = ?19, json = ?20, state = ?21
    WHERE id = ?1";

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
}

impl Ledger {
    pub(super) fn new(db: Connection) -> Self {
        Self { db }
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
        self.run("COMMIT", [])
    }

    /// Forgets the batch.
    pub fn roll_back(&self) {
        if let Err(error) = self.run("ROLLBACK", []) {
            tracing::debug!(%error, "nothing to roll back");
        }
    }

    /// Stores a post, in place of what was stored under its `uri`. When its id changed, the old one
    /// stays as an alias.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn put(&self, row: &Row) -> Result<(), ArchiveError> {
        let id = row.id.as_i64();
        let keys = &row.keys;
        let words_print = i64::from_ne_bytes(stable_hash(&keys.words).to_ne_bytes());
        let mut servers = keys.servers.iter();
        let params = params![
            id,
            row.uri,
            row.listed,
            keys.local,
            keys.has_media,
            keys.reply_to_other,
            keys.bot,
            keys.sensitive,
            keys.noindex,
            keys.is_guarded,
            keys.language,
            servers.next().map(String::as_str).unwrap_or_default(),
            servers.next(),
            keys.account,
            i64::try_from(keys.tags.len()).unwrap_or(i64::MAX),
            keys.reblogs,
            keys.favourites,
            words_print,
            row.parent_uri,
            row.json.as_ref(),
            row.state
        ];
        let before = self.known(&row.uri)?;
        if let Some((before, print)) = before.filter(|(before, _)| *before == id) {
            self.run(UPDATE, params)?;
            if print != words_print {
                self.run("DELETE FROM words WHERE rowid = ?1", [before])?;
                self.put_words(id, keys)?;
            }
            if self.tags_of(id)? == keys.tags {
                return Ok(());
            }
            self.run("DELETE FROM tags WHERE id = ?1", [id])?;
        } else {
            if let Some((before, _)) = before {
                self.drop_row(before)?;
                self.run(
                    "INSERT OR REPLACE INTO aliases (id, uri) VALUES (?1, ?2)",
                    params![before, row.uri],
                )?;
            }
            self.run(INSERT, params)?;
            self.put_words(id, keys)?;
        }
        for tag in &keys.tags {
            self.run(
                "INSERT OR IGNORE INTO tags (tag, id) VALUES (?1, ?2)",
                params![tag, id],
            )?;
        }
        Ok(())
    }

    fn put_words(&self, id: i64, keys: &Keys) -> Result<(), ArchiveError> {
        if keys.words.is_empty() {
            return Ok(());
        }
        self.run(
            "INSERT INTO words (rowid, text) VALUES (?1, ?2)",
            params![id, keys.words],
        )
    }

    /// The id of a post and the hash of its words.
    pub(super) fn known(&self, uri: &str) -> Result<Option<(i64, i64)>, ArchiveError> {
        let mut statement = self
            .db
            .prepare_cached("SELECT id, words_print FROM posts WHERE uri = ?1")?;
        let found = statement.query_row([uri], |row| Ok((row.get(0)?, row.get(1)?)));
        Ok(found.optional()?)
    }

    /// What the merge stored with a post.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn state(&self, uri: &str) -> Result<Option<Vec<u8>>, ArchiveError> {
        let mut statement = self
            .db
            .prepare_cached("SELECT state FROM posts WHERE uri = ?1 UNION ALL SELECT state FROM withheld WHERE uri = ?1")?;
        Ok(statement.query_row([uri], |row| row.get(0)).optional()?)
    }

    /// Removes a post, with what it was called.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn remove(&self, uri: &str) -> Result<(), ArchiveError> {
        if let Some((id, _)) = self.known(uri)? {
            self.drop_row(id)?;
        }
        self.release(uri)?;
        self.run("DELETE FROM aliases WHERE uri = ?1", [uri])?;
        self.run("DELETE FROM orphans WHERE uri = ?1", [uri])?;
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
        self.run(
            "INSERT OR IGNORE INTO local_ids (source, local_id, uri) VALUES (?1, ?2, ?3)",
            [source, local_id, uri],
        )
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
            "INSERT OR IGNORE INTO gone (source, local_id) VALUES (?1, ?2)",
            [source, local_id],
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
        self.run("INSERT OR IGNORE INTO tombstones (uri) VALUES (?1)", [uri])
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

    /// Removes a bounded number of what is beyond the bounds, oldest first; `true` when there may be more.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn prune(&self) -> Result<bool, ArchiveError> {
        let excess = self.count("posts")? - MAX_POSTS;
        if excess > 0 {
            let step = excess.min(PRUNE_STEP);
            for uri in self.texts("SELECT uri FROM posts ORDER BY id LIMIT ?1", [step])? {
                self.remove(&uri)?;
                self.run("DELETE FROM local_ids WHERE uri = ?1", [uri])?;
            }
        }
        for table in ["gone", "tombstones"] {
            self.run(
                &format!("DELETE FROM {table} WHERE number <= (SELECT max(number) FROM {table}) - {MAX_TOMBSTONES}"),
                [],
            )?;
        }
        if self.count("orphans")? > MAX_ORPHANS {
            self.run("DELETE FROM orphans WHERE (source, local_id, uri) IN (SELECT source, local_id, uri FROM orphans LIMIT ?1)", [PRUNE_STEP])?;
        }
        self.prune_unwanted(PRUNE_STEP)?;
        Ok(excess > PRUNE_STEP)
    }

    pub(super) fn count(&self, table: &str) -> Result<i64, ArchiveError> {
        Ok(self
            .db
            .prepare_cached(&format!("SELECT count(*) FROM {table}"))?
            .query_row([], |row| row.get(0))?)
    }

    fn tags_of(&self, id: i64) -> Result<Vec<String>, ArchiveError> {
        self.texts("SELECT tag FROM tags WHERE id = ?1 ORDER BY tag", [id])
    }

    pub(super) fn drop_row(&self, id: i64) -> Result<(), ArchiveError> {
        self.run("DELETE FROM posts WHERE id = ?1", [id])?;
        self.run("DELETE FROM words WHERE rowid = ?1", [id])?;
        self.run("DELETE FROM tags WHERE id = ?1", [id])
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

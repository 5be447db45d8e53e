//! Accounts, what they wrote, and polls: whatever is asked for by the id of a person.

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension as _, Row, params_from_iter, types::Value};
use timeline::public_id::PublicId;

use super::{Archive, ArchiveError, Paging, StoredStatus, question::Question, reading};
use crate::views::Selection;

/// What the archive keeps of people, added to its other tables.
pub(super) const TABLES: &str = "
-- Who writes and who is named. What is hidden has an empty `json`.
CREATE TABLE IF NOT EXISTS accounts (
    id INTEGER PRIMARY KEY,
    -- The id that follows from the handle alone, as mentions have it.
    handle_id INTEGER,
    handle TEXT NOT NULL,
    server TEXT NOT NULL,
    standing INTEGER NOT NULL,
    discoverable INTEGER NOT NULL,
    indexable INTEGER NOT NULL,
    last_id INTEGER NOT NULL,
    names TEXT NOT NULL,
    json BLOB NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS accounts_by_handle_id ON accounts (handle_id) WHERE handle_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS accounts_by_handle ON accounts (handle);
CREATE INDEX IF NOT EXISTS accounts_by_last ON accounts (last_id);
CREATE VIRTUAL TABLE IF NOT EXISTS account_names USING fts5 (
    names, content = '', contentless_delete = 1, tokenize = 'ascii'
);
-- Which post a poll belongs to.
CREATE TABLE IF NOT EXISTS polls (
    id INTEGER PRIMARY KEY,
    uri TEXT NOT NULL
) STRICT;
";

pub(super) const COLUMNS: &str =
    "accounts.id, accounts.handle, accounts.server, accounts.standing, accounts.json";

/// An account as the relay serves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredAccount {
    /// The relay's id.
    pub id: PublicId,
    /// The full handle in lower case, without `@` in front.
    pub handle: String,
    /// The host of its address; empty when it has none.
    pub server: String,
    /// Whether nothing is known but that a post names it.
    pub is_only_named: bool,
    /// Whether it wrote a post that was kept, or was asked for.
    is_author: bool,
    /// The account as JSON, ready to be sent.
    pub json: Bytes,
}

/// Which posts of an account are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountQuery {
    /// Only posts with media.
    pub only_media: bool,
    /// No answers to others.
    pub exclude_replies: bool,
    /// Only with this hashtag, as a key of [`timeline::tag::key`].
    pub tagged: Option<String>,
    /// Whether guarded posts belong to it.
    pub with_guarded: bool,
}

impl Archive {
    /// The account with this id, or with the id that follows from its handle.
    ///
    /// # Errors
    /// When SQLite fails.
    pub async fn account(&self, id: PublicId) -> Result<Option<StoredAccount>, ArchiveError> {
        self.read(move |db| {
            let which = "accounts.id = ?1 OR accounts.handle_id = ?1";
            best(db, which, [Value::from(id.as_i64())])
        })
        .await
    }

    /// The account with this full handle, in any spelling.
    ///
    /// # Errors
    /// When SQLite fails.
    pub async fn account_called(
        &self,
        handle: &str,
    ) -> Result<Option<StoredAccount>, ArchiveError> {
        let handle = handle.to_lowercase();
        self.read(move |db| best(db, "accounts.handle = ?1", [Value::from(handle)]))
            .await
    }

    /// The accounts of this name on whatever server, at most `limit`.
    ///
    /// # Errors
    /// When SQLite fails.
    pub async fn accounts_named(
        &self,
        name: &str,
        limit: usize,
    ) -> Result<Vec<StoredAccount>, ArchiveError> {
        let (from, to) = (
            format!("{}@", name.to_lowercase()),
            // The character after `@`.
            format!("{}A", name.to_lowercase()),
        );
        self.read(move |db| {
            let sql = format!(
                "SELECT {COLUMNS} FROM accounts WHERE handle >= ?1 AND handle < ?2 AND standing > 1 AND json <> x''
                 AND EXISTS (SELECT 1 FROM posts WHERE account = accounts.handle)
                 GROUP BY handle LIMIT {limit}"
            );
            db.prepare_cached(&sql)?
                .query_map([from, to], stored)?
                .collect()
        })
        .await
    }

    /// What an account wrote, newest first; also what no timeline shows.
    ///
    /// # Errors
    /// When SQLite fails.
    pub async fn account_statuses(
        &self,
        account: &StoredAccount,
        query: &AccountQuery,
        paging: &Paging,
    ) -> Result<Vec<StoredStatus>, ArchiveError> {
        let mut selection = Selection {
            only_media: query.only_media,
            replies_to_others: !query.exclude_replies,
            with_guarded: query.with_guarded,
            ..Selection::default()
        };
        selection.accounts.only = vec![account.handle.clone()];
        selection.tags.all = query.tagged.iter().cloned().collect();
        let (server, paging) = (account.server.clone(), *paging);
        self.read(move |db| {
            let mut question = Question::of(&selection).with_unlisted();
            if !server.is_empty() {
                // A stranger's server may claim the same handle.
                question.require("posts.server = ?", [server]);
            }
            reading::page(db, question, &paging)
        })
        .await
    }

    /// The sources that told of posts of this author, those with most of the newest ones first.
    ///
    /// # Errors
    /// When SQLite fails.
    pub async fn knowers_of(&self, handle: &str) -> Result<Vec<String>, ArchiveError> {
        const NEWEST: i64 = 200;
        let handle = handle.to_lowercase();
        self.read(move |db| {
            db.prepare_cached(
                "SELECT l.source FROM (SELECT uri, print FROM posts WHERE account = ?1 ORDER BY id DESC LIMIT ?2) p
                 JOIN local_ids l ON l.print = p.print AND l.uri = p.uri GROUP BY l.source ORDER BY count(*) DESC, l.source",
            )?
            .query_map(rusqlite::params![handle, NEWEST], |row| row.get(0))?
            .collect()
        })
        .await
    }

    /// Which post a source calls so.
    ///
    /// # Errors
    /// When SQLite fails.
    pub async fn told_as(
        &self,
        source: &str,
        local_id: &str,
    ) -> Result<Option<StoredStatus>, ArchiveError> {
        let name = [source.to_owned(), local_id.to_owned()];
        self.read(move |db| {
            let sql = "SELECT uri FROM local_ids WHERE source = ?1 AND local_id = ?2";
            let uri: Option<String> = db
                .prepare_cached(sql)?
                .query_row(name, |row| row.get(0))
                .optional()?;
            uri.map_or(Ok(None), |uri| reading::by_uri(db, &uri))
        })
        .await
    }

    /// The living post that has the poll with this id.
    ///
    /// # Errors
    /// When SQLite fails.
    pub async fn with_poll(&self, id: PublicId) -> Result<Option<StoredStatus>, ArchiveError> {
        self.read(move |db| {
            let uri: Option<String> = db
                .prepare_cached("SELECT uri FROM polls WHERE id = ?1")?
                .query_row([id.as_i64()], |row| row.get(0))
                .optional()?;
            uri.map_or(Ok(None), |uri| reading::by_uri(db, &uri))
        })
        .await
    }
}

/// Of the accounts for which this holds, the one with the best word; nobody, when that one is hidden, or is an author of
/// whom nothing is shown (any more).
fn best<const N: usize>(
    db: &Connection,
    which: &str,
    values: [Value; N],
) -> rusqlite::Result<Option<StoredAccount>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM accounts WHERE {which} ORDER BY standing DESC, last_id DESC LIMIT 1"
    );
    let found = db
        .prepare_cached(&sql)?
        .query_row(params_from_iter(values), stored)
        .optional()?;
    let Some(found) = found.filter(|it| !it.json.is_empty()) else {
        return Ok(None);
    };
    let is_shown = !found.is_author
        || db
            .prepare_cached("SELECT 1 FROM posts WHERE account = ?1")?
            .exists([&found.handle])?;
    Ok(is_shown.then_some(found))
}

/// Reads the columns of [`COLUMNS`].
pub(super) fn stored(row: &Row<'_>) -> rusqlite::Result<StoredAccount> {
    let (id, standing): (i64, i64) = (row.get(0)?, row.get(3)?);
    let json: Vec<u8> = row.get(4)?;
    Ok(StoredAccount {
        id: PublicId::from_i64(id).unwrap_or(PublicId::floor(0)),
        handle: row.get(1)?,
        server: row.get(2)?,
        is_only_named: standing == 0,
        is_author: standing > 1,
        json: Bytes::from(json),
    })
}

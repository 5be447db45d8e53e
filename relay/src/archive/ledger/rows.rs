//! How a post is written: into its own narrow row, its body, its words and its hashtags.

use rusqlite::{Connection, params};
use timeline::public_id::PublicId;

use super::{Known, Ledger, Row, print_of};
use crate::{
    archive::{ArchiveError, body},
    views::Keys,
};

const INSERT: &str = "INSERT INTO posts (id, uri, listed, local, media, reply_to_other, bot, sensitive, noindex, guarded, language,
    server, handle_server, account, hashtags, reblogs, favourites, words_print, parent_uri, print)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)";
const UPDATE: &str = "UPDATE posts SET uri = ?2, listed = ?3, local = ?4, media = ?5, reply_to_other = ?6, bot = ?7,
    sensitive = ?8, noindex = ?9, guarded = ?10, language = ?11, server = ?12, handle_server = ?13, account = ?14,
    hashtags = ?15, reblogs = ?16, favourites = ?17, words_print = ?18, parent_uri = ?19, print = ?20
    WHERE id = ?1";

impl Ledger {
    /// Tells all that sources deleted, by source and local id.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn each_gone(&self, tell: impl FnMut(&str, &str)) -> Result<(), ArchiveError> {
        self.each_name("SELECT source, local_id FROM gone", tell)
    }

    /// Tells all that answers wait for, by source and local id.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn each_awaited(&self, tell: impl FnMut(&str, &str)) -> Result<(), ArchiveError> {
        self.each_name("SELECT source, local_id FROM orphans", tell)
    }

    /// Tells all authors who asked not to be collected.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn each_wishing(&self, mut tell: impl FnMut(&str)) -> Result<(), ArchiveError> {
        self.each_name("SELECT author, source FROM wishes", |author, _source| {
            tell(author);
        })
    }

    /// Tells all posts that their own servers deleted.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn each_buried(&self, mut tell: impl FnMut(&str)) -> Result<(), ArchiveError> {
        self.each_name("SELECT uri, '' FROM tombstones", |uri, _nothing| tell(uri))
    }

    fn each_name(&self, sql: &str, mut tell: impl FnMut(&str, &str)) -> Result<(), ArchiveError> {
        let text = |row: &rusqlite::Row<'_>, column| -> Result<String, ArchiveError> {
            Ok(row.get(column)?)
        };
        let mut statement = self.db.prepare(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            tell(&text(row, 0)?, &text(row, 1)?);
        }
        Ok(())
    }

    /// As [`put`](Self::put), for a post of which nothing is stored.
    ///
    /// # Errors
    /// When SQLite fails, or something is stored.
    pub fn put_new(&self, row: &Row) -> Result<(), ArchiveError> {
        insert(&self.db, row)?;
        self.add(1, i64::from(row.listed));
        Ok(())
    }

    /// Stores again a post of which nothing changed but who tells of it and its counts of boosts and favourites.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn witness(
        &self,
        id: PublicId,
        (reblogs, favourites): (u32, u32),
        json: &[u8],
        state: &[u8],
    ) -> Result<(), ArchiveError> {
        let id = id.as_i64();
        self.run(
            "UPDATE posts SET reblogs = ?2, favourites = ?3 WHERE id = ?1 AND (reblogs <> ?2 OR favourites <> ?3)",
            params![id, reblogs, favourites],
        )?;
        self.run(
            "UPDATE bodies SET body = ?2 WHERE id = ?1",
            params![id, body::pack(json, state)],
        )
    }

    pub(super) fn replace(&self, row: &Row, before: &Known) -> Result<(), ArchiveError> {
        let (id, keys) = (before.id, &row.keys);
        write_post(&self.db, UPDATE, row)?;
        self.run(
            "UPDATE bodies SET body = ?2 WHERE id = ?1",
            params![id, body::pack(&row.json, &row.state)],
        )?;
        if before.words_print != print_of(&keys.words) {
            self.run("DELETE FROM words WHERE rowid = ?1", [id])?;
            put_words(&self.db, id, keys)?;
        }
        if self.tags_of(id)? != keys.tags {
            self.run("DELETE FROM tags WHERE id = ?1", [id])?;
            put_tags(&self.db, id, keys)?;
        }
        Ok(())
    }

    pub(in crate::archive) fn drop_row(&self, post: &Known) -> Result<(), ArchiveError> {
        for table in ["posts", "bodies", "tags"] {
            self.run(&format!("DELETE FROM {table} WHERE id = ?1"), [post.id])?;
        }
        self.add(-1, -i64::from(post.listed));
        self.run("DELETE FROM words WHERE rowid = ?1", [post.id])
    }

    fn tags_of(&self, id: i64) -> Result<Vec<String>, ArchiveError> {
        self.texts("SELECT tag FROM tags WHERE id = ?1 ORDER BY tag", [id])
    }
}

/// Stores a post that is not there.
pub(in crate::archive) fn insert(db: &Connection, row: &Row) -> Result<(), ArchiveError> {
    let id = row.id.as_i64();
    write_post(db, INSERT, row)?;
    db.prepare_cached("INSERT OR REPLACE INTO bodies (id, body) VALUES (?1, ?2)")?
        .execute(params![id, body::pack(&row.json, &row.state)])?;
    put_words(db, id, &row.keys)?;
    put_tags(db, id, &row.keys)
}

fn write_post(db: &Connection, sql: &str, row: &Row) -> Result<(), ArchiveError> {
    let keys = &row.keys;
    let mut servers = keys.servers.iter();
    db.prepare_cached(sql)?.execute(params![
        row.id.as_i64(),
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
        print_of(&keys.words),
        row.parent_uri,
        print_of(&row.uri),
    ])?;
    Ok(())
}

fn put_words(db: &Connection, id: i64, keys: &Keys) -> Result<(), ArchiveError> {
    if !keys.words.is_empty() {
        db.prepare_cached("INSERT INTO words (rowid, text) VALUES (?1, ?2)")?
            .execute(params![id, keys.words])?;
    }
    Ok(())
}

fn put_tags(db: &Connection, id: i64, keys: &Keys) -> Result<(), ArchiveError> {
    let mut statement =
        db.prepare_cached("INSERT OR IGNORE INTO tags (tag, id) VALUES (?1, ?2)")?;
    for tag in &keys.tags {
        statement.execute(params![tag, id])?;
    }
    Ok(())
}

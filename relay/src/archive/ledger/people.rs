//! Who writes and who is named: kept beside the posts, so that every account's id leads somewhere.

use bytes::Bytes;
use rusqlite::{OptionalExtension as _, params};
use timeline::public_id::{PublicId, named_id};

use super::Ledger;
use crate::archive::ArchiveError;

/// How much a word about an account counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// A post names it, with no more than its handle and address.
    Mentioned = 0,
    /// Told beside something else (the author of a linked page, where somebody moved to), or with a handle of a server
    /// that is not its address's. Nobody is found under a handle by this word as long as there is a better one.
    Aside = 1,
    /// It wrote a post that another server shows.
    Told = 2,
    /// Its own server says so.
    Own = 3,
}

/// An account as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Its public id.
    pub id: PublicId,
    /// The full handle in lower case, without `@` in front.
    pub handle: String,
    /// The host of its address; empty when it has none.
    pub server: String,
    /// How much this word counts.
    pub rank: Rank,
    /// Whether it may be suggested: not when it said no.
    pub discoverable: bool,
    /// Whether it allowed full-text search.
    pub indexable: bool,
    /// The newest post that names it.
    pub last_id: PublicId,
    /// What it is searched by, as [`timeline::words::folded`].
    pub names: String,
    /// The account as served.
    pub json: Bytes,
}

const PUT: &str = "INSERT INTO accounts
    (id, handle_id, handle, server, standing, discoverable, indexable, last_id, names, json)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
    ON CONFLICT (id) DO UPDATE SET handle_id = ?2, handle = ?3, server = ?4, standing = ?5, discoverable = ?6,
    indexable = ?7, last_id = max(last_id, ?8), names = ?9, json = ?10";

/// The number in a public id that comes from a name.
fn number(name: &str) -> i64 {
    PublicId::parse(&named_id(name)).map_or(0, PublicId::as_i64)
}

/// The id under which the poll of a post is served.
fn poll_of(uri: &str) -> i64 {
    number(&format!("{uri}#poll"))
}

impl Ledger {
    /// Keeps an account, unless a better word about it is kept already.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn put_person(&self, person: &Person) -> Result<(), ArchiveError> {
        let handle_id = number(&person.handle);
        let last_id = person.last_id.as_i64();
        if person.rank == Rank::Mentioned {
            let sql = "UPDATE accounts SET last_id = max(last_id, ?2) WHERE handle_id = ?1";
            if self.db.prepare_cached(sql)?.execute([handle_id, last_id])? > 0 {
                return Ok(());
            }
        }
        let id = person.id.as_i64();
        let known: Option<(i64, String)> = self
            .db
            .prepare_cached("SELECT standing, names FROM accounts WHERE id = ?1")?
            .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let standing = person.rank as i64;
        let names = match known {
            Some((better, _)) if better > standing => {
                return self.run(
                    "UPDATE accounts SET last_id = max(last_id, ?2) WHERE id = ?1",
                    [id, last_id],
                );
            }
            Some((_, names)) => names,
            None => String::new(),
        };
        self.name(id, &names, &person.names)?;
        // A handle that is not its server's own leads nobody here who knows the handle alone.
        let handle_id = Some(handle_id).filter(|_| person.rank != Rank::Aside);
        self.run(
            PUT,
            params![
                id,
                handle_id,
                person.handle,
                person.server,
                standing,
                person.discoverable,
                person.indexable,
                last_id,
                person.names,
                person.json.as_ref()
            ],
        )
    }

    /// Empties what is kept of an account that asked not to be collected; posts that name it do not bring it back. Kept
    /// for as long as a post with the id `last_id` would be.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn hide_person(
        &self,
        id: PublicId,
        handle: &str,
        server: &str,
        last_id: PublicId,
    ) -> Result<(), ArchiveError> {
        let hidden = Person {
            id,
            handle: handle.to_owned(),
            server: server.to_owned(),
            rank: Rank::Own,
            discoverable: false,
            indexable: false,
            last_id,
            names: String::new(),
            json: Bytes::new(),
        };
        self.put_person(&hidden)
    }

    /// Remembers that a post has a poll, so that the poll's id leads to it.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn put_poll(&self, uri: &str) -> Result<(), ArchiveError> {
        self.run(
            "INSERT OR IGNORE INTO polls (id, uri) VALUES (?1, ?2)",
            params![poll_of(uri), uri],
        )
    }

    /// Forgets the poll of a post that is removed.
    pub(super) fn drop_poll(&self, uri: &str) -> Result<(), ArchiveError> {
        self.run("DELETE FROM polls WHERE id = ?1", [poll_of(uri)])
    }

    /// Forgets up to `step` accounts that only posts older than the oldest kept one named.
    pub(super) fn prune_people(&self, step: i64) -> Result<(), ArchiveError> {
        // The newest post that names somebody is noted once an hour.
        const SLACK: i64 = 7_200 << 31;
        let oldest: Option<i64> = self
            .db
            .prepare_cached("SELECT min(id) FROM posts")?
            .query_row([], |row| row.get(0))?;
        let Some(oldest) = oldest else { return Ok(()) };
        let old: Vec<(i64, String)> = self
            .db
            .prepare_cached("SELECT id, names FROM accounts WHERE last_id < ?1 LIMIT ?2")?
            .query_map([oldest.saturating_sub(SLACK), step], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?
            .collect::<rusqlite::Result<_>>()?;
        for (id, names) in old {
            self.name(id, &names, "")?;
            self.run("DELETE FROM accounts WHERE id = ?1", [id])?;
        }
        Ok(())
    }

    /// Changes what an account is searched by.
    fn name(&self, id: i64, before: &str, now: &str) -> Result<(), ArchiveError> {
        if before == now {
            return Ok(());
        }
        if !before.is_empty() {
            self.run("DELETE FROM account_names WHERE rowid = ?1", [id])?;
        }
        if !now.is_empty() {
            self.run(
                "INSERT INTO account_names (rowid, names) VALUES (?1, ?2)",
                params![id, now],
            )?;
        }
        Ok(())
    }
}

//! What must never be shown, as the archive remembers it: rules, authors' wishes, and posts that are kept from everybody.
//!
//! The rules are written by commands beside a running relay, each with a connection of its own; the relay sees that the
//! revision changed. Everything else is the merge's, inside its transaction.

use rusqlite::params;
use serde_json::Value;
use timeline::{
    merge::Wish,
    moderation::{Rules, ServerRule},
    public_id::PublicId,
};

use super::{ArchiveError, Ledger, body};

/// Posts that are kept from everybody, at most; the oldest go first. A rule that goes brings back no older ones.
const MAX_WITHHELD: i64 = 100_000;
/// Wishes remembered. An author whose wish fell out is taken only when a source shows a bio without it.
const MAX_WISHES: i64 = 200_000;
/// Wishes that go beyond those that are too many, so that the oldest are seldom looked for.
const SPARE_WISHES: i64 = 2_000;

/// Which kept posts a rule may concern: read in steps, each with the place where the next one begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Concern {
    /// One post, by its `uri`.
    Post(String),
    /// The posts of an author, by full handle in lower case.
    Account(String),
    /// The posts of a server, by the host of their `uri`.
    Server(String),
    /// The posts of a server, by the domain of their authors' handles where that is another.
    HandleServer(String),
    /// The posts with a hashtag, by its key.
    Hashtag(String),
    /// Every post.
    All,
    /// Those that are kept from everybody now.
    Withheld,
}

impl Ledger {
    /// Keeps a post from everybody: it is known to the merge alone.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn withhold(&self, uri: &str, id: PublicId, state: &[u8]) -> Result<(), ArchiveError> {
        if let Some(known) = self.known(uri)? {
            self.drop_row(&known)?;
        }
        self.run(
            "INSERT INTO withheld (uri, id, state) VALUES (?1, ?2, ?3)
            ON CONFLICT (uri) DO UPDATE SET id = excluded.id, state = excluded.state",
            params![uri, id.as_i64(), state],
        )
    }

    /// Ends that.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn release(&self, uri: &str) -> Result<(), ArchiveError> {
        self.run("DELETE FROM withheld WHERE uri = ?1", [uri])
    }

    /// Remembers that an author asked not to be collected.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn note_wish(&self, wish: &Wish) -> Result<(), ArchiveError> {
        let Wish {
            author,
            handle,
            source,
            at,
        } = wish;
        self.run(
            "INSERT INTO wishes (author, source, handle, at) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (author, source) DO UPDATE SET handle = excluded.handle, at = max(at, excluded.at)",
            params![author, source, handle, at],
        )
    }

    /// Forgets what a source said of it.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn drop_wish(&self, author: &str, source: &str) -> Result<(), ArchiveError> {
        self.run(
            "DELETE FROM wishes WHERE author = ?1 AND source = ?2",
            [author, source],
        )
    }

    /// Who says that an author asked not to be collected.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn wishes(&self, author: &str) -> Result<Vec<Wish>, ArchiveError> {
        let sql = "SELECT source, handle, at FROM wishes WHERE author = ?1";
        let mut statement = self.db().prepare_cached(sql)?;
        let rows = statement.query_map([author], |row| {
            Ok(Wish {
                author: author.to_owned(),
                source: row.get(0)?,
                handle: row.get(1)?,
                at: row.get(2)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The handles of all who asked.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn wishing(&self) -> Result<Vec<String>, ArchiveError> {
        self.texts("SELECT DISTINCT handle FROM wishes", [])
    }

    /// The newest posts of an author, by full handle in lower case.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn posts_of(&self, handle: &str, limit: usize) -> Result<Vec<String>, ArchiveError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.texts(
            "SELECT uri FROM posts WHERE account = ?1 ORDER BY id DESC LIMIT ?2",
            params![handle, limit],
        )
    }

    /// The next posts that a rule may concern, oldest first, and where to go on; nothing when there are no more.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn concerned(
        &self,
        by: &Concern,
        after: i64,
        limit: i64,
    ) -> Result<(Vec<String>, Option<i64>), ArchiveError> {
        let named = |table: &str, column: &str| {
            format!(
                "SELECT id, uri FROM {table} WHERE {column} = ?3 AND id > ?1 ORDER BY id LIMIT ?2"
            )
        };
        let (sql, name) = match by {
            Concern::Post(uri) => return Ok((vec![uri.clone()], None)),
            Concern::Account(handle) => (named("posts", "account"), handle.as_str()),
            Concern::Server(host) => (named("posts", "server"), host.as_str()),
            Concern::HandleServer(host) => (named("posts", "handle_server"), host.as_str()),
            Concern::Hashtag(tag) => (
                "SELECT id, uri FROM tags JOIN posts USING (id) WHERE tag = ?3 AND id > ?1 ORDER BY id LIMIT ?2"
                    .to_owned(),
                tag.as_str(),
            ),
            Concern::All => (named("posts", "''"), ""),
            Concern::Withheld => (
                "SELECT number, uri FROM withheld WHERE number > ?1 AND '' = ?3 ORDER BY number LIMIT ?2"
                    .to_owned(),
                "",
            ),
        };
        let mut statement = self.db().prepare_cached(&sql)?;
        let rows = statement.query_map(params![after, limit, name], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
        let rows: Vec<(i64, String)> = rows.collect::<rusqlite::Result<_>>()?;
        let is_more = i64::try_from(rows.len()).is_ok_and(|it| it == limit);
        let last = rows.last().map(|(id, _)| *id).filter(|_| is_more);
        Ok((rows.into_iter().map(|(_, uri)| uri).collect(), last))
    }

    /// The hosts that kept posts are from.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn servers(&self) -> Result<Vec<String>, ArchiveError> {
        self.distinct("server")
    }

    /// The domains of handles that are not the host of the post.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn foreign_domains(&self) -> Result<Vec<String>, ArchiveError> {
        self.distinct("handle_server")
    }

    /// The values of an indexed column, by leaps from one to the next: the posts between are not looked at.
    fn distinct(&self, column: &str) -> Result<Vec<String>, ArchiveError> {
        let sql = format!(
            "WITH RECURSIVE one (it) AS (
                SELECT min({column}) FROM posts WHERE {column} IS NOT NULL
                UNION ALL SELECT (SELECT min({column}) FROM posts WHERE {column} > it) FROM one WHERE it IS NOT NULL
            ) SELECT it FROM one WHERE it IS NOT NULL"
        );
        self.texts(&sql, [])
    }

    /// A number that grows with every change of the rules.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn rules_revision(&self) -> Result<i64, ArchiveError> {
        let revision = self.text(
            "SELECT detail FROM moderation WHERE kind = 'state' AND name = 'revision'",
            [],
        )?;
        Ok(revision.and_then(|it| it.parse().ok()).unwrap_or_default())
    }

    /// The rules that commands have written.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn rules(&self) -> Result<Rules, ArchiveError> {
        let mut rules = Rules::default();
        let mut statement = self
            .db()
            .prepare_cached("SELECT kind, name, detail FROM moderation WHERE kind <> 'state'")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        for row in rows {
            let (kind, name, detail): (String, String, String) = row?;
            match kind.as_str() {
                "account" => drop(rules.forgotten.accounts.insert(name)),
                "post" => drop(rules.forgotten.posts.insert(name)),
                "server" => drop(rules.forgotten.servers.insert(name)),
                "block" => {
                    let rule: ServerRule =
                        serde_json::from_str(&detail).map_err(ArchiveError::new)?;
                    rules.servers.insert(name, rule);
                }
                _ => {}
            }
        }
        Ok(rules)
    }

    /// Writes one entry of the rules; `false` when it was there as it is.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn add_rule(&self, kind: &str, name: &str, detail: &str) -> Result<bool, ArchiveError> {
        let sql = "INSERT INTO moderation (kind, name, detail) VALUES (?1, ?2, ?3)
            ON CONFLICT (kind, name) DO UPDATE SET detail = excluded.detail WHERE detail <> excluded.detail";
        let changed = self
            .db()
            .prepare_cached(sql)?
            .execute([kind, name, detail])?;
        Ok(changed > 0)
    }

    /// Takes back what was forgotten under this name, or because of it; `false` when there was nothing.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn drop_forgotten(&self, name: &str) -> Result<bool, ArchiveError> {
        let sql = "DELETE FROM moderation WHERE kind IN ('account', 'post', 'server') AND (name = ?1 OR detail = ?1)";
        Ok(self.db().prepare_cached(sql)?.execute([name])? > 0)
    }

    /// Takes a server of a blocklist back; `false` when there was none.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn drop_block(&self, domain: &str) -> Result<bool, ArchiveError> {
        let sql = "DELETE FROM moderation WHERE kind = 'block' AND name = ?1";
        Ok(self.db().prepare_cached(sql)?.execute([domain])? > 0)
    }

    /// Says that the rules are others now.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn bump_rules(&self) -> Result<(), ArchiveError> {
        let next = self.rules_revision()? + 1;
        self.set_state("revision", &next.to_string())
    }

    /// The rules that kept posts were last gone through by.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn applied_rules(&self) -> Result<Rules, ArchiveError> {
        let applied = self.text(
            "SELECT detail FROM moderation WHERE kind = 'state' AND name = 'applied'",
            [],
        )?;
        // One that cannot be read means that everything is gone through again.
        Ok(applied
            .and_then(|it| serde_json::from_str(&it).ok())
            .unwrap_or_default())
    }

    /// Notes them.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn set_applied_rules(&self, rules: &Rules) -> Result<(), ArchiveError> {
        let text = serde_json::to_string(rules).map_err(ArchiveError::new)?;
        self.set_state("applied", &text)
    }

    fn set_state(&self, name: &str, detail: &str) -> Result<(), ArchiveError> {
        self.run(
            "INSERT OR REPLACE INTO moderation (kind, name, detail) VALUES ('state', ?1, ?2)",
            [name, detail],
        )
    }

    /// The `uri` of the post that has this id, or had it.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn uri_of_id(&self, id: PublicId) -> Result<Option<String>, ArchiveError> {
        self.text(
            "SELECT uri FROM posts WHERE id = ?1 UNION ALL SELECT uri FROM withheld WHERE id = ?1
            UNION ALL SELECT uri FROM aliases WHERE id = ?1",
            [id.as_i64()],
        )
    }

    /// Keeps the tables of this file within their bounds, at `now` in seconds.
    pub(super) fn prune_unwanted(&self, now: i64) -> Result<(), ArchiveError> {
        self.run(
            &format!("DELETE FROM withheld WHERE number <= (SELECT max(number) FROM withheld) - {MAX_WITHHELD}"),
            [],
        )?;
        if !self.is_time_to_count(now) {
            return Ok(());
        }
        let surplus = self.count("wishes")? - MAX_WISHES;
        if surplus > 0 {
            self.run(
                "DELETE FROM wishes WHERE (author, source) IN (SELECT author, source FROM wishes ORDER BY at LIMIT ?1)",
                [surplus + SPARE_WISHES],
            )?;
        }
        Ok(())
    }

    /// The `uri` of the kept post whose page this is, among a server's.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn uri_of_page(&self, page: &str, server: &str) -> Result<Option<String>, ArchiveError> {
        let sql = "SELECT uri, body FROM posts CROSS JOIN bodies ON bodies.id = posts.id WHERE server = ?1";
        let mut statement = self.db().prepare_cached(sql)?;
        let mut rows = statement.query([server])?;
        while let Some(row) = rows.next()? {
            let json = body::json(row.get_ref(1)?.as_blob().map_err(ArchiveError::new)?);
            let status = json.and_then(|it| serde_json::from_slice::<Value>(&it).ok());
            let url = status.as_ref().and_then(|it| it.get("url")?.as_str());
            if url == Some(page) {
                return Ok(Some(row.get(0)?));
            }
        }
        Ok(None)
    }
}

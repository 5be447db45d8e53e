//! The tables, and how a connection is set up.

use rusqlite::Connection;

use super::ArchiveError;

/// Raised when a table changes in a way that older programs cannot read.
const VERSION: i64 = 2;

const TABLES: &str = "
-- Every post that is shown or known. `id` is the public id, so the order of rows is the order of time.
CREATE TABLE IF NOT EXISTS posts (
    id INTEGER PRIMARY KEY,
    uri TEXT NOT NULL UNIQUE,
    listed INTEGER NOT NULL,
    local INTEGER NOT NULL,
    media INTEGER NOT NULL,
    reply_to_other INTEGER NOT NULL,
    bot INTEGER NOT NULL,
    sensitive INTEGER NOT NULL,
    noindex INTEGER NOT NULL,
    guarded INTEGER NOT NULL,
    language TEXT NOT NULL,
    -- The host of the uri, and the domain of the author's handle where that is another.
    server TEXT NOT NULL,
    handle_server TEXT,
    -- The author's full handle in lower case.
    account TEXT NOT NULL,
    hashtags INTEGER NOT NULL,
    reblogs INTEGER NOT NULL,
    favourites INTEGER NOT NULL,
    -- A hash of the post's words, to know whether they changed.
    words_print INTEGER NOT NULL,
    parent_uri TEXT,
    json BLOB NOT NULL,
    state BLOB NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS posts_by_parent ON posts (parent_uri, id) WHERE parent_uri IS NOT NULL;
CREATE INDEX IF NOT EXISTS posts_by_account ON posts (account, id);
CREATE INDEX IF NOT EXISTS posts_by_server ON posts (server, id);
-- The words of posts whose authors allow full-text search, folded already; `rowid` is the post's id.
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (
    text, content = '', contentless_delete = 1, tokenize = 'ascii'
);
CREATE TABLE IF NOT EXISTS tags (
    tag TEXT NOT NULL,
    id INTEGER NOT NULL,
    PRIMARY KEY (tag, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS tags_by_post ON tags (id);
-- What a source calls a post.
CREATE TABLE IF NOT EXISTS local_ids (
    source TEXT NOT NULL,
    local_id TEXT NOT NULL,
    uri TEXT NOT NULL,
    PRIMARY KEY (source, local_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS local_ids_by_uri ON local_ids (uri);
-- Ids that a source deleted, known or not: a deletion may overtake its post.
CREATE TABLE IF NOT EXISTS gone (
    number INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    local_id TEXT NOT NULL,
    UNIQUE (source, local_id)
) STRICT;
-- Posts that their own server deleted: they never come back.
CREATE TABLE IF NOT EXISTS tombstones (
    number INTEGER PRIMARY KEY,
    uri TEXT NOT NULL UNIQUE
) STRICT;
-- Ids that were served once and belong to a post that has another now.
CREATE TABLE IF NOT EXISTS aliases (
    id INTEGER PRIMARY KEY,
    uri TEXT NOT NULL
) STRICT;
-- Answers whose parent is not known yet.
CREATE TABLE IF NOT EXISTS orphans (
    source TEXT NOT NULL,
    local_id TEXT NOT NULL,
    uri TEXT NOT NULL,
    PRIMARY KEY (source, local_id, uri)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS orphans_by_uri ON orphans (uri);
-- Which posts quote which: what becomes of the quoted one changes them.
CREATE TABLE IF NOT EXISTS quotes (
    quoted_uri TEXT NOT NULL,
    uri TEXT NOT NULL,
    PRIMARY KEY (quoted_uri, uri)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS quotes_by_uri ON quotes (uri);
CREATE INDEX IF NOT EXISTS posts_by_handle_server ON posts (handle_server, id) WHERE handle_server IS NOT NULL;
-- Posts that are taken and shown to nobody, by the operator's rules; their ids stay theirs.
CREATE TABLE IF NOT EXISTS withheld (
    number INTEGER PRIMARY KEY,
    uri TEXT NOT NULL UNIQUE,
    id INTEGER NOT NULL,
    state BLOB NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS withheld_by_id ON withheld (id);
-- Authors who asked not to be collected, by the word of which source, and when it was last heard.
CREATE TABLE IF NOT EXISTS wishes (
    author TEXT NOT NULL,
    source TEXT NOT NULL,
    handle TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (author, source)
) STRICT, WITHOUT ROWID;
-- What the operator has the relay forget (`account`, `post`, `server`), and the servers of imported blocklists (`block`).
CREATE TABLE IF NOT EXISTS moderation (
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (kind, name)
) STRICT, WITHOUT ROWID;
";

/// Sets up the writing connection and makes the tables. A `scratch` archive never waits for the disk.
pub(super) fn prepare(db: &Connection, scratch: bool) -> Result<(), ArchiveError> {
    let found: i64 = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if found > VERSION {
        return Err(ArchiveError(format!(
            "was written by a newer version (its format is {found}, this program's is {VERSION}); use that version or another file"
        )));
    }
    db.pragma_update(None, "journal_mode", "WAL")?;
    // A power cut may lose the last moments; the sources are asked again for those anyway.
    db.pragma_update(None, "synchronous", if scratch { "OFF" } else { "NORMAL" })?;
    db.pragma_update(None, "cache_size", -32_000)?;
    db.pragma_update(None, "temp_store", "MEMORY")?;
    db.busy_timeout(std::time::Duration::from_secs(5))?;
    db.set_prepared_statement_cache_capacity(64);
    db.execute_batch(TABLES)?;
    db.pragma_update(None, "user_version", VERSION)?;
    Ok(())
}

/// Sets up a reading connection.
pub(super) fn tune_reader(db: &Connection) -> Result<(), ArchiveError> {
    db.busy_timeout(std::time::Duration::from_secs(5))?;
    db.set_prepared_statement_cache_capacity(32);
    Ok(())
}

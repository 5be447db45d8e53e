//! The tables, and how a connection is set up.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use super::{ArchiveError, Trouble, meta, migration};

/// Raised when a table changes in a way that older programs cannot read.
pub(super) const VERSION: i64 = 3;

/// The size that the file beside the archive (`-wal`) is cut to when it has grown, in bytes.
const WAL_BYTES: i64 = 16 << 20;

pub(super) const TABLES: &str = "
-- What the archive knows of itself: its epoch, its secret, its counts, whether a relay runs on it.
CREATE TABLE IF NOT EXISTS meta (
    name TEXT PRIMARY KEY,
    value ANY NOT NULL
) STRICT, WITHOUT ROWID;
-- Every post that is shown or known. `id` is the public id, so the order of rows is the order of time.
-- What is asked of many posts is here, narrow; what is read of few is in `bodies`.
CREATE TABLE IF NOT EXISTS posts (
    id INTEGER PRIMARY KEY,
    listed INTEGER NOT NULL,
    local INTEGER NOT NULL,
    media INTEGER NOT NULL,
    reply_to_other INTEGER NOT NULL,
    bot INTEGER NOT NULL,
    sensitive INTEGER NOT NULL,
    noindex INTEGER NOT NULL,
    guarded INTEGER NOT NULL,
    hashtags INTEGER NOT NULL,
    reblogs INTEGER NOT NULL,
    favourites INTEGER NOT NULL,
    language TEXT NOT NULL,
    -- The host of the uri, and the domain of the author's handle where that is another.
    server TEXT NOT NULL,
    handle_server TEXT,
    -- The author's full handle in lower case.
    account TEXT NOT NULL,
    -- A hash of the post's words, to know whether they changed.
    words_print INTEGER NOT NULL,
    -- A hash of the uri, which it is found by; half the size of an index of uris.
    print INTEGER NOT NULL,
    uri TEXT NOT NULL,
    parent_uri TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS posts_by_print ON posts (print);
CREATE INDEX IF NOT EXISTS posts_by_parent ON posts (parent_uri, id) WHERE parent_uri IS NOT NULL;
CREATE INDEX IF NOT EXISTS posts_by_account ON posts (account, id);
CREATE INDEX IF NOT EXISTS posts_by_server ON posts (server, id);
CREATE INDEX IF NOT EXISTS posts_by_handle_server ON posts (handle_server, id) WHERE handle_server IS NOT NULL;
-- The status as served and what the merge needs to go on with it, packed together.
CREATE TABLE IF NOT EXISTS bodies (
    id INTEGER PRIMARY KEY,
    body BLOB NOT NULL
) STRICT;
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
    print INTEGER NOT NULL,
    PRIMARY KEY (source, local_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS local_ids_by_print ON local_ids (print);
-- Ids that a source deleted, known or not: a deletion may overtake its post. `at` is in seconds.
CREATE TABLE IF NOT EXISTS gone (
    number INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    source TEXT NOT NULL,
    local_id TEXT NOT NULL,
    UNIQUE (source, local_id)
) STRICT;
-- Posts that their own server deleted: they never come back.
CREATE TABLE IF NOT EXISTS tombstones (
    number INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    uri TEXT NOT NULL UNIQUE
) STRICT;
-- Ids that were served once and belong to a post that has another now.
CREATE TABLE IF NOT EXISTS aliases (
    id INTEGER PRIMARY KEY,
    uri TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS aliases_by_uri ON aliases (uri);
-- Answers whose parent is not known yet.
CREATE TABLE IF NOT EXISTS orphans (
    number INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    local_id TEXT NOT NULL,
    uri TEXT NOT NULL,
    UNIQUE (source, local_id, uri)
) STRICT;
CREATE INDEX IF NOT EXISTS orphans_by_uri ON orphans (uri);
-- Which posts quote which: what becomes of the quoted one changes them.
CREATE TABLE IF NOT EXISTS quotes (
    quoted_uri TEXT NOT NULL,
    uri TEXT NOT NULL,
    PRIMARY KEY (quoted_uri, uri)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS quotes_by_uri ON quotes (uri);
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
-- What the log holds, under its numbers, without the posts themselves: a restarted relay goes on counting from here.
CREATE TABLE IF NOT EXISTS events (
    seq INTEGER PRIMARY KEY,
    kind INTEGER NOT NULL,
    id INTEGER NOT NULL,
    -- What selections matched the post by, as JSON.
    before BLOB,
    after BLOB
) STRICT;
";

/// Sets up the writing connection, makes the tables or brings those of an older version to this one's form. A `scratch`
/// archive never waits for the disk.
pub(super) fn prepare(db: &mut Connection, scratch: bool) -> Result<(), ArchiveError> {
    db.busy_timeout(std::time::Duration::from_secs(5))?;
    let found: i64 = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if found > VERSION {
        return Err(ArchiveError::new(format!(
            "was written by a newer version (its format is {found}, this program's is {VERSION}); use that version or another file"
        )));
    }
    recognise(db, found)?;
    if found == 0 {
        // Counts only before the first table is made: space that posts leave can be given back later.
        db.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    }
    db.pragma_update(None, "journal_mode", "WAL")?;
    // A power cut may lose the last moments: then numbers begin anew, and the sources are asked again.
    db.pragma_update(None, "synchronous", if scratch { "OFF" } else { "NORMAL" })?;
    db.pragma_update(None, "cache_size", -64_000)?;
    db.pragma_update(None, "temp_store", "MEMORY")?;
    db.pragma_update(None, "journal_size_limit", WAL_BYTES)?;
    db.set_prepared_statement_cache_capacity(96);
    migration::run(db, found)?;
    meta::settle(db)
}

/// Refuses a database that another program made: whatever number it gives its format, it is no archive.
fn recognise(db: &Connection, format: i64) -> Result<(), ArchiveError> {
    let tables = "SELECT count(*), coalesce(sum(name = 'posts'), 0) FROM sqlite_schema";
    let found = db.query_row(tables, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    match found {
        (0_i64, _) if format == 0 => Ok(()),
        (_, 1..) if format > 0 => Ok(()),
        _ => Err(ArchiveError::with(
            Trouble::Foreign,
            "is the database of another program",
        )),
    }
}

/// Opens an archive of exactly this format for writing, without changing anything by that.
pub(super) fn open_as_it_is(path: &Path) -> Result<Connection, ArchiveError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags)?;
    db.busy_timeout(std::time::Duration::from_secs(5))?;
    let found: i64 = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if found != VERSION {
        return Err(ArchiveError::new(format!(
            "has the format {found}, this program's is {VERSION}; start the relay of this version on it once"
        )));
    }
    Ok(db)
}

/// Sets up a reading connection.
pub(super) fn tune_reader(db: &Connection) -> Result<(), ArchiveError> {
    db.busy_timeout(std::time::Duration::from_secs(5))?;
    db.set_prepared_statement_cache_capacity(32);
    Ok(())
}

//! What the archive knows of itself: its epoch, its secret, its counts, and whether a relay runs on it.

use std::{fs, time::SystemTime};

use rusqlite::{Connection, OptionalExtension as _, ToSql, params, types::FromSql};

use super::ArchiveError;

/// Tells this run of numbers in the log from every other.
const EPOCH: &str = "epoch";
/// What the relay signs with.
const SECRET: &str = "secret";
/// There while a relay runs: which start of the machine it runs on.
const RUNNING: &str = "running";

/// How many posts there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// All of them.
    pub(super) posts: i64,
    /// Those that timelines show.
    pub(super) listed: i64,
}

/// A value by its name.
pub(super) fn get<T: FromSql>(db: &Connection, name: &str) -> rusqlite::Result<Option<T>> {
    db.prepare_cached("SELECT value FROM meta WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()
}

/// Stores a value under its name.
pub(super) fn put(db: &Connection, name: &str, value: impl ToSql) -> rusqlite::Result<()> {
    db.prepare_cached("INSERT OR REPLACE INTO meta (name, value) VALUES (?1, ?2)")?
        .execute(params![name, value])?;
    Ok(())
}

/// Forgets a value.
pub(super) fn drop_value(db: &Connection, name: &str) -> rusqlite::Result<()> {
    db.execute("DELETE FROM meta WHERE name = ?1", [name])?;
    Ok(())
}

/// Reads how many posts there are.
pub(super) fn tally(db: &Connection) -> rusqlite::Result<Tally> {
    Ok(Tally {
        posts: get(db, "posts")?.unwrap_or_default(),
        listed: get(db, "listed")?.unwrap_or_default(),
    })
}

/// Writes how many posts there are.
pub(super) fn put_tally(db: &Connection, tally: Tally) -> rusqlite::Result<()> {
    put(db, "posts", tally.posts)?;
    put(db, "listed", tally.listed)
}

/// The epoch of an archive that was opened.
pub(super) fn epoch(db: &Connection) -> rusqlite::Result<u64> {
    let epoch: Option<i64> = get(db, EPOCH)?;
    Ok(epoch.and_then(|it| u64::try_from(it).ok()).unwrap_or(1))
}

/// The secret of an archive that was opened.
pub(super) fn secret(db: &Connection) -> rusqlite::Result<[u8; 32]> {
    let secret: Option<Vec<u8>> = get(db, SECRET)?;
    let fitting = secret.and_then(|it| it.try_into().ok());
    fitting.map_or_else(|| renew_secret(db), Ok)
}

fn renew_secret(db: &Connection) -> rusqlite::Result<[u8; 32]> {
    let secret: [u8; 32] = rand::random();
    put(db, SECRET, secret.as_slice())?;
    Ok(secret)
}

/// Begins a run on the archive: decides whether the numbers of the log go on, and notes that a relay runs.
///
/// What a process had committed survives the process, but perhaps not the machine (`synchronous=NORMAL`): after a run that did not
/// end in order the numbers go on only if the machine has not been started since. Else a reader's cursor might point
/// behind a loss, and must be known as one of another epoch.
pub(super) fn settle(db: &mut Connection) -> Result<(), ArchiveError> {
    let work = db.transaction()?;
    let boot = boot_id();
    let before: Option<String> = get(&work, RUNNING)?;
    let may_have_lost = before.is_some_and(|it| it.is_empty() || it != boot);
    let known: Option<i64> = get(&work, EPOCH)?;
    if known.is_none() || may_have_lost {
        begin_epoch(&work)?;
    }
    secret(&work)?;
    put(&work, RUNNING, boot)?;
    work.commit()?;
    Ok(())
}

/// Ends a run in order: nothing can be lost any more.
pub(super) fn rest(db: &Connection) -> Result<(), ArchiveError> {
    // Only a checkpoint waits for the disk. It is no error when a reader is in its way: the mark stays then.
    let busy: i64 = db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    if busy == 0 {
        drop_value(db, RUNNING)?;
    }
    Ok(())
}

/// Makes a copy of an archive one that nobody's cursor fits.
pub(super) fn estrange(db: &Connection) -> rusqlite::Result<()> {
    drop_value(db, RUNNING)?;
    begin_epoch(db)
}

/// Numbers begin anew: whatever was numbered under another epoch is forgotten.
fn begin_epoch(db: &Connection) -> rusqlite::Result<()> {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let now = now.map_or(1, |it| i64::try_from(it.as_millis()).unwrap_or(i64::MAX));
    // Also when the clock has been put back.
    let known: Option<i64> = get(db, EPOCH)?;
    put(db, EPOCH, now.max(known.unwrap_or(0).saturating_add(1)))?;
    db.execute("DELETE FROM events", [])?;
    Ok(())
}

/// Which start of the machine this is; empty where the system does not tell.
fn boot_id() -> String {
    let text = fs::read_to_string("/proc/sys/kernel/random/boot_id");
    text.unwrap_or_default().trim().to_owned()
}

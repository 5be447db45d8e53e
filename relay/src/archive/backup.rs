//! A copy of the archive while it is in use, and an archive made of such a copy.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, OpenFlags};

use super::{
    ArchiveError,
    ledger::now_seconds,
    lock::{self, beside},
    meta,
    schema::VERSION,
};

/// The first format whose files know of epochs.
const FIRST_WITH_META: i64 = 3;

/// Copies the archive at `archive` as it is at this moment into the new file `to`; a relay may go on working on it.
///
/// # Errors
/// When there is no archive, when `to` exists already or cannot be written, or when the archive is broken.
pub fn backup(archive: &Path, to: &Path) -> Result<(), ArchiveError> {
    if to.exists() {
        return Err(ArchiveError::new(format!(
            "{} exists already; name a new file",
            to.display()
        )));
    }
    let db = open(archive)?;
    let partial = beside(to, ".partial");
    copied(&db, &partial).map_err(|error| error.of(to.display()))?;
    fs::rename(&partial, to).map_err(|error| about(to, &error))
}

/// Puts a copy that [`backup`] made (or an archive that is not in use) in the place of the archive. What was there is kept beside it,
/// under the name that comes back. Readers' cursors fit no more, and they are told so.
///
/// # Errors
/// When a relay uses the archive, or when the copy is none, is broken or was written by a newer version: nothing is changed then.
pub fn restore(from: &Path, archive: &Path) -> Result<Option<PathBuf>, ArchiveError> {
    let _lock = lock::take(archive).map_err(|error| error.of(archive.display()))?;
    let db = open(from)?;
    check(&db).map_err(|error| error.of(from.display()))?;
    let partial = beside(archive, ".partial");
    copied(&db, &partial).map_err(|error| error.of(from.display()))?;
    let aside = set_aside(archive)?;
    fs::rename(&partial, archive).map_err(|error| about(archive, &error))?;
    Ok(aside)
}

/// Leaves no archive in its place, so that the next relay begins a new one. What was there, broken or not, is kept beside it,
/// under the name that comes back.
///
/// # Errors
/// When a relay uses the archive, or the file cannot be moved.
pub fn begin_anew(archive: &Path) -> Result<Option<PathBuf>, ArchiveError> {
    let _lock = lock::take(archive).map_err(|error| error.of(archive.display()))?;
    set_aside(archive)
}

/// Moves the files of an archive to a name beside it, which comes back if there was one.
fn set_aside(archive: &Path) -> Result<Option<PathBuf>, ArchiveError> {
    let aside = beside(archive, &format!(".before-{}", now_seconds()));
    let moved = |suffix: &str| match fs::rename(beside(archive, suffix), beside(&aside, suffix)) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(about(archive, &error)),
    };
    let had_one = moved("")?;
    for suffix in ["-wal", "-shm"] {
        moved(suffix)?;
    }
    Ok(had_one.then_some(aside))
}

fn open(path: &Path) -> Result<Connection, ArchiveError> {
    if !path.is_file() {
        return Err(ArchiveError::new(format!("{} is no file", path.display())));
    }
    // Not read-only: a copy of a running relay's files may hold its newest posts in the file beside it.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let opened = Connection::open_with_flags(path, flags).and_then(|db| {
        db.busy_timeout(Duration::from_secs(5))?;
        db.query_row("SELECT count(*) FROM sqlite_schema", [], |_row| Ok(()))?;
        Ok(db)
    });
    opened.map_err(|error| ArchiveError::from(error).of(path.display()))
}

fn check(db: &Connection) -> Result<(), ArchiveError> {
    let format: i64 = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if !(1..=VERSION).contains(&format) {
        return Err(ArchiveError::new(format!(
            "is no archive of this version or an older one (its format is {format}, this program's is {VERSION})"
        )));
    }
    let found: String = db.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    match found.as_str() {
        "ok" => Ok(()),
        broken => Err(ArchiveError::new(format!("is broken: {broken}"))),
    }
}

/// As [`copy`], and leaves nothing half-written behind.
fn copied(db: &Connection, to: &Path) -> Result<(), ArchiveError> {
    copy(db, to).inspect_err(|_error| fs::remove_file(to).unwrap_or_default())
}

/// Writes the whole database into a new file, which then is an archive of an epoch of its own.
fn copy(db: &Connection, to: &Path) -> Result<(), ArchiveError> {
    match fs::remove_file(to) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(ArchiveError::new(error));
        }
        _ => {}
    }
    let name = to
        .to_str()
        .ok_or_else(|| ArchiveError::new("the name must be plain text".to_owned()))?;
    db.execute("VACUUM INTO ?1", [name])?;
    let copy = Connection::open(to)?;
    let format: i64 = copy.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if format >= FIRST_WITH_META {
        meta::estrange(&copy)?;
    }
    copy.close().map_err(|(_db, error)| error)?;
    let synced = File::open(to).and_then(|it| it.sync_all());
    synced.map_err(ArchiveError::new)
}

fn about(path: &Path, error: &impl core::fmt::Display) -> ArchiveError {
    ArchiveError::new(format!("{}: {error}", path.display()))
}

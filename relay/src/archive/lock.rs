//! One relay at a time on one archive: a lock on a file beside it.

use std::{
    fs::{File, TryLockError},
    path::{Path, PathBuf},
};

use super::{ArchiveError, Trouble};

/// Takes the lock of an archive; it is free again when the file is closed, also by a process that is killed.
pub(super) fn take(archive: &Path) -> Result<File, ArchiveError> {
    let path = beside(archive, ".lock");
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(|error| {
            ArchiveError::new(format!(
                "{} cannot be written ({error}); does the folder exist, and may this user write in it?",
                path.display()
            ))
        })?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(ArchiveError::with(
            Trouble::Locked,
            "is in use by another relay",
        )),
        // Some network file systems know no locks; SQLite has its own words for those.
        Err(TryLockError::Error(error)) => {
            tracing::debug!(%error, "the archive cannot be locked");
            Ok(file)
        }
    }
}

/// A file beside the archive whose name is the archive's and this.
pub(super) fn beside(archive: &Path, suffix: &str) -> PathBuf {
    let mut path = archive.as_os_str().to_owned();
    path.push(suffix);
    path.into()
}

//! What can be wrong with the archive's file, and what a person can do about it.

use core::fmt;

use rusqlite::ErrorCode;

/// What kind of trouble the archive has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Trouble {
    /// There is no room on the disk, or a quota is used up.
    Full,
    /// The file or its folder may not be written.
    ReadOnly,
    /// The file cannot be opened at all.
    Unreachable,
    /// The disk did not read or write.
    Disk,
    /// Another program writes to the file and does not stop.
    Locked,
    /// The file's contents are broken.
    Damaged,
    /// The file is no archive.
    Foreign,
    /// Anything else.
    #[default]
    Other,
}

impl Trouble {
    /// Every kind, for lists of them.
    pub const ALL: [Self; 8] = [
        Self::Full,
        Self::ReadOnly,
        Self::Unreachable,
        Self::Disk,
        Self::Locked,
        Self::Damaged,
        Self::Foreign,
        Self::Other,
    ];

    /// Its name for programs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::ReadOnly => "read_only",
            Self::Unreachable => "unreachable",
            Self::Disk => "disk",
            Self::Locked => "locked",
            Self::Damaged => "damaged",
            Self::Foreign => "foreign",
            Self::Other => "other",
        }
    }

    /// What to do, in a sentence; nothing where only the error's own words can tell.
    #[must_use]
    pub fn advice(self) -> Option<&'static str> {
        Some(match self {
            Self::Full => {
                "There is no room for the archive: make room on its disk, or keep less ([keep] in relay.toml)"
            }
            Self::ReadOnly => {
                "The archive may not be written: let the relay's user write the file and its folder, and mount the disk writable"
            }
            Self::Unreachable => {
                "The archive cannot be opened: see that its folder exists, that it is a file, and that the relay's user may read and write it"
            }
            Self::Disk => {
                "The disk does not read or write as it should: look into the system's log, and make a backup while you can"
            }
            Self::Locked => {
                "Another program writes to the archive: stop it, or wait until it has ended"
            }
            Self::Damaged => {
                "The archive's file is damaged: stop the relay and run `watersmeet restore COPY` with a backup, or \
                 `watersmeet restore --empty` to begin anew; the damaged file is kept beside it either way"
            }
            Self::Foreign => {
                "The file is no archive of a relay, and is left as it is: name another one (`archive` in relay.toml)"
            }
            Self::Other => return None,
        })
    }

    /// Whether writing is worth another try later: the trouble is the place's, not what was to be written.
    #[must_use]
    pub fn is_of_the_place(self) -> bool {
        self != Self::Other
    }

    /// What an error of SQLite's means.
    pub(super) fn of(error: &rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Self::ReadOnly,
            Some(ErrorCode::CannotOpen) => Self::Unreachable,
            Some(
                ErrorCode::SystemIoFailure
                | ErrorCode::FileLockingProtocolFailed
                | ErrorCode::NoLargeFileSupport,
            ) => Self::Disk,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Locked,
            Some(ErrorCode::DatabaseCorrupt) => Self::Damaged,
            Some(ErrorCode::NotADatabase) => Self::Foreign,
            _ => Self::Other,
        }
    }
}

/// The archive could not do what was asked; the text says why and what to do about it.
#[derive(Debug)]
pub struct ArchiveError {
    words: String,
    trouble: Trouble,
}

impl ArchiveError {
    pub(crate) fn new(error: impl fmt::Display) -> Self {
        Self::with(Trouble::Other, error)
    }

    pub(super) fn with(trouble: Trouble, error: impl fmt::Display) -> Self {
        Self {
            words: error.to_string(),
            trouble,
        }
    }

    /// The same, of this file.
    pub(super) fn of(self, file: impl fmt::Display) -> Self {
        Self {
            words: format!("{file}: {}", self.words),
            ..self
        }
    }

    /// What kind of trouble it is.
    #[must_use]
    pub fn trouble(&self) -> Trouble {
        self.trouble
    }
}

impl fmt::Display for ArchiveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)?;
        match self.trouble.advice() {
            Some(advice) => write!(f, ". {advice}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for ArchiveError {}

impl From<rusqlite::Error> for ArchiveError {
    fn from(error: rusqlite::Error) -> Self {
        Self::with(Trouble::of(&error), error)
    }
}

//! An archive that fails: a batch is left whole or not at all, and it is found out whether posts are taken again, without putting
//! any at stake.

use rusqlite::params;

use super::{ArchiveError, Ledger, meta};

/// The size of what is written to find it out: about that of a full batch's pages.
const TRIAL_BYTES: i32 = 512 << 10;
/// Under which name; there only while it is tried.
const TRIAL: &str = "trial";

impl Ledger {
    /// Writes nothing more of the batch, which is lost: after some failures SQLite has rolled it back by itself already, and what
    /// is written then would be kept alone. Holds until [`roll_back`](Self::roll_back).
    pub fn give_up(&self) {
        self.forbid_writing(true);
    }

    pub(super) fn forbid_writing(&self, forbidden: bool) {
        // A switch of the connection: the disk has no part in it.
        if let Err(error) = self.db.pragma_update(None, "query_only", forbidden) {
            tracing::error!(%error, "the archive cannot be kept from writing");
        }
    }

    /// Writes something large and removes it again.
    ///
    /// # Errors
    /// When the archive still does not take it.
    pub fn try_out(&self) -> Result<(), ArchiveError> {
        let tried = self.write_and_remove();
        if tried.is_err() {
            self.roll_back();
        }
        tried
    }

    fn write_and_remove(&self) -> Result<(), ArchiveError> {
        self.begin()?;
        self.run(
            "INSERT OR REPLACE INTO meta (name, value) VALUES (?1, zeroblob(?2))",
            params![TRIAL, TRIAL_BYTES],
        )?;
        self.run("COMMIT", [])?;
        self.begin()?;
        meta::drop_value(&self.db, TRIAL)?;
        self.run("COMMIT", [])
    }

    /// Lets the file grow to so many pages and no further: a full disk, for tests. 0 stands for as it is now.
    #[cfg(test)]
    pub(crate) fn limit_pages(&self, pages: i64) {
        let pages = match pages {
            0 => self.pragma("page_count").unwrap(),
            pages => pages,
        };
        let set = |row: &rusqlite::Row<'_>| row.get::<_, i64>(0);
        let sql = format!("PRAGMA max_page_count = {pages}");
        assert_eq!(self.db.query_row(&sql, [], set).unwrap(), pages);
    }
}

//! What is no longer kept: the oldest goes, a little at a time, while the relay runs.

use rusqlite::Connection;
use timeline::public_id::PublicId;

use super::{ArchiveError, Ledger, meta, now_seconds, params, print_of};
use crate::config::Keep;

/// Deleted `uri`s and deleted local ids remembered, each, beyond those of the last day.
const MAX_TOMBSTONES: i64 = 1_000_000;
/// The same with those of the last day: so many are a flood, and its first are forgotten.
const MAX_FRESH_TOMBSTONES: i64 = 5_000_000;
/// Seconds for which a deletion is remembered whatever happens.
const TOMBSTONE_SECONDS: i64 = 24 * 60 * 60;
/// Answers that wait for their parent.
const MAX_ORPHANS: i64 = 200_000;
/// Rows that one call of [`Ledger::prune`] removes, so that it never holds up the merge.
const PRUNE_STEP: usize = 500;
/// Free pages that stay in the file for the posts to come.
const SPARE_PAGES: i64 = 2_000;
/// Pages that one call gives back to the disk.
const FREED_PAGES: i64 = 1_000;
/// The second below which posts were let go for their age.
const HORIZON: &str = "horizon";

/// What was let go.
#[derive(Debug, Default)]
pub struct Pruned {
    /// The posts.
    pub uris: Vec<String>,
    /// Whether there may be more to let go.
    pub more: bool,
}

impl Ledger {
    /// Keeps so much from now on.
    pub fn set_bounds(&mut self, keep: Keep) {
        self.keep = keep;
    }

    /// The second from which posts are kept, at `now`, both in seconds since 1970: older ones were let go or would be at once, and
    /// must not come back as if they were new.
    #[must_use]
    pub fn horizon(&self, now: i64) -> i64 {
        self.let_go.get().max(self.oldest_second(now))
    }

    pub(super) fn stored_horizon(db: &Connection) -> Result<i64, ArchiveError> {
        Ok(meta::get(db, HORIZON)?.unwrap_or_default())
    }

    fn oldest_second(&self, now: i64) -> i64 {
        let age = self.keep.max_age.map(|it| i64::try_from(it.as_secs()));
        age.and_then(Result::ok).map_or(0, |age| now - age)
    }

    /// Removes a bounded number of what is beyond the bounds at `now` (seconds since 1970), oldest first.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn prune(&self, now: i64) -> Result<Pruned, ArchiveError> {
        let uris = self.prune_posts(now)?;
        let gone = self.prune_gone()?;
        let orphans = self.prune_orphans()?;
        self.prune_people(i64::try_from(PRUNE_STEP).unwrap_or(i64::MAX))?;
        self.prune_unwanted(now)?;
        Ok(Pruned {
            more: uris.len() == PRUNE_STEP || gone || orphans,
            uris,
        })
    }

    fn prune_posts(&self, now: i64) -> Result<Vec<String>, ArchiveError> {
        let most = i64::try_from(self.keep.max_posts).unwrap_or(i64::MAX);
        let excess = usize::try_from(self.tally.get().posts - most).unwrap_or(0);
        let surplus = match self.used_bytes()? > self.keep.max_bytes {
            true => PRUNE_STEP,
            false => excess.min(PRUNE_STEP),
        };
        let floor = u32::try_from(self.oldest_second(now)).unwrap_or(0);
        let floor = PublicId::floor(floor).as_i64();
        let mut select = self
            .db
            .prepare_cached("SELECT id, uri FROM posts WHERE id < ?1 ORDER BY id LIMIT ?2")?;
        let below = if surplus > 0 { i64::MAX } else { floor };
        let limit = i64::try_from(PRUNE_STEP).unwrap_or(i64::MAX);
        let oldest = select.query_map(params![below, limit], |row| Ok((row.get(0)?, row.get(1)?)));
        let oldest: Vec<(i64, String)> = oldest?.collect::<rusqlite::Result<_>>()?;
        drop(select);
        let leaving: Vec<_> = oldest
            .into_iter()
            .enumerate()
            .take_while(|(place, (id, _))| *place < surplus || *id < floor)
            .map(|(_, post)| post)
            .collect();
        for (_, uri) in &leaving {
            self.remove(uri)?;
            self.forget_names(uri)?;
        }
        if let Some(newest) = leaving.last().and_then(|(id, _)| PublicId::from_i64(*id)) {
            let horizon = self.horizon(now).max(i64::from(newest.seconds()) + 1);
            meta::put(&self.db, HORIZON, horizon)?;
            self.let_go.set(horizon);
        }
        Ok(leaving.into_iter().map(|(_, uri)| uri).collect())
    }

    fn forget_names(&self, uri: &str) -> Result<(), ArchiveError> {
        self.run(
            "DELETE FROM local_ids WHERE print = ?1 AND uri = ?2",
            params![print_of(uri), uri],
        )
    }

    /// Deletions are remembered for a day, and longer while there is room.
    fn prune_gone(&self) -> Result<bool, ArchiveError> {
        let tombstones = self.surplus_of("tombstones")?;
        for number in &tombstones {
            if let Some(uri) =
                self.text("SELECT uri FROM tombstones WHERE number = ?1", [number])?
            {
                self.forget_names(&uri)?;
            }
            self.run("DELETE FROM tombstones WHERE number = ?1", [number])?;
        }
        let gone = self.surplus_of("gone")?;
        for number in &gone {
            self.run(
                "DELETE FROM local_ids WHERE (source, local_id) = (SELECT source, local_id FROM gone WHERE number = ?1)",
                [number],
            )?;
            self.run("DELETE FROM gone WHERE number = ?1", [number])?;
        }
        Ok(tombstones.len().max(gone.len()) == PRUNE_STEP)
    }

    /// The first deletions of a table that there is no room for. Only these are looked at, however many there are: the numbers
    /// are in the order of time.
    fn surplus_of(&self, table: &str) -> Result<Vec<i64>, ArchiveError> {
        let newest = format!("SELECT ifnull(max(number), 0) FROM {table}");
        let newest: i64 = self
            .db
            .prepare_cached(&newest)?
            .query_row([], |row| row.get(0))?;
        let fresh = now_seconds() - TOMBSTONE_SECONDS;
        let sql =
            format!("SELECT number, at FROM {table} WHERE number <= ?1 ORDER BY number LIMIT ?2");
        let mut oldest = self.db.prepare_cached(&sql)?;
        let limit = i64::try_from(PRUNE_STEP).unwrap_or(i64::MAX);
        let rows = oldest.query_map([newest - MAX_TOMBSTONES, limit], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))
        })?;
        let rows: Vec<(i64, i64)> = rows.collect::<rusqlite::Result<_>>()?;
        let leaving = rows
            .into_iter()
            .take_while(|(number, at)| *at < fresh || *number <= newest - MAX_FRESH_TOMBSTONES);
        Ok(leaving.map(|(number, _)| number).collect())
    }

    fn prune_orphans(&self) -> Result<bool, ArchiveError> {
        let limit = i64::try_from(PRUNE_STEP).unwrap_or(i64::MAX);
        let oldest = self.numbers(
            "SELECT number FROM orphans WHERE number <= (SELECT max(number) FROM orphans) - ?1 ORDER BY number LIMIT ?2",
            params![MAX_ORPHANS, limit],
        )?;
        for number in &oldest {
            self.run("DELETE FROM orphans WHERE number = ?1", [number])?;
        }
        Ok(oldest.len() == PRUNE_STEP)
    }

    /// Gives a bounded number of pages that posts have left back to the disk. Must be called outside a batch.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn give_back(&self) -> Result<(), ArchiveError> {
        let free = self.pragma("freelist_count")? - SPARE_PAGES;
        if free > 0 {
            let pages = free.min(FREED_PAGES);
            let mut vacuum = self
                .db
                .prepare(&format!("PRAGMA incremental_vacuum({pages})"))?;
            let mut rows = vacuum.query([])?;
            while rows.next()?.is_some() {}
        }
        Ok(())
    }

    /// Living posts there are, as of the last batch.
    #[must_use]
    pub fn posts(&self) -> i64 {
        self.stored.get().posts
    }

    /// Bytes of the file that hold something.
    fn used_bytes(&self) -> Result<u64, ArchiveError> {
        let pages = self.pragma("page_count")? - self.pragma("freelist_count")?;
        let bytes = pages * self.pragma("page_size")?;
        Ok(u64::try_from(bytes).unwrap_or_default())
    }

    pub(super) fn pragma(&self, name: &str) -> Result<i64, ArchiveError> {
        Ok(self
            .db
            .prepare_cached(&format!("PRAGMA {name}"))?
            .query_row([], |row| row.get(0))?)
    }

    fn numbers(&self, sql: &str, params: impl rusqlite::Params) -> Result<Vec<i64>, ArchiveError> {
        let mut statement = self.db.prepare_cached(sql)?;
        let rows = statement.query_map(params, |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

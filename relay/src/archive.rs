//! What the relay keeps: every post it took, as it serves it, in SQLite.
//!
//! One thread writes (the merge thread owns the [`Ledger`]); readers have connections of their own
//! in WAL mode, on blocking threads, so neither waits for the other. A batch is committed before the log tells
//! anybody, so a reader of a timeline and a reader of a stream never disagree.

mod accounts;
mod backup;
mod body;
mod ledger;
mod lock;
mod meta;
mod migration;
mod moderation;
mod question;
mod reading;
mod schema;
mod scratch;
mod search;
mod trends;
mod trouble;

use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

use bytes::Bytes;
use rusqlite::{Connection, OpenFlags};
use timeline::public_id::PublicId;

use self::scratch::ScratchFolder;
pub use self::{
    accounts::{AccountQuery, StoredAccount},
    backup::{backup, begin_anew, restore},
    ledger::{KeptEvents, Ledger, Person, Pruned, Rank, Row},
    moderation::Concern,
    search::{Part, StatusSearch, TagDay},
    trends::{TrendingLink, TrendingTag, Trends},
    trouble::{ArchiveError, Trouble},
};
use crate::{config::ArchivePlace, views::Selection};

/// Reading connections kept open; more readers than these open one for themselves and close it.
const IDLE_READERS: usize = 4;

/// Posts in one page at most.
pub const MAX_PAGE: usize = 80;

/// A post as the relay serves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredStatus {
    /// The relay's id.
    pub id: PublicId,
    /// The post's identity in the whole network.
    pub uri: String,
    /// The status as JSON, ready to be sent.
    pub json: Bytes,
    /// Whether only readers with the access key may see it.
    pub is_guarded: bool,
    /// Whether its author asks search engines to stay away.
    pub noindex: bool,
}

/// Where in a timeline to read, as Mastodon's parameters; all bounds are exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paging {
    /// Only older than this.
    pub max_id: Option<PublicId>,
    /// Only newer than this, the newest of them.
    pub since_id: Option<PublicId>,
    /// Only newer than this, the ones right after it. Wins over `since_id`.
    pub min_id: Option<PublicId>,
    /// How many, at most [`MAX_PAGE`].
    pub limit: usize,
}

impl Default for Paging {
    fn default() -> Self {
        Self {
            max_id: None,
            since_id: None,
            min_id: None,
            limit: 20,
        }
    }
}

/// A post that a source told of, for finding out what it has deleted since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldPost {
    /// The source's own id.
    pub local_id: String,
    /// Its hashtags, as keys.
    pub tags: Vec<String>,
    /// Whether it answers somebody else.
    pub reply_to_other: bool,
    /// Whether its author's own server is a source.
    pub local: bool,
}

/// What stands around a post in its thread, as far as the archive knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoredContext {
    /// From the root down to the parent.
    pub ancestors: Vec<StoredStatus>,
    /// Every parent before its children, siblings oldest first.
    pub descendants: Vec<StoredStatus>,
}

/// The reading side; a clone is another handle on the same archive.
#[derive(Clone, Debug)]
pub struct Archive {
    shared: Arc<Shared>,
}

struct Shared {
    path: PathBuf,
    epoch: u64,
    secret: [u8; 32],
    /// Whether a reader met something broken in the file since the relay started.
    damaged: AtomicBool,
    /// Connections that nobody is using right now; at most [`IDLE_READERS`].
    idle: Mutex<Vec<Connection>>,
    /// Keeps the folder of an archive "in memory" until the last reader is gone.
    _scratch: Option<ScratchFolder>,
}

impl Archive {
    /// Opens (and if need be makes) the archive: the reading handle and the one writer.
    ///
    /// # Errors
    /// When the file cannot be opened or belongs to a newer version.
    pub fn open(place: &ArchivePlace) -> Result<(Self, Ledger), ArchiveError> {
        let (path, scratch) = match place {
            ArchivePlace::File(path) => (path.clone(), None),
            ArchivePlace::Memory => {
                let folder = ScratchFolder::new().map_err(|error| {
                    ArchiveError::new(format!("archive: no temporary folder: {error}"))
                })?;
                (folder.path().join("watersmeet.db"), Some(folder))
            }
        };
        let told = |error: ArchiveError| error.of(format_args!("archive {}", path.display()));
        let named = |error: rusqlite::Error| told(error.into());
        let lock = match &scratch {
            Some(_) => None,
            None => Some(lock::take(&path).map_err(told)?),
        };
        let mut writer = Connection::open(&path).map_err(named)?;
        schema::prepare(&mut writer, scratch.is_some()).map_err(told)?;
        let epoch = meta::epoch(&writer).map_err(named)?;
        let secret = meta::secret(&writer).map_err(named)?;
        let ledger = Ledger::new(writer, lock).map_err(told)?;
        let shared = Shared {
            path,
            epoch,
            secret,
            damaged: AtomicBool::new(false),
            idle: Mutex::default(),
            _scratch: scratch,
        };
        Ok((
            Self {
                shared: Arc::new(shared),
            },
            ledger,
        ))
    }

    /// What tells the numbers of the log that is kept here from those of others: the same after a restart that lost
    /// nothing, another one when the file is new, was restored, or may have lost what a reader has seen.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.shared.epoch
    }

    /// What the relay signs with; made with the archive and kept in it.
    #[must_use]
    pub fn secret(&self) -> [u8; 32] {
        self.shared.secret
    }

    /// The size of its files, in bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        let size = |suffix: &str| {
            let mut path = self.shared.path.clone().into_os_string();
            path.push(suffix);
            std::fs::metadata(path).map_or(0, |it| it.len())
        };
        ["", "-wal", "-shm"].into_iter().map(size).sum()
    }

    /// A page of a timeline, newest first.
    ///
    /// # Errors
    /// When SQLite fails.
    pub async fn timeline(
        &self,
        selection: &Selection,
        paging: &Paging,
    ) -> Result<Vec<StoredStatus>, ArchiveError> {
        let (selection, paging) = (selection.clone(), *paging);
        self.read(move |db| reading::timeline(db, &selection, &paging))
            .await
    }

    /// One living post by the relay's id, also by an id it had before.
    ///
    /// # Errors
    /// When SQLite fails.
    pub async fn status(&self, id: PublicId) -> Result<Option<StoredStatus>, ArchiveError> {
        self.read(move |db| reading::status(db, id)).await
    }

    /// One living post by its `uri`.
    ///
    /// # Errors
    /// When SQLite fails.
    pub async fn by_uri(&self, uri: &str) -> Result<Option<StoredStatus>, ArchiveError> {
        let uri = uri.to_owned();
        self.read(move |db| reading::by_uri(db, &uri)).await
    }

    /// The known thread around a post: its chain of parents and the tree of answers.
    ///
    /// # Errors
    /// When SQLite fails.
    pub async fn context(&self, uri: &str) -> Result<StoredContext, ArchiveError> {
        let uri = uri.to_owned();
        self.read(move |db| reading::context(db, &uri)).await
    }

    /// The answers to a post that are known, oldest first.
    ///
    /// # Errors
    /// When SQLite fails.
    pub async fn known_replies(&self, uri: &str) -> Result<Vec<StoredStatus>, ArchiveError> {
        let uri = uri.to_owned();
        self.read(move |db| reading::replies(db, &uri)).await
    }

    /// The newest living posts that this source told of, newest first.
    ///
    /// # Errors
    /// When SQLite fails.
    pub async fn told_by(&self, source: &str, limit: usize) -> Result<Vec<ToldPost>, ArchiveError> {
        let source = source.to_owned();
        self.read(move |db| reading::told_by(db, &source, limit))
            .await
    }

    /// What the sources call a post, as pairs of source and local id.
    ///
    /// # Errors
    /// When SQLite fails.
    pub async fn names_of(&self, uri: &str) -> Result<Vec<(String, String)>, ArchiveError> {
        let uri = uri.to_owned();
        self.read(move |db| reading::names_of(db, &uri)).await
    }

    /// Whether it answers.
    pub async fn is_open(&self) -> bool {
        // Something that is in the file, so that the file is looked at.
        self.read(|db| db.query_row("SELECT count(*) FROM meta", [], |_row| Ok(())))
            .await
            .is_ok()
    }

    /// Whether a reader met something broken in the file since the relay started: then a part of what was kept
    /// cannot be read any more.
    #[must_use]
    pub fn is_damaged(&self) -> bool {
        self.shared.damaged.load(Relaxed)
    }

    /// Living posts there are.
    ///
    /// # Errors
    /// When SQLite fails.
    pub async fn count(&self) -> Result<u64, ArchiveError> {
        self.read(reading::count).await
    }

    /// Runs a query on a blocking thread with a connection of the pool.
    async fn read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, ArchiveError> {
        let shared = Arc::clone(&self.shared);
        let answer = tokio::task::spawn_blocking(move || {
            let connection = shared.take()?;
            let answer = query(&connection).map_err(|error| shared.note(error.into()))?;
            shared.give_back(connection);
            Ok(answer)
        });
        answer
            .await
            .map_err(|error| ArchiveError::new(format!("archive: reader: {error}")))?
    }
}

impl core::fmt::Debug for Shared {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Archive")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl Shared {
    fn take(&self) -> Result<Connection, ArchiveError> {
        let idle = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        if let Some(connection) = idle {
            return Ok(connection);
        }
        let connection = Connection::open_with_flags(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        schema::tune_reader(&connection)?;
        Ok(connection)
    }

    /// Remembers what an error says of the whole file.
    fn note(&self, error: ArchiveError) -> ArchiveError {
        if matches!(error.trouble(), Trouble::Damaged | Trouble::Foreign) {
            self.damaged.store(true, Relaxed);
        }
        error
    }

    fn give_back(&self, connection: Connection) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < IDLE_READERS {
            idle.push(connection);
        }
    }
}

#[cfg(test)]
mod tests;

//! Takes what was committed from the file beside the archive into the archive, on a thread of its own: that waits for the disk,
//! which no commit does.

use std::{
    cell::{Cell, RefCell},
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread::{self, JoinHandle},
};

use rusqlite::Connection;

use crate::archive::{ArchiveError, schema};

/// Pages beside the archive after which they are taken in: 8 MB, so that it is done seldom under load.
const MANY_PAGES: i32 = 2_000;
/// So many are too many: the next commit takes them in itself, because the thread does not keep up.
const TOO_MANY_PAGES: i32 = 16_000;

thread_local! {
    /// Pages beside the archive after the last commit of this thread.
    static PAGES: Cell<i32> = const { Cell::new(0) };
}

/// The thread, once there was something for it to do.
#[derive(Debug)]
pub(super) struct Checkpoints {
    path: PathBuf,
    /// How much the connection waits for the disk, as SQLite's number.
    synchronous: i64,
    running: RefCell<Option<Running>>,
}

#[derive(Debug)]
struct Running {
    wake: SyncSender<()>,
    thread: JoinHandle<()>,
}

impl Checkpoints {
    /// Takes over from SQLite, which would do it in the commits of this connection.
    pub(super) fn of(db: &Connection) -> Self {
        db.wal_hook(Some(|_wal, pages| {
            PAGES.set(pages);
            Ok(())
        }));
        Self {
            synchronous: db
                .pragma_query_value(None, "synchronous", |row| row.get(0))
                .unwrap_or(1),
            path: db.path().map(PathBuf::from).unwrap_or_default(),
            running: RefCell::default(),
        }
    }

    /// Looks whether there is much to take in, after a commit.
    pub(super) fn look(&self, db: &Connection) {
        let pages = PAGES.get();
        if pages < MANY_PAGES {
            return;
        }
        let mut running = self.running.borrow_mut();
        if running.is_none() {
            *running = self.start();
        }
        if let Some(running) = running.as_ref() {
            // One that was called already is about to look.
            running.wake.try_send(()).unwrap_or_default();
        }
        if pages >= TOO_MANY_PAGES || running.is_none() {
            take_in(db);
        }
    }

    fn start(&self) -> Option<Running> {
        let (wake, calls) = sync_channel(1);
        let (path, synchronous) = (self.path.clone(), self.synchronous);
        let thread = thread::Builder::new()
            .name("checkpoints".to_owned())
            .spawn(move || {
                if let Err(error) = work(&path, synchronous, &calls) {
                    tracing::warn!(%error, "no checkpoints beside the commits");
                }
            });
        Some(Running {
            wake,
            thread: thread.ok()?,
        })
    }

    /// Ends the thread and waits for that.
    pub(super) fn end(&self) {
        if let Some(Running { wake, thread }) = self.running.take() {
            drop(wake);
            if thread.join().is_err() {
                tracing::error!("checkpoints ended by a panic");
            }
        }
    }
}

fn work(path: &Path, synchronous: i64, calls: &Receiver<()>) -> Result<(), ArchiveError> {
    let db = schema::open_as_it_is(path)?;
    db.pragma_update(None, "synchronous", synchronous)?;
    while calls.recv().is_ok() {
        take_in(&db);
    }
    Ok(())
}

/// As much as can be without waiting for anybody who reads or writes.
fn take_in(db: &Connection) {
    let taken = db.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_row| Ok(()));
    if let Err(error) = taken {
        // A full disk is found out by the next commit, which says so.
        tracing::debug!(%error, "no checkpoint");
    }
}

//! Readers that wait: each says once what it waits for, and is called when that comes.

use std::{
    collections::HashMap,
    future::poll_fn,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use futures_util::task::AtomicWaker;

use super::{Attendance, Entry, Log, index::is_word};
use crate::views::{Interest, Needle};

/// One reader's call. It stays called until the reader takes it, so nothing is lost between a look at the log and the wait.
#[derive(Debug, Default)]
struct Call {
    called: AtomicBool,
    waker: AtomicWaker,
}

impl Call {
    /// Calls the reader; who is called already was woken by that call.
    fn call(&self) {
        if !self.called.swap(true, Ordering::AcqRel) {
            self.waker.wake();
        }
    }
}

/// Everybody who waits, by what they wait for. Bounded by the readers that the relay serves at a time and what each may ask for.
#[derive(Debug, Default)]
pub(super) struct Listeners(Mutex<Lists>);

#[derive(Debug, Default)]
struct Lists {
    /// Readers of whatever comes.
    of_all: Vec<Arc<Call>>,
    /// Readers of certain needles.
    of_some: Vec<Arc<Call>>,
    /// The same, where they are found.
    by_needle: HashMap<Needle, Vec<Arc<Call>>>,
    /// How many of the needles are words; while there are none, the words of posts are not looked at.
    words: usize,
}

impl Listeners {
    /// Calls whoever waits for one of these entries; at a tide everybody.
    pub(super) fn call(&self, entries: &[Arc<Entry>], tide: bool) {
        let lists = self.lists();
        lists.of_all.iter().for_each(|it| it.call());
        if tide {
            lists.of_some.iter().for_each(|it| it.call());
            return;
        }
        if lists.by_needle.is_empty() {
            return;
        }
        for entry in entries {
            entry.needles().for_each(|it| lists.call(&it));
            if lists.words > 0 {
                entry.words().for_each(|it| lists.call(&it));
            }
        }
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        let lists = self.lists();
        lists.of_all.is_empty() && lists.of_some.is_empty() && lists.by_needle.is_empty()
    }

    fn lists(&self) -> MutexGuard<'_, Lists> {
        // Nothing that runs under the lock can leave the lists half changed in a way that matters.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lists {
    fn call(&self, needle: &Needle) {
        for call in self.by_needle.get(needle).into_iter().flatten() {
            call.call();
        }
    }

    fn join(&mut self, needles: Option<&[Needle]>, call: &Arc<Call>) {
        let Some(needles) = needles else {
            return self.of_all.push(Arc::clone(call));
        };
        self.of_some.push(Arc::clone(call));
        for needle in needles {
            self.words += usize::from(is_word(needle));
            let calls = self.by_needle.entry(needle.clone()).or_default();
            calls.push(Arc::clone(call));
        }
    }

    fn leave(&mut self, needles: Option<&[Needle]>, call: &Arc<Call>) {
        let Some(needles) = needles else {
            return take_out(&mut self.of_all, call);
        };
        take_out(&mut self.of_some, call);
        for needle in needles {
            self.words -= usize::from(is_word(needle));
            if let Some(calls) = self.by_needle.get_mut(needle) {
                take_out(calls, call);
                if calls.is_empty() {
                    self.by_needle.remove(needle);
                }
            }
        }
    }
}

fn take_out(calls: &mut Vec<Arc<Call>>, call: &Arc<Call>) {
    if let Some(at) = calls.iter().position(|it| Arc::ptr_eq(it, call)) {
        calls.swap_remove(at);
    }
}

/// A reader who is called when the log has something of interest, as long as this lives.
///
/// It is also called now and then for nothing (every 64 entries), so that the cursor of a reader of rare things
/// moves along and never falls off the old end for want of anything to read.
#[derive(Debug)]
pub struct Listener {
    log: Log,
    call: Arc<Call>,
    /// What it is called for; anything when there is nothing.
    needles: Option<Vec<Needle>>,
    /// Held because posts that come to be boosted often enough are told while somebody waits for that.
    _attendance: Attendance,
}

impl Listener {
    pub(super) fn new(log: &Log, interest: &Interest) -> Self {
        let call = Arc::new(Call::default());
        // Who begins to listen has not read what is there already.
        call.called.store(true, Ordering::Release);
        let needles = interest.needles();
        let listeners = &log.shared.listeners;
        listeners.lists().join(needles.as_deref(), &call);
        Self {
            _attendance: log.attend(interest),
            log: log.clone(),
            call,
            needles,
        }
    }

    /// Whether it was called since this was asked last: then there may be something to read.
    #[must_use]
    pub fn take(&self) -> bool {
        self.call.called.swap(false, Ordering::AcqRel)
    }

    /// Ready when it is called; the call stays until it is [taken](Self::take).
    pub fn poll_called(&self, cx: &mut Context<'_>) -> Poll<()> {
        self.call.waker.register(cx.waker());
        if self.call.called.load(Ordering::Acquire) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }

    /// Waits until it is called, and takes the call.
    pub async fn called(&self) {
        while !self.take() {
            poll_fn(|cx| self.poll_called(cx)).await;
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let mut lists = self.log.shared.listeners.lists();
        lists.leave(self.needles.as_deref(), &self.call);
    }
}

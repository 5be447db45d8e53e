//! What the socket and the polls of one source share: where their finds go, and how it is going.

mod closed;
mod state;

use std::sync::{Mutex, MutexGuard, PoisonError};

use mastodon::{Status, StatusId};
use timeline::{
    merge::{Arrival, Heard, How},
    tag,
};
use tokio::sync::{Notify, watch};

use self::state::Inner;
pub(super) use self::{
    closed::Closed,
    state::{Failure, Line},
};
use super::{
    follow::Wanted,
    health::{Health, State, unix_millis},
    host::Host,
    manners::Manners,
    told::{Feed, Told},
};
use crate::{
    archive::ToldPost,
    config::{SourceConfig, Timing},
    merge::{Inlet, Stopped},
};

/// One source, as its socket and its polls see it.
#[derive(Debug)]
pub(super) struct Ears {
    pub host: Host,
    pub health: Health,
    pub timing: Timing,
    /// What the operator wants to be read here.
    pub feeds: Vec<Feed>,
    /// The hashtags that readers want, here and everywhere.
    pub wanted: watch::Receiver<Wanted>,
    /// What the server is, once it said so.
    pub manners: watch::Sender<Option<Manners>>,
    /// The stream was cut, or has just come up: read again what may have been lost.
    pub heal: Notify,
    pub inlet: Inlet,
    /// A std mutex: nothing is awaited while it is held.
    inner: Mutex<Inner>,
}

impl Ears {
    pub(super) fn new(
        host: Host,
        health: Health,
        inlet: Inlet,
        wanted: watch::Receiver<Wanted>,
    ) -> Self {
        let timing = host.timing.clone();
        let SourceConfig {
            streams,
            hashtags,
            words,
            ..
        } = &host.config;
        let public = streams.iter().map(|it| Feed::Public(*it));
        let feeds: Vec<Feed> = public
            .chain(hashtags.iter().map(|it| Feed::Tag(it.clone())))
            .chain(words.iter().map(|it| Feed::Words(it.clone())))
            .collect();
        Self {
            host,
            health,
            timing,
            wanted,
            manners: watch::Sender::new(None),
            heal: Notify::new(),
            inlet,
            inner: Mutex::new(Inner::of(&feeds)),
            feeds,
        }
    }

    /// The source's domain.
    pub(super) fn domain(&self) -> &str {
        &self.host.config.domain
    }

    /// The hashtags that readers want and that are not listened to anyway.
    pub(super) fn extra(&self) -> Vec<Feed> {
        let own: Vec<String> = self
            .host
            .config
            .hashtags
            .iter()
            .map(|it| tag::key(it))
            .collect();
        let wanted = self.wanted.borrow().clone();
        let others = wanted.iter().filter(|it| !own.contains(it));
        others.map(|it| Feed::Tag(it.clone())).collect()
    }

    /// Remembers what was told before a restart, so that what vanished meanwhile is noticed.
    pub(super) fn recall(&self, posts: &[ToldPost]) {
        let mut inner = self.inner();
        for (feed, told) in &mut inner.told {
            for post in posts.iter().filter(|it| feed.holds(it)) {
                told.note(&post.local_id, 0);
            }
        }
    }

    /// Hands something over to the merge; `feed` is where it was found, if on one.
    pub(super) async fn tell(
        &self,
        how: How,
        feed: Option<&Feed>,
        event: Heard,
    ) -> Result<(), Stopped> {
        let arrival = self.arrival(how, feed, event);
        self.inlet.tell(arrival).await
    }

    fn arrival(&self, how: How, feed: Option<&Feed>, event: Heard) -> Arrival {
        if let Heard::Status(status) | Heard::Edited(status) = &event {
            self.overhear(status);
        }
        Arrival {
            source: self.domain().to_owned(),
            how,
            is_guarded: match &event {
                Heard::Status(status) | Heard::Edited(status) => self.is_guarded(feed, status),
                Heard::Gone(_) => false,
            },
            event,
            at: unix_millis(),
        }
    }

    /// Notes a post, and what it quotes, for every feed that should show them too: who tells of a post is asked whether it is still
    /// there, however it was told.
    fn overhear(&self, status: &Status) {
        let now = unix_millis();
        let post = status.shown();
        let quoted = post
            .quote
            .as_ref()
            .and_then(|it| it.quoted_status.as_deref());
        let mut inner = self.inner();
        for (feed, told) in &mut inner.told {
            for post in [Some(post), quoted].into_iter().flatten() {
                if feed.shows(post) {
                    told.note_hearsay(post.id.as_str(), now);
                }
            }
        }
    }

    /// Notes what the source shows only to its own people.
    pub(super) fn set_closed(&self, closed: Closed) {
        self.inner().closed = closed;
    }

    fn is_guarded(&self, feed: Option<&Feed>, status: &Status) -> bool {
        self.inner().closed.hides(feed, status)
    }

    /// Waits until everything told is readable.
    pub(super) async fn flush(&self) -> Result<(), Stopped> {
        self.inlet.flush().await
    }

    /// A post came by a stream; `feeds` are those it was labelled with. When it was read in brief, `text` is all of it.
    pub(super) async fn streamed(
        &self,
        feeds: Vec<Feed>,
        status: Box<Status>,
        edited: bool,
        text: Option<String>,
    ) -> Result<(), Stopped> {
        let now = unix_millis();
        {
            let mut inner = self.inner();
            inner.heard_until = Some(now);
            for feed in &feeds {
                inner
                    .told
                    .entry(feed.clone())
                    .or_default()
                    .note(status.id.as_str(), now);
                let stream = inner.streams.entry(feed.clone()).or_default();
                stream.heard += 1;
                stream.missed = 0;
                stream.owed.settle(status.id.as_str());
            }
            // Where hashtags do not stream, theirs come by the public stream.
            for (feed, told) in &mut inner.told {
                if feed.is_tag_of(&status) && !feeds.contains(feed) {
                    told.note(status.id.as_str(), now);
                }
            }
        }
        if !edited {
            let told = u64::try_from(feeds.len()).unwrap_or(0);
            self.health.count(|counts| counts.streamed += told);
            if let Some(written) = status.created_at.unix_millis() {
                self.health.delayed(now.saturating_sub(written));
            }
        }
        self.publish();
        // Found where strangers may read it, it is no secret, whatever other feeds are.
        let open = feeds.iter().find(|it| !self.is_guarded(Some(it), &status));
        let feed = open.or(feeds.first());
        let event = if edited {
            Heard::Edited(status)
        } else {
            Heard::Status(status)
        };
        let arrival = self.arrival(How::Stream, feed, event);
        match text {
            Some(text) => self.inlet.tell_brief(arrival, text).await,
            None => self.inlet.tell(arrival).await,
        }
    }

    /// The source deleted a post.
    pub(super) async fn vanished(&self, id: StatusId, how: How) -> Result<(), Stopped> {
        {
            let mut inner = self.inner();
            for told in inner.told.values_mut() {
                told.forget(id.as_str());
            }
            for stream in inner.streams.values_mut() {
                stream.owed.settle(id.as_str());
            }
        }
        self.tell(how, None, Heard::Gone(id)).await
    }

    /// A poll found a post. One that was written since the stream is up and that the stream has not told is
    /// owed by it from then on: whatever its age now, a later poll may no longer see it.
    pub(super) fn polled(&self, feed: &Feed, status: &Status, asked_at: i64) {
        let mut inner = self.inner();
        let told = inner.told.entry(feed.clone()).or_default();
        let is_new = told.note(status.id.as_str(), asked_at);
        let settle = i64::try_from(self.timing.settle.as_millis()).unwrap_or(i64::MAX);
        let written = status.created_at.unix_millis();
        let since = inner.carried.get(feed).copied();
        let is_owed = since
            .zip(written)
            .is_some_and(|(since, written)| written > since + settle.min(1_000));
        if is_new && is_owed {
            let stream = inner.streams.entry(feed.clone()).or_default();
            // From the poll on: a post that federation brought late is no older on the stream.
            let due_at = asked_at.saturating_add(settle);
            stream.owed.note(status.id.as_str(), due_at);
        }
    }

    /// Works on what a feed told.
    pub(super) fn told<T>(&self, feed: &Feed, work: impl FnOnce(&mut Told) -> T) -> T {
        work(self.inner().told.entry(feed.clone()).or_default())
    }

    /// Whether this feed's stream is up and sends: then polls only verify.
    pub(super) fn is_streamed(&self, feed: &Feed) -> bool {
        let inner = self.inner();
        inner.up_since.is_some() && inner.carried.contains_key(feed) && !inner.is_silent(feed)
    }

    /// From now on the stream brings this feed.
    pub(super) fn carry(&self, feed: &Feed) {
        self.inner().carried.insert(feed.clone(), unix_millis());
    }

    /// The stream brings this feed no longer.
    pub(super) fn drop_stream(&self, feed: &Feed) {
        let mut inner = self.inner();
        inner.carried.remove(feed);
        inner.streams.remove(feed);
    }

    /// Nobody wants this feed any more.
    pub(super) fn forget(&self, feed: &Feed) {
        self.drop_stream(feed);
        self.inner().told.remove(feed);
    }

    /// Whether the server answers to polls.
    pub(super) fn is_polled(&self) -> bool {
        matches!(self.inner().polls, Line::Up)
    }

    /// Notes that the stream is up, and how when not in the usual way. A stream that takes over from another
    /// without a break loses nothing.
    pub(super) fn set_up(&self, way: Option<String>) {
        {
            let mut inner = self.inner();
            inner.carried.clear();
            inner.way = way;
        }
        self.set_socket(Line::Up);
    }

    /// When the stream was last known to deliver, in milliseconds.
    pub(super) fn heard_until(&self) -> Option<i64> {
        self.inner().heard_until
    }

    /// Notes how the socket is doing. When it comes up or is cut, what may have been lost is read again.
    pub(super) fn set_socket(&self, line: Line) {
        let was_up = {
            let mut inner = self.inner();
            let now = unix_millis();
            let was_up = inner.up_since.is_some();
            match (&line, was_up) {
                (Line::Up, false) => {
                    inner.up_since = Some(now);
                    inner.streams.clear();
                }
                (Line::Up, true) | (_, false) => {}
                (_, true) => {
                    inner.up_since = None;
                    inner.carried.clear();
                    inner.heard_until = Some(now);
                }
            }
            inner.socket = line;
            was_up
        };
        if was_up != self.is_up() {
            self.heal.notify_one();
        }
        self.publish();
    }

    fn is_up(&self) -> bool {
        self.inner().up_since.is_some()
    }

    /// Notes how polling is doing.
    pub(super) fn set_polls(&self, line: Line) {
        self.inner().polls = line;
        self.publish();
    }

    /// Tells people how it is going: one place that turns both ways of listening into one state.
    fn publish(&self) {
        let (missed, (state, reason, next_try)) = {
            let mut inner = self.inner();
            (inner.take_missed(unix_millis()), inner.summary(&self.feeds))
        };
        if missed > 0 {
            self.health.count(|counts| counts.only_by_poll += missed);
        }
        let until = next_try.filter(|_| state == State::Limited);
        self.health.set_until(state, reason, until, next_try);
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

//! The lists of posts that are open or were open lately, each with signals for its rows and its condition.

use reactive_graph::signal::{ArcReadSignal, ArcRwSignal};
use reactive_graph::traits::{GetUntracked as _, Set as _};
use timeline::feed::{Change, Edge, Event, Feed, Request, Want};
use timeline::gap::GapId;

use crate::Failure;
use crate::entity::StatusRef;

/// The most feeds kept: what one goes back and forth between.
pub const MAX_FEEDS: usize = 12;
/// The most rows in all feeds together, beyond the one in use; feeds unused for longest go first.
pub const MAX_TOTAL_ROWS: usize = 12_000;

/// One line of a feed.
pub type Row = timeline::feed::Row<StatusRef>;

/// Which list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum FeedId {
    /// Everything that the relay hears.
    Combined,
    /// Posts with any of some hashtags. Make it with [`FeedId::hashtag`].
    Hashtag(String),
    /// What belongs to a view of the relay, by the view's name.
    View(String),
    /// The conversation around a post.
    Thread(StatusRef),
}

impl FeedId {
    /// The feed of a hashtag, or of several with `+` between them, which no hashtag contains; capitals make no difference.
    pub fn hashtag(tag: &str) -> Self {
        Self::Hashtag(tag.trim_start_matches('#').to_lowercase())
    }

    /// The hashtags of which a post needs one; none for other feeds.
    pub fn tags(&self) -> impl Iterator<Item = &str> {
        let tags = if let Self::Hashtag(tags) = self {
            tags
        } else {
            ""
        };
        tags.split('+').filter(|it| !it.is_empty())
    }
}

/// Whether there is something to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum FeedState {
    /// The first page is on its way.
    #[default]
    Loading,
    /// There are posts.
    Ready,
    /// The server has nothing here.
    Empty,
    /// The first page could not be had.
    Failed(Failure),
    /// There is no network and nothing to show.
    Offline,
}

/// The lower end of a feed, as it is drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Older {
    /// More can be asked for.
    #[default]
    Idle,
    /// More is on its way.
    Loading,
    /// That was all.
    Ended,
    /// The feed is as long as this app keeps one.
    Full,
    /// More could not be had.
    Failed(Failure),
}

/// What a component reads of a feed. Cheap to clone; it lives on after the feed was dropped, but stands still then.
#[derive(Clone, Debug)]
pub struct FeedView {
    /// The lines from the top.
    pub rows: ArcReadSignal<Vec<Row>>,
    /// How many new posts wait to be shown.
    pub held: ArcReadSignal<usize>,
    /// Whether there is something to show.
    pub state: ArcReadSignal<FeedState>,
    /// The lower end.
    pub older: ArcReadSignal<Older>,
    /// The gap that is being filled.
    pub filling: ArcReadSignal<Option<GapId>>,
}

/// All feeds, the one used last at the end.
#[derive(Default)]
pub(crate) struct Feeds(Vec<(FeedId, Slot)>);

pub(crate) struct Slot {
    list: List,
    rows: ArcRwSignal<Vec<Row>>,
    held: ArcRwSignal<usize>,
    state: ArcRwSignal<FeedState>,
    older: ArcRwSignal<Older>,
    filling: ArcRwSignal<Option<GapId>>,
    asking_newest: bool,
}

enum List {
    /// Sorted by place, live.
    Stream(Box<Feed<StatusRef>>),
    /// A conversation in reading order.
    Thread { rows: Vec<StatusRef>, loaded: bool },
}

impl Feeds {
    /// The feed, made on first use, and used last from now on.
    pub(crate) fn open(&mut self, id: &FeedId) -> &mut Slot {
        let (id, slot) = match self.0.iter().position(|(it, _)| it == id) {
            Some(at) => self.0.remove(at),
            None => (id.clone(), Slot::new(id)),
        };
        self.0.push((id, slot));
        self.limit();
        let last = self.0.len().saturating_sub(1);
        #[expect(
            clippy::indexing_slicing,
            reason = "a feed was pushed above and `limit` never takes the last one"
        )]
        &mut self.0[last].1
    }

    /// The feed, if it is kept.
    pub(crate) fn get(&mut self, id: &FeedId) -> Option<&mut Slot> {
        self.0
            .iter_mut()
            .find(|(it, _)| it == id)
            .map(|(_, slot)| slot)
    }

    pub(crate) fn all(&mut self) -> impl Iterator<Item = (&FeedId, &mut Slot)> {
        self.0.iter_mut().map(|(id, slot)| (&*id, slot))
    }

    /// Every status that some feed refers to.
    pub(crate) fn shown(&self) -> impl Iterator<Item = StatusRef> {
        self.0.iter().flat_map(|(id, slot)| {
            let focus = if let FeedId::Thread(focus) = id {
                Some(*focus)
            } else {
                None
            };
            slot.keys().into_iter().chain(focus)
        })
    }

    fn limit(&mut self) {
        let total = |feeds: &[(FeedId, Slot)]| {
            feeds
                .iter()
                .rev()
                .skip(1)
                .map(|(_, it)| it.len())
                .sum::<usize>()
        };
        while self.0.len() > 1 && (self.0.len() > MAX_FEEDS || total(&self.0) > MAX_TOTAL_ROWS) {
            self.0.remove(0);
        }
    }
}

impl Slot {
    fn new(id: &FeedId) -> Self {
        let list = match id {
            FeedId::Thread(_) => List::Thread {
                rows: Vec::new(),
                loaded: false,
            },
            FeedId::Combined | FeedId::Hashtag(_) | FeedId::View(_) => List::Stream(Box::default()),
        };
        Self {
            list,
            rows: ArcRwSignal::default(),
            held: ArcRwSignal::default(),
            state: ArcRwSignal::default(),
            older: ArcRwSignal::default(),
            filling: ArcRwSignal::default(),
            asking_newest: false,
        }
    }

    pub(crate) fn view(&self) -> FeedView {
        FeedView {
            rows: self.rows.read_only(),
            held: self.held.read_only(),
            state: self.state.read_only(),
            older: self.older.read_only(),
            filling: self.filling.read_only(),
        }
    }

    pub(crate) fn is_loaded(&self) -> bool {
        match &self.list {
            List::Stream(feed) => feed.is_loaded(),
            List::Thread { loaded, .. } => *loaded,
        }
    }

    fn len(&self) -> usize {
        match &self.list {
            List::Stream(feed) => feed.keys().count(),
            List::Thread { rows, .. } => rows.len(),
        }
    }

    fn keys(&self) -> Vec<StatusRef> {
        match &self.list {
            List::Stream(feed) => feed.keys().collect(),
            List::Thread { rows, .. } => rows.clone(),
        }
    }

    /// Marks a request as under way and gives its cursors; none when it is under way already or there is nothing to ask.
    pub(crate) fn begin(&mut self, want: Want) -> Option<Request> {
        let request = match &self.list {
            List::Stream(feed) => feed.next_request(want)?,
            List::Thread { .. } => Request {
                want,
                max_id: None,
                since_id: None,
            },
        };
        match want {
            Want::Newest if self.asking_newest => return None,
            Want::Newest => {
                self.asking_newest = true;
                if !self.is_loaded() {
                    set(&self.state, FeedState::Loading);
                }
            }
            Want::Older if self.older.get_untracked() == Older::Loading => return None,
            Want::Older => set(&self.older, Older::Loading),
            Want::Gap(_) if self.filling.get_untracked().is_some() => return None,
            Want::Gap(id) => set(&self.filling, Some(id)),
        }
        Some(request)
    }

    /// Notes that a request failed.
    pub(crate) fn fail(&mut self, want: Want, failure: Failure) {
        match want {
            Want::Newest => {
                self.asking_newest = false;
                if !self.is_loaded() {
                    let offline = failure == Failure::Offline;
                    set(
                        &self.state,
                        if offline {
                            FeedState::Offline
                        } else {
                            FeedState::Failed(failure)
                        },
                    );
                }
            }
            Want::Older => set(&self.older, Older::Failed(failure)),
            Want::Gap(_) => set(&self.filling, None),
        }
    }

    /// Lets something happen to a live list and shows what changed.
    pub(crate) fn apply(&mut self, event: Event<StatusRef>) {
        let answered = if let Event::Page { want, .. } = &event {
            Some(*want)
        } else {
            None
        };
        let change = match (&mut self.list, event) {
            (List::Stream(feed), event) => feed.apply(event),
            (List::Thread { rows, .. }, Event::Deleted(status)) => {
                let before = rows.len();
                // The post in focus stays and says that it is gone.
                rows.retain(|it| *it != status);
                Change {
                    rows: rows.len() != before,
                    held: false,
                }
            }
            (List::Thread { .. }, _) => Change::default(),
        };
        if answered == Some(Want::Newest) {
            self.asking_newest = false;
        }
        if matches!(answered, Some(Want::Gap(_))) {
            set(&self.filling, None);
        }
        self.publish(change, answered);
    }

    /// Shows a conversation, `complete` once everything around the post has arrived.
    pub(crate) fn set_thread(&mut self, statuses: Vec<StatusRef>, complete: bool) {
        self.asking_newest = false;
        self.list = List::Thread {
            rows: statuses,
            loaded: true,
        };
        let rows = Change {
            rows: true,
            held: false,
        };
        self.publish(rows, complete.then_some(Want::Older));
    }

    fn publish(&self, change: Change, answered: Option<Want>) {
        let (rows, held, edge) = match &self.list {
            List::Stream(feed) => (change.rows.then(|| feed.rows()), feed.held(), feed.older()),
            List::Thread { rows, .. } => (
                change
                    .rows
                    .then(|| rows.iter().copied().map(Row::Status).collect()),
                0,
                Edge::Ended,
            ),
        };
        if let Some(rows) = rows {
            let shows_something = !rows.is_empty() || held > 0;
            self.rows.set(rows);
            if self.is_loaded() {
                set(
                    &self.state,
                    if shows_something {
                        FeedState::Ready
                    } else {
                        FeedState::Empty
                    },
                );
            }
        }
        // The first post of an empty feed is held like any other, but there is something to show now.
        if held > 0 && self.state.get_untracked() == FeedState::Empty {
            set(&self.state, FeedState::Ready);
        }
        set(&self.held, held);
        if change.rows || answered.is_some() {
            let older = match edge {
                Edge::Unknown | Edge::Open => Older::Idle,
                Edge::Ended => Older::Ended,
                Edge::Full => Older::Full,
            };
            let busy =
                self.older.get_untracked() == Older::Loading && answered != Some(Want::Older);
            if !busy {
                set(&self.older, older);
            }
        }
    }
}

/// Sets a signal only if that changes it: every set wakes whoever reads it.
pub(crate) fn set<T: PartialEq + Clone + Send + Sync + 'static>(signal: &ArcRwSignal<T>, value: T) {
    if signal.get_untracked() != value {
        signal.set(value);
    }
}

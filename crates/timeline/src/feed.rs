//! One list of posts, newest first: what is shown, what waits behind the "new posts" pill, and what is known to be missing.
//!
//! A feed holds keys, never posts. It is plain data: events in, a note of what changed out. Whatever the order and however
//! often posts arrive, the same posts make the same rows, and what was deleted never comes back.

use std::collections::{HashSet, VecDeque};
use std::hash::Hash;

use crate::gap::{Gap, GapId, Place};

#[cfg(test)]
mod tests;

/// The most posts in the rows of one feed: two hundred screens. Older ones can be asked for again.
pub const MAX_ROWS: usize = 5_000;
/// The most posts that wait behind the pill; beyond it the oldest of them become a gap.
pub const MAX_HELD: usize = 500;
/// How many deletions a feed remembers; deletes overtake their posts by seconds, so this is hours even on a busy stream.
pub const MAX_TOMBSTONES: usize = 4_096;
/// The most gaps kept; when there are more, the lowest one becomes the older end of the feed.
pub const MAX_GAPS: usize = 16;

/// A post in a feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post<K> {
    /// Which post.
    pub key: K,
    /// Where it stands.
    pub place: Place,
}

/// What a feed shows, line by line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Row<K> {
    /// A post.
    Status(K),
    /// A hole that can be filled.
    Gap(GapId),
}

/// The lower end of a feed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Edge {
    /// Nothing has been loaded yet.
    #[default]
    Unknown,
    /// More can be asked for.
    Open,
    /// There is nothing older.
    Ended,
    /// [`MAX_ROWS`] are reached.
    Full,
}

/// Which part of the feed is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Want {
    /// The newest page.
    Newest,
    /// What follows the last row.
    Older,
    /// What is missing in a hole, from above.
    Gap(GapId),
}

/// The cursors of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What it is for.
    pub want: Want,
    /// Only posts below this one.
    pub max_id: Option<Place>,
    /// Only posts above this one.
    pub since_id: Option<Place>,
}

/// What happens to a feed.
#[derive(Clone, Debug)]
pub enum Event<K> {
    /// A page arrived. `next` is the server's cursor for what is older, if there is more.
    Page {
        /// What was asked for.
        want: Want,
        /// The posts, in any order.
        posts: Vec<Post<K>>,
        /// The `max_id` of the following page.
        next: Option<Place>,
    },
    /// A page from further down arrived, where somebody goes on reading: what lies between is a gap.
    Below {
        /// The posts, in any order.
        posts: Vec<Post<K>>,
        /// The `max_id` of the following page.
        next: Option<Place>,
    },
    /// A post came down the stream, new or late.
    Live(Post<K>),
    /// A post was deleted.
    Deleted(K),
    /// The stream was interrupted: what comes next may not join what is known.
    Missed,
    /// The reader arrived at or left the top.
    AtTop(bool),
    /// The reader wants to see what waits.
    Released,
}

/// What an event changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// [`Feed::rows`] is different.
    pub rows: bool,
    /// [`Feed::held`] is different.
    pub held: bool,
}

/// See the module.
#[derive(Clone, Debug)]
pub struct Feed<K> {
    /// Shown, newest first.
    posts: Vec<Post<K>>,
    /// Waiting, newest first.
    held: Vec<Post<K>>,
    /// The keys of both.
    known: HashSet<K>,
    gaps: Vec<Gap>,
    next_gap: u32,
    older: Edge,
    /// Where the next older page begins.
    older_from: Option<Place>,
    /// The newest post that was known when the stream broke.
    broken_at: Option<Place>,
    at_top: bool,
    gone: HashSet<K>,
    gone_in_order: VecDeque<K>,
}

impl<K> Default for Feed<K> {
    fn default() -> Self {
        Self {
            posts: Vec::new(),
            held: Vec::new(),
            known: HashSet::new(),
            gaps: Vec::new(),
            next_gap: 0,
            older: Edge::Unknown,
            older_from: None,
            broken_at: None,
            at_top: false,
            gone: HashSet::new(),
            gone_in_order: VecDeque::new(),
        }
    }
}

impl<K: Copy + Eq + Hash> Feed<K> {
    /// What is shown, from the top.
    pub fn rows(&self) -> Vec<Row<K>> {
        let mut rows = Vec::with_capacity(self.posts.len() + self.gaps.len());
        let mut gaps = self.gaps.iter().peekable();
        let newest = self.posts.first().map(|it| &it.place);
        while gaps
            .next_if(|gap| newest.is_none_or(|newest| gap.above > *newest))
            .is_some()
        {}
        for (index, post) in self.posts.iter().enumerate() {
            rows.push(Row::Status(post.key));
            let following = self.posts.get(index + 1).map(|it| &it.place);
            while let Some(gap) =
                gaps.next_if(|gap| following.is_none_or(|following| *following < gap.above))
            {
                rows.push(Row::Gap(gap.id));
            }
        }
        rows
    }

    /// How many posts wait behind the pill.
    pub fn held(&self) -> usize {
        self.held.len()
    }

    /// The posts that wait behind the pill, newest first.
    pub fn held_keys(&self) -> impl Iterator<Item = K> {
        self.held.iter().map(|it| it.key)
    }

    /// Every post that the feed refers to, shown or waiting.
    pub fn keys(&self) -> impl Iterator<Item = K> {
        self.posts.iter().chain(&self.held).map(|it| it.key)
    }

    /// The lower end.
    pub fn older(&self) -> Edge {
        self.older
    }

    /// Whether a first page has arrived.
    pub fn is_loaded(&self) -> bool {
        self.older != Edge::Unknown
    }

    /// The cursors to ask with; none when there is nothing to ask for.
    pub fn next_request(&self, want: Want) -> Option<Request> {
        let request = |max_id, since_id| {
            Some(Request {
                want,
                max_id,
                since_id,
            })
        };
        match want {
            Want::Newest => request(None, None),
            Want::Older if self.older == Edge::Open => request(self.older_from.clone(), None),
            Want::Older => None,
            Want::Gap(id) => {
                let gap = self.gaps.iter().find(|gap| gap.id == id)?;
                request(Some(gap.above.clone()), Some(gap.below.clone()))
            }
        }
    }

    /// Lets something happen.
    pub fn apply(&mut self, event: Event<K>) -> Change {
        match event {
            Event::Page { want, posts, next } => self.page(want, posts, next),
            Event::Below { posts, next } => self.below(posts, next),
            Event::Live(post) => self.live(post),
            Event::Deleted(key) => self.delete(key),
            Event::Missed => {
                if self.is_loaded() && self.broken_at.is_none() {
                    self.broken_at = self.newest();
                }
                Change::default()
            }
            Event::AtTop(at_top) => {
                self.at_top = at_top;
                Change::default()
            }
            Event::Released => self.release(),
        }
    }

    fn page(&mut self, want: Want, posts: Vec<Post<K>>, next: Option<Place>) -> Change {
        let oldest = posts.iter().map(|it| it.place.clone()).min();
        match want {
            Want::Newest => self.newest_page(posts, oldest, next),
            Want::Older => {
                let before = self.posts.len();
                self.insert_all(posts);
                self.set_older(next);
                self.limit_older();
                Change {
                    rows: self.posts.len() != before,
                    held: false,
                }
            }
            Want::Gap(id) => {
                let reached = oldest.is_none();
                self.insert_all(posts);
                let rest = next.or(oldest).filter(|_| !reached);
                self.gaps.retain_mut(|gap| {
                    if gap.id != id {
                        return true;
                    }
                    match &rest {
                        Some(place) if gap.holds(place) => {
                            gap.above = place.clone();
                            true
                        }
                        _ => false,
                    }
                });
                Change {
                    rows: true,
                    held: false,
                }
            }
        }
    }

    fn below(&mut self, posts: Vec<Post<K>>, next: Option<Place>) -> Change {
        let newest = posts.iter().map(|it| it.place.clone()).max();
        if let (Some(above), Some(below)) = (self.older_from.clone(), newest)
            && above > below
        {
            self.open_gap(above, below);
        }
        self.page(Want::Older, posts, next)
    }

    fn newest_page(
        &mut self,
        posts: Vec<Post<K>>,
        oldest: Option<Place>,
        next: Option<Place>,
    ) -> Change {
        if !self.is_loaded() {
            if let Some(from) = &next {
                // What came down the stream from below the page is a part of the pages to come.
                let (keep, drop): (Vec<_>, Vec<_>) = std::mem::take(&mut self.posts)
                    .into_iter()
                    .chain(std::mem::take(&mut self.held))
                    .partition(|it| it.place >= *from);
                for post in drop {
                    self.known.remove(&post.key);
                }
                keep.into_iter().for_each(|it| insert(&mut self.posts, it));
            }
            self.insert_all(posts);
            self.set_older(next);
            return Change {
                rows: true,
                held: true,
            };
        }
        let joins_at = self.broken_at.take().or_else(|| self.newest());
        if let (Some(above), Some(below)) = (oldest, joins_at)
            && next.is_some()
            && above > below
        {
            self.open_gap(above, below);
        }
        let mut change = Change::default();
        for post in posts {
            let now = self.live(post);
            change = Change {
                rows: change.rows || now.rows,
                held: change.held || now.held,
            };
        }
        change
    }

    fn live(&mut self, post: Post<K>) -> Change {
        let below_the_end = self.older == Edge::Open
            && self
                .older_from
                .as_ref()
                .is_some_and(|from| post.place < *from);
        if below_the_end
            || self.older == Edge::Full && self.is_below_all(&post.place)
            || !self.is_new(post.key)
        {
            return Change::default();
        }
        self.known.insert(post.key);
        let straight = self.is_loaded() && self.at_top && self.held.is_empty();
        if straight {
            insert(&mut self.posts, post);
            self.limit_newer();
            return Change {
                rows: true,
                held: false,
            };
        }
        insert(&mut self.held, post);
        self.limit_held();
        Change {
            rows: false,
            held: true,
        }
    }

    fn delete(&mut self, key: K) -> Change {
        if self.gone.insert(key) {
            self.gone_in_order.push_back(key);
            if self.gone_in_order.len() > MAX_TOMBSTONES
                && let Some(oldest) = self.gone_in_order.pop_front()
            {
                self.gone.remove(&oldest);
            }
        }
        if !self.known.remove(&key) {
            return Change::default();
        }
        let (shown, waiting) = (self.posts.len(), self.held.len());
        self.posts.retain(|it| it.key != key);
        self.held.retain(|it| it.key != key);
        Change {
            rows: self.posts.len() != shown,
            held: self.held.len() != waiting,
        }
    }

    fn release(&mut self) -> Change {
        if self.held.is_empty() {
            return Change::default();
        }
        for post in std::mem::take(&mut self.held) {
            insert(&mut self.posts, post);
        }
        self.limit_newer();
        Change {
            rows: true,
            held: true,
        }
    }

    fn is_new(&self, key: K) -> bool {
        !self.known.contains(&key) && !self.gone.contains(&key)
    }

    fn is_below_all(&self, place: &Place) -> bool {
        self.posts.last().is_some_and(|last| *place < last.place)
    }

    fn newest(&self) -> Option<Place> {
        self.posts
            .first()
            .into_iter()
            .chain(self.held.first())
            .map(|it| it.place.clone())
            .max()
    }

    /// Puts posts among the rows; one that waited is shown now.
    fn insert_all(&mut self, posts: Vec<Post<K>>) {
        for post in posts {
            if self.is_new(post.key) {
                self.known.insert(post.key);
                insert(&mut self.posts, post);
            }
        }
    }

    fn set_older(&mut self, from: Option<Place>) {
        self.older = if from.is_some() {
            Edge::Open
        } else {
            Edge::Ended
        };
        self.older_from = from;
    }

    fn open_gap(&mut self, above: Place, below: Place) {
        if let Some(same) = self.gaps.iter_mut().find(|gap| gap.below == below) {
            same.above = above;
            return;
        }
        let id = GapId(self.next_gap);
        self.next_gap = self.next_gap.wrapping_add(1);
        let at = self.gaps.partition_point(|gap| gap.above >= above);
        self.gaps.insert(at, Gap { id, above, below });
        if self.gaps.len() > MAX_GAPS
            && let Some(lowest) = self.gaps.pop()
        {
            self.cut_below(&lowest.above);
        }
    }

    /// Forgets everything under a place, which becomes the older end.
    fn cut_below(&mut self, end: &Place) {
        for list in [&mut self.posts, &mut self.held] {
            let keep = list.partition_point(|it| it.place >= *end);
            for post in list.drain(keep..) {
                self.known.remove(&post.key);
            }
        }
        self.gaps.retain(|gap| gap.above > *end);
        self.set_older(Some(end.clone()));
    }

    /// The reader is above, so the oldest rows go.
    fn limit_newer(&mut self) {
        if self.posts.len() > MAX_ROWS
            && let Some(end) = self.posts.get(MAX_ROWS - 1).map(|it| it.place.clone())
        {
            self.cut_below(&end);
        }
    }

    /// The reader is below, so nothing more is taken.
    fn limit_older(&mut self) {
        if self.posts.len() >= MAX_ROWS && self.older == Edge::Open {
            self.older = Edge::Full;
        }
    }

    fn limit_held(&mut self) {
        while self.held.len() > MAX_HELD {
            let Some(dropped) = self.held.pop() else {
                return;
            };
            self.known.remove(&dropped.key);
            let above = self.held.last().map(|it| it.place.clone());
            let below = self.posts.first().map(|it| it.place.clone());
            if let (Some(above), Some(below)) = (above, below)
                && above > below
            {
                self.open_gap(above, below);
            }
        }
    }
}

fn insert<K>(list: &mut Vec<Post<K>>, post: Post<K>) {
    let at = list.partition_point(|it| it.place > post.place);
    list.insert(at, post);
}

//! What sources tell the merge, and what the merge tells whoever follows along.

use std::sync::Arc;

use mastodon::{Status, StatusId};

use super::{Post, Refusal};

/// Something that a source told.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// The source's domain.
    pub source: String,
    /// How it came to be told.
    pub how: How,
    /// What was told.
    pub event: Heard,
    /// When it was told, in milliseconds since 1970.
    pub at: i64,
    /// Whether the source shows it only to people who are signed in there.
    pub is_guarded: bool,
}

/// How something came to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// Pushed by a stream: may be late and out of order.
    Stream,
    /// Read from a timeline: it says how things are now.
    Poll,
    /// Read because somebody asked for a thread or a check: it says how things are now, but does
    /// not put the post into timelines.
    Asked,
}

/// What a source told.
#[derive(Clone, Debug)]
pub enum Heard {
    /// A post, new or not, possibly inside a boost.
    Status(Box<Status>),
    /// A post that was changed, as the source said itself.
    Edited(Box<Status>),
    /// What the source calls so is gone there.
    Gone(StatusId),
}

/// What became of a post, for those who follow along.
#[derive(Clone, Debug)]
pub enum Change {
    /// It is new in the view.
    Appeared(Arc<Post>),
    /// Its text, media or another thing people see changed.
    Updated {
        /// As it is now.
        post: Arc<Post>,
        /// As it was.
        before: Arc<Post>,
    },
    /// It left the view; this is how it was last.
    Deleted(Arc<Post>),
    /// Only who saw it, its counts, or its place in a thread changed.
    Witnessed {
        /// As it is now.
        post: Arc<Post>,
        /// As it was, if it was shown.
        before: Option<Arc<Post>>,
    },
}

/// What an arrival meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The source showed a post that nobody had shown.
    New,
    /// The source showed a post for the first time that another had shown.
    Known,
    /// The source had shown this post before.
    Repeated,
    /// The post is from the future and waits for its time.
    Held,
    /// A deletion that was honoured, or remembered for a post that is still to come.
    Gone,
    /// Not taken.
    Refused(Refusal),
}

/// What an arrival meant and changed.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What it meant.
    pub verdict: Verdict,
    /// What it changed, in the order in which it must be told.
    pub changes: Vec<Change>,
}

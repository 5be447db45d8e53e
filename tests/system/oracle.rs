//! The oracle: knows what the world really is and says what a reader of the relay was wrongly shown or not shown.
//!
//! It is pure: truth and observations in, complaints out. What the relay owes is stated in `docs/invariants.md`:
//! a full walk gives exactly the living posts of the view, a reader with a cursor gets everything above it, a stream
//! brings every post once, its edits after it, its deletion last.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt,
};

use crate::play::SERVERS;

/// Stands between a post's own words and the `uri` of the post whose words it quotes.
pub(crate) const QUOTES: char = '❝';

/// What is true of one post of the world when everything has come to rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TruePost {
    /// The post's identity on every server.
    pub(crate) uri: String,
    /// Its text and author now, as every honest server serves them.
    pub(crate) content: String,
    /// How often it was edited: each edit may have taken it out of the view or brought it in.
    pub(crate) edits: usize,
    /// Whether its author has not deleted it.
    pub(crate) alive: bool,
    /// Whether the view under test shows it.
    pub(crate) place: Place,
}

/// Whether a view shows a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// It must.
    Inside,
    /// It must not, in the end: a reader who was shown it is told to take it away.
    Outside,
    /// No server knows any more: an answer to a post that is gone looks like any other post.
    Either,
}

/// One thing that a stream's subscriber was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    /// `update`: the relay's id, the post's uri and its content.
    Appeared {
        id: String,
        uri: String,
        content: String,
    },
    /// `status.update`: the same of an edited post.
    Updated {
        id: String,
        uri: String,
        content: String,
    },
    /// `delete`: the relay's id.
    Deleted { id: String },
    /// The relay said that it could not bring everything.
    Gap,
    /// Told so, the reader read the timeline: from here on it knows these and owes nothing to what came before.
    Read(Vec<Shown>),
}

/// A post as a page of the relay's REST answer shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shown {
    pub(crate) id: String,
    pub(crate) uri: String,
    pub(crate) content: String,
}

/// One broken promise, in words that name the post.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Complaint {
    Lost(String),
    Twice(String),
    DeadShown(String),
    NotOfTheView(String),
    UpdateBeforePost(String),
    EventAfterDelete(String),
    StaleContent {
        uri: String,
        shown: String,
        truth: String,
    },
    DeleteMissing(String),
    DeleteOfUnknown(String),
    OutOfOrder {
        before: String,
        after: String,
    },
}

impl fmt::Display for Complaint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lost(uri) => write!(out, "lost: {uri}"),
            Self::Twice(uri) => write!(out, "shown twice: {uri}"),
            Self::DeadShown(uri) => write!(out, "deleted but shown: {uri}"),
            Self::NotOfTheView(uri) => write!(out, "not of this view: {uri}"),
            Self::UpdateBeforePost(uri) => write!(out, "edit before the post: {uri}"),
            Self::EventAfterDelete(uri) => write!(out, "shown after its deletion: {uri}"),
            Self::StaleContent { uri, shown, truth } => {
                write!(out, "stale: {uri} shows {shown:?}, is {truth:?}")
            }
            Self::DeleteMissing(uri) => write!(out, "deletion never told: {uri}"),
            Self::DeleteOfUnknown(id) => write!(out, "deletion of a post never shown: {id}"),
            Self::OutOfOrder { before, after } => write!(out, "order: {after} after {before}"),
        }
    }
}

/// Checks everything that one subscriber, connected from first to last, was sent.
pub(crate) fn check_stream(truth: &[TruePost], seen: &[Seen]) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    let mut living: BTreeMap<&str, &str> = BTreeMap::new();
    let mut uri_of: HashMap<&str, &str> = HashMap::new();
    // A post that one server drops leaves the view until another tells of it: so it may come back, once for each other server.
    // Another that an edit takes out of the view leaves too.
    let edits: HashMap<&str, usize> = truth
        .iter()
        .map(|post| (post.uri.as_str(), post.edits))
        .collect();
    let most = |uri: &str| SERVERS.len() + edits.get(uri).copied().unwrap_or(0);
    let mut departures: BTreeMap<&str, usize> = BTreeMap::new();
    // What is read again is read a little later than where the stream goes on: events may tell of it too.
    let mut read: BTreeSet<&str> = BTreeSet::new();
    let gap = seen.contains(&Seen::Gap);
    let filled = seen.iter().rev().find_map(|it| match it {
        Seen::Gap => Some(false),
        Seen::Read(_) => Some(true),
        _ => None,
    });
    for event in seen {
        match event {
            Seen::Appeared { id, uri, content } => {
                if departures
                    .get(uri.as_str())
                    .is_some_and(|times| *times >= most(uri))
                {
                    complaints.push(Complaint::EventAfterDelete(uri.clone()));
                }
                let is_known = living.insert(uri, content).is_some();
                if is_known && !read.remove(uri.as_str()) {
                    complaints.push(Complaint::Twice(uri.clone()));
                }
                uri_of.insert(id, uri);
            }
            Seen::Updated { id, uri, content } => {
                let known = living.contains_key(uri.as_str()) || gap;
                match (known, departures.contains_key(uri.as_str())) {
                    (true, _) => drop(living.insert(uri, content)),
                    (false, true) => complaints.push(Complaint::EventAfterDelete(uri.clone())),
                    (false, false) => {
                        complaints.push(Complaint::UpdateBeforePost(uri.clone()));
                        living.insert(uri, content);
                    }
                }
                uri_of.insert(id, uri);
            }
            Seen::Deleted { id } => match uri_of.get(id.as_str()) {
                Some(uri) => {
                    living.remove(uri);
                    *departures.entry(uri).or_default() += 1;
                }
                None if gap => {}
                None => complaints.push(Complaint::DeleteOfUnknown(id.clone())),
            },
            Seen::Gap => {}
            Seen::Read(walked) => {
                living.clear();
                departures.clear();
                for Shown { id, uri, content } in walked {
                    living.insert(uri, content);
                    read.insert(uri);
                    uri_of.insert(id, uri);
                }
            }
        }
    }
    let gap = gap && filled != Some(true);
    for post in truth {
        let shown = living.get(post.uri.as_str());
        match (post.place, post.alive, shown) {
            (Place::Inside, true, None) if !gap => {
                complaints.push(Complaint::Lost(post.uri.clone()))
            }
            (Place::Inside | Place::Either, true, Some(content))
                if !is_true(truth, post, content) =>
            {
                complaints.push(Complaint::StaleContent {
                    uri: post.uri.clone(),
                    shown: (*content).to_owned(),
                    truth: post.content.clone(),
                })
            }
            (_, false, Some(_)) => complaints.push(Complaint::DeleteMissing(post.uri.clone())),
            (Place::Outside, true, Some(_)) => {
                complaints.push(Complaint::NotOfTheView(post.uri.clone()))
            }
            _ => {}
        }
    }
    let known: BTreeSet<&str> = truth.iter().map(|post| post.uri.as_str()).collect();
    complaints.extend(
        living
            .keys()
            .filter(|uri| !known.contains(*uri))
            .map(|uri| Complaint::NotOfTheView((*uri).to_owned())),
    );
    complaints
}

/// Checks a walk from the newest page to the last: exactly the living posts, newest first by the relay's id.
pub(crate) fn check_walk(truth: &[TruePost], walked: &[Shown]) -> Vec<Complaint> {
    let owed: Vec<&TruePost> = truth
        .iter()
        .filter(|post| post.place == Place::Inside)
        .collect();
    check_page(&owed, truth, walked)
}

/// Checks what a reader got who asked for everything above the id of `cursor`, which `walked` (a full walk) orders.
pub(crate) fn check_above(
    truth: &[TruePost],
    walked: &[Shown],
    cursor: &str,
    got: &[Shown],
) -> Vec<Complaint> {
    let above: BTreeSet<&str> = walked
        .iter()
        .filter(|shown| newer(&shown.id, cursor))
        .map(|shown| shown.uri.as_str())
        .collect();
    let owed: Vec<&TruePost> = truth
        .iter()
        .filter(|post| above.contains(post.uri.as_str()))
        .collect();
    check_page(&owed, truth, got)
}

/// Checks what the reader of a feed has, by `uri` and mark: exactly the living posts, each once, in whatever order.
pub(crate) fn check_feed(truth: &[TruePost], items: &[(String, String)]) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    let mut met = BTreeSet::new();
    for (uri, mark) in items {
        if !met.insert(uri.as_str()) {
            complaints.push(Complaint::Twice(uri.clone()));
        }
        match truth.iter().find(|it| it.uri == *uri) {
            Some(real) if !real.alive => complaints.push(Complaint::DeadShown(uri.clone())),
            Some(real) if real.place != Place::Outside => {
                if real.content.split(" by ").next() != Some(mark) {
                    complaints.push(Complaint::StaleContent {
                        uri: uri.clone(),
                        shown: mark.clone(),
                        truth: real.content.clone(),
                    });
                }
            }
            _ => complaints.push(Complaint::NotOfTheView(uri.clone())),
        }
    }
    let owed = truth
        .iter()
        .filter(|it| it.alive && it.place == Place::Inside);
    complaints.extend(
        owed.filter(|it| !met.contains(it.uri.as_str()))
            .map(|it| Complaint::Lost(it.uri.clone())),
    );
    complaints
}

/// Whether the relay's id `left` is above `right`: ids are numbers of at most 63 bits, compared by length, then bytes.
pub(crate) fn newer(left: &str, right: &str) -> bool {
    (left.len(), left) > (right.len(), right)
}

/// Whether a post says what is shown of it, and quotes nobody's deleted words. That it quotes at all is no promise: the quoted
/// author's server may not have agreed yet.
fn is_true(truth: &[TruePost], real: &TruePost, shown: &str) -> bool {
    let (own, quoted) = match shown.split_once(QUOTES) {
        Some((own, quoted)) => (own, Some(quoted)),
        None => (shown, None),
    };
    let is_alive = |uri: &str| truth.iter().any(|it| it.uri == uri && it.alive);
    own == real.content && quoted.is_none_or(is_alive)
}

fn check_page(owed: &[&TruePost], truth: &[TruePost], shown: &[Shown]) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    let by_uri: HashMap<&str, &TruePost> =
        truth.iter().map(|post| (post.uri.as_str(), post)).collect();
    let mut met = BTreeSet::new();
    for pair in shown.windows(2) {
        if !newer(&pair[0].id, &pair[1].id) {
            complaints.push(Complaint::OutOfOrder {
                before: pair[0].id.clone(),
                after: pair[1].id.clone(),
            });
        }
    }
    for post in shown {
        if !met.insert(post.uri.as_str()) {
            complaints.push(Complaint::Twice(post.uri.clone()));
        }
        match by_uri.get(post.uri.as_str()) {
            None => complaints.push(Complaint::NotOfTheView(post.uri.clone())),
            Some(real) if !real.alive => complaints.push(Complaint::DeadShown(post.uri.clone())),
            Some(real) if real.place == Place::Outside => {
                complaints.push(Complaint::NotOfTheView(post.uri.clone()))
            }
            Some(real) if !is_true(truth, real, &post.content) => {
                complaints.push(Complaint::StaleContent {
                    uri: post.uri.clone(),
                    shown: post.content.clone(),
                    truth: real.content.clone(),
                })
            }
            Some(_) => {}
        }
    }
    complaints.extend(
        owed.iter()
            .filter(|post| post.alive && !met.contains(post.uri.as_str()))
            .map(|post| Complaint::Lost(post.uri.clone())),
    );
    complaints
}

#[cfg(test)]
mod tests;

//! What subscribers are told of a change in the merge.

use timeline::merge::{Change, Post};

use super::Loop;
use crate::{
    log::{Draft, Kind},
    views::Keys,
};

impl Loop {
    /// What subscribers are to be told of a change: each finds out by its own selection, from what the post was and what it is.
    pub(super) fn draft(&mut self, change: Change) -> Option<Draft> {
        let (kind, post, before) = match change {
            Change::Appeared(post) => (Kind::Appeared, post, None),
            Change::Updated { post, before } => (Kind::Updated, post, Some(before)),
            Change::Deleted(post) => return Some(Draft::deleted(post.id, self.store.keys(&post))),
            Change::Witnessed { post, before } => {
                let before = before.filter(|_| post.is_visible())?;
                if before.is_same_to_readers(&post) && !self.is_awaited(&before, &post) {
                    return None;
                }
                (Kind::Shifted, post, Some(before))
            }
        };
        let before = before.map(|it| self.store.keys(&it));
        let after = self.store.keys(&post);
        if let (Kind::Shifted, Some(before)) = (kind, &before)
            && !self.is_shifted(before, &after)
        {
            return None;
        }
        // Whatever is told can be read.
        self.store.settle(&post.uri);
        Some(Draft {
            kind,
            id: post.id,
            payload: self.store.json(&post.uri)?,
            before,
            after: Some(after),
        })
    }

    /// Whether somebody waits for what a post's counts have become.
    fn is_awaited(&self, before: &Post, after: &Post) -> bool {
        let counts = |post| {
            let (reblogs, favourites) = Keys::counts_of(post);
            Keys {
                reblogs,
                favourites,
                ..Keys::default()
            }
        };
        self.log.is_awaited(&counts(before), &counts(after))
    }

    /// Whether a post may belong to other selections now. Counts change all the time; they matter when somebody waits for them.
    fn is_shifted(&self, before: &Keys, after: &Keys) -> bool {
        let uncounted = Keys {
            reblogs: after.reblogs,
            favourites: after.favourites,
            ..before.clone()
        };
        uncounted != *after || self.log.is_awaited(before, after)
    }
}

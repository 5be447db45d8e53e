//! When a few fields of a copy are enough, because the rest was told before.

use mastodon::Status;

use super::{Merger, Post, Version, accept::opted_out};
use crate::publish::fingerprint;

impl Merger {
    /// Whether a source's telling can be taken in by what `brief` holds of it: the ids, addresses, times, counts and text of a status
    /// that is no boost, has no poll and quotes nothing, and its author's names, addresses and bio. So it is when the post is known
    /// to say the same, by the word of another source, and this one is not its own server: the rest would not be looked at.
    #[must_use]
    pub fn is_enough(&self, post: &Post, brief: &Status, source: &str) -> bool {
        !opted_out(&brief.account.note)
            && !self.speaks_for(source, &post.origin)
            && post.knows(brief, source)
    }
}

impl Post {
    /// Whether what this source tells is told already, so that only who tells it and the counts can be new: its public form is
    /// then not needed by [`Post::take`]. `status` must hold what the telling is recognised by.
    fn knows(&self, status: &Status, source: &str) -> bool {
        let edited_at = match &status.edited_at {
            None => None,
            Some(time) => match time.unix_millis() {
                None => return false,
                edited_at => edited_at,
            },
        };
        let mut copies = self.copies.iter().filter(|it| it.by != source);
        if copies.clone().all(|it| it.version.edited_at != edited_at) {
            return false;
        }
        let version = Version {
            edited_at,
            print: fingerprint(status),
        };
        copies.any(|it| it.version == version)
    }
}

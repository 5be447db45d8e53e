//! What a source shows only to its own people, and which posts that guards.

use mastodon::Status;

use crate::source::told::Feed;

/// What a source shows only to its own people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::source) struct Closed {
    /// The public timeline of its own people.
    pub local: bool,
    /// That of others.
    pub remote: bool,
    /// Hashtags, of its own people's posts.
    pub tags_local: bool,
    /// Hashtags, of others' posts.
    pub tags_remote: bool,
}

impl Closed {
    /// Whether no stranger could have read this there: neither in the feed that told it, nor, if it was on no
    /// feed, in any that shows such posts.
    pub(super) fn hides(self, feed: Option<&Feed>, status: &Status) -> bool {
        let status = status.shown();
        let is_local = !status.account.acct.contains('@');
        let pick = |local, remote| if is_local { local } else { remote };
        let by_public = !pick(self.local, self.remote);
        let by_tags = !status.tags.is_empty() && !pick(self.tags_local, self.tags_remote);
        let answers_other = status
            .in_reply_to_account_id
            .as_ref()
            .is_some_and(|it| *it != status.account.id);
        match feed {
            Some(Feed::Tag(_)) => !by_tags && (!by_public || answers_other),
            Some(Feed::Public(_) | Feed::Words(_)) | None => !by_public && !by_tags,
        }
    }
}

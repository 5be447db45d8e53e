//! Follows on the sources the hashtags that readers ask for and nobody configured.

use std::time::Duration;

use super::{readers::Caller, shared::Shared};
use crate::views::Selection;

/// Longest that the first reader of a hashtag waits for what the sources have of it.
const PATIENCE: Duration = Duration::from_secs(3);

/// Follows a selection's hashtags for a reader of pages, who holds nothing: they are let go some time after. The first to ask waits
/// a moment, so that the page is not empty.
pub(super) async fn follow(shared: &Shared, caller: &Caller, selection: &Selection) {
    let hashtags = hashtags_of(selection);
    if !hashtags.is_empty() {
        let following = shared.engine.follow(hashtags, caller.address());
        following.filled(PATIENCE).await;
    }
}

/// The hashtags without which nothing belongs to a selection.
pub(super) fn hashtags_of(selection: &Selection) -> &[String] {
    match selection.tags.any.as_slice() {
        [] => selection.tags.all.get(..1).unwrap_or_default(),
        any => any,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::{Reach, keys_of};

    #[test]
    fn what_needs_no_hashtag_follows_none() {
        assert!(hashtags_of(&Selection::public(Reach::All, false)).is_empty());
        let mut selection = Selection::public(Reach::All, false);
        selection.tags.all = keys_of(["b", "a"]);
        // Every match has each of them: one is enough to hear all.
        assert_eq!(hashtags_of(&selection), ["a"]);
        selection.tags.any = keys_of(["d", "c"]);
        assert_eq!(hashtags_of(&selection), ["c", "d"]);
    }
}

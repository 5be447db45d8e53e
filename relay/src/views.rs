//! Selections: which of all that the relay hears belongs to a timeline, a stream or a named view.

use timeline::tag;

/// Whose posts, by the server they were written on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Reach {
    /// Everybody's.
    #[default]
    All,
    /// Only of authors whose own server is a source.
    Local,
    /// Only of authors whose own server is not a source.
    Remote,
}

/// Which hashtags a post must carry; all three as keys of [`timeline::tag::key`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct TagQuery {
    /// At least one of these, unless there are none.
    pub any: Vec<String>,
    /// Every one of these.
    pub all: Vec<String>,
    /// Not one of these.
    pub none: Vec<String>,
}

/// What of all posts is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Selection {
    /// By the author's server.
    pub reach: Reach,
    /// Only posts with a picture, video or sound.
    pub only_media: bool,
    /// By hashtag.
    pub tags: TagQuery,
    /// Whether answers to somebody else belong to it: in public timelines they do not, under a
    /// hashtag they do, as on Mastodon.
    pub replies_to_others: bool,
}

impl Selection {
    /// The public timeline, as Mastodon's `public`, `public:local` and `public:remote`.
    #[must_use]
    pub fn public(reach: Reach, only_media: bool) -> Self {
        Self {
            reach,
            only_media,
            ..Self::default()
        }
    }

    /// The timeline of one hashtag in any spelling, as Mastodon's `hashtag` and `hashtag:local`.
    #[must_use]
    pub fn hashtag(name: &str, reach: Reach) -> Self {
        Self::hashtags([name], reach)
    }

    /// Posts that carry at least one of these hashtags, in any spelling.
    #[must_use]
    pub fn hashtags<'a>(names: impl IntoIterator<Item = &'a str>, reach: Reach) -> Self {
        let tags = TagQuery {
            any: keys_of(names),
            ..TagQuery::default()
        };
        Self {
            reach,
            tags,
            replies_to_others: true,
            ..Self::default()
        }
    }

    /// Whether a post with these keys belongs to it.
    #[must_use]
    pub fn matches(&self, keys: &Keys) -> bool {
        let carries = |tag: &String| keys.tags.contains(tag);
        let in_reach = match self.reach {
            Reach::All => true,
            Reach::Local => keys.local,
            Reach::Remote => !keys.local,
        };
        in_reach
            && (keys.has_media || !self.only_media)
            && (!keys.reply_to_other || self.replies_to_others)
            && (self.tags.any.is_empty() || self.tags.any.iter().any(carries))
            && self.tags.all.iter().all(carries)
            && !self.tags.none.iter().any(carries)
    }

    /// Tags of which every match carries at least one; empty when any post may match.
    #[must_use]
    pub fn needed_tags(&self) -> &[String] {
        if self.tags.any.is_empty() {
            self.tags.all.get(..1).unwrap_or_default()
        } else {
            &self.tags.any
        }
    }
}

/// The keys of several spellings, without the empty ones and without repeats, in order.
pub fn keys_of<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut keys: Vec<String> = names
        .into_iter()
        .map(tag::key)
        .filter(|key| !key.is_empty())
        .collect();
    keys.sort();
    keys.dedup();
    keys
}

/// What a post is matched by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys {
    /// Its hashtags, as keys of [`timeline::tag::key`].
    pub tags: Vec<String>,
    /// Whether its author's own server is a source.
    pub local: bool,
    /// Whether it carries media.
    pub has_media: bool,
    /// Whether it answers somebody else.
    pub reply_to_other: bool,
}

/// Everything one subscriber wants: a post is wanted when one of the selections matches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Interest(pub Vec<Selection>);

impl Interest {
    /// Whether one of the selections matches.
    #[must_use]
    pub fn matches(&self, keys: &Keys) -> bool {
        self.0.iter().any(|selection| selection.matches(keys))
    }

    /// The tags of which every match carries at least one, or `None` when any post may match.
    #[must_use]
    pub fn needed_tags(&self) -> Option<Vec<&str>> {
        let mut tags = Vec::new();
        for selection in &self.0 {
            let needed = selection.needed_tags();
            if needed.is_empty() {
                return None;
            }
            tags.extend(needed.iter().map(String::as_str));
        }
        tags.sort_unstable();
        tags.dedup();
        Some(tags)
    }
}

/// A selection that the operator gave a name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// What addresses it: lower-case letters, digits, `-` and `_`.
    pub name: String,
    /// What people read.
    pub title: String,
    /// Its hashtags, as the operator spelled them.
    pub hashtags: Vec<String>,
}

impl View {
    /// What belongs to it.
    #[must_use]
    pub fn selection(&self) -> Selection {
        Selection::hashtags(self.hashtags.iter().map(String::as_str), Reach::All)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post(tags: &[&str]) -> Keys {
        Keys {
            tags: tags.iter().map(|it| (*it).to_owned()).collect(),
            ..Keys::default()
        }
    }

    #[test]
    fn a_hashtag_is_matched_in_any_spelling() {
        assert!(Selection::hashtag("#Rust", Reach::All).matches(&post(&["rust"])));
        assert!(!Selection::hashtag("rust", Reach::All).matches(&post(&["rustlang"])));
    }

    #[test]
    fn any_all_and_none_hold_together() {
        let mut selection = Selection::hashtags(["a", "b"], Reach::All);
        selection.tags.all = keys_of(["c"]);
        selection.tags.none = keys_of(["d"]);
        assert!(selection.matches(&post(&["b", "c"])));
        assert!(!selection.matches(&post(&["c"])));
        assert!(!selection.matches(&post(&["a"])));
        assert!(!selection.matches(&post(&["a", "c", "d"])));
    }

    #[test]
    fn answers_to_others_are_under_hashtags_but_not_in_public() {
        let reply = Keys {
            reply_to_other: true,
            ..post(&["rust"])
        };
        assert!(!Selection::public(Reach::All, false).matches(&reply));
        assert!(Selection::hashtag("rust", Reach::All).matches(&reply));
    }

    #[test]
    fn only_an_interest_in_tags_alone_can_be_looked_up() {
        let rust = Selection::hashtag("rust", Reach::All);
        assert_eq!(
            Interest(vec![rust.clone()]).needed_tags(),
            Some(vec!["rust"])
        );
        assert_eq!(
            Interest(vec![rust, Selection::default()]).needed_tags(),
            None
        );
    }
}

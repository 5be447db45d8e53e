//! What is wanted of all that the relay hears.

use timeline::{tag, words};

use super::{Keys, Needle, needle::primary};

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

/// Who is in and who is out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Sift {
    /// Only these, unless there are none.
    pub only: Vec<String>,
    /// None of these.
    pub not: Vec<String>,
}

impl Sift {
    /// Whether somebody known by these names is let through.
    fn lets<'a>(&self, mut names: impl Iterator<Item = &'a str> + Clone) -> bool {
        let named = |list: &[String]| names.clone().any(|name| list.iter().any(|it| it == name));
        let is_in = self.only.is_empty() || named(&self.only);
        is_in && !names.any(|name| self.not.iter().any(|it| it == name))
    }
}

/// What of all posts is wanted. The default is everything but answers to others and guarded posts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Selection {
    /// By the author's server.
    pub reach: Reach,
    /// By hashtag.
    pub tags: TagQuery,
    /// Holding at least one of these phrases, unless there are none; as [`timeline::words::folded`].
    pub words: Vec<String>,
    /// In one of these languages, unless there are none: `pt` takes every Portuguese, `pt-br` Brazil's alone.
    pub languages: Vec<String>,
    /// By the author's server, its name in lower case.
    pub servers: Sift,
    /// By author, a full handle in lower case.
    pub accounts: Sift,
    /// Only posts with a picture, video or sound.
    pub only_media: bool,
    /// No posts of programs.
    pub no_bots: bool,
    /// No posts behind a warning.
    pub no_sensitive: bool,
    /// At most so many hashtags on a post.
    pub max_hashtags: Option<u32>,
    /// At least so many boosts seen.
    pub min_reblogs: u32,
    /// At least so many favourites seen.
    pub min_favourites: u32,
    /// Whether answers to somebody else belong to it: in public timelines they do not, under a
    /// hashtag they do, as on Mastodon.
    pub replies_to_others: bool,
    /// Whether posts belong to it that no source shows to everybody: for readers with the access key.
    pub with_guarded: bool,
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

    /// The same for a reader who may see guarded posts, or may not.
    #[must_use]
    pub fn seen_by(mut self, may_see_guarded: bool) -> Self {
        self.with_guarded = may_see_guarded;
        self
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
        let tag_count = u32::try_from(keys.tags.len()).unwrap_or(u32::MAX);
        in_reach
            && (self.with_guarded || !keys.is_guarded)
            && (keys.has_media || !self.only_media)
            && (!keys.reply_to_other || self.replies_to_others)
            && !(self.no_bots && keys.bot)
            && !(self.no_sensitive && keys.sensitive)
            && self.max_hashtags.is_none_or(|max| tag_count <= max)
            && keys.reblogs >= self.min_reblogs
            && keys.favourites >= self.min_favourites
            && (self.tags.any.is_empty() || self.tags.any.iter().any(carries))
            && self.tags.all.iter().all(carries)
            && !self.tags.none.iter().any(carries)
            && self.servers.lets(keys.servers.iter().map(String::as_str))
            && self.accounts.lets([keys.account.as_str()].into_iter())
            && self.speaks(&keys.language)
            && (self.words.is_empty() || self.words.iter().any(|it| words::holds(&keys.words, it)))
    }

    fn speaks(&self, language: &str) -> bool {
        let is = |wanted: &String| {
            wanted == language || (!wanted.contains('-') && wanted == primary(language))
        };
        self.languages.is_empty() || self.languages.iter().any(is)
    }

    /// Needles of which every match has at least one; empty when any post may match.
    #[must_use]
    pub fn needles(&self) -> Vec<Needle> {
        let each = |list: &[String], needle: fn(String) -> Needle| {
            list.iter().cloned().map(needle).collect::<Vec<_>>()
        };
        if !self.tags.all.is_empty() {
            return each(self.tags.all.get(..1).unwrap_or_default(), Needle::Tag);
        }
        if !self.tags.any.is_empty() {
            return each(&self.tags.any, Needle::Tag);
        }
        if !self.accounts.only.is_empty() {
            return each(&self.accounts.only, Needle::Account);
        }
        if !self.words.is_empty() {
            let longest = |phrase: &String| {
                let word = phrase.split(' ').max_by_key(|it| it.len());
                Needle::Word(word.unwrap_or_default().to_owned())
            };
            return self.words.iter().map(longest).collect();
        }
        if !self.servers.only.is_empty() {
            return each(&self.servers.only, Needle::Server);
        }
        let primary = |it: &String| Needle::Language(primary(it).to_owned());
        self.languages.iter().map(primary).collect()
    }

    /// Whether it asks for hashtags, words or authors, rather than for whatever comes by.
    pub(super) fn is_about_something(&self) -> bool {
        let Self {
            tags,
            words,
            accounts,
            ..
        } = self;
        !(tags.any.is_empty()
            && tags.all.is_empty()
            && words.is_empty()
            && accounts.only.is_empty())
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

/// Everything one subscriber wants: a post is wanted when one of the selections matches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Interest(pub Vec<Selection>);

impl Interest {
    /// Whether one of the selections matches.
    #[must_use]
    pub fn matches(&self, keys: &Keys) -> bool {
        self.0.iter().any(|selection| selection.matches(keys))
    }

    /// The needles of which every match has at least one, or `None` when any post may match.
    #[must_use]
    pub fn needles(&self) -> Option<Vec<Needle>> {
        let mut needles = Vec::new();
        for selection in &self.0 {
            let some = selection.needles();
            if some.is_empty() {
                return None;
            }
            needles.extend(some);
        }
        needles.sort_unstable();
        needles.dedup();
        Some(needles)
    }
}

//! What a selection can be looked up by, so that a post that concerns nobody costs nobody anything.

use super::Keys;

/// Something that every post of a selection has, and few others.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Needle {
    /// A hashtag, as a key.
    Tag(String),
    /// An author's full handle.
    Account(String),
    /// An author's server.
    Server(String),
    /// A word. Posts have too many of them to keep places for all: such readers are woken by them, and search from there.
    Word(String),
    /// A language, without its region.
    Language(String),
}

impl Needle {
    /// Everything that a post can be found by without reading its words.
    pub fn of(keys: &Keys) -> impl Iterator<Item = Self> {
        let tags = keys.tags.iter().take(MAX_TAGS).cloned().map(Self::Tag);
        let servers = keys.servers.iter().cloned().map(Self::Server);
        let account = Some(keys.account.clone()).filter(|it| !it.is_empty());
        let language = Some(primary(&keys.language).to_owned()).filter(|it| !it.is_empty());
        tags.chain(servers)
            .chain(account.map(Self::Account))
            .chain(language.map(Self::Language))
    }

    /// The words of a post.
    pub fn words_of(keys: &Keys) -> impl Iterator<Item = Self> {
        let words = keys.words.split(' ').filter(|it| !it.is_empty());
        words.map(|it| Self::Word(it.to_owned()))
    }
}

/// Tags of one post that are indexed; a post with more is a flood and found by its first ones.
const MAX_TAGS: usize = 64;

/// `en` of `en-gb`.
pub(super) fn primary(language: &str) -> &str {
    language.split('-').next().unwrap_or(language)
}

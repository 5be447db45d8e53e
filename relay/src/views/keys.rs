//! What a post is matched by: everything that a selection can ask, ready to be compared.

use serde::{Deserialize, Serialize};
use timeline::{key::host_of, merge::Post, publish::readable_text, words};

/// What a post is matched by.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Keys {
    /// Its hashtags, as keys of [`timeline::tag::key`], sorted.
    pub tags: Vec<String>,
    /// Where its author lives: the host of its `uri`, and the domain of the author's handle where that is another.
    pub servers: Vec<String>,
    /// Its author's full handle in lower case, without `@` in front.
    pub account: String,
    /// Its language as the author said, in lower case; empty when unknown.
    pub language: String,
    /// Its words as [`timeline::words::folded`]; empty when its author did not allow full-text search.
    pub words: String,
    /// Whether its author's own server is a source.
    pub local: bool,
    /// Whether it carries media.
    pub has_media: bool,
    /// Whether it answers somebody else.
    pub reply_to_other: bool,
    /// Whether its author is a program.
    pub bot: bool,
    /// Whether it is hidden behind a warning.
    pub sensitive: bool,
    /// Whether its author asks search engines to stay away.
    pub noindex: bool,
    /// Whether no source shows it to everybody: only readers with the relay's access key see it.
    pub is_guarded: bool,
    /// Boosts seen.
    pub reblogs: u32,
    /// Favourites seen.
    pub favourites: u32,
}

impl Keys {
    /// Boosts and favourites seen of a post.
    #[must_use]
    pub fn counts_of(post: &Post) -> (u32, u32) {
        let counts = post.counts();
        let count = |it: i64| u32::try_from(it.max(0)).unwrap_or(u32::MAX);
        (count(counts.reblogs), count(counts.favourites))
    }

    /// The keys of a post as it is shown now. `hosts` are those of the sources.
    #[must_use]
    pub fn of(post: &Post, hosts: &[String]) -> Self {
        let (reblogs, favourites) = Self::counts_of(post);
        let mut keys = Self {
            tags: post.tags(),
            servers: vec![post.origin.clone()],
            local: hosts.contains(&post.origin),
            has_media: post.has_media(),
            reply_to_other: post.is_reply_to_other(),
            is_guarded: post.is_guarded(),
            reblogs,
            favourites,
            ..Self::default()
        };
        let Some(copy) = post.shown_copy() else {
            return keys;
        };
        let (status, account) = (&copy.status, &copy.status.account);
        keys.account = account.acct.to_lowercase();
        let domain = keys.account.rsplit_once('@').map(|(_, domain)| domain);
        let domain = domain.and_then(|it| host_of(&format!("https://{it}/")));
        keys.servers.extend(domain.filter(|it| *it != post.origin));
        let language = status.language.as_deref().unwrap_or_default();
        keys.language = language.to_lowercase().replace('_', "-");
        keys.bot = account.bot;
        keys.sensitive = status.sensitive || !status.spoiler_text.is_empty();
        keys.noindex = account.noindex == Some(true);
        if account.indexable == Some(true) {
            keys.words = words::folded(&readable_text(status));
        }
        keys
    }
}

//! What an operator will not have, as rules over posts: pure, so that it never matters whether a rule or a post came first.
//!
//! Two kinds of rule: by who speaks ([`Rules::refuses`]: such posts are not taken at all, and leave when they were) and by what
//! is said ([`Rules::treatment`]: decided anew whenever another telling of a post is shown, so it is a function of the post).

use std::collections::{BTreeMap, BTreeSet};

use mastodon::Status;
use serde::{Deserialize, Serialize};

use crate::{
    key::host_of,
    merge::Post,
    publish::{full_handle, readable_text},
    tag, words,
};

/// Everything that is not wanted here. Sets are sorted, so that equal rules are equal however they were written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rules {
    /// What the operator was asked to forget.
    pub forgotten: Forgotten,
    /// Blocked servers by domain; what holds for one holds for its subdomains.
    pub servers: BTreeMap<String, ServerRule>,
    /// Accounts that are never shown, as [`name_of_account`].
    pub accounts: BTreeSet<String>,
    /// Hashtags that are never shown, as keys of [`tag::key`].
    pub hashtags: BTreeSet<String>,
    /// Words and phrases that are never shown, as [`words::folded`].
    pub words: BTreeSet<String>,
}

/// Whom and what the relay was asked to forget.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Forgotten {
    /// Authors, as [`name_of_account`].
    pub accounts: BTreeSet<String>,
    /// Posts by `uri` or by the address of their page.
    pub posts: BTreeSet<String>,
    /// Whole servers by domain, with their subdomains.
    pub servers: BTreeSet<String>,
}

/// How a server is blocked, in the words of Mastodon's blocklists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerRule {
    /// How hard.
    pub severity: Severity,
    /// Whether its posts are shown without their media.
    pub reject_media: bool,
}

/// How hard a server is blocked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Not at all.
    #[default]
    Noop,
    /// Its posts are in threads, but in no timeline.
    Silence,
    /// Nothing of it is taken.
    Suspend,
}

/// Which rule a post met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reason {
    /// The relay was asked to forget it, its author or its server.
    Forgotten,
    /// Its server is suspended.
    Server,
    /// Its author is never shown.
    Account,
    /// It has a hashtag that is never shown.
    Hashtag,
    /// It has words that are never shown.
    Word,
}

/// How a post that was taken is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Treatment {
    /// Nowhere, and why.
    pub hidden: Option<Reason>,
    /// In threads only.
    pub is_silenced: bool,
    /// Without its media.
    pub without_media: bool,
    /// Without the post that it quotes.
    pub without_quote: bool,
    /// Without the media of the post that it quotes.
    pub without_quoted_media: bool,
}

impl Treatment {
    /// Whether it is as if there were no rules.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        *self == Self::default()
    }
}

impl ServerRule {
    /// Adds another rule: the stricter of both.
    pub fn join(&mut self, other: Self) {
        self.severity = self.severity.max(other.severity);
        self.reject_media |= other.reject_media;
    }
}

impl Forgotten {
    fn is_empty(&self) -> bool {
        self.accounts.is_empty() && self.posts.is_empty() && self.servers.is_empty()
    }
}

impl Rules {
    /// Adds what other rules say; where both speak of a server the stricter holds.
    pub fn join(&mut self, other: Self) {
        self.forgotten.accounts.extend(other.forgotten.accounts);
        self.forgotten.posts.extend(other.forgotten.posts);
        self.forgotten.servers.extend(other.forgotten.servers);
        for (domain, rule) in other.servers {
            self.servers.entry(domain).or_default().join(rule);
        }
        self.accounts.extend(other.accounts);
        self.hashtags.extend(other.hashtags);
        self.words.extend(other.words);
    }

    /// What holds for a host: of its own rule and those of the domains it is part of, the strictest. `true` first when the
    /// server was forgotten.
    #[must_use]
    pub fn of_server(&self, host: &str) -> (bool, ServerRule) {
        let mut rule = ServerRule::default();
        let mut is_forgotten = false;
        for domain in domains_of(host) {
            is_forgotten |= self.forgotten.servers.contains(domain);
            if let Some(known) = self.servers.get(domain) {
                rule.join(*known);
            }
        }
        (is_forgotten, rule)
    }

    /// Why a status is not taken at all, if it is not: by who speaks alone. `domain` is where the copy is from.
    #[must_use]
    pub fn refuses(&self, status: &Status, domain: &str) -> Option<Reason> {
        let by_server = !self.servers.is_empty();
        if self.forgotten.is_empty() && !by_server && self.accounts.is_empty() {
            return None;
        }
        let posts = &self.forgotten.posts;
        let is_page = |url: &String| posts.contains(url);
        if posts.contains(&status.uri) || status.url.as_ref().is_some_and(is_page) {
            return Some(Reason::Forgotten);
        }
        let account = &status.account;
        let handle = full_handle(&account.acct, domain).to_lowercase();
        let is_named = |names: &BTreeSet<String>| {
            names.contains(&handle) || names.contains(&account.uri) || names.contains(&account.url)
        };
        if is_named(&self.forgotten.accounts) {
            return Some(Reason::Forgotten);
        }
        let handle_host = handle.rsplit_once('@').map(|(_, host)| host.to_owned());
        let mut is_suspended = false;
        for host in host_of(&status.uri).into_iter().chain(handle_host) {
            let (is_forgotten, rule) = self.of_server(&host);
            if is_forgotten {
                return Some(Reason::Forgotten);
            }
            is_suspended |= rule.severity == Severity::Suspend;
        }
        if is_suspended {
            return Some(Reason::Server);
        }
        is_named(&self.accounts).then_some(Reason::Account)
    }

    /// How a post is shown, by what it says and where it is from.
    #[must_use]
    pub fn treatment(&self, post: &Post) -> Treatment {
        let mut treatment = Treatment::default();
        if *self == Self::default() {
            return treatment;
        }
        if let Some(copy) = post.shown_copy() {
            treatment.hidden = self.hides(&copy.status);
        }
        let (_, rule) = self.of_server(&post.origin);
        treatment.is_silenced = rule.severity == Severity::Silence;
        treatment.without_media = rule.reject_media;
        for quoted in post.quoted.iter().map(|it| &it.status) {
            let unwanted = self.refuses(quoted, &post.origin).is_some();
            treatment.without_quote |= unwanted || self.hides(quoted).is_some();
            let host = host_of(&quoted.uri).unwrap_or_default();
            treatment.without_quoted_media |= self.of_server(&host).1.reject_media;
        }
        treatment
    }

    /// Why a status is nowhere shown, if it is not, by what it says.
    fn hides(&self, status: &Status) -> Option<Reason> {
        let is_hidden = |name: &String| self.hashtags.contains(&tag::key(name));
        if !self.hashtags.is_empty() && status.tags.iter().any(|it| is_hidden(&it.name)) {
            return Some(Reason::Hashtag);
        }
        if self.words.is_empty() {
            return None;
        }
        let text = words::folded(&readable_text(status));
        let mut phrases = self.words.iter();
        let is_said = phrases.any(|phrase| words::holds(&text, phrase));
        is_said.then_some(Reason::Word)
    }
}

/// How an account is named in rules: its address as it is, a handle in lower case without `@` in front. `None` when the text is neither.
#[must_use]
pub fn name_of_account(text: &str) -> Option<String> {
    let text = text.trim();
    if host_of(text).is_some() {
        return Some(text.to_owned());
    }
    let handle = text.strip_prefix('@').unwrap_or(text).to_lowercase();
    let (name, domain) = handle.split_once('@')?;
    let is_name = !name.is_empty() && !name.contains(char::is_whitespace);
    (is_name && name_of_server(domain).as_deref() == Some(domain)).then_some(handle)
}

/// How a server is named in rules: its host in lower case. `None` when the text is no host.
#[must_use]
pub fn name_of_server(text: &str) -> Option<String> {
    let text = text.trim();
    let is_plain = !text.contains(['/', '?', '#', '@', '*', ':']) || is_host_and_port(text);
    let host = host_of(&format!("https://{text}/"))?;
    (is_plain && host.contains(['.', ':'])).then_some(host)
}

fn is_host_and_port(text: &str) -> bool {
    let plain = |it: &str| !it.is_empty() && !it.contains(['/', '?', '#', '@', '*', ':']);
    text.rsplit_once(':').is_some_and(|(host, port)| {
        plain(host) && !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit())
    })
}

/// A host and all that it is part of: `a.b.example`, `b.example`, `example`; with and without its port.
fn domains_of(host: &str) -> impl Iterator<Item = &str> {
    let bare = host.rsplit_once(':').map(|(name, _port)| name);
    let parents = |host| {
        std::iter::successors(Some(host), |it: &&str| {
            it.split_once('.').map(|(_, rest)| rest)
        })
    };
    parents(host).chain(bare.into_iter().flat_map(parents))
}

#[cfg(test)]
mod tests;

//! Which addresses may be followed, and what a link leads to.

use crate::node::{Inline, LinkKind};
use crate::text::plain;

/// The longest address that is kept as a link: browsers and servers agree on far less.
pub const MAX_HREF_BYTES: usize = 4_096;

/// What the post says about its own links, beside the HTML.
#[derive(Clone, Debug, Default)]
pub struct Hints {
    /// The status's `mentions`.
    pub mentions: Vec<MentionHint>,
    /// The status's `tags`.
    pub hashtags: Vec<HashtagHint>,
    /// The status's `emojis`.
    pub emojis: Vec<crate::Emoji>,
    /// Whether a `.quote-inline` element repeats a quote that is shown anyway and so is left out.
    pub drop_inline_quote: bool,
}

/// An account that the post mentions.
#[derive(Clone, Debug)]
pub struct MentionHint {
    /// The address of the account's page.
    pub url: String,
    /// `user@domain`, or `user` for an account of the server itself.
    pub acct: String,
    /// The account's id on that server.
    pub id: String,
}

/// A hashtag that the post uses.
#[derive(Clone, Debug)]
pub struct HashtagHint {
    /// The address of the hashtag's page.
    pub url: String,
    /// Without `#`.
    pub name: String,
}

/// The address in the form that may be set as `href`: absolute, http or https, with a host and without white space or
/// control characters. None for everything else: relative addresses would lead into the app itself, other schemes may run
/// code or start programs.
pub fn safe_href(raw: &str) -> Option<String> {
    // What the URL standard strips before it looks at the scheme must not hide one from us.
    let href: String = raw
        .trim_matches(|c: char| c <= ' ')
        .chars()
        .filter(|c| !matches!(c, '\t' | '\n' | '\r'))
        .collect();
    if href.len() > MAX_HREF_BYTES
        || href
            .chars()
            .any(|c| c.is_control() || c.is_whitespace() || is_hidden(c))
    {
        return None;
    }
    let rest = strip_scheme(&href)?;
    let host = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default();
    (!host.is_empty() && !host.starts_with(':')).then_some(href)
}

/// Characters that change what a reader believes to read.
pub(crate) fn is_hidden(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn strip_scheme(href: &str) -> Option<&str> {
    ["https://", "http://"].into_iter().find_map(|scheme| {
        let (head, rest) = href.split_at_checked(scheme.len())?;
        head.eq_ignore_ascii_case(scheme).then_some(rest)
    })
}

/// What the `class` and `rel` of a link claim it to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Claim {
    /// `class="mention"`, or one of the microformats that servers use for people.
    pub(crate) mention: bool,
    /// `class="hashtag"` or `rel="tag"`.
    pub(crate) hashtag: bool,
}

impl Claim {
    pub(crate) fn new(class: &str, rel: &str) -> Self {
        let has = |list: &str, word: &str| {
            list.split_ascii_whitespace()
                .any(|it| it.eq_ignore_ascii_case(word))
        };
        Self {
            mention: has(class, "mention"),
            hashtag: has(class, "hashtag") || has(rel, "tag"),
        }
    }
}

/// Decides the kind of a link from its claim, its words and what the post lists.
pub(crate) fn kind(href: &str, claim: Claim, inlines: &[Inline], hints: &Hints) -> LinkKind {
    let words = plain(inlines);
    let words = words.trim();
    if let Some(name) = words.strip_prefix(['#', '＃']) {
        let listed = hints
            .hashtags
            .iter()
            .any(|it| it.name.eq_ignore_ascii_case(name) || it.url == href);
        if (claim.hashtag || listed) && !name.is_empty() && !name.contains(char::is_whitespace) {
            return LinkKind::Hashtag {
                name: name.to_owned(),
            };
        }
    }
    if let Some(listed) = hints.mentions.iter().find(|it| it.url == href) {
        return LinkKind::Mention {
            acct: listed.acct.clone(),
            id: Some(listed.id.clone()),
        };
    }
    if claim.mention
        && let Some(acct) = words
            .strip_prefix('@')
            .and_then(|handle| unlisted(handle, href))
    {
        return LinkKind::Mention { acct, id: None };
    }
    LinkKind::Plain
}

/// The full handle of somebody whom the post links as a mention without listing them; none when the link leads to another
/// server than the handle says.
fn unlisted(handle: &str, href: &str) -> Option<String> {
    let sane = |part: &str| {
        !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || c == '@' || c == '/')
    };
    let host = strip_scheme(href)?.split(['/', '?', '#', '\\']).next()?;
    let (user, domain) = handle.split_once('@').unwrap_or((handle, host));
    (sane(user) && sane(domain) && is_related(domain, host)).then(|| [user, "@", domain].concat())
}

/// Whether one of two domains is the other or lies below it: many servers answer at `social.` of the domain in their handles.
fn is_related(one: &str, other: &str) -> bool {
    let (one, other) = (one.to_lowercase(), other.to_lowercase());
    let below = |long: &str, short: &str| {
        long.strip_suffix(short)
            .is_some_and(|it| it.is_empty() || it.ends_with('.'))
    };
    below(&one, &other) || below(&other, &one)
}

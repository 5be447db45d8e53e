//! Hostile texts with the trees that they must become, for every parser that feeds a [`Builder`](crate::Builder).
//!
//! The files are in `tests/hostile`: a text as `.html`, its tree as `.txt` (see `Content::outline`). The native tests and
//! the tests in the browser compare with the same files, so both parsers give the same trees.

use crate::{Block, safe_href};
use crate::{
    Content, Emoji, HashtagHint, Hints, Inline, MAX_DEPTH, MAX_HREF_BYTES, MAX_NODES,
    MAX_TEXT_BYTES, MentionHint,
};

/// One text.
pub struct Case {
    /// The stem of its files.
    pub name: &'static str,
    /// What a server sends.
    pub html: &'static str,
    /// The outline of its tree.
    pub outline: &'static str,
}

macro_rules! cases {
    ($($name:literal),* $(,)?) => { &[ $( Case {
        name: $name,
        html: include_str!(concat!("../tests/hostile/", $name, ".html")),
        outline: include_str!(concat!("../tests/hostile/", $name, ".txt")),
    } ),* ] };
}

/// The texts.
pub const CASES: &[Case] = cases![
    "bidi",
    "controls",
    "formatted-post",
    "impostors",
    "malformed",
    "mastodon-post",
    "plain-text",
    "quote-inline",
    "xss-links",
    "xss-mutation",
    "xss-scripts",
];

/// What the posts of the corpus list beside their HTML.
pub fn hints() -> Hints {
    Hints {
        mentions: vec![MentionHint {
            url: "https://alpha.example/@bob".to_owned(),
            acct: "bob@alpha.example".to_owned(),
            id: "7".to_owned(),
        }],
        hashtags: vec![HashtagHint {
            url: "https://alpha.example/tags/rust".to_owned(),
            name: "rust".to_owned(),
        }],
        emojis: vec![Emoji {
            shortcode: "blobcat".to_owned(),
            url: "https://alpha.example/blobcat.png".to_owned(),
            static_url: "https://alpha.example/blobcat-still.png".to_owned(),
        }],
        drop_inline_quote: true,
    }
}

/// Texts that are too large for files; only [`check`] is expected of their trees.
pub fn bombs() -> Vec<(&'static str, String)> {
    let deep = |open: &str, close: &str, times: usize| {
        [open.repeat(times), "x".to_owned(), close.repeat(times)].concat()
    };
    vec![
        (
            "quotes in quotes",
            deep("<blockquote>", "</blockquote>", 1_500),
        ),
        ("lists in lists", deep("<ul><li>", "</li></ul>", 800)),
        ("styles in styles", deep("<b><i>", "</i></b>", 800)),
        (
            "links in paragraphs",
            deep("<a href=https://x.example><p>", "", 300),
        ),
        ("many paragraphs", "<p>x</p>".repeat(10_000)),
        ("many breaks", "x<br>".repeat(10_000)),
        ("many emoji", ":blobcat: ".repeat(20_000)),
        ("one long word", "x".repeat(1_000_000)),
        (
            "one long word in three bytes",
            ["<p>", &"漢".repeat(200_000)].concat(),
        ),
        (
            "one long address",
            [
                "<a href=\"https://x.example/",
                &"y".repeat(100_000),
                "\">z</a>",
            ]
            .concat(),
        ),
        (
            "one long language",
            ["<p lang=\"", &"a".repeat(10_000), "\">z</p>"].concat(),
        ),
        (
            "many attributes",
            ["<p ", &"a=b ".repeat(20_000), ">z</p>"].concat(),
        ),
    ]
}

/// Panics unless a tree keeps every promise that holds whatever a server sends.
///
/// # Panics
/// See above: this is a check for tests.
pub fn check(content: &Content) {
    let mut seen = Seen::default();
    seen.blocks(&content.blocks, 1);
    assert!(
        seen.nodes <= MAX_NODES + 3 * MAX_DEPTH + 2 * crate::MAX_EMOJIS,
        "{} nodes",
        seen.nodes
    );
    assert!(
        seen.text_bytes <= MAX_TEXT_BYTES,
        "{} bytes of text",
        seen.text_bytes
    );
}

#[derive(Default)]
struct Seen {
    nodes: usize,
    text_bytes: usize,
}

impl Seen {
    fn node(&mut self, depth: usize) {
        self.nodes += 1;
        // Each element makes a list and an item or a paragraph and a style at most.
        assert!(depth <= 3 * MAX_DEPTH, "{depth} levels");
    }

    fn blocks(&mut self, blocks: &[Block], depth: usize) {
        for block in blocks {
            self.node(depth);
            match block {
                Block::Paragraph { lang, inlines } | Block::Pre { lang, inlines } => {
                    check_lang(lang.as_deref());
                    self.inlines(inlines, depth + 1);
                }
                Block::Quote { lang, blocks } => {
                    check_lang(lang.as_deref());
                    self.blocks(blocks, depth + 1);
                }
                Block::List { items, .. } => items.iter().for_each(|item| {
                    self.node(depth + 1);
                    self.blocks(&item.blocks, depth + 2);
                }),
            }
        }
    }

    fn inlines(&mut self, inlines: &[Inline], depth: usize) {
        for inline in inlines {
            self.node(depth);
            match inline {
                Inline::Text(text) => {
                    self.text_bytes += text.len();
                    let bad = |c: char| {
                        c.is_control() && c != '\n' && c != '\t'
                            || matches!(c, '\u{202d}' | '\u{202e}')
                    };
                    assert!(!text.contains(bad), "{text:?}");
                }
                Inline::Break => {}
                Inline::Emoji(emoji) => [&emoji.url, &emoji.static_url]
                    .into_iter()
                    .for_each(|it| check_href(it)),
                Inline::Link(link) => {
                    check_href(&link.href);
                    assert!(!holds_link(&link.inlines), "a link in a link");
                    self.inlines(&link.inlines, depth + 1);
                }
                Inline::Styled { lang, inlines, .. } => {
                    check_lang(lang.as_deref());
                    self.inlines(inlines, depth + 1);
                }
            }
        }
    }
}

fn check_href(href: &str) {
    assert_eq!(safe_href(href).as_deref(), Some(href));
    assert!(
        href.len() <= MAX_HREF_BYTES
            && href
                .get(..4)
                .is_some_and(|it| it.eq_ignore_ascii_case("http"))
    );
}

fn check_lang(lang: Option<&str>) {
    assert!(lang.is_none_or(|it| {
        it.len() <= 35
            && it
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    }));
}

fn holds_link(inlines: &[Inline]) -> bool {
    inlines.iter().any(|inline| match inline {
        Inline::Link(_) => true,
        Inline::Styled { inlines, .. } => holds_link(inlines),
        _ => false,
    })
}

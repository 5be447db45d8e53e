//! The allow-list: what each element of somebody else's HTML becomes.
//!
//! It is the list of elements that Mastodon's own sanitiser lets through, plus what other servers are known to send.

use crate::node::Style;

/// What an element does to the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// The element and everything in it is left out: its text is not prose.
    Dropped,
    /// Only its children count.
    Through,
    /// Ends a paragraph and begins another.
    Paragraph,
    /// `pre`
    Pre,
    /// `blockquote`
    Quote,
    /// `ol`, `ul`
    List {
        /// Whether it counts.
        ordered: bool,
    },
    /// `li`
    Item,
    /// `br`
    Break,
    /// `img`: its description is read as text.
    Picture,
    /// `a`
    Link,
    /// `span`: decided by class and language.
    Span,
    /// A style of its own.
    Styled(Style),
}

/// The role of an element by its lower-case local name.
pub(crate) fn role(tag: &str) -> Role {
    match tag {
        "p" | "div" | "section" | "article" | "header" | "footer" | "main" | "aside" | "nav"
        | "figure" | "figcaption" | "address" | "details" | "summary" | "table" | "caption"
        | "tr" | "dl" | "dt" | "dd" | "hr" | "center" | "form" | "fieldset" | "h1" | "h2"
        | "h3" | "h4" | "h5" | "h6" => Role::Paragraph,
        "pre" => Role::Pre,
        "blockquote" => Role::Quote,
        "ul" => Role::List { ordered: false },
        "ol" => Role::List { ordered: true },
        "li" => Role::Item,
        "br" => Role::Break,
        "img" => Role::Picture,
        "a" => Role::Link,
        "span" => Role::Span,
        "em" | "i" => Role::Styled(Style::Emphasis),
        "strong" | "b" => Role::Styled(Style::Strong),
        "del" | "s" => Role::Styled(Style::Deleted),
        "u" => Role::Styled(Style::Underlined),
        "code" => Role::Styled(Style::Code),
        "ruby" => Role::Styled(Style::Ruby),
        "rt" => Role::Styled(Style::RubyText),
        "rp" => Role::Styled(Style::RubyParenthesis),
        "bdi" => Role::Styled(Style::Isolated),
        "script" | "style" | "template" | "iframe" | "object" | "embed" | "applet" | "noscript"
        | "noembed" | "noframes" | "svg" | "math" | "head" | "title" | "audio" | "video"
        | "canvas" | "select" | "textarea" | "button" | "input" | "frameset" | "xmp"
        | "plaintext" => Role::Dropped,
        _ => Role::Through,
    }
}

/// A language tag that is safe to set on an element: letters, digits and hyphens, at most 35 characters (RFC 5646 §4.4.1).
pub(crate) fn language(value: Option<String>) -> Option<String> {
    value.filter(|tag| {
        (1..=35).contains(&tag.len())
            && tag
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    })
}

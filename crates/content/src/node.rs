//! The safe tree itself: everything that a post's text can be after it has been read.

/// A text made of blocks. The default is the empty text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Content {
    /// Paragraphs, quotes and lists in reading order.
    pub blocks: Vec<Block>,
    /// Whether a bound cut the text short.
    pub truncated: bool,
}

/// A part of a text that stands on lines of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// `p`, and everything that merely separates (`div`, headings, loose text).
    Paragraph {
        /// The language that the element names, a plain tag such as `ja` or `pt-BR`.
        lang: Option<String>,
        /// What the paragraph says.
        inlines: Vec<Inline>,
    },
    /// `pre`: white space counts.
    Pre {
        /// The language that the element names.
        lang: Option<String>,
        /// What the block says.
        inlines: Vec<Inline>,
    },
    /// `blockquote`.
    Quote {
        /// The language that the element names.
        lang: Option<String>,
        /// What is quoted.
        blocks: Vec<Block>,
    },
    /// `ol` and `ul`.
    List {
        /// How items are numbered; none for `ul`.
        numbering: Option<Numbering>,
        /// The entries, never empty.
        items: Vec<Item>,
    },
}

/// How an `ol` counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numbering {
    /// The first number.
    pub start: i32,
    /// Whether it counts down.
    pub reversed: bool,
}

/// One entry of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The number that the entry asks for (`li value`).
    pub value: Option<i32>,
    /// What the entry holds.
    pub blocks: Vec<Block>,
}

/// A part of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inline {
    /// Plain characters, without control characters and without bidirectional overrides.
    Text(String),
    /// `br`.
    Break,
    /// A custom emoji that stood as `:shortcode:` in the text.
    Emoji(Emoji),
    /// A link whose address is absolute and http or https.
    Link(Link),
    /// A stretch of text with a meaning or a look.
    Styled {
        /// Which.
        style: Style,
        /// The language that the element names.
        lang: Option<String>,
        /// What it encloses.
        inlines: Vec<Inline>,
    },
}

/// What a stretch of text means. The set is closed: there is no class, no colour, no handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Style {
    /// `em`, `i`.
    Emphasis,
    /// `strong`, `b`.
    Strong,
    /// `del`, `s`.
    Deleted,
    /// `u`.
    Underlined,
    /// `code`.
    Code,
    /// `ruby`.
    Ruby,
    /// `rt`.
    RubyText,
    /// `rp`.
    RubyParenthesis,
    /// `bdi`.
    Isolated,
    /// `span` that only names a language.
    Plain,
    /// `span.invisible` in a link: for copying, not for showing.
    Invisible,
    /// `span.ellipsis` in a link: shown with "…" after it.
    Ellipsis,
}

/// A link that may be followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Absolute, http or https, at most [`MAX_HREF_BYTES`](crate::MAX_HREF_BYTES).
    pub href: String,
    /// What it leads to, as far as the post says so.
    pub kind: LinkKind,
    /// The words of the link.
    pub inlines: Vec<Inline>,
}

/// What a link leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkKind {
    /// Any page.
    Plain,
    /// An account.
    Mention {
        /// `user@domain`, or `user` when the server leaves its own name away.
        acct: String,
        /// The account's id on the server that sent the post, when the post lists it.
        id: Option<String>,
    },
    /// A hashtag.
    Hashtag {
        /// Without `#`, spelled as in the post.
        name: String,
    },
}

/// A picture that stands for a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Emoji {
    /// Without colons.
    pub shortcode: String,
    /// The picture, possibly moving.
    pub url: String,
    /// The same picture at rest.
    pub static_url: String,
}

impl Content {
    /// Whether nothing at all would be seen.
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }
}

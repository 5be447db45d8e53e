//! The half-built parts of a tree, and what each becomes when it is closed.

use crate::link::{Claim, Hints, kind};
use crate::node::{Block, Inline, Item, Link, Numbering, Style};

/// A part that still takes children.
pub(crate) struct Frame {
    /// The number of the element that opened it; parts that no element asked for have numbers of their own.
    pub(crate) id: u32,
    pub(crate) kind: Kind,
    blocks: Vec<Block>,
    inlines: Vec<Inline>,
    items: Vec<Item>,
}

pub(crate) enum Kind {
    Root,
    Paragraph { lang: Option<String> },
    Pre { lang: Option<String> },
    Quote { lang: Option<String> },
    List { numbering: Option<Numbering> },
    Item { value: Option<i32>, implied: bool },
    Inline(Span),
}

/// An element within a line.
#[derive(Clone)]
pub(crate) enum Span {
    Link { href: String, claim: Claim },
    Styled { style: Style, lang: Option<String> },
}

impl Frame {
    pub(crate) fn new(id: u32, kind: Kind) -> Self {
        Self {
            id,
            kind,
            blocks: Vec::new(),
            inlines: Vec::new(),
            items: Vec::new(),
        }
    }

    /// Whether text may go straight into it.
    pub(crate) fn takes_text(&self) -> bool {
        matches!(
            self.kind,
            Kind::Paragraph { .. } | Kind::Pre { .. } | Kind::Inline(_)
        )
    }

    /// Whether white space at its beginning means nothing.
    pub(crate) fn is_unwritten(&self) -> bool {
        self.inlines.is_empty()
    }

    /// Adds to the line, joining text with text. Says whether a node was added.
    pub(crate) fn push_text(&mut self, text: &str) -> bool {
        if let Some(Inline::Text(last)) = self.inlines.last_mut() {
            last.push_str(text);
            return false;
        }
        self.inlines.push(Inline::Text(text.to_owned()));
        true
    }

    pub(crate) fn push_break(&mut self) {
        self.inlines.push(Inline::Break);
    }

    pub(crate) fn into_blocks(self) -> Vec<Block> {
        self.blocks
    }

    /// Puts what the frame became into its parent; what shows nothing becomes nothing.
    pub(crate) fn close_into(self, parent: &mut Frame, hints: &Hints) {
        let Self {
            kind: shape,
            blocks,
            inlines,
            items,
            ..
        } = self;
        match shape {
            Kind::Paragraph { lang } if is_visible(&inlines) => {
                parent.blocks.push(Block::Paragraph { lang, inlines })
            }
            Kind::Pre { lang } if is_visible(&inlines) => {
                parent.blocks.push(Block::Pre { lang, inlines })
            }
            Kind::Quote { lang } if !blocks.is_empty() => {
                parent.blocks.push(Block::Quote { lang, blocks })
            }
            Kind::List { numbering } if !items.is_empty() => {
                parent.blocks.push(Block::List { numbering, items })
            }
            Kind::Item { value, .. } if !blocks.is_empty() => {
                parent.items.push(Item { value, blocks })
            }
            Kind::Inline(Span::Link { href, claim }) if !inlines.is_empty() => {
                let kind = kind(&href, claim, &inlines, hints);
                parent.inlines.push(Inline::Link(Link {
                    href,
                    kind,
                    inlines,
                }));
            }
            Kind::Inline(Span::Styled { style, lang }) if !inlines.is_empty() => {
                parent.inlines.push(Inline::Styled {
                    style,
                    lang,
                    inlines,
                });
            }
            _ => {}
        }
    }
}

fn is_visible(inlines: &[Inline]) -> bool {
    inlines.iter().any(|inline| match inline {
        Inline::Text(text) => text.contains(|c: char| !c.is_whitespace()),
        Inline::Break => false,
        Inline::Emoji(_) => true,
        Inline::Link(link) => is_visible(&link.inlines),
        Inline::Styled { inlines, .. } => is_visible(inlines),
    })
}

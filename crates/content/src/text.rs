//! The tree as plain words: for titles, labels and search.

use crate::node::{Block, Content, Inline, Style};

impl Content {
    /// The words alone: blocks on lines of their own, emoji as `:shortcode:`, what a link hides left out.
    pub fn plain(&self) -> String {
        let mut words = String::new();
        blocks(&self.blocks, &mut words);
        words
    }
}

/// The words of a line alone.
pub fn plain(inlines: &[Inline]) -> String {
    let mut words = String::new();
    write(inlines, &mut words);
    words
}

fn blocks(list: &[Block], words: &mut String) {
    for block in list {
        if !words.is_empty() && !words.ends_with('\n') {
            words.push('\n');
        }
        match block {
            Block::Paragraph { inlines, .. } | Block::Pre { inlines, .. } => write(inlines, words),
            Block::Quote { blocks: inner, .. } => blocks(inner, words),
            Block::List { items, .. } => items.iter().for_each(|item| blocks(&item.blocks, words)),
        }
    }
}

fn write(inlines: &[Inline], words: &mut String) {
    for inline in inlines {
        match inline {
            Inline::Text(text) => words.push_str(text),
            Inline::Break => words.push('\n'),
            Inline::Emoji(emoji) => {
                words.push(':');
                words.push_str(&emoji.shortcode);
                words.push(':');
            }
            Inline::Link(link) => write(&link.inlines, words),
            Inline::Styled {
                style: Style::Invisible,
                ..
            } => {}
            Inline::Styled { style, inlines, .. } => {
                write(inlines, words);
                if *style == Style::Ellipsis {
                    words.push('…');
                }
            }
        }
    }
}

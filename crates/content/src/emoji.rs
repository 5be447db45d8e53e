//! Custom emoji: `:shortcode:` in a text becomes a picture, if the post brings one of that name.

use crate::link::safe_href;
use crate::node::{Block, Content, Emoji, Inline, Style};

/// The most emoji that one text shows as pictures; the rest stays text. Each is an element and a download.
pub const MAX_EMOJIS: usize = 500;

/// A single line of plain text, such as a display name or a content warning, with its emoji.
pub fn line(text: &str, emojis: &[Emoji]) -> Vec<Inline> {
    let mut inlines = vec![Inline::Text(
        text.chars()
            .filter(|c| !c.is_control() && !is_override(*c))
            .collect(),
    )];
    Placing {
        emojis,
        left: MAX_EMOJIS,
    }
    .inlines(&mut inlines);
    inlines
}

/// Overrides turn the direction of everything behind them; embeddings and isolates are left alone, for they end.
pub(crate) fn is_override(c: char) -> bool {
    matches!(c, '\u{202d}' | '\u{202e}')
}

/// Puts pictures in place of shortcodes everywhere but in code.
pub(crate) fn place(content: &mut Content, emojis: &[Emoji]) {
    if !emojis.is_empty() {
        Placing {
            emojis,
            left: MAX_EMOJIS,
        }
        .blocks(&mut content.blocks);
    }
}

struct Placing<'a> {
    emojis: &'a [Emoji],
    left: usize,
}

impl Placing<'_> {
    fn blocks(&mut self, blocks: &mut [Block]) {
        for block in blocks {
            match block {
                Block::Paragraph { inlines, .. } => self.inlines(inlines),
                Block::Quote { blocks, .. } => self.blocks(blocks),
                Block::List { items, .. } => items
                    .iter_mut()
                    .for_each(|item| self.blocks(&mut item.blocks)),
                Block::Pre { .. } => {}
            }
        }
    }

    fn inlines(&mut self, inlines: &mut Vec<Inline>) {
        if inlines
            .iter()
            .any(|it| matches!(it, Inline::Text(text) if text.contains(':')))
        {
            let whole = std::mem::take(inlines);
            for inline in whole {
                match inline {
                    Inline::Text(text) => self.split(&text, inlines),
                    other => inlines.push(other),
                }
            }
        }
        for inline in inlines {
            match inline {
                Inline::Link(link) => self.inlines(&mut link.inlines),
                Inline::Styled { style, inlines, .. } if *style != Style::Code => {
                    self.inlines(inlines)
                }
                _ => {}
            }
        }
    }

    /// A shortcode stands alone: neither a letter, a digit nor a colon touches it from outside, as on the server.
    fn split(&mut self, text: &str, into: &mut Vec<Inline>) {
        let mut done = 0;
        let mut from = 0;
        while let Some(start) = text
            .get(from..)
            .and_then(|rest| rest.find(':'))
            .map(|at| at + from)
        {
            let name_from = start + 1;
            let Some(name_to) = text
                .get(name_from..)
                .and_then(|rest| rest.find(':'))
                .map(|at| at + name_from)
            else {
                break;
            };
            let touches = |c: char| c.is_alphanumeric() || c == ':';
            let name = text.get(name_from..name_to).unwrap_or_default();
            let before = text
                .get(..start)
                .and_then(|it| it.chars().next_back())
                .is_some_and(touches);
            let after = text
                .get(name_to + 1..)
                .and_then(|it| it.chars().next())
                .is_some_and(touches);
            let known = self.emojis.iter().find(|it| it.shortcode == name);
            match known
                .filter(|_| !before && !after && self.left > 0)
                .and_then(shown)
            {
                Some(emoji) => {
                    push_text(text.get(done..start).unwrap_or_default(), into);
                    into.push(Inline::Emoji(emoji));
                    self.left -= 1;
                    done = name_to + 1;
                    from = done;
                }
                None => from = name_to,
            }
        }
        push_text(text.get(done..).unwrap_or_default(), into);
    }
}

fn push_text(text: &str, into: &mut Vec<Inline>) {
    if !text.is_empty() {
        into.push(Inline::Text(text.to_owned()));
    }
}

/// The emoji with addresses that may be loaded.
fn shown(emoji: &Emoji) -> Option<Emoji> {
    let url = safe_href(&emoji.url)?;
    let static_url = safe_href(&emoji.static_url).unwrap_or_else(|| url.clone());
    Some(Emoji {
        shortcode: emoji.shortcode.clone(),
        url,
        static_url,
    })
}

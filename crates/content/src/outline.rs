//! The tree as stable text: what snapshots hold, so that two parsers can be compared through one file.

use crate::node::{Block, Content, Inline, LinkKind};

impl Content {
    /// One node a line, indented by depth. Only for tests and for reading: it is not parsed again.
    pub fn outline(&self) -> String {
        let mut lines = Lines {
            text: String::new(),
            depth: 0,
        };
        lines.blocks(&self.blocks);
        if self.truncated {
            lines.line(format_args!("(cut short)"));
        }
        lines.text
    }
}

struct Lines {
    text: String,
    depth: usize,
}

impl Lines {
    fn line(&mut self, what: std::fmt::Arguments<'_>) {
        for _ in 0..self.depth {
            self.text.push_str("  ");
        }
        self.text.push_str(&what.to_string());
        self.text.push('\n');
    }

    fn inside(&mut self, write: impl FnOnce(&mut Self)) {
        self.depth += 1;
        write(self);
        self.depth -= 1;
    }

    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            match block {
                Block::Paragraph { lang, inlines } => {
                    self.line(format_args!("paragraph{}", Lang(lang)));
                    self.inside(|it| it.inlines(inlines));
                }
                Block::Pre { lang, inlines } => {
                    self.line(format_args!("pre{}", Lang(lang)));
                    self.inside(|it| it.inlines(inlines));
                }
                Block::Quote { lang, blocks } => {
                    self.line(format_args!("quote{}", Lang(lang)));
                    self.inside(|it| it.blocks(blocks));
                }
                Block::List { numbering, items } => {
                    match numbering {
                        Some(it) => self.line(format_args!(
                            "list from {}{}",
                            it.start,
                            if it.reversed { " down" } else { "" }
                        )),
                        None => self.line(format_args!("list")),
                    }
                    for item in items {
                        match item.value {
                            Some(value) => self.inside(|it| it.line(format_args!("item {value}"))),
                            None => self.inside(|it| it.line(format_args!("item"))),
                        }
                        self.inside(|it| it.inside(|it| it.blocks(&item.blocks)));
                    }
                }
            }
        }
    }

    fn inlines(&mut self, inlines: &[Inline]) {
        for inline in inlines {
            match inline {
                Inline::Text(text) => self.line(format_args!("{text:?}")),
                Inline::Break => self.line(format_args!("break")),
                Inline::Emoji(emoji) => {
                    self.line(format_args!("emoji {} {}", emoji.shortcode, emoji.url))
                }
                Inline::Link(link) => {
                    match &link.kind {
                        LinkKind::Plain => self.line(format_args!("link {}", link.href)),
                        LinkKind::Hashtag { name } => {
                            self.line(format_args!("hashtag {name} {}", link.href))
                        }
                        LinkKind::Mention { acct, id } => {
                            self.line(format_args!(
                                "mention {acct} {} {}",
                                id.as_deref().unwrap_or("-"),
                                link.href
                            ));
                        }
                    }
                    self.inside(|it| it.inlines(&link.inlines));
                }
                Inline::Styled {
                    style,
                    lang,
                    inlines,
                } => {
                    self.line(format_args!("{style:?}{}", Lang(lang)));
                    self.inside(|it| it.inlines(inlines));
                }
            }
        }
    }
}

struct Lang<'a>(&'a Option<String>);

impl std::fmt::Display for Lang<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Some(lang) => write!(f, " lang={lang}"),
            None => Ok(()),
        }
    }
}

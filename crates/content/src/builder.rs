//! Events of any HTML parser in, the safe tree out.
//!
//! Elements within a line are not built when they open but when text arrives in them. So empty ones vanish, and a link
//! around two paragraphs becomes a link in each, whatever way the parser nested them.

use crate::emoji::{is_override, place};
use crate::frame::{Frame, Kind, Span};
use crate::link::{Claim, Hints, safe_href};
use crate::node::{Content, Numbering, Style};
use crate::tags::{Role, language, role};

/// The deepest nesting of elements that is kept; what is deeper counts as text of its ancestor. Real posts stay below ten.
pub const MAX_DEPTH: usize = 32;
/// The most nodes of one text, give or take one nesting. A long post has a few hundred.
pub const MAX_NODES: usize = 4_000;
/// The most text of one post in bytes; the longest that a known server allows is about a hundred thousand characters.
pub const MAX_TEXT_BYTES: usize = 131_072;

/// Builds a [`Content`] from the events of a walk over parsed HTML.
pub struct Builder {
    hints: Hints,
    open: Vec<Open>,
    frames: Vec<Frame>,
    /// How many elements are open inside a dropped one, itself included.
    dropped: usize,
    /// How many elements are open beyond [`MAX_DEPTH`].
    too_deep: usize,
    nodes: usize,
    text_bytes: usize,
    truncated: bool,
    last_id: u32,
}

/// An element that the parser opened and has not closed.
struct Open {
    id: u32,
    span: Option<Span>,
}

impl Builder {
    /// A builder for one text.
    pub fn new(hints: Hints) -> Self {
        Self {
            hints,
            open: Vec::new(),
            frames: vec![Frame::new(0, Kind::Root)],
            dropped: 0,
            too_deep: 0,
            nodes: 0,
            text_bytes: 0,
            truncated: false,
            last_id: 0,
        }
    }

    /// Whether nothing more is taken, so that a walk may stop.
    pub fn is_full(&self) -> bool {
        self.truncated
    }

    /// An element begins. `tag` is its local name in lower case; `attribute` returns the value of the attribute named.
    pub fn open(&mut self, tag: &str, attribute: &dyn Fn(&str) -> Option<String>) {
        if self.dropped > 0 {
            self.dropped += 1;
            return;
        }
        let class = || attribute("class").unwrap_or_default();
        let role = role(tag);
        if role == Role::Dropped
            || (self.hints.drop_inline_quote && has_class(&class(), "quote-inline"))
        {
            self.dropped = 1;
            return;
        }
        if self.open.len() >= MAX_DEPTH {
            self.too_deep += 1;
            return;
        }
        let id = self.next_id();
        let mut span = None;
        let lang = || language(attribute("lang"));
        match role {
            Role::Dropped | Role::Through => {}
            Role::Paragraph => self.open_block(id, Kind::Paragraph { lang: lang() }),
            Role::Pre => self.open_block(id, Kind::Pre { lang: lang() }),
            Role::Quote => self.open_block(id, Kind::Quote { lang: lang() }),
            Role::List { ordered } => {
                let start = attribute("start")
                    .and_then(|it| it.trim().parse().ok())
                    .unwrap_or(1);
                let numbering = ordered.then(|| Numbering {
                    start,
                    reversed: attribute("reversed").is_some(),
                });
                self.open_block(id, Kind::List { numbering });
            }
            Role::Item => {
                self.open_item(id, attribute("value").and_then(|it| it.trim().parse().ok()))
            }
            Role::Break => self.push_break(),
            Role::Picture => self.text(&attribute("alt").unwrap_or_default()),
            Role::Link if !self.is_in(|it| matches!(it, Span::Link { .. })) => {
                span = attribute("href").and_then(|it| safe_href(&it)).map(|href| {
                    let claim = Claim::new(&class(), &attribute("rel").unwrap_or_default());
                    Span::Link { href, claim }
                });
            }
            Role::Link => {}
            Role::Span => span = self.span(&class(), lang()),
            Role::Styled(Style::RubyText | Style::RubyParenthesis) if !self.is_in(is_ruby) => {}
            Role::Styled(style) => {
                span = Some(Span::Styled {
                    style,
                    lang: lang(),
                })
            }
        }
        self.open.push(Open { id, span });
    }

    /// Text, with character references already resolved.
    pub fn text(&mut self, text: &str) {
        if self.dropped > 0 || self.truncated {
            return;
        }
        let text = clean(text);
        let text = match self.frames.last() {
            Some(top) if matches!(top.kind, Kind::Pre { .. }) || !top.is_unwritten() => {
                text.as_str()
            }
            Some(Frame {
                kind: Kind::Inline(_),
                ..
            }) => text.as_str(),
            _ => text.trim_start_matches(|c: char| c.is_ascii_whitespace()),
        };
        let text = truncated_to(text, MAX_TEXT_BYTES - self.text_bytes);
        if text.is_empty() {
            return;
        }
        self.text_bytes += text.len();
        self.reach_line();
        if self
            .frames
            .last_mut()
            .is_some_and(|top| top.push_text(text))
        {
            self.count_node();
        }
        if self.text_bytes + 3 >= MAX_TEXT_BYTES {
            self.truncated = true;
        }
    }

    /// The element that was opened last ends.
    pub fn close(&mut self) {
        if self.dropped > 0 {
            self.dropped -= 1;
            return;
        }
        if self.too_deep > 0 {
            self.too_deep -= 1;
            return;
        }
        let Some(closed) = self.open.pop() else {
            return;
        };
        if let Some(at) = self
            .frames
            .iter()
            .rposition(|frame| frame.id == closed.id)
            .filter(|at| *at > 0)
        {
            self.close_frames(at);
        }
    }

    /// The tree of everything that was fed; elements still open end here.
    pub fn finish(mut self) -> Content {
        self.close_frames(1);
        let blocks = self
            .frames
            .pop()
            .map(Frame::into_blocks)
            .unwrap_or_default();
        let mut content = Content {
            blocks,
            truncated: self.truncated,
        };
        place(&mut content, &self.hints.emojis);
        content
    }

    fn next_id(&mut self) -> u32 {
        self.last_id = self.last_id.wrapping_add(1).max(1);
        self.last_id
    }

    fn is_in(&self, test: fn(&Span) -> bool) -> bool {
        self.open.iter().filter_map(|it| it.span.as_ref()).any(test)
    }

    /// What a `span` means: the two halves of a shortened link, or a language, or nothing.
    fn span(&self, class: &str, lang: Option<String>) -> Option<Span> {
        let in_link = self.is_in(|it| matches!(it, Span::Link { .. }));
        let style = match () {
            () if in_link && has_class(class, "invisible") => Style::Invisible,
            () if in_link && has_class(class, "ellipsis") => Style::Ellipsis,
            () if lang.is_some() => Style::Plain,
            () => return None,
        };
        Some(Span::Styled { style, lang })
    }

    fn push_frame(&mut self, id: u32, kind: Kind) {
        self.frames.push(Frame::new(id, kind));
        self.count_node();
    }

    fn count_node(&mut self) {
        self.nodes += 1;
        if self.nodes >= MAX_NODES {
            self.truncated = true;
        }
    }

    /// Closes frames until `keep` are left.
    fn close_frames(&mut self, keep: usize) {
        while self.frames.len() > keep.max(1) {
            let Some(frame) = self.frames.pop() else {
                return;
            };
            if let Some(parent) = self.frames.last_mut() {
                frame.close_into(parent, &self.hints);
            }
        }
    }

    /// Ends the line and paragraph, so that the last frame is one that holds blocks or items.
    fn end_line(&mut self) {
        let keep = self
            .frames
            .iter()
            .rposition(|frame| !frame.takes_text())
            .map_or(1, |at| at + 1);
        self.close_frames(keep);
    }

    fn open_block(&mut self, id: u32, kind: Kind) {
        if self.truncated {
            return;
        }
        self.end_line();
        self.leave_list();
        self.push_frame(id, kind);
    }

    fn open_item(&mut self, id: u32, value: Option<i32>) {
        if self.truncated {
            return;
        }
        self.end_line();
        if matches!(
            self.frames.last(),
            Some(Frame {
                kind: Kind::Item { implied: true, .. },
                ..
            })
        ) {
            self.close_frames(self.frames.len() - 1);
        }
        match self.frames.last() {
            Some(Frame {
                kind: Kind::List { .. },
                ..
            }) => self.push_frame(
                id,
                Kind::Item {
                    value,
                    implied: false,
                },
            ),
            // An entry without a list is a line of its own.
            _ => self.push_frame(id, Kind::Paragraph { lang: None }),
        }
    }

    /// What stands in a list without being an entry gets one.
    fn leave_list(&mut self) {
        if matches!(
            self.frames.last(),
            Some(Frame {
                kind: Kind::List { .. },
                ..
            })
        ) {
            let id = self.next_id();
            self.push_frame(
                id,
                Kind::Item {
                    value: None,
                    implied: true,
                },
            );
        }
    }

    /// Opens what is missing between the last block and the text that arrives.
    fn reach_line(&mut self) {
        if !self.frames.last().is_some_and(Frame::takes_text) {
            self.leave_list();
            let id = self.next_id();
            self.push_frame(id, Kind::Paragraph { lang: None });
        }
        let line_from = self
            .frames
            .iter()
            .rposition(|it| !matches!(it.kind, Kind::Inline(_)))
            .unwrap_or(0);
        let built = self.frames.len() - line_from - 1;
        let missing: Vec<(u32, Span)> = self
            .open
            .iter()
            .filter_map(|it| Some((it.id, it.span.clone()?)))
            .skip(built)
            .collect();
        for (id, span) in missing {
            self.push_frame(id, Kind::Inline(span));
        }
    }

    fn push_break(&mut self) {
        if self.truncated || self.frames.last().is_some_and(|top| !top.takes_text()) {
            return;
        }
        self.reach_line();
        if let Some(top) = self.frames.last_mut() {
            top.push_break();
        }
        self.count_node();
    }
}

fn is_ruby(span: &Span) -> bool {
    matches!(
        span,
        Span::Styled {
            style: Style::Ruby,
            ..
        }
    )
}

fn has_class(class: &str, name: &str) -> bool {
    class.split_ascii_whitespace().any(|it| it == name)
}

/// Text without what cannot be seen but changes what is seen.
fn clean(text: &str) -> String {
    let keep = |c: &char| !is_override(*c) && (!c.is_control() || matches!(c, '\n' | '\t'));
    text.chars().filter(keep).collect()
}

/// The longest beginning of whole characters that fits.
fn truncated_to(text: &str, max_bytes: usize) -> &str {
    let mut end = max_bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

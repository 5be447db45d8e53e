//! A post as lines of a terminal. Everything in it is from strangers and goes through [`text`] first.

use std::collections::{HashMap, VecDeque};

use mastodon::{Status, Timestamp};

use crate::cli::{
    paint::{Ink, Paint},
    text::{self, html::lines_of_html},
};

/// Longest name that is shown.
const MAX_NAME: usize = 40;
/// Longest handle that is shown.
const MAX_HANDLE: usize = 60;
/// Longest description of a picture that is shown.
const MAX_ALT: usize = 200;
/// Most lines of one post.
const MAX_LINES: usize = 60;
/// Posts that are remembered, to say whose post a deletion takes.
const MAX_REMEMBERED: usize = 5_000;

/// What was shown, so that later words about it can be understood.
pub(super) struct Shown {
    open: bool,
    /// By id: whose, and when it was written.
    posts: HashMap<String, String>,
    order: VecDeque<String>,
}

impl Shown {
    /// Nothing was shown yet; `open` shows what stands behind content warnings.
    pub(super) fn new(open: bool) -> Self {
        Self {
            open,
            posts: HashMap::new(),
            order: VecDeque::new(),
        }
    }

    /// A post that came or changed.
    pub(super) fn post(&mut self, status: &Status, is_edit: bool, paint: Paint) -> String {
        let status = status.shown();
        let handle = format!("@{}", text::short(&status.account.acct, MAX_HANDLE));
        let time = clock(&status.created_at);
        self.remember(status.id.as_str(), &format!("of {handle} at {time}"));
        let mut told = String::new();
        let mut head = vec![
            paint.with(Ink::Faint, &time),
            paint.with(
                Ink::Strong,
                &text::short(&status.account.display_name, MAX_NAME),
            ),
            paint.with(Ink::Name, &handle),
        ];
        head.extend(is_edit.then(|| paint.with(Ink::Warn, "(edited)")));
        head.extend(status.account.bot.then(|| paint.with(Ink::Faint, "(bot)")));
        head.extend(
            status
                .language
                .iter()
                .map(|it| paint.with(Ink::Faint, &text::short(it, 12))),
        );
        let seen = status.relay.as_ref().map_or(0, |it| it.seen_on.len());
        head.extend((seen > 1).then(|| paint.with(Ink::Faint, &format!("seen on {seen}"))));
        head.retain(|it| !it.is_empty());
        told.push_str(&head.join(" "));
        told.push('\n');
        for line in self.body(status, paint) {
            if line.is_empty() {
                told.push('\n');
            } else {
                told.push_str(&format!("  {line}\n"));
            }
        }
        told.push('\n');
        told
    }

    fn body(&self, status: &Status, paint: Paint) -> Vec<String> {
        let mut lines = Vec::new();
        let warning = text::short(&status.spoiler_text, MAX_ALT);
        if !warning.is_empty() {
            lines.push(paint.with(Ink::Warn, &format!("Content warning: {warning}")));
        }
        if warning.is_empty() || self.open {
            lines.extend(lines_of_html(status.content.as_deref().unwrap_or_default()));
        } else {
            lines.push(paint.with(Ink::Faint, "(hidden; --open shows it)"));
        }
        if lines.len() > MAX_LINES {
            lines.truncate(MAX_LINES);
            lines.push("…".to_owned());
        }
        for media in &status.media_attachments {
            let kind = text::short(media.kind.as_str(), 12);
            let alt = text::short(
                media.description.as_deref().unwrap_or("no description"),
                MAX_ALT,
            );
            lines.push(paint.with(Ink::Faint, &format!("[{kind}: {alt}]")));
        }
        if let Some(quoted) = status
            .quote
            .as_ref()
            .and_then(|it| it.quoted_status.as_ref())
        {
            let whose = text::short(&quoted.account.acct, MAX_HANDLE);
            lines.push(paint.with(Ink::Faint, &format!("[quotes @{whose}]")));
        }
        let address = status.url.as_deref().unwrap_or(&status.uri);
        lines.push(paint.with(Ink::Faint, &text::line(address)));
        lines
    }

    /// A post that is gone.
    pub(super) fn deleted(&mut self, id: &str, paint: Paint) -> String {
        let whose = self.posts.remove(id);
        let whose = whose.unwrap_or_else(|| format!("with the id {}", text::short(id, MAX_HANDLE)));
        format!(
            "{}\n\n",
            paint.with(Ink::Bad, &format!("deleted: the post {whose}"))
        )
    }

    fn remember(&mut self, id: &str, whose: &str) {
        if self.posts.insert(id.to_owned(), whose.to_owned()).is_none() {
            self.order.push_back(id.to_owned());
        }
        while self.order.len() > MAX_REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.posts.remove(&oldest);
        }
    }
}

/// The time of day, in UTC.
fn clock(at: &Timestamp) -> String {
    let Some(seconds) = at
        .unix_millis()
        .map(|it| it.div_euclid(1_000).rem_euclid(86_400))
    else {
        return String::new();
    };
    format!(
        "{:02}:{:02}:{:02}Z",
        seconds / 3_600,
        seconds / 60 % 60,
        seconds % 60
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn status(more: serde_json::Value) -> Status {
        let mut status = json!({
            "id": "7", "uri": "https://a.example/7", "url": "https://a.example/@ada/7",
            "created_at": "2026-01-02T03:04:05.000Z", "language": "en",
            "account": {"id": "1", "acct": "ada@a.example", "display_name": "Ada"},
            "content": "<p>Hello<br>there</p>",
        });
        let (Some(all), Some(more)) = (status.as_object_mut(), more.as_object()) else {
            panic!()
        };
        all.extend(more.clone());
        serde_json::from_value(status).unwrap()
    }

    fn told(more: serde_json::Value) -> String {
        Shown::new(false).post(&status(more), false, Paint::always(false))
    }

    #[test]
    fn a_post_is_its_author_its_lines_and_its_address() {
        let expected =
            "03:04:05Z Ada @ada@a.example en\n  Hello\n  there\n  https://a.example/@ada/7\n\n";
        assert_eq!(told(json!({})), expected);
    }

    #[test]
    fn what_stands_behind_a_warning_is_shown_only_when_asked() {
        let told = told(json!({"spoiler_text": "spiders"}));
        assert!(
            told.contains("Content warning: spiders") && !told.contains("Hello"),
            "{told}"
        );
        let open = Shown::new(true).post(
            &status(json!({"spoiler_text": "x"})),
            false,
            Paint::always(false),
        );
        assert!(open.contains("Hello"));
    }

    #[test]
    fn nothing_in_a_post_reaches_the_terminal_as_a_command() {
        let evil = "x\u{1b}]0;owned\u{7}\u{9b}2J\u{202e}y";
        let told = told(json!({
            "account": {"id": "1", "acct": evil, "display_name": format!("{evil}\n{}", "long ".repeat(50))},
            "content": format!("<p>{evil}&#27;[31m</p>"), "spoiler_text": "", "language": evil,
            "url": format!("https://x/{evil}"),
            "media_attachments": [{"id": "1", "type": "image", "description": evil}],
        }));
        assert!(
            !told
                .chars()
                .any(|c| c.is_control() && c != '\n' || c == '\u{202e}'),
            "{told:?}"
        );
        assert_eq!(told.lines().count(), 5, "{told}");
    }

    #[test]
    fn a_deletion_says_whose_post_it_was() {
        let mut shown = Shown::new(false);
        shown.post(&status(json!({})), true, Paint::always(false));
        let paint = Paint::always(false);
        assert_eq!(
            shown.deleted("7", paint),
            "deleted: the post of @ada@a.example at 03:04:05Z\n\n"
        );
        assert_eq!(
            shown.deleted("7", paint),
            "deleted: the post with the id 7\n\n"
        );
    }
}

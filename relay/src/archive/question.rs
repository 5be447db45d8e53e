//! A selection as SQL: the same question that [`Selection::matches`] answers for one post, asked of all that are kept.

use rusqlite::types::Value;

use crate::views::{Reach, Selection};

/// What holds of every post that timelines show.
const LISTED: &str = "listed";

/// The pieces of a query over `posts`.
#[derive(Debug)]
pub(super) struct Question {
    /// What to read.
    pub(super) from: &'static str,
    /// The column that pages are cut by.
    pub(super) id: &'static str,
    /// What must hold, each with `?` for its values.
    pub(super) wheres: Vec<String>,
    /// The values, in order.
    pub(super) values: Vec<Value>,
}

impl Question {
    /// Asks for what a selection wants.
    pub(super) fn of(selection: &Selection) -> Self {
        let mut question = Self {
            from: "posts",
            id: "posts.id",
            wheres: vec![LISTED.to_owned()],
            values: Vec::new(),
        };
        question.ask_tags(selection);
        question.ask_flags(selection);
        question.ask_names(selection);
        question
    }

    /// Takes posts too that were only seen in threads and profiles somebody asked for.
    pub(super) fn with_unlisted(mut self) -> Self {
        self.wheres.retain(|it| it != LISTED);
        self
    }

    /// Adds something that must hold.
    pub(super) fn require<V: Into<Value>>(
        &mut self,
        condition: impl Into<String>,
        values: impl IntoIterator<Item = V>,
    ) {
        self.wheres.push(condition.into());
        self.values.extend(values.into_iter().map(Into::into));
    }

    /// One tag alone is walked along its own index; several are tested post by post.
    fn ask_tags(&mut self, selection: &Selection) {
        let tags = &selection.tags;
        match tags.any.as_slice() {
            [] => {}
            [tag] => {
                self.from = "tags JOIN posts ON posts.id = tags.id";
                self.id = "tags.id";
                self.require("tags.tag = ?", [tag.clone()]);
            }
            any => self.require(
                format!(
                    "EXISTS (SELECT 1 FROM tags t WHERE t.id = posts.id AND t.tag IN ({}))",
                    marks(any.len())
                ),
                any.iter().cloned(),
            ),
        }
        for (tags, exists) in [(&tags.all, "EXISTS"), (&tags.none, "NOT EXISTS")] {
            for tag in tags {
                self.require(
                    format!("{exists} (SELECT 1 FROM tags t WHERE t.id = posts.id AND t.tag = ?)"),
                    [tag.clone()],
                );
            }
        }
    }

    fn ask_flags(&mut self, selection: &Selection) {
        let reach = match selection.reach {
            Reach::All => None,
            Reach::Local => Some("local"),
            Reach::Remote => Some("NOT local"),
        };
        let flags = [
            reach,
            selection.only_media.then_some("media"),
            (!selection.replies_to_others).then_some("NOT reply_to_other"),
            selection.no_bots.then_some("NOT bot"),
            selection.no_sensitive.then_some("NOT sensitive"),
            (!selection.with_guarded).then_some("NOT guarded"),
        ];
        self.wheres
            .extend(flags.into_iter().flatten().map(str::to_owned));
        if let Some(max) = selection.max_hashtags {
            self.require("hashtags <= ?", [i64::from(max)]);
        }
        for (column, least) in [
            ("reblogs", selection.min_reblogs),
            ("favourites", selection.min_favourites),
        ] {
            if least > 0 {
                self.require(format!("{column} >= ?"), [i64::from(least)]);
            }
        }
    }

    fn ask_names(&mut self, selection: &Selection) {
        let names = |list: &[String]| list.to_vec();
        let (servers, accounts) = (&selection.servers, &selection.accounts);
        if !servers.only.is_empty() {
            let marks = marks(servers.only.len());
            self.require(
                format!("(server IN ({marks}) OR handle_server IN ({marks}))"),
                [names(&servers.only), names(&servers.only)].concat(),
            );
        }
        if !servers.not.is_empty() {
            let marks = marks(servers.not.len());
            self.require(
                format!("server NOT IN ({marks}) AND ifnull(handle_server, '') NOT IN ({marks})"),
                [names(&servers.not), names(&servers.not)].concat(),
            );
        }
        for (list, is_in) in [(&accounts.only, "IN"), (&accounts.not, "NOT IN")] {
            if !list.is_empty() {
                let condition = format!("account {is_in} ({})", marks(list.len()));
                self.require(condition, names(list));
            }
        }
        if !selection.languages.is_empty() {
            // A language without a region takes every region of it.
            let one = |code: &String| match code.contains('-') {
                true => "language = ?",
                false => "(language = ? OR language LIKE ? || '-%')",
            };
            let conditions: Vec<&str> = selection.languages.iter().map(one).collect();
            let values = selection.languages.iter().flat_map(|code| {
                let times = if code.contains('-') { 1 } else { 2 };
                std::iter::repeat_n(code.clone(), times)
            });
            self.require(format!("({})", conditions.join(" OR ")), values);
        }
        if !selection.words.is_empty() {
            self.require(
                "posts.id IN (SELECT rowid FROM words WHERE words MATCH ?)",
                [phrases(&selection.words)],
            );
        }
    }
}

/// Any of these phrases, as FTS5 has it. They are folded: letters, marks, digits and single spaces.
fn phrases(words: &[String]) -> String {
    let quoted: Vec<String> = words.iter().map(|it| format!("\"{it}\"")).collect();
    quoted.join(" OR ")
}

fn marks(count: usize) -> String {
    vec!["?"; count].join(",")
}

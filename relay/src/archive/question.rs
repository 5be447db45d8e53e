//! A selection as SQL: the same question that [`Selection::matches`] answers for one post, asked of all that are kept.

use rusqlite::{Connection, types::Value};

use crate::views::{Reach, Selection};

/// What holds of every post that timelines show.
const LISTED: &str = "listed";

/// The pieces of a query over `posts`.
#[derive(Debug)]
pub(super) struct Question {
    /// Where to look for posts: each way gives some in the order of their ids, together they give every one that may be wanted.
    pub(super) ways: Vec<Way>,
    /// What must hold, each with `?` for its values.
    pub(super) wheres: Vec<String>,
    /// The values, in order.
    pub(super) values: Vec<Value>,
}

/// Posts that have something, along an index that holds them in the order of their ids.
#[derive(Clone, Debug)]
pub(super) struct Way {
    /// The table.
    pub(super) from: &'static str,
    /// Its column with the posts' ids.
    pub(super) id: &'static str,
    /// What its rows must have, with a `?` for the value.
    pub(super) having: &'static str,
    /// The value.
    pub(super) value: Option<String>,
}

impl Way {
    /// Every post there is.
    pub(super) const ALL: Self = Self {
        from: "posts",
        id: "posts.id",
        having: "1",
        value: None,
    };

    fn along(from: &'static str, id: &'static str, having: &'static str, value: &str) -> Self {
        Self {
            from,
            id,
            having,
            value: Some(value.to_owned()),
        }
    }

    fn tag(tag: &str) -> Self {
        Self::along("tags", "tags.id", "tags.tag = ?", tag)
    }
}

/// Entries of an index that are counted at most to find the rarer one; more is many in any case.
const COUNTED: i64 = 20_000;
/// Ways that are walked side by side at most; more ask of every post.
const MAX_WAYS: usize = 64;

impl Question {
    /// Asks for what a selection wants.
    pub(super) fn of(selection: &Selection) -> Self {
        let mut question = Self {
            ways: Vec::new(),
            wheres: vec![LISTED.to_owned()],
            values: Vec::new(),
        };
        question.ask_tags(selection);
        question.ask_flags(selection);
        question.ask_names(selection);
        question.ways = ways(selection);
        question
    }

    /// Takes posts too that were only seen in threads and profiles somebody asked for.
    pub(super) fn with_unlisted(mut self) -> Self {
        self.wheres.retain(|it| it != LISTED);
        self
    }

    /// Leaves one of several ways, where each alone would lead to every post that is wanted: that with the fewest posts.
    pub(super) fn choose_way(
        &mut self,
        db: &Connection,
        selection: &Selection,
    ) -> rusqlite::Result<()> {
        let tags = &selection.tags.all;
        if tags.len() < 2 || !selection.words.is_empty() {
            return Ok(());
        }
        let sql =
            format!("SELECT count(*) FROM (SELECT 1 FROM tags WHERE tag = ?1 LIMIT {COUNTED})");
        let mut count = db.prepare_cached(&sql)?;
        let mut rarest: Option<(i64, &String)> = None;
        for tag in tags {
            let posts: i64 = count.query_row([tag], |row| row.get(0))?;
            if rarest.is_none_or(|(fewest, _)| posts < fewest) {
                rarest = Some((posts, tag));
            }
        }
        self.ways = rarest.iter().map(|(_, tag)| Way::tag(tag)).collect();
        Ok(())
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

    fn ask_tags(&mut self, selection: &Selection) {
        let tags = &selection.tags;
        if !tags.any.is_empty() {
            self.require(
                format!(
                    "EXISTS (SELECT 1 FROM tags t WHERE t.id = posts.id AND t.tag IN ({}))",
                    marks(tags.any.len())
                ),
                tags.any.iter().cloned(),
            );
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
    }
}

/// Where to look for what a selection wants, as few posts as can be known without counting.
fn ways(selection: &Selection) -> Vec<Way> {
    let Selection {
        tags,
        accounts,
        servers,
        words,
        ..
    } = selection;
    if !words.is_empty() {
        let words = phrases(words);
        return vec![Way::along("words", "words.rowid", "words MATCH ?", &words)];
    }
    let ways: Vec<Way> = if let Some(tag) = tags.all.first() {
        vec![Way::tag(tag)]
    } else if !tags.any.is_empty() {
        tags.any.iter().map(|it| Way::tag(it)).collect()
    } else if !accounts.only.is_empty() {
        let way = |it: &String| Way::along("posts", "posts.id", "posts.account = ?", it);
        accounts.only.iter().map(way).collect()
    } else {
        let by =
            |having: &'static str| move |it: &String| Way::along("posts", "posts.id", having, it);
        let written = servers.only.iter().map(by("posts.server = ?"));
        let known = servers.only.iter().map(by("posts.handle_server = ?"));
        written.chain(known).collect()
    };
    match ways.len() {
        1..=MAX_WAYS => ways,
        _ => vec![Way::ALL],
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

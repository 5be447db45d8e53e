//! What is found by words: posts whose authors allow that, people, and hashtags with how they were used lately.

use rusqlite::{Connection, params};
use timeline::{public_id::PublicId, words};

use super::{
    Archive, ArchiveError, StoredAccount, StoredStatus, accounts,
    ledger::now_seconds,
    question::{Question, Way},
    reading,
};
use crate::views::Selection;

/// Days that the history of a hashtag has; Mastodon's own number.
pub(super) const HISTORY_DAYS: i64 = 7;
/// Uses of one hashtag that are counted at most, the newest.
const MAX_USES: i64 = 20_000;
/// Posts that are read for one search at most, where each must be looked into.
const MAX_LOOKS: usize = 2_000;
/// Hashtags that are passed for one search at most.
const MAX_TAGS: usize = 2_000;
const DAY: i64 = 86_400;

/// What a post found by search must be like.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StatusSearch {
    /// What timelines can ask, too.
    pub selection: Selection,
    /// Phrases that must all be in it, as [`words::folded`].
    pub phrases: Vec<String>,
    /// Phrases of which none may be in it.
    pub without: Vec<String>,
    /// Whether it must be (or not be) an answer.
    pub reply: Option<bool>,
    /// Whether it must be (or not be) marked as sensitive.
    pub sensitive: Option<bool>,
    /// Whether it must have media, or none.
    pub media: Option<bool>,
    /// Whether it must have a poll, or none.
    pub poll: Option<bool>,
    /// Whether it must have a link's card, or none.
    pub link: Option<bool>,
    /// Only from this id on.
    pub from: Option<PublicId>,
    /// Only below this id.
    pub below: Option<PublicId>,
}

/// A part of what is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// How many are passed over.
    pub offset: usize,
    /// How many are told at most.
    pub limit: usize,
    /// Whether what only readers with the key may see belongs to it.
    pub with_guarded: bool,
}

/// How a hashtag was used on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TagDay {
    /// The day's first second since 1970, UTC.
    pub day: i64,
    /// Posts with it.
    pub uses: i64,
    /// People who wrote them.
    pub accounts: i64,
}

impl Archive {
    /// The posts that a search finds, newest first.
    ///
    /// # Errors
    /// When SQLite fails.
    pub async fn search_statuses(
        &self,
        search: StatusSearch,
        part: Part,
    ) -> Result<Vec<StoredStatus>, ArchiveError> {
        self.read(move |db| statuses(db, &search, part)).await
    }

    /// The people in whose name or handle every word is, the last one as a beginning; who was heard of lately first.
    /// Those who said that they are not to be suggested are left out.
    ///
    /// # Errors
    /// When SQLite fails.
    pub async fn search_accounts(
        &self,
        text: &str,
        part: Part,
    ) -> Result<Vec<StoredAccount>, ArchiveError> {
        let folded = words::folded(text);
        let tokens: Vec<String> = folded.split(' ').map(str::to_owned).collect();
        let asked = format!("{}*", quoted(&tokens).join(" AND "));
        self.read(move |db| {
            if folded.is_empty() {
                return Ok(Vec::new());
            }
            let sql = format!(
                "SELECT {} FROM account_names CROSS JOIN accounts ON accounts.id = account_names.rowid
                 WHERE account_names MATCH ?1 AND discoverable AND standing > 1 AND json <> x''
                 AND EXISTS (SELECT 1 FROM posts WHERE account = accounts.handle AND (?2 OR NOT guarded))
                 GROUP BY handle ORDER BY max(last_id) DESC LIMIT {} OFFSET {}",
                accounts::COLUMNS,
                part.limit,
                part.offset
            );
            db.prepare_cached(&sql)?
                .query_map(params![asked, part.with_guarded], accounts::stored)?
                .collect()
        })
        .await
    }

    /// The hashtags that begin so, in order of name. `prefix` is a key of [`timeline::tag::key`].
    ///
    /// # Errors
    /// When SQLite fails.
    pub async fn search_tags(&self, prefix: &str, part: Part) -> Result<Vec<String>, ArchiveError> {
        let prefix = prefix.to_owned();
        self.read(move |db| tags(db, &prefix, part)).await
    }

    /// How a hashtag was used on the last seven days, today first.
    ///
    /// # Errors
    /// When SQLite fails.
    pub async fn tag_history(
        &self,
        key: &str,
        with_guarded: bool,
    ) -> Result<Vec<TagDay>, ArchiveError> {
        let key = key.to_owned();
        self.read(move |db| history(db, &key, with_guarded, now_seconds()))
            .await
    }
}

fn statuses(
    db: &Connection,
    search: &StatusSearch,
    part: Part,
) -> rusqlite::Result<Vec<StoredStatus>> {
    let mut selection = search.selection.clone();
    selection.replies_to_others = true;
    selection.with_guarded = part.with_guarded;
    let mut question = Question::of(&selection);
    if search.phrases.is_empty() && !search.without.is_empty() {
        // What nobody may search in is not found by what it does not say, either.
        question
            .wheres
            .push("posts.id IN (SELECT rowid FROM words)".to_owned());
    }
    if !search.without.is_empty() {
        question.require(
            "posts.id NOT IN (SELECT rowid FROM words WHERE words MATCH ?)",
            [quoted(&search.without).join(" OR ")],
        );
    }
    for (flag, yes, no) in [
        (
            search.reply,
            "(reply_to_other OR parent_uri IS NOT NULL)",
            "NOT reply_to_other AND parent_uri IS NULL",
        ),
        (search.sensitive, "sensitive", "NOT sensitive"),
        (search.media, "media", "NOT media"),
    ] {
        let wanted = flag.map(|it| if it { yes } else { no });
        question.wheres.extend(wanted.map(str::to_owned));
    }
    for (bound, sign) in [(search.from, ">="), (search.below, "<")] {
        if let Some(bound) = bound {
            question.require(format!("posts.id {sign} ?"), [bound.as_i64()]);
        }
    }
    let place = (part.offset, part.limit);
    let way = match (search.phrases.as_slice(), question.ways.as_slice()) {
        ([], [way]) => way.clone(),
        ([], _) => Way::ALL,
        (phrases, _) => Way {
            from: "words",
            id: "words.rowid",
            having: "words MATCH ?",
            value: Some(quoted(phrases).join(" AND ")),
        },
    };
    reading::found(db, way, &question, MAX_LOOKS, place, |it| {
        is_like(it, search)
    })
}

/// Folded phrases as FTS5 has them.
fn quoted(phrases: &[String]) -> Vec<String> {
    phrases.iter().map(|it| format!("\"{it}\"")).collect()
}

/// Whether a post has what no column says.
fn is_like(status: &StoredStatus, search: &StatusSearch) -> bool {
    if search.poll.is_none() && search.link.is_none() {
        return true;
    }
    let read: serde_json::Value = serde_json::from_slice(&status.json).unwrap_or_default();
    let has = |field: &str| read.get(field).is_some_and(|it| !it.is_null());
    search.poll.is_none_or(|it| it == has("poll")) && search.link.is_none_or(|it| it == has("card"))
}

/// Walks from name to name, not from use to use.
fn tags(db: &Connection, prefix: &str, part: Part) -> rusqlite::Result<Vec<String>> {
    if prefix.is_empty() {
        return Ok(Vec::new());
    }
    let mut next = db.prepare_cached("SELECT min(tag) FROM tags WHERE tag > ?1")?;
    let mut first = db.prepare_cached("SELECT min(tag) FROM tags WHERE tag >= ?1")?;
    let mut is_shown = db.prepare_cached(
        "SELECT 1 FROM tags CROSS JOIN posts ON posts.id = tags.id WHERE tag = ?1 AND listed AND (?2 OR NOT guarded)",
    )?;
    let mut found = Vec::new();
    let mut tag: Option<String> = first.query_row([prefix], |row| row.get(0))?;
    for _ in 0..MAX_TAGS {
        let Some(name) = tag.filter(|it| it.starts_with(prefix)) else {
            break;
        };
        if is_shown.exists(params![name, part.with_guarded])? {
            found.push(name.clone());
        }
        if found.len() >= part.offset.saturating_add(part.limit) {
            break;
        }
        tag = next.query_row([name], |row| row.get(0))?;
    }
    Ok(found.into_iter().skip(part.offset).collect())
}

pub(super) fn history(
    db: &Connection,
    key: &str,
    with_guarded: bool,
    now: i64,
) -> rusqlite::Result<Vec<TagDay>> {
    let today = now - now.rem_euclid(DAY);
    let days = (0..HISTORY_DAYS).map(|it| today - it * DAY);
    let oldest = u32::try_from(today - (HISTORY_DAYS - 1) * DAY).unwrap_or_default();
    let mut statement = db.prepare_cached(
        "SELECT (used.id >> 31) / 86400 * 86400 AS day, count(*), count(DISTINCT account)
         FROM (SELECT id FROM tags WHERE tag = ?1 AND id >= ?2 ORDER BY id DESC LIMIT ?3) used
         CROSS JOIN posts ON posts.id = used.id WHERE listed AND (?4 OR NOT guarded) GROUP BY day",
    )?;
    let oldest = PublicId::floor(oldest).as_i64();
    let counted: Vec<TagDay> = statement
        .query_map(params![key, oldest, MAX_USES, with_guarded], |row| {
            Ok(TagDay {
                day: row.get(0)?,
                uses: row.get(1)?,
                accounts: row.get(2)?,
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    let of = |day| {
        let found = counted.iter().find(|it| it.day == day).copied();
        found.unwrap_or(TagDay {
            day,
            uses: 0,
            accounts: 0,
        })
    };
    Ok(days.map(of).collect())
}

//! What is talked about lately, counted over everything that is kept; and what of it may still be told.
//!
//! Counting reads many posts and is for a task in the background. Telling looks at the few posts of one page as they
//! are now, so that what was withdrawn a moment ago is not told any more.

use std::collections::{HashMap, HashSet};

use bytes::Bytes;
use rusqlite::{Connection, params};
use serde::Deserialize;
use serde_json::Value;
use timeline::{
    public_id::{PublicId, stable_hash},
    trend::{Chart, WINDOW, interest},
};

use super::{Archive, ArchiveError, StoredStatus, body, reading, search, search::TagDay};

/// What holds of every post that counts: everybody may see it, its author is a person, allows to be suggested, and hides
/// nothing behind a warning. What the operator hides is kept elsewhere or not listed.
const COUNTS: &str = "posts.listed AND NOT posts.guarded AND NOT posts.bot AND NOT posts.sensitive AND NOT EXISTS
    (SELECT 1 FROM accounts a WHERE a.handle = posts.account AND a.standing > 1 AND NOT a.discoverable)";

/// Beside [`COUNTS`], of a post that trends itself: it opens a conversation, and somebody passed it on or liked it.
const PASSED_ON: &str = "NOT posts.reply_to_other AND posts.reblogs + posts.favourites > 0";

/// Hashtags of one post at most for them to count: more is a wish to be seen.
const MAX_HASHTAGS: u32 = 10;

/// People who must name a hashtag or a link: what one person says is no trend.
const LEAST_PEOPLE: usize = 2;

/// Posts whose hashtags and counts are looked at, the newest: a tenth of a second's work.
const MAX_POSTS: usize = 50_000;

/// Posts that are read for their links, the newest: less than a second's work.
const MAX_READ: usize = 20_000;

/// Different links that are noted, the newest first.
const MAX_LINKS: usize = 10_000;

/// Hashtags, links and posts that are kept as trends; nobody reads further.
const MOST: usize = 100;

/// Posts that are kept of each link, of different people, the newest: enough for some of them to be withdrawn.
const POSTS_OF_LINK: usize = 10;

/// Uses of a hashtag that are looked at to know whether it is still one of several people.
const USES_LOOKED_AT: usize = 500;

const DAY: i64 = 86_400;

/// What trends, the first first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trends {
    /// When it was counted, in seconds since 1970.
    pub counted_at: i64,
    /// Hashtags.
    pub tags: Vec<TrendingTag>,
    /// Posts.
    pub statuses: Vec<PublicId>,
    /// What is linked to.
    pub links: Vec<TrendingLink>,
}

/// A hashtag that several people use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrendingTag {
    /// As a key of [`timeline::tag::key`].
    pub key: String,
    /// How it was used for a week, today first.
    pub history: Vec<TagDay>,
}

/// A link that several people share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrendingLink {
    /// Where it leads.
    pub url: String,
    /// Posts with it, of different people, the newest first; at most [`POSTS_OF_LINK`].
    pub posts: Vec<PublicId>,
    /// How it was shared for a week, today first, as far as posts were read.
    pub history: Vec<TagDay>,
}

impl Archive {
    /// Counts what trends at `now`, in seconds since 1970. Reads up to some ten thousand posts.
    ///
    /// # Errors
    /// When SQLite fails.
    pub async fn trends(&self, now: i64) -> Result<Trends, ArchiveError> {
        self.read(move |db| count(db, now)).await
    }

    /// Of these hashtags, counted at `now` (in seconds since 1970), those that several people use still.
    ///
    /// # Errors
    /// When SQLite fails.
    pub async fn still_trending_tags(
        &self,
        mut tags: Vec<TrendingTag>,
        now: i64,
    ) -> Result<Vec<TrendingTag>, ArchiveError> {
        self.read(move |db| {
            let mut alive = HashSet::new();
            for tag in &tags {
                if people_of(db, &tag.key, now)? >= LEAST_PEOPLE {
                    alive.insert(tag.key.clone());
                }
            }
            tags.retain(|it| alive.contains(&it.key));
            Ok(tags)
        })
        .await
    }

    /// Of these posts, those that may trend still, as they are now.
    ///
    /// # Errors
    /// When SQLite fails.
    pub async fn still_trending_statuses(
        &self,
        ids: Vec<PublicId>,
    ) -> Result<Vec<StoredStatus>, ArchiveError> {
        self.read(move |db| {
            let mut found = Vec::new();
            let condition = format!("{COUNTS} AND {PASSED_ON}");
            for id in ids {
                found.extend(reading::status_if(db, id, &condition)?);
            }
            Ok(found)
        })
        .await
    }

    /// Of these links, those that several people share still, each with its card as one of their posts has it now.
    ///
    /// # Errors
    /// When SQLite fails.
    pub async fn still_trending_links(
        &self,
        links: Vec<TrendingLink>,
    ) -> Result<Vec<(TrendingLink, Value)>, ArchiveError> {
        self.read(move |db| {
            let mut found = Vec::new();
            for link in links {
                let card = card_of(db, &link)?;
                found.extend(card.map(|it| (link, it)));
            }
            Ok(found)
        })
        .await
    }
}

fn count(db: &Connection, now: i64) -> rusqlite::Result<Trends> {
    let (tags, statuses) = tags_and_statuses(db, now)?;
    let with_history = |key: String| {
        let history = search::history(db, &key, false, now)?;
        Ok(TrendingTag { key, history })
    };
    Ok(Trends {
        counted_at: now,
        tags: tags
            .into_iter()
            .map(with_history)
            .collect::<rusqlite::Result<_>>()?,
        statuses,
        links: links(db, now)?,
    })
}

/// The smallest id of a post written so many seconds before `now`.
fn since(now: i64, seconds: i64) -> i64 {
    let second = u32::try_from(now.saturating_sub(seconds)).unwrap_or_default();
    PublicId::floor(second).as_i64()
}

fn age(now: i64, id: PublicId) -> i64 {
    now.saturating_sub(i64::from(id.seconds()))
}

fn tags_and_statuses(db: &Connection, now: i64) -> rusqlite::Result<(Vec<String>, Vec<PublicId>)> {
    let mut posts = db.prepare_cached(&format!(
        "SELECT posts.id, posts.account, posts.reblogs, posts.favourites, posts.hashtags, {PASSED_ON} FROM posts
         WHERE posts.id >= ?1 AND {COUNTS} ORDER BY posts.id DESC LIMIT {MAX_POSTS}"
    ))?;
    let mut tags_of = db.prepare_cached("SELECT tag FROM tags WHERE id = ?1")?;
    let mut tags = Chart::default();
    let mut liked: Vec<(f64, PublicId, String)> = Vec::new();
    let mut rows = posts.query([since(now, WINDOW)])?;
    while let Some(row) = rows.next()? {
        let Some(id) = PublicId::from_i64(row.get(0)?) else {
            continue;
        };
        let account: String = row.get(1)?;
        let age = age(now, id);
        if (1..=MAX_HASHTAGS).contains(&row.get(4)?) {
            let mut names = tags_of.query([id.as_i64()])?;
            while let Some(name) = names.next()? {
                tags.note(name.get_ref(0)?.as_str()?, &account, age);
            }
        }
        if row.get(5)? {
            liked.push((interest(row.get(2)?, row.get(3)?, age), id, account));
        }
    }
    // Of equals the newest.
    liked.sort_by(|one, other| other.0.total_cmp(&one.0).then(other.1.cmp(&one.1)));
    let mut authors = HashSet::new();
    // One post of an author: many people are to be read.
    liked.retain(|(_, _, author)| authors.len() < MOST && authors.insert(author.clone()));
    let statuses = liked.into_iter().map(|(_, id, _)| id).collect();
    Ok((tags.ranked(LEAST_PEOPLE, MOST), statuses))
}

/// The part of a kept status that says where it links to.
#[derive(Deserialize)]
struct Linking {
    #[serde(default)]
    card: Option<Target>,
}

#[derive(Deserialize)]
struct Target {
    #[serde(default)]
    url: String,
}

/// Where a kept status links to.
fn target_of(json: &[u8]) -> Option<String> {
    let read: Linking = serde_json::from_slice(json).ok()?;
    let url = read.card?.url;
    let is_web = url.starts_with("https://") || url.starts_with("http://");
    is_web.then_some(url)
}

/// What is noted of a link.
#[derive(Default)]
struct Sharing {
    posts: Vec<PublicId>,
    people: HashSet<u64>,
    /// The people and the posts of each day, by the number of days before today.
    days: HashMap<i64, (HashSet<u64>, i64)>,
}

fn links(db: &Connection, now: i64) -> rusqlite::Result<Vec<TrendingLink>> {
    let today = now - now.rem_euclid(DAY);
    let oldest = since(today, (search::HISTORY_DAYS - 1) * DAY);
    let mut posts = db.prepare_cached(&format!(
        "SELECT posts.id, posts.account, bodies.body FROM posts CROSS JOIN bodies ON bodies.id = posts.id
         WHERE posts.id >= ?1 AND {COUNTS} ORDER BY posts.id DESC LIMIT {MAX_READ}"
    ))?;
    let mut chart = Chart::default();
    let mut shared: HashMap<String, Sharing> = HashMap::new();
    let mut rows = posts.query([oldest])?;
    while let Some(row) = rows.next()? {
        let target = body::json(row.get_ref(2)?.as_blob()?).and_then(|it| target_of(&it));
        let (Some(id), Some(url)) = (PublicId::from_i64(row.get(0)?), target) else {
            continue;
        };
        let account: String = row.get(1)?;
        if !shared.contains_key(&url) && shared.len() >= MAX_LINKS {
            continue;
        }
        chart.note(&url, &account, age(now, id));
        let sharing = shared.entry(url).or_default();
        let person = stable_hash(&account);
        if sharing.people.insert(person) && sharing.posts.len() < POSTS_OF_LINK {
            sharing.posts.push(id);
        }
        let day = (today + DAY - 1 - i64::from(id.seconds()))
            .div_euclid(DAY)
            .max(0);
        let (people, uses) = sharing.days.entry(day).or_default();
        people.insert(person);
        *uses += 1;
    }
    let told = |url: String| {
        let sharing = shared.remove(&url)?;
        let history = (0..search::HISTORY_DAYS).map(|number| {
            let of_day = sharing.days.get(&number);
            TagDay {
                day: today - number * DAY,
                uses: of_day.map_or(0, |it| it.1),
                accounts: of_day.map_or(0, |it| i64::try_from(it.0.len()).unwrap_or(i64::MAX)),
            }
        });
        Some(TrendingLink {
            url,
            history: history.collect(),
            posts: sharing.posts,
        })
    };
    let ranked = chart.ranked(LEAST_PEOPLE, MOST);
    Ok(ranked.into_iter().filter_map(told).collect())
}

/// How many people used a hashtag lately, as far as it matters.
fn people_of(db: &Connection, key: &str, now: i64) -> rusqlite::Result<usize> {
    let sql = format!(
        "SELECT count(DISTINCT account) FROM (SELECT posts.account FROM tags CROSS JOIN posts ON posts.id = tags.id
         WHERE tags.tag = ?1 AND tags.id >= ?2 AND posts.hashtags <= {MAX_HASHTAGS} AND {COUNTS}
         ORDER BY tags.id DESC LIMIT {USES_LOOKED_AT})"
    );
    db.prepare_cached(&sql)?
        .query_row(params![key, since(now, WINDOW)], |row| row.get(0))
}

/// The card of a link, when enough of the people who shared it still do.
fn card_of(db: &Connection, link: &TrendingLink) -> rusqlite::Result<Option<Value>> {
    let (mut card, mut people) = (None, 0);
    for id in &link.posts {
        let status = reading::status_if(db, *id, COUNTS)?;
        let Some(found) = status.and_then(|it| card_in(&it.json, &link.url)) else {
            continue;
        };
        card.get_or_insert(found);
        // Each of them is somebody else's.
        people += 1;
        if people >= LEAST_PEOPLE {
            return Ok(card);
        }
    }
    Ok(None)
}

/// The card in a status that leads there.
fn card_in(json: &Bytes, url: &str) -> Option<Value> {
    let mut status: Value = serde_json::from_slice(json).ok()?;
    let card = status.get_mut("card").map(Value::take)?;
    (card.get("url").and_then(Value::as_str) == Some(url)).then_some(card)
}

//! Readers of the relay as strangers write them: plain HTTP, WebSocket and server-sent events with untyped JSON, nothing of the relay's own code.

mod feed;
mod line;

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::Value;
use tokio::{
    task::JoinHandle,
    time::{sleep, timeout},
};

pub(crate) use self::feed::FeedReader;
use self::line::{Line, Place};
use crate::oracle::{QUOTES, Seen, Shown};

/// A page never has more than this many posts, whatever is asked for.
const PAGE_LIMIT: usize = 40;

/// A walk longer than this many pages is a loop of the relay's making.
const MOST_PAGES: usize = 200;

/// The pause of a reader whom the relay did not let in.
const TRY_AGAIN_AFTER: Duration = Duration::from_millis(20);

/// Reads one page of a timeline, which may have parameters of its own; `query` is appended as it is.
pub(crate) async fn page(
    client: &reqwest::Client,
    base: &str,
    timeline: &str,
    query: &str,
) -> Result<Vec<Shown>, String> {
    let joint = if timeline.contains('?') { '&' } else { '?' };
    let url = format!("{base}/api/v1/timelines/{timeline}{joint}limit={PAGE_LIMIT}{query}");
    let answer = client
        .get(&url)
        .send()
        .await
        .map_err(|error| format!("{url}: {error}"))?;
    let status = answer.status();
    let text = answer
        .text()
        .await
        .map_err(|error| format!("{url}: {error}"))?;
    if !status.is_success() {
        return Err(format!("{url}: {status} {text}"));
    }
    let value: Vec<Value> =
        serde_json::from_str(&text).map_err(|error| format!("{url}: {error}: {text}"))?;
    Ok(value.iter().map(shown).collect())
}

/// Walks from the newest page to the last by `max_id`.
pub(crate) async fn walk(
    client: &reqwest::Client,
    base: &str,
    timeline: &str,
) -> Result<Vec<Shown>, String> {
    let mut walked: Vec<Shown> = Vec::new();
    for _ in 0..MOST_PAGES {
        let query = walked
            .last()
            .map(|last| format!("&max_id={}", last.id))
            .unwrap_or_default();
        let page = page(client, base, timeline, &query).await?;
        if page.is_empty() {
            return Ok(walked);
        }
        walked.extend(page);
    }
    Err(format!(
        "a walk of {timeline} does not end after {MOST_PAGES} pages"
    ))
}

/// Climbs from `cursor` to the newest post by `min_id` (pages are newest first, each just above the last).
pub(crate) async fn climb(
    client: &reqwest::Client,
    base: &str,
    timeline: &str,
    cursor: &str,
) -> Result<Vec<Shown>, String> {
    let mut pages: Vec<Vec<Shown>> = Vec::new();
    let mut above = cursor.to_owned();
    for _ in 0..MOST_PAGES {
        let page = page(client, base, timeline, &format!("&min_id={above}")).await?;
        let Some(first) = page.first() else {
            return Ok(pages.into_iter().rev().flatten().collect());
        };
        above.clone_from(&first.id);
        pages.push(page);
    }
    Err(format!(
        "a climb of {timeline} does not end after {MOST_PAGES} pages"
    ))
}

/// What a subscriber listens to, in the words of every way to listen.
#[derive(Clone, Debug)]
pub(crate) struct Topic {
    /// The subscription's fields, as a frame of a WebSocket has them.
    pub(crate) frame: Value,
    /// The path of its server-sent events, below `/api/v1/streaming/`.
    pub(crate) path: String,
    /// The timeline that shows the same.
    pub(crate) timeline: String,
}

/// How a subscriber listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Socket,
    Events,
}

/// A subscriber that writes down everything it is sent.
pub(crate) struct Subscriber {
    seen: Arc<Mutex<Vec<Seen>>>,
    task: JoinHandle<()>,
}

impl Subscriber {
    /// Connects to the relay at `base`, subscribes, and stays.
    pub(crate) async fn connect(base: &str, topic: &Topic, way: Way) -> Result<Self, String> {
        let mut line = Line::open(base, topic, way, Place::Now).await?;
        let seen = Arc::new(Mutex::new(Vec::new()));
        let book = Arc::clone(&seen);
        let task = tokio::spawn(async move {
            while let Some(frame) = line.next().await {
                book.lock().unwrap().extend(frame.seen);
            }
        });
        Ok(Self { seen, task })
    }

    /// A subscriber whose connection ends after every `stay`, or with the relay, and who goes on by the last cursor,
    /// from a first one that a page of the timeline gave. Told of a gap, it reads the timeline again.
    pub(crate) async fn wander(
        base: &str,
        topic: Topic,
        way: Way,
        stay: Duration,
    ) -> Result<Self, String> {
        let mut cursor = first_cursor(base).await?;
        let seen = Arc::new(Mutex::new(Vec::new()));
        let book = Arc::clone(&seen);
        let base = base.to_owned();
        let task = tokio::spawn(async move {
            let client = reqwest::Client::new();
            let mut last: Option<String> = None;
            loop {
                let place = match (way, &last) {
                    (Way::Events, Some(last)) => Place::After(last),
                    _ => Place::At(&cursor),
                };
                let Ok(mut line) = Line::open(&base, &topic, way, place).await else {
                    sleep(TRY_AGAIN_AFTER).await;
                    continue;
                };
                while let Ok(Some(frame)) = timeout(stay, line.next()).await {
                    let is_gap = frame.seen == Some(Seen::Gap);
                    // Delivery is at least once: the event of the cursor itself comes again.
                    if is_gap || (frame.cursor.is_some() && frame.cursor != last) {
                        book.lock().unwrap().extend(frame.seen);
                    }
                    if is_gap {
                        // The gap counts as told once it is filled: else it is told again.
                        let Ok(walked) = walk(&client, &base, &topic.timeline).await else {
                            break;
                        };
                        book.lock().unwrap().push(Seen::Read(walked));
                    }
                    if let Some(own) = frame.cursor {
                        cursor.clone_from(&own);
                        // A gap's cursor is that of the event after it.
                        last = Some(own).filter(|_| !is_gap);
                    }
                }
            }
        });
        Ok(Self { seen, task })
    }

    /// What has been sent so far.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

impl Drop for Subscriber {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn first_cursor(base: &str) -> Result<String, String> {
    let url = format!("{base}/api/v1/timelines/public");
    let answer = reqwest::get(&url)
        .await
        .map_err(|error| error.to_string())?;
    let cursor = answer
        .headers()
        .get("watersmeet-cursor")
        .and_then(|it| it.to_str().ok());
    cursor
        .map(str::to_owned)
        .ok_or(format!("{url} gives no cursor"))
}

/// What an event says, by its name and payload.
fn read_event(name: &str, payload: &str) -> Option<Seen> {
    let status = || serde_json::from_str::<Value>(payload).map(|status| shown(&status));
    match name {
        "update" => status()
            .ok()
            .map(|Shown { id, uri, content }| Seen::Appeared { id, uri, content }),
        "status.update" => status()
            .ok()
            .map(|Shown { id, uri, content }| Seen::Updated { id, uri, content }),
        "delete" => Some(Seen::Deleted {
            id: payload.to_owned(),
        }),
        "watersmeet.gap" => Some(Seen::Gap),
        _ => None,
    }
}

/// What stands between the first `«` and `»`, as in every post of the play.
pub(crate) fn mark(text: &str) -> &str {
    text.split_once('«')
        .and_then(|(_, rest)| rest.split_once('»'))
        .map_or(text, |(mark, _)| mark)
}

/// Servers write the same words in different HTML, so what is compared is the post's [`mark`],
/// who is said to have written it, whether its page is on the author's own server, and behind [`QUOTES`] the post whose words are quoted.
fn shown(status: &Value) -> Shown {
    let text = |key: &str| status[key].as_str().unwrap_or_default();
    let mark = mark(text("content"));
    let author = status["account"]["acct"].as_str().unwrap_or_default();
    let host = |address: &str| address.split('/').nth(2).map(str::to_owned);
    let elsewhere = match host(text("url")) == host(text("uri")) {
        true => "",
        false => " with a page elsewhere",
    };
    let quoted = status["quote"]["quoted_status"]["uri"].as_str();
    let quoted = quoted.map(|it| format!("{QUOTES}{it}")).unwrap_or_default();
    Shown {
        id: text("id").to_owned(),
        uri: text("uri").to_owned(),
        content: format!("{mark} by {author}{elsewhere}{quoted}"),
    }
}

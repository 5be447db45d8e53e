//! A feed reader: asks for a JSON Feed again and again with the `ETag` of what it has, and believes a 304.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use http::StatusCode;
use serde_json::Value;
use tokio::{task::JoinHandle, time::sleep};

use super::mark;

/// The pause between two looks.
const EVERY: Duration = Duration::from_millis(100);

/// What a reader of one feed has.
pub(crate) struct FeedReader {
    items: Arc<Mutex<Vec<(String, String)>>>,
    task: JoinHandle<()>,
}

impl FeedReader {
    /// Begins to read the feed at `address`.
    pub(crate) fn begin(address: String) -> Self {
        let items: Arc<Mutex<Vec<_>>> = Arc::default();
        let book = Arc::clone(&items);
        let task = tokio::spawn(async move {
            let client = reqwest::Client::new();
            let mut etag = None;
            loop {
                // A relay that is dead just now is asked again.
                if let Some((found, tag)) = look(&client, &address, etag.as_deref()).await {
                    *book.lock().unwrap() = found;
                    etag = Some(tag);
                }
                sleep(EVERY).await;
            }
        });
        Self { items, task }
    }

    /// The `uri` and the mark of each entry, as it has them now.
    pub(crate) fn items(&self) -> Vec<(String, String)> {
        self.items.lock().unwrap().clone()
    }
}

impl Drop for FeedReader {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What is in the feed now, and its tag; `None` when nothing changed or nobody answers.
async fn look(
    client: &reqwest::Client,
    address: &str,
    etag: Option<&str>,
) -> Option<(Vec<(String, String)>, String)> {
    let mut call = client.get(address);
    if let Some(etag) = etag {
        call = call.header("If-None-Match", etag);
    }
    let answer = call.send().await.ok()?;
    if answer.status() != StatusCode::OK {
        return None;
    }
    let etag = answer.headers().get("etag")?.to_str().ok()?.to_owned();
    let feed: Value = serde_json::from_str(&answer.text().await.ok()?).ok()?;
    let entry = |it: &Value| {
        let text = |key: &str| it[key].as_str().unwrap_or_default();
        (text("id").to_owned(), mark(text("content_html")).to_owned())
    };
    Some((feed["items"].as_array()?.iter().map(entry).collect(), etag))
}

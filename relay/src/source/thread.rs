//! The thread around a post that a reader looks at: each server knows a part of it, so several are asked at once.

use std::sync::Arc;

use futures_util::{StreamExt as _, stream::FuturesUnordered};
use mastodon::{
    StatusId,
    endpoints::{GetContext, GetStatus},
};
use serde::Deserialize;
use timeline::key::{host_of, local_id_in};
use tokio::time::{Instant, timeout_at};

use super::{MAX_ASKED_SOURCES, Sources, asking::tell, budget::Urgency, ears::Ears};
use crate::archive::StoredStatus;

/// Servers of answers that are asked at most for what answers those in turn: beside those that are asked for the post
/// itself, as much as one reader's look at a thread is worth.
const MAX_ASKED_BELOW: usize = 3;

/// Whom to ask for the thread around a post.
struct Knower {
    ears: Arc<Ears>,
    /// What the post is called there.
    id: String,
    /// Whether it told of the post; else that is asked for too, since what answers it there names it by its id.
    has_told: bool,
}

impl Sources {
    /// Asks for the thread around a post, all at once: its own server and those of the posts above it, where they are sources,
    /// else sources that show it; and as answers come, the servers of those, which alone know all that was answered there.
    /// What comes is readable when this ends. `true` when something came.
    pub async fn fetch_context(&self, uri: &str) -> bool {
        if !self.may_ask(uri) {
            return false;
        }
        let until = Instant::now() + self.ask_timeout;
        let knowers = self.knowers_of_thread(uri).await;
        let mut asks: FuturesUnordered<_> = knowers.into_iter().map(ask_context).collect();
        let mut below = Vec::new();
        let mut came = false;
        while let Ok(Some(told)) = timeout_at(until, asks.next()).await {
            if !told {
                continue;
            }
            came = true;
            for knower in self.knowers_below(uri, &mut below).await {
                asks.push(ask_context(knower));
            }
        }
        came
    }

    /// Whom to ask for the thread around a post: its own server, those of the posts above it (each knows the answers to its
    /// own), then others that show it.
    async fn knowers_of_thread(&self, uri: &str) -> Vec<Knower> {
        let context = self.archive.context(uri).await.unwrap_or_default();
        let parent = context.ancestors.last().map(|it| it.uri.clone());
        let root = context.ancestors.first().map(|it| it.uri.clone());
        let mut own = Vec::new();
        let mut others = Vec::new();
        for post in [Some(uri.to_owned()), parent, root].into_iter().flatten() {
            let origin = host_of(&post).unwrap_or_default();
            let names = self.archive.names_of(&post).await.unwrap_or_default();
            for (source, id) in names {
                let Some(ears) = self.ears(&source) else {
                    continue;
                };
                let is_own = ears.is_at(&origin);
                let knower = Knower {
                    ears,
                    id,
                    has_told: true,
                };
                if is_own {
                    own.push(knower);
                } else if post == uri {
                    others.push(knower);
                }
            }
        }
        others.sort_by_key(|it| !it.ears.health.state().is_hearing());
        let mut asked: Vec<Knower> = Vec::new();
        for knower in own.into_iter().chain(others) {
            if asked.len() < MAX_ASKED_SOURCES
                && asked.iter().all(|it| !Arc::ptr_eq(&it.ears, &knower.ears))
            {
                asked.push(knower);
            }
        }
        asked
    }

    /// The servers of known answers to a post that may have more below these, and were not asked: a server that lacks a
    /// post on the way down does not show what is below it when it is asked for the thread from above. `asked` holds the
    /// `uri`s of answers that were asked about.
    async fn knowers_below(&self, uri: &str, asked: &mut Vec<String>) -> Vec<Knower> {
        let context = self.archive.context(uri).await.unwrap_or_default();
        let mut knowers = Vec::new();
        let mut server_above = host_of(uri);
        for answer in &context.descendants {
            let server = host_of(&answer.uri);
            // Below a post of the same server that one says it.
            let is_told_above = server == server_above;
            server_above.clone_from(&server);
            let Some(server) = server.filter(|_| !is_told_above) else {
                continue;
            };
            if asked.len() >= MAX_ASKED_BELOW || asked.contains(&answer.uri) {
                continue;
            }
            let Some(ears) = self.at(&server) else {
                continue;
            };
            let names = self.archive.names_of(&answer.uri).await;
            let mut names = names.unwrap_or_default().into_iter();
            let told = names.find(|(source, _)| source == ears.domain());
            // Told by others alone, its address still says what its own server calls it.
            let has_told = told.is_some();
            let id = told.map(|(_, id)| id).or_else(|| name_at_home(answer));
            if let Some(id) = id {
                asked.push(answer.uri.clone());
                knowers.push(Knower { ears, id, has_told });
            }
        }
        knowers
    }
}

/// What its own server calls a post, by its address there.
fn name_at_home(status: &StoredStatus) -> Option<String> {
    let page = serde_json::from_slice::<Page>(&status.json).ok();
    let page = page.and_then(|it| it.url).unwrap_or_default();
    let id = local_id_in(&page).or_else(|| local_id_in(&status.uri));
    id.map(str::to_owned)
}

/// Where a kept status is shown to people.
#[derive(Deserialize)]
struct Page {
    url: Option<String>,
}

/// Asks for a thread; `true` when it came.
async fn ask_context(knower: Knower) -> bool {
    let Knower { ears, id, has_told } = knower;
    let id = StatusId::new(id);
    let status = async {
        if has_told {
            return None;
        }
        let endpoint = GetStatus { id: id.clone() };
        let answer = ears.host.ask(&endpoint, Urgency::Person).await;
        answer.ok().map(|it| it.value)
    };
    let endpoint = GetContext { id: id.clone() };
    let context = ears.host.ask(&endpoint, Urgency::Person);
    let (status, context) = tokio::join!(status, context);
    let Ok(context) = context.map(|it| it.value) else {
        return false;
    };
    let above = context.ancestors.into_iter().chain(status);
    tell(&ears, above.chain(context.descendants)).await
}

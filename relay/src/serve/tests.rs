//! Every route as a reader meets it: one module for each group, over a relay that dials nobody.

mod about;
mod accounts;
mod asked;
mod bodies;
mod empty;
mod feeds;
mod guests;
mod instance;
mod lists;
mod metrics;
mod news;
mod parts;
mod reload;
mod search;
mod sources;
mod statuses;
mod stopping;
mod streaming;
mod timelines;
mod trends;
mod unknown;

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderMap, StatusCode},
};
use bytes::Bytes;
use mastodon::Timestamp;
use serde_json::{Value, json};
use timeline::{
    merge::{Arrival, Heard, How},
    public_id::PublicId,
};
use tokio::sync::watch;
use tower::ServiceExt as _;

use super::{files::Site, routes, shared::Shared, streaming::Streams, *};
use crate::{
    archive::{Archive, Row},
    config::{ArchivePlace, Timing},
    views::{Keys, keys_of},
};

/// A log that holds about eighty of the posts that the test of a slow reader appends.
const LOG_BYTES: usize = 1 << 20;

/// A relay without sockets, whose archive goes away with it.
struct TestRelay {
    router: Router,
    engine: Arc<Engine>,
    shared: Shared,
    stop: watch::Sender<bool>,
    _folder: tempfile::TempDir,
}

/// What a reader got.
struct Got {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl TestRelay {
    /// A relay whose archive holds `rows`, with two sources that it does not dial.
    async fn with(rows: &[Row]) -> Self {
        Self::of(
            "access_keys = [\"an-access-key-of-the-relay\"]\n[[source]]\ndomain = \"a.example\"\n[[source]]\ndomain = \"b.example\"\nhashtags = [\"rust\"]\n\
             [[view]]\nname = \"rust\"\ntitle = \"Rust\"\nhashtags = [\"rust\", \"rustlang\"]",
            rows,
        )
        .await
    }

    /// A relay with this configuration and no posts.
    async fn configured(text: &str) -> Self {
        Self::of(text, &[]).await
    }

    async fn of(text: &str, rows: &[Row]) -> Self {
        let config = Config {
            public_url: "https://relay.example".to_owned(),
            log_max_bytes: LOG_BYTES,
            offline: true,
            timing: Timing {
                trends_interval: Duration::from_millis(50),
                ..Timing::default()
            },
            ..Config::parse(text).unwrap()
        };
        Self::start(config, rows).await
    }

    /// A relay that does what the configuration says, with its archive in a folder of its own.
    async fn start(config: Config, rows: &[Row]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = Config {
            archive: ArchivePlace::File(folder.path().join("posts.db")),
            ..config
        };
        let (archive, ledger) = Archive::open(&config.archive).unwrap();
        ledger.begin().unwrap();
        for row in rows {
            ledger.put(row).unwrap();
        }
        ledger.commit().unwrap();
        drop((archive, ledger));
        let engine = Arc::new(Engine::start(&config).await.unwrap());
        let config = Arc::new(config);
        let stop = watch::Sender::new(false);
        let streams = Streams::new(&config, &engine, stop.subscribe());
        let shared = Shared::new(Arc::clone(&config), Arc::clone(&engine));
        let site = Arc::new(Site::new(AppFiles::None, false));
        Self {
            router: routes::router(shared.clone(), streams, site),
            engine,
            shared,
            stop,
            _folder: folder,
        }
    }

    /// The same relay with an app inside.
    fn with_app(mut self, files: AppFiles) -> Self {
        let streams = Streams::new(&self.shared.config, &self.engine, self.stop.subscribe());
        let site = Arc::new(Site::new(files, false));
        self.router = routes::router(self.shared.clone(), streams, site);
        self
    }

    /// The same relay with nothing left in memory of what it handed out.
    fn started_again(mut self) -> Self {
        self.shared = Shared::new(Arc::clone(&self.shared.config), Arc::clone(&self.engine));
        self.with_app(AppFiles::None)
    }

    async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Got {
        self.send(method, path, headers, "").await
    }

    async fn post(&self, path: &str, kind: &str, body: &str) -> Got {
        self.send("POST", path, &[("content-type", kind)], body)
            .await
    }

    async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Got {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.to_owned())).unwrap();
        self.answer(request).await
    }

    async fn answer(&self, request: Request) -> Got {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        Got {
            status: head.status,
            headers: head.headers,
            body: to_bytes(body, 1 << 20).await.unwrap(),
        }
    }

    /// As over a socket from this address.
    async fn ask_from(&self, peer: [u8; 4], path: &str, headers: &[(&str, &str)]) -> Got {
        let mut request = Request::builder().uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(Body::empty()).unwrap();
        request
            .extensions_mut()
            .insert(super::connections::Peer(peer.into()));
        self.answer(request).await
    }

    async fn get(&self, path: &str) -> Got {
        self.ask("GET", path, &[]).await
    }
}

impl TestRelay {
    /// Lets a source tell of a post, by its stream.
    async fn hear(&self, source: &str, status: &Value) {
        let status = serde_json::from_value(status.clone()).unwrap();
        self.tell(source, Heard::Status(Box::new(status))).await;
    }

    async fn tell(&self, source: &str, event: Heard) {
        self.tell_at(HEARD_AT, source, event, false).await;
    }

    /// Lets a source tell something at this time, that everybody may see or its own people alone.
    async fn tell_at(&self, at: i64, source: &str, event: Heard, is_guarded: bool) {
        let arrival = Arrival {
            source: source.to_owned(),
            how: How::Stream,
            event,
            at,
            is_guarded,
        };
        self.engine.inlet.tell(arrival).await.unwrap();
        self.engine.inlet.flush().await.unwrap();
    }
}

/// When sources tell, in milliseconds: shortly after the posts of [`said`] were written.
const HEARD_AT: i64 = 1_700_003_600_000;

/// Post `number` by somebody at a.example, as their own server shows it; newer ones have higher numbers.
fn said(name: &str, number: u32) -> Value {
    let base = "https://a.example";
    json!({
        "id": format!("{name}-{number}"),
        "uri": format!("{base}/users/{name}/statuses/{number}"),
        "url": format!("{base}/@{name}/{number}"),
        "created_at": Timestamp::from_unix_millis(1_700_000_000_000 + 1_000 * i64::from(number)),
        "visibility": "public",
        "content": "<p>Hello there</p>",
        "account": {
            "id": name, "username": name, "acct": name, "display_name": format!("{name} the First"),
            "uri": format!("{base}/users/{name}"), "url": format!("{base}/@{name}"), "created_at": "2020-01-01T00:00:00Z",
        },
    })
}

impl Got {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The ids of a list of posts.
    fn ids(&self) -> Vec<String> {
        let id = |it: &Value| it["id"].as_str().unwrap().to_owned();
        self.json().as_array().unwrap().iter().map(id).collect()
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |it| it.to_str().unwrap())
    }
}

/// The id of the post written in this second.
fn id(second: u32) -> PublicId {
    PublicId::of(i64::from(second), &uri(second), 0).unwrap()
}

fn uri(second: u32) -> String {
    format!("https://a.example/users/ada/statuses/{second}")
}

/// A post as the merge stores it.
fn post(second: u32, tags: &[&str]) -> Row {
    reply(second, None, "ada", tags)
}

/// A post by `author` that answers the one written in second `parent`.
fn reply(second: u32, parent: Option<u32>, author: &str, tags: &[&str]) -> Row {
    let status = json!({
        "id": id(second).to_string(),
        "uri": uri(second),
        "created_at": format!("1970-01-01T00:{:02}:{:02}.000Z", second / 60, second % 60),
        "in_reply_to_id": parent.map(|it| id(it).to_string()),
        "account": {"id": author},
        "content": "<p>x</p>",
    });
    Row {
        id: id(second),
        uri: uri(second),
        listed: true,
        keys: Keys {
            tags: keys_of(tags.iter().copied()),
            local: true,
            has_media: tags.contains(&"picture"),
            ..Keys::default()
        },
        parent_uri: parent.map(uri),
        json: Bytes::from(status.to_string()),
        state: b"{}".to_vec(),
    }
}

/// The ids of these seconds as texts.
fn ids(seconds: impl IntoIterator<Item = u32>) -> Vec<String> {
    seconds.into_iter().map(|it| id(it).to_string()).collect()
}

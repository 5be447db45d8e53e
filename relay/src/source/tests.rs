//! One source against a small scripted server: what people are told about it, and what gets through.

mod kinds;
mod pixelfed;
mod reload;

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Json, Router,
    extract::{
        Path, State as Shared, WebSocketUpgrade,
        ws::{WebSocket, rejection::WebSocketUpgradeRejection},
    },
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::{Value, json};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Notify,
    task::JoinHandle,
    time::{Instant, sleep},
};

use super::{State, health::unix_millis};
use crate::{
    archive::Paging,
    config::{ArchivePlace, Config, PublicStream, SourceConfig, Timing, Token},
    engine::Engine,
    views::Selection,
};

/// How long something may take to happen; only a failing test waits so long.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the scripted server does.
#[derive(Clone, Default)]
struct Script {
    /// Its public timeline, newest first, as numbers of posts.
    posts: Arc<Mutex<Vec<u32>>>,
    /// How it answers to streaming: a status and words, or by accepting and saying nothing.
    refusal: Option<(u16, &'static str)>,
    /// What stands under `timelines_access.live_feeds`.
    live_feeds: Option<&'static str>,
    /// When post 0 was written.
    begin: i64,
    /// How many posts its timeline shows at most, when not all.
    page: Option<usize>,
    /// Makes it take no new connections.
    shut: Arc<Notify>,
    /// Whether a stream brings post 1 before it says nothing more.
    greets: bool,
    /// Cuts its streams.
    cut: Arc<Notify>,
    /// Whether it closes a connection after each answer.
    closes: Arc<AtomicBool>,
    /// How often its streaming was asked for.
    opened: Arc<AtomicUsize>,
}

/// Its listening socket, which can be closed while connections go on.
struct Door {
    listener: Option<TcpListener>,
    address: SocketAddr,
    shut: Arc<Notify>,
}

impl axum::serve::Listener for Door {
    type Io = TcpStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (TcpStream, SocketAddr) {
        if let Some(listener) = &mut self.listener {
            tokio::select! {
                accepted = axum::serve::Listener::accept(listener) => return accepted,
                () = self.shut.notified() => self.listener = None,
            }
        }
        std::future::pending().await
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        Ok(self.address)
    }
}

struct Server {
    script: Script,
    domain: String,
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn post(domain: &str, begin: i64, number: u32) -> Value {
    json!({
        "id": number.to_string(), "uri": format!("http://{domain}/users/ann/statuses/{number}"), "visibility": "public",
        "created_at": mastodon::Timestamp::from_unix_millis(begin + i64::from(number)),
        "content": format!("<p>post {number}</p>"),
        "account": {"id": "7", "username": "ann", "acct": "ann", "url": format!("http://{domain}/@ann")},
    })
}

async fn serve(script: Script) -> Server {
    let script = Script {
        begin: unix_millis() - 60_000,
        ..script
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let domain = format!("alpha.localhost:{}", address.port());
    let name = domain.clone();
    let instance = {
        let live_feeds = script.live_feeds.map_or(
            json!(null),
            |it| json!({"live_feeds": {"local": it, "remote": it}}),
        );
        // As real servers do when they are reached without TLS: the scheme is not to be trusted.
        let urls = json!({"streaming": format!("wss://{domain}")});
        json!({"domain": domain, "version": "4.7.3", "configuration": {"urls": urls, "timelines_access": live_feeds}})
    };
    let page = move |Shared(script): Shared<Script>, query: axum::extract::RawQuery| async move {
        let is_first = !query.0.unwrap_or_default().contains("max_id");
        let posts = script.posts.lock().unwrap();
        let page: Vec<Value> = posts
            .iter()
            .filter(|_| is_first)
            .take(script.page.unwrap_or(usize::MAX))
            .map(|it| post(&name, script.begin, *it))
            .collect();
        let closes = script.closes.load(Ordering::Relaxed);
        let connection = if closes { "close" } else { "keep-alive" };
        ([("connection", connection)], Json(page))
    };
    let one = async |Shared(script): Shared<Script>, Path(id): Path<u32>| -> Response {
        let known = script.posts.lock().unwrap().contains(&id);
        if known {
            Json(json!({})).into_response()
        } else {
            (
                StatusCode::NOT_FOUND,
                Json(json!({"error": "Record not found"})),
            )
                .into_response()
        }
    };
    let streaming = async |Shared(script): Shared<Script>,
                           headers: HeaderMap,
                           upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>|
           -> Response {
        script.opened.fetch_add(1, Ordering::Relaxed);
        let agent = headers
            .get("user-agent")
            .and_then(|it| it.to_str().ok())
            .unwrap_or_default();
        if !agent.contains("+https://me.example") {
            return StatusCode::IM_A_TEAPOT.into_response();
        }
        match (script.refusal, upgrade) {
            (Some((status, words)), _) => (
                StatusCode::from_u16(status).unwrap(),
                [("x-error-message", words)],
            )
                .into_response(),
            (None, Ok(upgrade)) => {
                let payload = post("alpha.localhost", script.begin, 1).to_string();
                let update = json!({"stream": ["public"], "event": "update", "payload": payload});
                let hear = async move |mut socket: WebSocket| {
                    if script.greets {
                        socket.recv().await;
                        drop(socket.send(update.to_string().into()).await);
                    }
                    tokio::select! {
                        () = async { while socket.recv().await.is_some() {} } => {}
                        () = script.cut.notified() => {}
                    }
                };
                upgrade.on_upgrade(hear)
            }
            (None, Err(_)) => StatusCode::BAD_REQUEST.into_response(),
        }
    };
    let routes = Router::new()
        .route("/api/v2/instance", get(async move || Json(instance)))
        .route("/api/v1/timelines/public", get(page))
        .route("/api/v1/statuses/{id}", get(one))
        .route("/api/v1/streaming", get(streaming))
        .with_state(script.clone());
    let door = Door {
        listener: Some(listener),
        address,
        shut: Arc::clone(&script.shut),
    };
    let task = tokio::spawn(async move { axum::serve(door, routes).await.unwrap() });
    Server {
        script,
        domain,
        task,
    }
}

async fn listen(server: &Server, token: Option<&str>) -> Engine {
    let source = SourceConfig {
        domain: server.domain.clone(),
        url: format!("http://{}", server.domain),
        token: token.map(Token::new),
        streams: vec![PublicStream::Public],
        hashtags: Vec::new(),
        ..SourceConfig::default()
    };
    let timing = Timing {
        settle: Duration::from_millis(50),
        poll_interval: Duration::from_millis(50),
        verify_interval: Duration::from_millis(50),
        ..Timing::nearby()
    };
    let config = Config {
        archive: ArchivePlace::Memory,
        contact: Some("https://me.example".to_owned()),
        sources: vec![source],
        timing,
        ..Config::default()
    };
    Engine::start(&config).await.unwrap()
}

/// Waits until the source's report is as wanted, and gives its reason.
async fn reported(engine: &Engine, wanted: State) -> String {
    let until = Instant::now() + PATIENCE;
    while Instant::now() < until {
        let reports = engine.sources.snapshot();
        if reports[0].state == wanted {
            return reports[0].reason.clone().unwrap_or_default();
        }
        sleep(Duration::from_millis(10)).await;
    }
    panic!("never {wanted:?}: {:?}", engine.sources.snapshot());
}

async fn count(engine: &Engine, wanted: usize) {
    let mut found = 0;
    let until = Instant::now() + PATIENCE;
    while Instant::now() < until {
        found = engine
            .archive
            .timeline(&Selection::default(), &Paging::default())
            .await
            .unwrap()
            .len();
        if found == wanted {
            return;
        }
        sleep(Duration::from_millis(10)).await;
    }
    panic!("{found} posts, not {wanted}");
}

#[tokio::test]
async fn a_source_without_a_token_is_polled_and_its_deletions_are_noticed() {
    let server = serve(Script {
        posts: Arc::new(Mutex::new(vec![3, 2, 1])),
        ..Script::default()
    })
    .await;
    let engine = listen(&server, None).await;
    assert!(reported(&engine, State::Polling).await.contains("token"));
    let software = engine.sources.snapshot()[0].software.clone();
    assert_eq!(software.as_deref(), Some("Mastodon 4.7.3"));
    count(&engine, 3).await;
    server.script.posts.lock().unwrap().retain(|it| *it != 2);
    count(&engine, 2).await;
    server.script.posts.lock().unwrap().clear();
    count(&engine, 0).await;
    engine.shutdown().await;
}

#[tokio::test]
async fn a_refused_token_is_told_in_the_servers_words_and_polls_go_on() {
    let script = Script {
        posts: Arc::new(Mutex::new(vec![1])),
        refusal: Some((401, "Invalid access token")),
        ..Script::default()
    };
    let server = serve(script).await;
    let engine = listen(&server, Some("wrong")).await;
    assert!(
        reported(&engine, State::Polling)
            .await
            .contains("Invalid access token")
    );
    count(&engine, 1).await;
    engine.shutdown().await;
}

/// Writes a post every `pause`, which the stream never sends, until the source is called silent.
async fn found_out(server: &Server, pause: Duration) {
    let engine = listen(server, Some("token")).await;
    assert_eq!(reported(&engine, State::Live).await, "");
    let feeding = async {
        loop {
            sleep(pause).await;
            let now = u32::try_from(unix_millis() - server.script.begin).unwrap();
            server.script.posts.lock().unwrap().insert(0, now);
        }
    };
    tokio::select! {
        () = feeding => {}
        reason = reported(&engine, State::Silent) => assert!(reason.contains("public"), "{reason}"),
    }
    assert!(engine.sources.snapshot()[0].only_by_poll >= 3);
    engine.shutdown().await;
}

#[tokio::test]
async fn a_stream_that_accepts_and_sends_nothing_is_found_out() {
    let server = serve(Script::default()).await;
    found_out(&server, Duration::from_millis(100)).await;
}

#[tokio::test]
async fn a_stream_that_falls_silent_after_it_sent_something_is_found_out() {
    let script = Script {
        greets: true,
        ..Script::default()
    };
    found_out(&serve(script).await, Duration::from_millis(100)).await;
}

#[tokio::test]
async fn a_silent_stream_is_found_out_where_posts_leave_the_page_before_they_are_due() {
    let script = Script {
        page: Some(2),
        ..Script::default()
    };
    found_out(&serve(script).await, Duration::from_millis(10)).await;
}

#[tokio::test]
async fn a_timeline_that_is_switched_off_is_told_and_not_asked_for() {
    let server = serve(Script {
        posts: Arc::new(Mutex::new(vec![1])),
        live_feeds: Some("disabled"),
        ..Script::default()
    })
    .await;
    let engine = listen(&server, None).await;
    assert!(reported(&engine, State::Refused).await.contains("switched"));
    count(&engine, 0).await;
    engine.shutdown().await;
}

#[tokio::test]
async fn a_source_that_is_not_there_is_down_with_its_reason() {
    let server = serve(Script::default()).await;
    server.task.abort();
    while !server.task.is_finished() {
        sleep(Duration::from_millis(1)).await;
    }
    let engine = listen(&server, Some("token")).await;
    let reason = reported(&engine, State::Down).await;
    assert!(reason.to_lowercase().contains("refused"), "{reason}");
    assert!(engine.is_ready().await);
    engine.shutdown().await;
}

#[tokio::test]
async fn a_source_that_takes_no_new_connection_is_polled_until_the_old_one_ends() {
    let server = serve(Script::default()).await;
    let engine = listen(&server, Some("token")).await;
    assert_eq!(reported(&engine, State::Live).await, "");
    // It stops listening; the connection over which it is polled stays.
    server.script.shut.notify_one();
    server.script.cut.notify_waiters();
    let until = Instant::now() + PATIENCE;
    while !reported(&engine, State::Polling).await.contains("refused") {
        assert!(Instant::now() < until, "{:?}", engine.sources.snapshot());
        sleep(Duration::from_millis(10)).await;
    }
    server.script.posts.lock().unwrap().push(1);
    count(&engine, 1).await;
    assert_eq!(engine.sources.snapshot()[0].state, State::Polling);
    server.script.closes.store(true, Ordering::Relaxed);
    let reason = reported(&engine, State::Down).await;
    assert!(reason.to_lowercase().contains("refused"), "{reason}");
    engine.shutdown().await;
}

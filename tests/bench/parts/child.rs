//! The serving processes that are measured: the relay's own serving side, a bare broadcast beside it, and the whole relay.
//!
//! Each prints its port, then obeys lines on its standard input: `burst COUNT`, `paced COUNT PER_SECOND`, `cost`, and ends with the input.

use std::{
    io::{BufRead as _, Write as _},
    process::ExitCode,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use futures_util::{SinkExt as _, StreamExt as _};
use relay::{
    config::{ArchivePlace, Config},
    engine::Engine,
    log::Draft,
    serve::AppFiles,
    views::Keys,
};
use timeline::public_id::PublicId;
use tokio::{
    net::TcpListener,
    sync::{broadcast, watch},
};
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

use crate::{machine, posts};

/// Plays the named role until standard input ends. The whole relay listens to the server at `upstream`.
pub(crate) fn play(role: &str, upstream: &str) -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    match role {
        "relay" => runtime.block_on(relay_role()),
        "broadcast" => runtime.block_on(broadcast_role()),
        "whole" => runtime.block_on(whole_role(upstream)),
        _ => return ExitCode::FAILURE,
    }
    runtime.shutdown_timeout(Duration::from_millis(100));
    ExitCode::SUCCESS
}

async fn relay_role() {
    let config = Config {
        archive: ArchivePlace::Memory,
        offline: true,
        ..Config::default()
    };
    let engine = Arc::new(Engine::start(&config).await.expect("an engine"));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let log = engine.log.clone();
    let stop = watch::Sender::new(false);
    tokio::spawn(relay::serve::serve(
        listener,
        Arc::new(config),
        engine,
        AppFiles::None,
        stop.subscribe(),
    ));
    obey(port, move |number| {
        let id = PublicId::of(1_790_000_000, &format!("https://home.example/{number}"), 0)
            .expect("an id");
        let payload = posts::status(number, "home.example", clock_ns())
            .to_string()
            .into();
        let keys = Keys {
            tags: vec!["river".to_owned()],
            ..Keys::default()
        };
        log.append(Draft::appeared(id, payload, keys));
    })
    .await;
}

/// Answers every request with 404.
fn know_nothing(rest: &std::net::TcpListener) {
    for mut stream in rest.incoming().map_while(Result::ok) {
        let mut head = [0; 4096];
        if std::io::Read::read(&mut stream, &mut head).is_ok() {
            let nothing = "HTTP/1.1 404 Not Found\r\ncontent-type: application/json\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}";
            drop(stream.write_all(nothing.as_bytes()));
        }
    }
}

/// All of the relay with one source, whose socket is at `upstream`, and an archive in a file. REST answers there that it knows nothing.
async fn whole_role(upstream: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = folder.path().join("posts.db");
    let rest = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", rest.local_addr().expect("an address"));
    std::thread::spawn(move || know_nothing(&rest));
    let config = format!(
        "archive = {archive:?}\n[[source]]\ndomain = \"home.example\"\nurl = \"{url}\"\nshow = \"everybody\"\n\
         streaming_url = \"{upstream}\"\ntoken = \"bench\"\nstreams = [\"public\"]\n"
    );
    let config = Config::parse(&config).expect("a configuration");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let relay = tokio::spawn(async move {
        let shutdown = async { stopped.await.unwrap_or_default() };
        let ran = relay::run(listener, config, AppFiles::None, shutdown).await;
        ran.expect("an archive");
    });
    obey(port, |_| {}).await;
    drop(stop);
    relay.await.expect("the relay ends in good order");
}

async fn broadcast_role() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let (sender, _) = broadcast::channel::<Utf8Bytes>(16_384);
    let subscribe = sender.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let mut receiver = subscribe.subscribe();
            tokio::spawn(async move {
                let Ok(socket) = tokio_tungstenite::accept_async(stream).await else {
                    return;
                };
                let (mut sink, _stream) = socket.split();
                while let Ok(text) = receiver.recv().await {
                    if sink.send(Message::Text(text)).await.is_err() {
                        return;
                    }
                }
            });
        }
    });
    obey(port, move |number| {
        let status = posts::status(number, "home.example", clock_ns()).to_string();
        let frame =
            serde_json::json!({ "stream": ["public"], "event": "update", "payload": status })
                .to_string();
        let unheard = sender.send(frame.into()).is_err();
        assert!(!unheard || number == 0, "nobody listens");
    })
    .await;
}

/// Reads commands on a thread of its own and publishes on the runtime's, as an upstream's arrivals would come.
async fn obey(port: u16, publish: impl Fn(u64)) {
    println!("port {port}");
    let (lines, mut commands) = tokio::sync::mpsc::channel::<String>(16);
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            if lines.blocking_send(line).is_err() {
                return;
            }
        }
    });
    let mut number = 0;
    while let Some(command) = commands.recv().await {
        let words: Vec<&str> = command.split(' ').collect();
        let count: u64 = words.get(1).and_then(|it| it.parse().ok()).unwrap_or(0);
        let rate: f64 = words.get(2).and_then(|it| it.parse().ok()).unwrap_or(0.0);
        if words.first() == Some(&"cost") {
            println!(
                "cost {} {} {}",
                machine::cpu_micros(),
                machine::peak_memory_kib(),
                machine::memory_now_kib()
            );
        }
        for _ in 0..count {
            publish(number);
            number += 1;
            if rate > 0.0 {
                tokio::time::sleep(Duration::from_secs_f64(1.0 / rate)).await;
            } else if number.is_multiple_of(32) {
                tokio::task::yield_now().await;
            }
        }
        std::io::stdout().flush().expect("an output");
    }
}

/// Nanoseconds since 1970: the one clock that two processes share.
pub(crate) fn clock_ns() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |it| u64::try_from(it.as_nanos()).unwrap_or(u64::MAX))
}

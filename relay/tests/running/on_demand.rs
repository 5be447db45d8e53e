//! A hashtag that only a reader asks for, over real sockets on both sides: followed on every source while it is read.

use std::{sync::Arc, time::Duration};

use fake_instance::{Fediverse, Options, PostSpec, ServerHandle};
use futures_util::StreamExt as _;
use relay::{
    config::{ArchivePlace, Config, OnDemand, SourceConfig, Timing, Token},
    engine::Engine,
    serve::{AppFiles, serve},
    source::State,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::watch,
    time::{Instant, sleep, timeout},
};

/// How long something may take to happen; only a failing test waits so long.
const PATIENCE: Duration = Duration::from_secs(20);

fn source(server: &ServerHandle) -> SourceConfig {
    SourceConfig {
        domain: server.domain(),
        url: server.url(),
        token: Some(Token::new(server.token())),
        streams: Vec::new(),
        hashtags: vec!["rust".to_owned()],
        ..SourceConfig::default()
    }
}

async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !holds().await {
        assert!(Instant::now() < end, "never {what}");
        sleep(Duration::from_millis(20)).await;
    }
}

fn write(server: &ServerHandle, text: &str) {
    let text = text.to_owned();
    let spec = PostSpec {
        text,
        ..PostSpec::default()
    };
    server.publish("ada", &spec);
}

fn subscriptions(server: &ServerHandle) -> usize {
    server.subscriptions().iter().map(Vec::len).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_streamed_by_all_sources_for_sockets_and_events_and_let_go_after_the_last_reader() {
    let options = Options::new(3, ["alpha", "beta"]);
    let fediverse = Fediverse::start(options.without_history().without_limits());
    let fediverse = fediverse.await.unwrap();
    let servers = ["alpha", "beta"].map(|it| fediverse.server(it));
    write(servers[0], "written before anybody asked #katzen");
    let config = Arc::new(Config {
        archive: ArchivePlace::Memory,
        contact: Some("https://me.example".to_owned()),
        on_demand: OnDemand {
            linger: Duration::from_millis(300),
            ..OnDemand::default()
        },
        sources: servers.map(source).to_vec(),
        timing: Timing::nearby(),
        ..Config::default()
    });
    let engine = Arc::new(Engine::start(&config).await.unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = watch::Sender::new(false);
    let serving = serve(
        listener,
        config,
        Arc::clone(&engine),
        AppFiles::None,
        stop.subscribe(),
    );
    let serving = tokio::spawn(serving);
    let is_live = async || {
        let reports = engine.sources.snapshot();
        reports.iter().all(|it| it.state == State::Live)
    };
    until("live", is_live).await;
    assert_eq!(servers.map(subscriptions), [1, 1]);

    let url = format!("ws://{address}/api/v1/streaming?stream=hashtag&tag=Katzen");
    let (mut socket, _) = tokio_tungstenite::connect_async(url).await.unwrap();
    let mut events = TcpStream::connect(address).await.unwrap();
    let request = "GET /api/v1/streaming/hashtag?tag=katzen HTTP/1.1\r\nhost: x\r\n\r\n";
    events.write_all(request.as_bytes()).await.unwrap();
    until("followed everywhere", async || {
        servers.map(subscriptions) == [2, 2]
    })
    .await;
    let found = async || {
        let url = format!("http://{address}/api/v1/timelines/tag/katzen");
        let page = reqwest::get(url).await.unwrap().text().await.unwrap();
        page.contains("before anybody asked")
    };
    until("refilled", found).await;

    write(servers[1], "heard at once #katzen");
    let heard = async {
        loop {
            let message = socket.next().await.unwrap().unwrap();
            if message
                .to_text()
                .unwrap_or_default()
                .contains("heard at once")
            {
                return;
            }
        }
    };
    timeout(PATIENCE, heard).await.unwrap();
    let mut read = Vec::new();
    let told = async {
        while !String::from_utf8_lossy(&read).contains("heard at once") {
            assert!(events.read_buf(&mut read).await.unwrap() > 0);
        }
    };
    timeout(PATIENCE, told).await.unwrap();

    drop(socket);
    sleep(Duration::from_secs(1)).await;
    assert_eq!(servers.map(subscriptions), [2, 2], "one still reads it");
    drop(events);
    until("let go", async || {
        // A relay finds out that nobody listens when it writes.
        write(servers[0], "who listens? #katzen");
        engine.followed().is_empty() && servers.map(subscriptions) == [1, 1]
    })
    .await;
    stop.send_replace(true);
    serving.await.unwrap();
    Arc::into_inner(engine).unwrap().shutdown().await;
}

//! Another configuration while readers listen.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use tokio::{
    net::{TcpListener, TcpStream},
    time::timeout,
};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async, tungstenite::Message};

use super::*;

type Reader = WebSocketStream<MaybeTlsStream<TcpStream>>;

async fn told(reader: &mut Reader) -> String {
    loop {
        let message = timeout(Duration::from_secs(10), reader.next()).await;
        match message.unwrap().unwrap().unwrap() {
            Message::Text(text) => return text.to_string(),
            Message::Close(close) => panic!("{close:?}"),
            _ => {}
        }
    }
}

async fn subscribe(reader: &mut Reader, what: &str) {
    let frame = format!("{{\"type\":\"subscribe\",{what}}}");
    reader.send(Message::text(frame)).await.unwrap();
}

#[tokio::test]
async fn views_limits_and_keys_hold_for_whoever_comes_and_no_reader_is_dropped() {
    let relay = TestRelay::with(&[]).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let before = Arc::clone(&relay.shared.config);
    let (configs, watched) = watch::channel(Arc::clone(&before));
    let stop = relay.stop.subscribe();
    let serving = serve_live(
        listener,
        watched,
        Arc::clone(&relay.engine),
        AppFiles::None,
        stop,
    );
    let serving = tokio::spawn(serving);
    let url = format!("ws://{address}/api/v1/streaming");
    let (mut early, _) = connect_async(format!("{url}?stream=public")).await.unwrap();

    let mut config = Config::clone(&before);
    config.limits.subscriptions_per_connection = 1;
    config.access_keys.clear();
    let view = "[[view]]\nname = \"tea\"\nhashtags = [\"tea\"]";
    config.views = Config::parse(view).unwrap().views;
    let config = Arc::new(config);
    relay.engine.reload(&config).await;
    configs.send_replace(config);

    // Until the new one holds, which takes a moment.
    let mut late = loop {
        let (mut late, _) = connect_async(&url).await.unwrap();
        subscribe(&mut late, r#""stream":"view","view":"tea""#).await;
        subscribe(&mut late, r#""stream":"public""#).await;
        let said = told(&mut late).await;
        if !said.contains("not one of this relay") {
            assert!(said.contains("error") && !said.contains("view"), "{said}");
            break late;
        }
    };
    let tea = post(7, &["tea"]);
    let draft = crate::log::Draft::appeared(tea.id, tea.json, tea.keys);
    relay.engine.log.append_all(vec![draft]);
    assert!(told(&mut early).await.contains("\"update\""));
    assert!(told(&mut late).await.contains("tea"));
    relay.stop.send_replace(true);
    timeout(Duration::from_secs(5), serving)
        .await
        .unwrap()
        .unwrap();
}

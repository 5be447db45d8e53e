//! The relay over a real socket, from the first connection to a stop in good order.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    time::timeout,
};
use tokio_tungstenite::{
    connect_async,
    tungstenite::{Message, client::IntoClientRequest as _},
};

use super::*;

/// A running relay, where it is, and what stops it.
async fn running() -> (
    tokio::task::JoinHandle<()>,
    std::net::SocketAddr,
    oneshot::Sender<()>,
) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let config = Config {
        archive: ArchivePlace::Memory,
        offline: true,
        ..Config::default()
    };
    let relay = tokio::spawn(async move {
        let shutdown = async { stopped.await.unwrap_or_default() };
        crate::run(listener, config, AppFiles::None, shutdown)
            .await
            .unwrap();
    });
    (relay, address, stop)
}

#[tokio::test]
async fn a_stop_says_goodbye_to_sockets_ends_events_and_takes_less_than_five_seconds() {
    let (relay, address, stop) = running().await;
    let url = format!("ws://{address}/api/v1/streaming?stream=public");
    let (mut socket, _) = connect_async(url).await.unwrap();
    let mut events = TcpStream::connect(address).await.unwrap();
    let request = "GET /api/v1/streaming/public HTTP/1.1\r\nhost: x\r\n\r\n";
    events.write_all(request.as_bytes()).await.unwrap();
    let mut head = [0; 12];
    events.read_exact(&mut head).await.unwrap();
    assert_eq!(&head, b"HTTP/1.1 200");
    // A connection that never asks for anything holds nothing up.
    let idle = TcpStream::connect(address).await.unwrap();

    stop.send(()).unwrap();
    let Some(Ok(Message::Close(Some(close)))) = socket.next().await else {
        panic!("not closed");
    };
    assert_eq!(u16::from(close.code), 1001);
    let mut rest = Vec::new();
    events.read_to_end(&mut rest).await.unwrap();
    assert!(rest.ends_with(b"0\r\n\r\n"), "the events did not end whole");
    timeout(Duration::from_secs(5), relay)
        .await
        .unwrap()
        .unwrap();
    drop(idle);
}

#[tokio::test]
async fn a_browsers_token_comes_back_as_its_subprotocol() {
    let (_relay, address, _stop) = running().await;
    let mut request = format!("ws://{address}/api/v1/streaming")
        .into_client_request()
        .unwrap();
    request
        .headers_mut()
        .insert("sec-websocket-protocol", "secret".parse().unwrap());
    let (mut socket, answer) = connect_async(request).await.unwrap();
    assert_eq!(answer.headers()["sec-websocket-protocol"], "secret");
    socket.close(None).await.unwrap();
}

#[tokio::test]
async fn one_connection_serves_many_requests_and_a_broken_one_ends() {
    let (_relay, address, _stop) = running().await;
    let mut connection = TcpStream::connect(address).await.unwrap();
    let request = "GET /api/v1/streaming/health HTTP/1.1\r\nhost: x\r\n\r\n";
    for _ in 0..3 {
        connection.write_all(request.as_bytes()).await.unwrap();
        let mut got = Vec::new();
        while !got.ends_with(b"\r\n\r\nOK") {
            got.push(connection.read_u8().await.unwrap());
        }
    }
    let fields = "x: y\r\n".repeat(500);
    let request = format!("GET / HTTP/1.1\r\nhost: x\r\n{fields}\r\n");
    connection.write_all(request.as_bytes()).await.unwrap();
    let mut got = String::new();
    connection.read_to_string(&mut got).await.unwrap();
    assert!(got.starts_with("HTTP/1.1 431"), "{got}");
    let mut socket = connect_async(format!("ws://{address}/api/v1/streaming"))
        .await
        .unwrap()
        .0;
    socket.send(Message::Ping(Bytes::new())).await.unwrap();
    assert!(matches!(socket.next().await, Some(Ok(Message::Pong(_)))));
}

//! How long a post takes through the whole relay when nothing else happens: from an upstream's socket through the source,
//! the merge, the archive's commit and the log to a reader's socket.

use std::time::Duration;

use futures_util::{SinkExt as _, Stream, StreamExt as _};
use serde_json::json;
use tokio::{
    net::{TcpListener, TcpStream},
    time::{sleep, timeout},
};
use tokio_tungstenite::{WebSocketStream, accept_async, connect_async, tungstenite::Message};

use crate::{child::clock_ns, fanout::sent_ns, posts, server::Server};

/// Longest wait for anything.
const PATIENCE: Duration = Duration::from_secs(20);

/// Pause between two posts: long enough that each finds the relay idle.
const PAUSE: Duration = Duration::from_millis(15);

/// Sends `count` posts one at a time and prints how long each took.
pub(crate) async fn measure(count: u64) -> Result<(), String> {
    let listener = TcpListener::bind("127.0.0.1:0").await.map_err(text)?;
    let address = listener.local_addr().map_err(text)?;
    let mut relay = Server::start("whole", &format!("ws://{address}")).await?;
    let idle_mb = relay.cost().await?.now_mb;
    let mut upstream = timeout(PATIENCE, hear_subscription(&listener))
        .await
        .map_err(|_| "the relay did not subscribe".to_owned())??;
    let url = format!(
        "ws://127.0.0.1:{}/api/v1/streaming?stream=public",
        relay.port
    );
    let (mut reader, _) = connect_async(url).await.map_err(text)?;
    sleep(Duration::from_millis(300)).await;
    let mut delays = Vec::new();
    for number in 0..count {
        let status = posts::status(number, "home.example", clock_ns()).to_string();
        let frame = json!({ "stream": ["public"], "event": "update", "payload": status });
        upstream
            .send(Message::text(frame.to_string()))
            .await
            .map_err(text)?;
        delays.push(
            timeout(PATIENCE, next_delay(&mut reader))
                .await
                .map_err(text)??,
        );
        sleep(PAUSE).await;
    }
    delays.sort_unstable();
    let at = |share: f64| {
        let place = ((delays.len() as f64 - 1.0) * share) as usize;
        delays.get(place).map_or(0.0, |ns| *ns as f64 / 1e6)
    };
    println!(
        "\nlatency from an upstream's frame to a reader's, archive in a file, otherwise idle, {count} posts"
    );
    println!(
        "p50 {:.2} ms, p99 {:.2} ms, longest {:.2} ms; the idle relay holds {idle_mb:.1} MB",
        at(0.5),
        at(0.99),
        at(1.0)
    );
    Ok(())
}

/// Waits for the relay and for what it subscribes to.
async fn hear_subscription(listener: &TcpListener) -> Result<WebSocketStream<TcpStream>, String> {
    let (stream, _) = listener.accept().await.map_err(text)?;
    stream.set_nodelay(true).map_err(text)?;
    let mut socket = accept_async(stream).await.map_err(text)?;
    while let Some(message) = socket.next().await {
        if let Message::Text(_) = message.map_err(text)? {
            return Ok(socket);
        }
    }
    Err("the relay left".to_owned())
}

/// How long the next post was under way, in nanoseconds.
async fn next_delay<S>(reader: &mut S) -> Result<u64, String>
where
    S: Stream<Item = Result<Message, tokio_tungstenite::tungstenite::Error>> + Unpin,
{
    while let Some(message) = reader.next().await {
        if let Some(sent) = message.map_err(text)?.to_text().ok().and_then(sent_ns) {
            return Ok(clock_ns().saturating_sub(sent));
        }
    }
    Err("the relay closed the reader's socket".to_owned())
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

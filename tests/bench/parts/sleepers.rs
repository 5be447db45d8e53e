//! Readers that never read: what they make a server hold.

use tokio::time::{Duration, Instant, sleep};

use crate::server::Server;

/// Readers that never read.
const SLEEPERS: usize = 10;

/// Longest wait for the posts to be published.
const PATIENCE: Duration = Duration::from_secs(120);

/// Publishes `count` posts to nobody and to ten readers that never read, and prints what the server holds then.
pub(crate) async fn measure(count: u64) -> Result<(), String> {
    println!(
        "\n{count} posts of 3 KB and {SLEEPERS} readers that never read (the relay's log holds 64 MB)"
    );
    for (role, sleepers) in [("relay", 0), ("relay", SLEEPERS), ("broadcast", SLEEPERS)] {
        let mut server = Server::start(role, "").await?;
        let url = format!(
            "ws://127.0.0.1:{}/api/v1/streaming?stream=public",
            server.port
        );
        let mut sockets = Vec::new();
        for _ in 0..sleepers {
            let connected = tokio_tungstenite::connect_async(&url).await;
            sockets.push(connected.map_err(|error| error.to_string())?.0);
        }
        sleep(Duration::from_millis(300)).await;
        server.say(&format!("burst {count}")).await?;
        let began = Instant::now();
        let cost = tokio::time::timeout(PATIENCE, server.cost())
            .await
            .map_err(|_| format!("{role} did not publish in {:?}", began.elapsed()))??;
        println!(
            "{role:<10} {sleepers:>3} readers: {:>6.1} MB now, {:>6.1} MB at most",
            cost.now_mb, cost.peak_mb
        );
        drop(sockets);
    }
    Ok(())
}

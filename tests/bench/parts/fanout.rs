//! Many readers of one stream: CPU microseconds a delivery, delay, and peak memory, beside a bare broadcast.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use futures_util::{SinkExt as _, StreamExt as _};
use tokio::time::{Instant, sleep, timeout};
use tokio_tungstenite::tungstenite::Message;

use crate::{child::clock_ns, posts::SENT_MARK, server::Server};

/// Longest time for one stage, so that a fault ends the run with words instead of a hang.
const PATIENCE: Duration = Duration::from_secs(120);

/// Measures each crowd on the relay and on the bare broadcast, and prints a table.
pub(crate) async fn measure(crowds: &[usize], smoke: bool) -> Result<(), String> {
    println!("\nfan-out of 3 KB posts over WebSocket, readers in another process");
    println!(
        "{:<10} {:>7} {:>6} {:>12} {:>14} {:>9} {:>9} {:>9}",
        "server", "readers", "mode", "deliveries/s", "CPU µs/deliv.", "p50 ms", "p99 ms", "peak MB"
    );
    for &readers in crowds {
        let (burst, paced, rate) = if smoke {
            (200, 20, 50.0)
        } else if readers <= 100 {
            (2_000, 500, 50.0)
        } else {
            (500, 100, 10.0)
        };
        let mut cost = Vec::new();
        for role in ["relay", "broadcast"] {
            let mut server = Server::start(role, "").await?;
            let crowd = Crowd::gather(&server, readers).await?;
            let waiting_mb = server.cost().await?.now_mb;
            let slow = server.stage(&crowd, paced, Some(rate)).await?;
            slow.print(role, readers, "paced");
            let fast = server.stage(&crowd, burst, None).await?;
            fast.print(role, readers, "burst");
            println!("{role:<10} {readers:>7} readers that wait: {waiting_mb:.1} MB");
            cost.push((slow.cpu_each, fast.cpu_each));
            crowd.leave();
        }
        if let [relay, bare] = cost[..] {
            println!(
                "ratio to the bare broadcast, {readers} readers: paced {:.2}, burst {:.2}",
                relay.0 / bare.0,
                relay.1 / bare.1
            );
        }
    }
    Ok(())
}

struct Figures {
    deliveries_per_second: f64,
    cpu_each: f64,
    p50_ms: f64,
    p99_ms: f64,
    peak_mb: f64,
}

impl Figures {
    fn print(&self, role: &str, readers: usize, mode: &str) {
        println!(
            "{role:<10} {readers:>7} {mode:>6} {:>12.0} {:>14.2} {:>9.2} {:>9.2} {:>9.1}",
            self.deliveries_per_second, self.cpu_each, self.p50_ms, self.p99_ms, self.peak_mb
        );
    }
}

impl Server {
    /// Lets the server publish `count` posts and waits until every reader has every one.
    async fn stage(
        &mut self,
        crowd: &Crowd,
        count: u64,
        rate: Option<f64>,
    ) -> Result<Figures, String> {
        crowd.delays.lock().expect("no reader panicked").clear();
        let owed = crowd.received.load(Ordering::Relaxed) + count * crowd.readers as u64;
        let before = self.cost().await?;
        let began = Instant::now();
        self.say(&rate.map_or(format!("burst {count}"), |rate| {
            format!("paced {count} {rate}")
        }))
        .await?;
        while crowd.received.load(Ordering::Relaxed) < owed {
            if began.elapsed() > PATIENCE {
                return Err(format!(
                    "{} deliveries are missing",
                    owed - crowd.received.load(Ordering::Relaxed)
                ));
            }
            sleep(Duration::from_millis(2)).await;
        }
        let seconds = began.elapsed().as_secs_f64();
        let after = self.cost().await?;
        let deliveries = (count * crowd.readers as u64) as f64;
        let mut delays = crowd.delays.lock().expect("no reader panicked").clone();
        delays.sort_unstable();
        let at = |share: f64| {
            delays
                .get(((delays.len() as f64 - 1.0) * share) as usize)
                .map_or(0.0, |ns| *ns as f64 / 1e6)
        };
        Ok(Figures {
            deliveries_per_second: deliveries / seconds,
            cpu_each: (after.cpu_micros - before.cpu_micros) as f64 / deliveries,
            p50_ms: at(0.5),
            p99_ms: at(0.99),
            peak_mb: after.peak_mb,
        })
    }
}

/// Readers that count what they get.
struct Crowd {
    readers: usize,
    received: Arc<AtomicU64>,
    delays: Arc<Mutex<Vec<u64>>>,
    tasks: Vec<tokio::task::JoinHandle<()>>,
}

impl Crowd {
    async fn gather(server: &Server, readers: usize) -> Result<Self, String> {
        let mut crowd = Self {
            readers,
            received: Arc::default(),
            delays: Arc::default(),
            tasks: Vec::new(),
        };
        for _ in 0..readers {
            let url = format!(
                "ws://127.0.0.1:{}/api/v1/streaming?stream=public",
                server.port
            );
            let connect = timeout(PATIENCE, tokio_tungstenite::connect_async(&url))
                .await
                .map_err(|error| error.to_string())?;
            let (mut socket, _) = connect.map_err(|error| format!("{url}: {error}"))?;
            let (received, delays) = (Arc::clone(&crowd.received), Arc::clone(&crowd.delays));
            crowd.tasks.push(tokio::spawn(async move {
                while let Some(Ok(message)) = socket.next().await {
                    let mut pong = None;
                    match message {
                        Message::Text(text) => {
                            if let Some(sent) = sent_ns(&text) {
                                delays
                                    .lock()
                                    .expect("no reader panicked")
                                    .push(clock_ns().saturating_sub(sent));
                            }
                            received.fetch_add(1, Ordering::Relaxed);
                        }
                        Message::Ping(payload) => pong = Some(payload),
                        _ => {}
                    }
                    if let Some(payload) = pong
                        && socket.send(Message::Pong(payload)).await.is_err()
                    {
                        return;
                    }
                }
            }));
        }
        sleep(Duration::from_millis(300)).await;
        Ok(crowd)
    }

    fn leave(self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

/// The moment of appending that the post's text carries.
pub(crate) fn sent_ns(text: &str) -> Option<u64> {
    let rest = &text[text.find(SENT_MARK)? + SENT_MARK.len()..];
    rest.split(|it: char| !it.is_ascii_digit())
        .next()?
        .parse()
        .ok()
}

//! The relay of a run as a process of its own: one that can be killed as a crash or the kernel kills, without a last word.

use std::{
    env,
    fs::OpenOptions,
    os::fd::{AsFd as _, OwnedFd},
    path::PathBuf,
    process::Stdio,
    time::Duration,
};

use relay::{
    config::{ArchivePlace, Config},
    serve::AppFiles,
    telemetry::{self, Logging},
};
use serde::{Deserialize, Serialize};
use tokio::{
    net::TcpListener,
    process::{Child, Command},
    time::timeout,
};

use crate::run::{Heard, config};

/// Where a process of this kind finds its [`Orders`].
const ORDERS: &str = "WATERSMEET_SYSTEM_RELAY";

/// The name of the test that obeys them.
const TEST: &str = "child::a_relay_started_by_a_run_serves_until_it_is_killed";

/// The longest life of such a process, should nobody end it.
const LIFE: Duration = Duration::from_secs(180);

/// What the relay of a run is told.
#[derive(Serialize, Deserialize)]
pub(crate) struct Orders {
    /// Where readers reach it.
    pub(crate) base: String,
    /// Its file of posts.
    pub(crate) archive: PathBuf,
    /// Where it writes what it has to say to its operator.
    pub(crate) log: PathBuf,
    /// Whom it listens to.
    pub(crate) sources: Vec<Heard>,
}

/// Starts a relay that answers on this socket. Who connects while there is none waits in the socket's queue.
pub(crate) fn start(socket: &std::net::TcpListener, orders: &Orders) -> Result<Child, String> {
    let error = |error: &dyn std::error::Error| format!("no relay: {error}");
    let socket = socket.try_clone().map_err(|it| error(&it))?;
    let log = OpenOptions::new()
        .create(true)
        .append(true)
        .open(&orders.log)
        .map_err(|it| error(&it))?;
    let orders = serde_json::to_string(orders).map_err(|it| error(&it))?;
    Command::new(env::current_exe().map_err(|it| error(&it))?)
        .args(["--exact", TEST, "--nocapture"])
        .env(ORDERS, orders)
        // The one descriptor that a child is given without unsafe code.
        .stdin(Stdio::from(OwnedFd::from(socket)))
        .stdout(Stdio::null())
        .stderr(Stdio::from(log))
        .kill_on_drop(true)
        .spawn()
        .map_err(|it| error(&it))
}

/// Not a test by itself: without orders there is nothing to do.
#[tokio::test]
async fn a_relay_started_by_a_run_serves_until_it_is_killed() {
    let Ok(orders) = env::var(ORDERS) else { return };
    let orders: Orders = serde_json::from_str(&orders).unwrap();
    telemetry::begin(&Logging::default());
    let socket = std::io::stdin().as_fd().try_clone_to_owned().unwrap();
    let socket = std::net::TcpListener::from(socket);
    socket.set_nonblocking(true).unwrap();
    let listener = TcpListener::from_std(socket).unwrap();
    let config = Config {
        archive: ArchivePlace::File(orders.archive),
        ..config(&orders.sources, &orders.base)
    };
    let relay = relay::run(listener, config, AppFiles::None, std::future::pending());
    if let Ok(end) = timeout(LIFE, relay).await {
        end.unwrap();
    }
}

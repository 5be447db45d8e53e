//! `run`: from a clone to a page in the browser, with one command.

mod config;
mod demo;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, RecvTimeoutError},
    time::{Duration, Instant},
};

use clap::Args;

use crate::{
    building,
    children::{Child, interrupted},
    failure::{Failure, Outcome},
    http,
    progress::{Heartbeat, Steps, say},
    task::Task,
    tools,
};

/// How long the relay may take until it listens and is ready.
const START: Duration = Duration::from_secs(60);

/// The port that the README names.
const PORT: u16 = 4040;

/// Options of `run`.
#[derive(Args, Debug)]
pub(crate) struct Run {
    /// Read three servers of our own on this machine instead of real ones
    #[arg(long, conflicts_with = "config")]
    demo: bool,
    /// Where to listen on this machine; the next free port is taken when it is in use
    #[arg(long, default_value_t = PORT)]
    port: u16,
    /// The relay's configuration; relay.toml is written on first use when this is not given
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Dial no server at all: show what the relay has kept
    #[arg(long)]
    offline: bool,
    /// Leave with 0 as soon as the relay is ready and the page answers
    #[arg(long)]
    until_ready: bool,
}

/// Builds what is needed, starts it, and stays until Ctrl-C.
pub(crate) fn run(root: &Path, options: &Run) -> Outcome {
    let mut steps = Steps::new(if options.demo { 5 } else { 4 });
    prepare_tools(root, &mut steps)?;
    steps.begin(match building::app_is_fresh(root) {
        true => "Looking whether the app is up to date",
        false => "Building the app (about 4 minutes the first time)",
    });
    building::app(root)?;
    steps.begin("Building the relay (about 5 minutes the first time)");
    let relay = building::release(root, "relay", "watersmeet", &[])?;

    let mut servers = None;
    let config = if options.demo {
        steps.begin("Starting three demo servers (building them takes 2 minutes the first time)");
        let (running, config) = demo::start(root)?;
        servers = Some(running);
        config
    } else {
        config::find(root, options.config.as_deref())?
    };
    steps.begin("Starting the relay with the app inside");
    let (relay, lines) = start_relay(root, &relay, &config, options)?;
    let running = Running {
        relay,
        lines,
        servers,
    };
    running.stay(options, &mut steps)
}

/// Installs what is missing, or says nothing when nothing is.
pub(crate) fn prepare_tools(root: &Path, steps: &mut Steps) -> Outcome {
    steps.begin(match tools::ready(root, &tools::ALL) {
        true => "Looking for the build tools",
        false => "Installing the build tools into .tools (about 10 minutes, only once)",
    });
    tools::ensure(root, &tools::ALL)
}

fn start_relay(
    root: &Path,
    relay: &Path,
    config: &Path,
    options: &Run,
) -> Outcome<(Child, Receiver<String>)> {
    let mut task = Task::new(relay)
        .args(["serve", "--config"])
        .args([config])
        .args(["--app-dir"])
        .args([building::dist(root)])
        .args(["--listen", &format!("127.0.0.1:{}", options.port)])
        .args(["--or-next-port"])
        .current_dir(root);
    if options.offline {
        task = task.args(["--offline"]);
    }
    task.spawn_and_listen()
}

/// What was started; all of it ends with this value.
#[derive(Debug)]
struct Running {
    // Dropped in this order: the relay says goodbye to the servers before they go.
    relay: Child,
    lines: Receiver<String>,
    servers: Option<Child>,
}

impl Running {
    fn stay(mut self, options: &Run, steps: &mut Steps) -> Outcome {
        let address = self.wait_for_address()?;
        if options.until_ready {
            self.wait_until_ready(address)?;
            steps.end();
            say(format!(
                "Ready: http://{address}/health and the page answer. Stopping, as asked."
            ));
            return Ok(());
        }
        steps.end();
        if options.demo {
            say("Three servers of our own are talking to each other; nothing leaves this machine.");
        }
        say(format!(
            "Open http://{address} in a browser. Ctrl-C stops everything."
        ));
        loop {
            match self.lines.recv_timeout(Duration::from_millis(200)) {
                Ok(line) => say(line),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    std::thread::sleep(Duration::from_millis(50));
                }
            }
            if interrupted() {
                say("Stopping.");
                return Ok(());
            }
            self.look_after()?;
        }
    }

    /// Fails when something that should run has ended.
    fn look_after(&mut self) -> Outcome {
        for child in std::iter::once(&mut self.relay).chain(self.servers.as_mut()) {
            if child.ended().is_some() && !interrupted() {
                let name = child.name().to_owned();
                while let Ok(line) = self.lines.try_recv() {
                    say(line);
                }
                return Err(Failure::new(format!(
                    "{name} ended by itself; what it said is above"
                )));
            }
        }
        Ok(())
    }

    /// Waits for the line that says where the relay is, and listens.
    fn wait_for_address(&mut self) -> Outcome<SocketAddr> {
        let begun = Instant::now();
        let mut heartbeat = Heartbeat::new(Duration::from_secs(1));
        while begun.elapsed() < START {
            match self.lines.recv_timeout(Duration::from_millis(100)) {
                Ok(line) => {
                    heartbeat.end();
                    say(&line);
                    if line.starts_with("Watersmeet is at ")
                        && let Some(address) = http::address_in(&line)
                    {
                        return Ok(address);
                    }
                }
                Err(_) => self.look_after()?,
            }
            if interrupted() {
                return Err(Failure::new("stopped by you"));
            }
            heartbeat.beat("waiting for the relay to listen");
        }
        heartbeat.end();
        Err(Failure::new(
            "the relay did not say within a minute where it listens",
        ))
    }

    /// Waits until `/health` says ready and the page comes with the app in it.
    fn wait_until_ready(&mut self, address: SocketAddr) -> Outcome {
        let begun = Instant::now();
        let mut heartbeat = Heartbeat::new(Duration::from_secs(1));
        let mut missing = String::new();
        while begun.elapsed() < START && !interrupted() {
            missing = match (http::get(address, "/health"), http::get(address, "/")) {
                (Some((200, _)), Some((200, page))) if page.contains("<html") => return Ok(()),
                (Some((200, _)), Some((status, _))) => format!("the page answers {status}"),
                (Some((status, body)), _) => format!("/health answers {status}: {body}"),
                _ => "nothing answers".to_owned(),
            };
            heartbeat.beat(&missing);
            self.look_after()?;
            std::thread::sleep(Duration::from_millis(200));
        }
        heartbeat.end();
        Err(Failure::new(format!("not ready after a minute: {missing}")))
    }
}

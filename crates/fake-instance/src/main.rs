//! The program: starts servers, says where they are, and runs until it is told to stop.
use std::io::{Read, Write};
use std::process::ExitCode;

use clap::Parser;
use fake_instance::{Fediverse, FediverseError, Options, ServerSpec};
use tokio::sync::oneshot;

/// Mastodon servers of our own on loopback: a test tool and a demo.
#[derive(Debug, Parser)]
#[command(version, about)]
struct Arguments {
    /// Names of the servers, with commas; `name:gotosocial` or `name:hollo` has that software's manners, `name:mastodon:ja` speaks Japanese.
    #[arg(long, value_delimiter = ',', default_value = "alpha,beta,gamma")]
    servers: Vec<String>,
    /// Decides everything that looks like chance.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// New posts a minute by the living world; 0 is a still world.
    #[arg(long, default_value_t = 0.0, value_name = "POSTS_PER_MINUTE")]
    living: f64,
    /// Posts written before the beginning.
    #[arg(long, default_value_t = 240)]
    history: usize,
    /// The world's beginning in Unix milliseconds; now when absent.
    #[arg(long)]
    start_time: Option<i64>,
    /// The first server's port; the next server's is one more. 0 takes free ones.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// The control API's port; 0 takes a free one.
    #[arg(long, default_value_t = 0)]
    control_port: u16,
    /// Count no requests.
    #[arg(long)]
    no_limits: bool,
    /// Print one line of JSON with addresses and tokens instead of words.
    #[arg(long)]
    print_json: bool,
    /// End when standard input closes, so that no server outlives who started it.
    #[arg(long)]
    until_stdin_closes: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody is left to tell when standard error is closed.
            drop(writeln!(std::io::stderr(), "fake-instance: {error}"));
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), FediverseError> {
    let mut options = Options::new(
        arguments.seed,
        arguments
            .servers
            .iter()
            .map(|name| ServerSpec::from(name.as_str())),
    );
    options.living = Some(arguments.living).filter(|rate| *rate > 0.0);
    options.history = arguments.history;
    options.start_time = arguments.start_time;
    options.first_port = arguments.port;
    options.control_port = arguments.control_port;
    options.rate_limits = !arguments.no_limits;
    let fediverse = Fediverse::start(options).await?;
    announce(&fediverse, arguments.print_json);
    wait(arguments.until_stdin_closes).await;
    Ok(())
}

fn announce(fediverse: &Fediverse, as_json: bool) {
    let mut out = std::io::stdout().lock();
    let written = if as_json {
        let servers: Vec<_> = fediverse
            .servers()
            .iter()
            .map(|server| serde_json::json!({
                "name": server.name(), "domain": server.domain(), "url": server.url(), "token": server.token(),
            }))
            .collect();
        writeln!(
            out,
            "{}",
            serde_json::json!({ "servers": servers, "control": fediverse.control_url() })
        )
    } else {
        fediverse
            .servers()
            .iter()
            .try_for_each(|server| writeln!(out, "{}  token {}", server.url(), server.token()))
            .and_then(|()| writeln!(out, "control at {}", fediverse.control_url()))
    };
    // A closed standard output is no reason to stop serving.
    drop(written.and_then(|()| out.flush()));
}

async fn wait(until_stdin_closes: bool) {
    let (closed, stdin) = oneshot::channel::<()>();
    if until_stdin_closes {
        std::thread::spawn(move || {
            let mut sink = [0; 256];
            while std::io::stdin().read(&mut sink).is_ok_and(|read| read > 0) {}
            // The other side may have ended for another reason.
            let _ended = closed.send(());
        });
    } else {
        std::mem::forget(closed);
    }
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminated() => {}
        _ = stdin => {}
    }
}

#[cfg(unix)]
async fn terminated() {
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut signal) => drop(signal.recv().await),
        Err(_) => std::future::pending().await,
    }
}

#[cfg(not(unix))]
async fn terminated() {
    std::future::pending::<()>().await;
}

//! The relay against three servers of our own under seeded faults: an oracle that knows the truth checks what readers were shown.
//!
//! In every fourth run the relay is a process of its own that is killed in the middle and started again on its file.
//! `WATERSMEET_SEEDS=1000` runs more seeds than the usual hundred, `WATERSMEET_SEED=17` runs one alone.

#[cfg(unix)]
mod child;
mod oracle;
mod play;
mod protocol;
mod reader;
mod readers;
mod run;
mod walk;
#[path = "../world.rs"]
mod world;

use std::env;

use futures_util::{StreamExt as _, stream};
use relay::telemetry::{self, Level, Logging};

/// Seeds of an ordinary run.
const SEEDS: u64 = 100;

/// Runs at a time: each is three servers, a relay and four readers in this process, and mostly waits.
const AT_ONCE: usize = 5;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_of_the_relay_are_shown_the_truth_under_every_fault() {
    // What a relay calls an error is one here too; the rest of its words would drown it.
    telemetry::begin(&Logging {
        level: Level::Error,
        ..Logging::default()
    });
    let number = |name: &str| env::var(name).ok().and_then(|it| it.parse::<u64>().ok());
    let seeds = match number("WATERSMEET_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("WATERSMEET_SEEDS").unwrap_or(SEEDS),
    };
    let count = seeds.end - seeds.start;
    let failures: Vec<String> = stream::iter(seeds)
        .map(|seed| async move {
            run::run(seed)
                .await
                .err()
                .map(|why| format!("seed {seed}:\n{why}"))
        })
        .buffer_unordered(AT_ONCE)
        .filter_map(|failure| async move { failure })
        .collect()
        .await;
    println!("{count} seeds, {} failed", failures.len());
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

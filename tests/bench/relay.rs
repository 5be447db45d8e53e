//! The relay's figures: how fast it takes posts in, and what it costs to bring them to many readers.
//!
//! `cargo xtask bench` runs it; `--smoke` only proves that it runs, with 10,000 posts and 50 readers. Each serving program is a process
//! of its own, so that its CPU time and memory are its own; beside the relay stands a bare
//! tokio-tungstenite broadcast in the same run, as the ratio that holds on any machine.

#[path = "parts/archive.rs"]
mod archive;
#[path = "parts/child.rs"]
mod child;
#[path = "parts/fanout.rs"]
mod fanout;
#[path = "parts/ingest.rs"]
mod ingest;
#[path = "parts/kept.rs"]
mod kept;
#[path = "parts/latency.rs"]
mod latency;
#[path = "parts/machine.rs"]
mod machine;
#[path = "parts/posts.rs"]
mod posts;
#[path = "parts/server.rs"]
mod server;
#[path = "parts/sleepers.rs"]
mod sleepers;

use std::{env, process::ExitCode};

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let Some(at) = arguments.iter().position(|it| it == "--role") {
        let after = |places| arguments.get(at + places).map_or("", String::as_str);
        return child::play(after(1), after(2));
    }
    let smoke = arguments.iter().any(|it| it == "--smoke");
    println!("machine: {}", machine::describe());
    ingest::measure(if smoke { 10_000 } else { 40_000 });
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let measured = runtime.block_on(async {
        kept::measure(if smoke { 500 } else { 10_000 }).await?;
        archive::measure(if smoke { 10_000 } else { 1_000_000 }).await?;
        fanout::measure(if smoke { &[50] } else { &[100, 1_000] }, smoke).await?;
        sleepers::measure(if smoke { 1_000 } else { 25_000 }).await?;
        latency::measure(if smoke { 20 } else { 500 }).await
    });
    match measured {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

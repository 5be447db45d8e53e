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

/// As the relay's program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What is measured, in this order; names on the command line choose some of it.
const PARTS: [&str; 6] = ["ingest", "kept", "archive", "fanout", "sleepers", "latency"];

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let Some(at) = arguments.iter().position(|it| it == "--role") {
        let after = |places| arguments.get(at + places).map_or("", String::as_str);
        return child::play(after(1), after(2));
    }
    let smoke = arguments.iter().any(|it| it == "--smoke");
    let only: Vec<&str> = arguments
        .iter()
        .filter(|it| !it.starts_with("--"))
        .map(String::as_str)
        .collect();
    if let Some(name) = only.iter().find(|it| !PARTS.contains(it)) {
        eprintln!("bench: there is no part {name:?}; there are {PARTS:?}");
        return ExitCode::FAILURE;
    }
    println!("machine: {}", machine::describe());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    for part in PARTS {
        if !only.is_empty() && !only.contains(&part) {
            continue;
        }
        if let Err(error) = runtime.block_on(measure(part, smoke)) {
            eprintln!("bench: {part}: {error}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

async fn measure(part: &str, smoke: bool) -> Result<(), String> {
    match part {
        "ingest" => ingest::measure(if smoke { 10_000 } else { 40_000 }),
        "kept" => kept::measure(if smoke { 500 } else { 20_000 }).await?,
        "archive" => archive::measure(if smoke { 10_000 } else { 1_000_000 }).await?,
        "fanout" => fanout::measure(if smoke { &[50] } else { &[100, 1_000] }, smoke).await?,
        "sleepers" => sleepers::measure(if smoke { 1_000 } else { 25_000 }).await?,
        _ => latency::measure(if smoke { 20 } else { 500 }).await?,
    }
    Ok(())
}

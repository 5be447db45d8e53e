//! The relay's figures: how fast it takes posts in, and what it costs to bring them to many readers.
//!
//! `cargo xtask bench` runs it; `--smoke` only proves in a few seconds that it runs. Each serving program is a process
//! of its own, so that its CPU time and memory are its own; beside the relay stands a bare
//! tokio-tungstenite broadcast in the same run, as the ratio that holds on any machine.

#[path = "parts/child.rs"]
mod child;
#[path = "parts/fanout.rs"]
mod fanout;
#[path = "parts/ingest.rs"]
mod ingest;
#[path = "parts/machine.rs"]
mod machine;
#[path = "parts/posts.rs"]
mod posts;

use std::{env, process::ExitCode};

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let Some(at) = arguments.iter().position(|it| it == "--role") {
        return child::play(arguments.get(at + 1).map_or("", String::as_str));
    }
    let smoke = arguments.iter().any(|it| it == "--smoke");
    println!("machine: {}", machine::describe());
    ingest::measure(if smoke { 2_000 } else { 40_000 });
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let crowds: &[usize] = if smoke { &[20] } else { &[100, 1_000] };
    match runtime.block_on(fanout::measure(crowds, smoke)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

//! The project's toolbox: `cargo xtask COMMAND` builds, runs, checks and measures.

mod bench;
mod building;
mod children;
mod ci;
mod cli;
mod css;
mod digest;
mod dist;
mod failure;
mod finish_dist;
mod fresh;
mod http;
mod icons;
mod progress;
mod run;
mod size;
mod suites;
mod task;
mod tidy;
mod tools;
mod wasm;
mod workspace;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    match cli::Cli::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            progress::complain(&failure);
            ExitCode::FAILURE
        }
    }
}

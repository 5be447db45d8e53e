//! The project's toolbox: `cargo xtask COMMAND` builds, runs, checks and measures.

mod children;
mod cli;
mod css;
mod digest;
mod failure;
mod finish_dist;
mod icons;
mod progress;
mod task;
mod tidy;
mod tools;
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

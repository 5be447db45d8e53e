//! `bench`: the relay's figures, from optimised programs.

use std::path::Path;

use clap::Args;

use crate::{
    failure::{Failure, Outcome},
    progress::{Steps, say},
    task::Task,
};

/// Options of `bench`.
#[derive(Args, Debug)]
pub(crate) struct Bench {
    /// A few seconds of everything, to see that it still runs
    #[arg(long)]
    smoke: bool,
    /// Passed to the benchmark as it is
    #[arg(last = true)]
    rest: Vec<String>,
}

/// Builds and runs the benchmark.
pub(crate) fn run(root: &Path, options: &Bench) -> Outcome {
    if !root.join("tests/bench/relay.rs").is_file() {
        return Err(Failure::new("there is no benchmark: tests/bench/relay.rs"));
    }
    let mut steps = Steps::new(2);
    steps.begin("Building the benchmark with optimisations (about 6 minutes the first time)");
    let bench = [
        "bench",
        "--locked",
        "--package",
        "tests",
        "--bench",
        "relay",
    ];
    Task::new("cargo")
        .args(bench)
        .args(["--no-run"])
        .current_dir(root)
        .quiet()?;
    steps.begin("Measuring");
    let mut task = Task::new("cargo")
        .args(bench)
        .args(["--"])
        .current_dir(root);
    if options.smoke {
        task = task.args(["--smoke"]);
    }
    let finished = task.args(&options.rest).tee()?;
    steps.end();
    match finished.success {
        true => {
            say("bench: done");
            Ok(())
        }
        false => Err(Failure::new("the benchmark failed")),
    }
}

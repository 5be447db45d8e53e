//! `bench`: the relay's figures, from optimised programs.

use std::path::Path;

use clap::Args;

use crate::{
    building,
    failure::{Failure, Outcome},
    progress::{Steps, say},
    task::Task,
};

/// Options of `bench`.
#[derive(Args, Debug)]
pub(crate) struct Bench {
    /// A little of everything without optimisations, to see that it still runs: 10,000 posts, 50 readers
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
    if options.smoke {
        let mut steps = Steps::new(1);
        steps.begin("Trying that the benchmark runs");
        smoke(root)?;
        steps.end();
        say("bench: it runs; its figures are those of a program that is not optimised");
        return Ok(());
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
    let task = Task::new("cargo")
        .args(bench)
        .args(["--"])
        .current_dir(root);
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

/// Runs a little of every part, from what the tests are built with.
pub(crate) fn smoke(root: &Path) -> Outcome {
    Task::new("cargo")
        .args(["bench", "--profile", "dev", "--bench", "relay"])
        .args(building::NATIVE)
        .args(["--", "--smoke"])
        .current_dir(root)
        .quiet()
        .map(drop)
}

//! `ci`: everything that must hold before a change is taken, with the minutes of each step.

use std::path::Path;

use crate::{
    bench, building,
    failure::Outcome,
    progress::{Steps, say},
    run, size,
    suites::{self, Test},
    task::Task,
    tidy, tools,
};

/// Runs all checks in an order that lets the cheap ones fail first.
pub(crate) fn run(root: &Path, test: &Test) -> Outcome {
    let mut steps = Steps::new(9);
    steps.begin("Checking the formatting");
    cargo(root, &["fmt", "--all", "--check"])?;
    steps.begin("Checking the project's own rules");
    tidy::run(root)?;
    run::prepare_tools(root, &mut steps)?;
    steps.begin("Checking licences and bans");
    deny(root)?;
    steps.begin("Linting the native code");
    let lint = ["--", "--deny", "warnings"];
    Task::new("cargo")
        .args(["clippy", "--all-targets"])
        .args(building::NATIVE)
        .args(lint)
        .current_dir(root)
        .quiet()?;
    cargo(
        root,
        &[
            "clippy",
            "--locked",
            "--package",
            "xtask",
            "--all-targets",
            "--",
            "--deny",
            "warnings",
        ],
    )?;
    steps.begin("Linting the wasm code");
    tools::task(root, "cargo")?
        .args(["clippy", "--locked", "--package", "app", "--lib", "--bins"])
        .args(["--test", "web", "--target", "wasm32-unknown-unknown"])
        .args(lint)
        .quiet()?;
    steps.begin("Building the app as it ships and weighing it");
    building::app(root)?;
    size::run(root)?;
    steps.begin("Running the test command of the README");
    suites::run(root, test)?;
    steps.begin("Trying that the benchmark runs");
    bench::smoke(root)?;
    say(steps.minutes());
    Ok(())
}

fn cargo(root: &Path, arguments: &[&str]) -> Outcome {
    Task::new("cargo")
        .args(arguments)
        .current_dir(root)
        .quiet()
        .map(drop)
}

/// Runs cargo-deny where it is installed; it is no part of the tools because it takes ten minutes to build.
fn deny(root: &Path) -> Outcome {
    if !tools::on_path("cargo-deny") {
        say("      not installed here (cargo install cargo-deny); left out");
        return Ok(());
    }
    cargo(root, &["deny", "check", "licenses", "bans", "sources"])
}

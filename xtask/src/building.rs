//! Builds the two programs, and knows when the app need not be built again.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    css, digest,
    failure::{Failure, Outcome},
    icons,
    progress::say,
    task::Task,
    tools::{self, Tool},
    workspace,
};

/// Everything that the built app is a function of.
const INGREDIENTS: [&str; 15] = [
    ".cargo/config.toml",
    "Cargo.lock",
    "Cargo.toml",
    "Trunk.toml",
    "rust-toolchain.toml",
    "app/Cargo.toml",
    "app/index.html",
    "app/src",
    "crates/content",
    "crates/mastodon",
    "crates/store",
    "crates/timeline",
    "public",
    "style",
    "xtask/src/finish_dist",
];

/// Where the built site is.
pub(crate) fn dist(root: &Path) -> PathBuf {
    root.join("dist")
}

/// Where it is written down what `dist` was built from.
fn mark(root: &Path) -> PathBuf {
    root.join("target/app.fingerprint")
}

fn fingerprint(root: &Path) -> String {
    digest::of_tree(root, &INGREDIENTS)
}

/// Whether `dist` holds the app as the sources are now.
pub(crate) fn app_is_fresh(root: &Path) -> bool {
    dist(root).join("shell.json").is_file()
        && fs::read_to_string(mark(root)).is_ok_and(|old| old == fingerprint(root))
}

/// Builds the app optimised into `dist`, unless it is there already.
///
/// Trunk itself would repeat the optimising link, which takes minutes, whenever it is asked.
pub(crate) fn app(root: &Path) -> Outcome {
    if app_is_fresh(root) {
        say("      up to date");
        return Ok(());
    }
    css::run(root)?;
    icons::run(root, false)?;
    drop(fs::remove_file(mark(root)));
    let print = fingerprint(root);
    fetch(root)?;
    let trunk = tools::program(root, Tool::Trunk, "trunk")?;
    let dist = dist(root);
    tools::task(root, &trunk)?
        .args(["build", "--release", "--offline", "--minify", "--dist"])
        .args([&dist])
        // Trunk takes only `true` and `false` for it and stops at the usual `1`.
        .without_env("NO_COLOR")
        .quiet()?;
    if !dist.join("shell.json").is_file() {
        return Err(Failure::new(
            "Trunk ended without running `finish-dist`: is the post_build hook in Trunk.toml?",
        ));
    }
    workspace::write(&mark(root), print)
}

/// Downloads the crates that the wasm build needs, so that Trunk, which must not download tools, can stay offline.
fn fetch(root: &Path) -> Outcome {
    let mut task = Task::new("cargo")
        .args(["fetch", "--locked", "--target", "wasm32-unknown-unknown"])
        .current_dir(root);
    // Macros and build scripts run here.
    if let Some(host) = host() {
        task = task.args(["--target", &host]);
    }
    task.quiet().map(drop)
}

/// The platform that the compiler runs on.
fn host() -> Option<String> {
    let said = Task::new("rustc").args(["-vV"]).output().ok()?;
    let line = said.lines().find(|line| line.starts_with("host: "))?;
    Some(line.trim_start_matches("host: ").to_owned())
}

/// Builds a program with optimisations and gives its path.
pub(crate) fn release(
    root: &Path,
    package: &str,
    binary: &str,
    features: &[&str],
) -> Outcome<PathBuf> {
    let mut task = Task::new("cargo")
        .args([
            "build",
            "--release",
            "--locked",
            "--package",
            package,
            "--bin",
            binary,
        ])
        .current_dir(root);
    if !features.is_empty() {
        task = task.args(["--features".to_owned(), features.join(",")]);
    }
    task.quiet()?;
    Ok(workspace::program(root, "release", binary))
}

/// How the native tests and programs are built. Always the same selection of packages, so that cargo
/// settles on one set of features and builds every crate once.
pub(crate) const NATIVE: [&str; 4] = ["--locked", "--workspace", "--exclude", "xtask"];

/// Builds all native programs and tests for development.
pub(crate) fn native(root: &Path) -> Outcome {
    Task::new("cargo")
        .args(["build", "--all-targets"])
        .args(NATIVE)
        .current_dir(root)
        .quiet()
        .map(drop)
}

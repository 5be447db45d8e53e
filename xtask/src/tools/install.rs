//! How a tool comes into the tools folder: built or fetched under a temporary name, renamed when whole.

use std::{
    fs,
    path::{Path, PathBuf},
    process,
};

use crate::{
    failure::{Context as _, Failure, Outcome},
    progress::say,
    task::Task,
};

const WASM: &str = "wasm32-unknown-unknown";

/// Settings that build a tool in a fraction of the time; nobody notices the difference in use.
const QUICK_BUILD: [(&str, &str); 4] = [
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"),
    ("CARGO_PROFILE_RELEASE_DEBUG", "0"),
];

/// Whether the compiler can build for the browser.
pub(super) fn has_wasm_target() -> bool {
    Task::new("rustc")
        .args(["--print", "sysroot"])
        .output()
        .is_ok_and(|root| {
            Path::new(root.trim())
                .join("lib/rustlib")
                .join(WASM)
                .is_dir()
        })
}

/// Adds the wasm target when it is missing.
pub(super) fn wasm_target() -> Outcome {
    if has_wasm_target() {
        return Ok(());
    }
    say("      adding the wasm target to the Rust toolchain");
    Task::new("rustup")
        .args(["target", "add", WASM])
        .quiet()
        .map(drop)
        .map_err(|why| {
            Failure::new(format!(
                "{why}\nThe app needs the Rust target {WASM}. With rustup (https://rustup.rs): rustup target add {WASM}"
            ))
        })
}

/// Builds a published program into `shelf/name`, or fetches it by cargo-binstall when that is present.
pub(super) fn by_cargo(
    shelf: &Path,
    name: &str,
    package: &str,
    version: &str,
    options: &[&str],
) -> Outcome {
    let fresh = Fresh::new(shelf, name)?;
    if super::on_path("cargo-binstall") {
        say(format!("      fetching {package} {version}"));
        let fetched = Task::new("cargo")
            .args(["binstall", "--no-confirm", "--root"])
            .args([&fresh.folder])
            .args([format!("{package}@{version}")])
            .quiet();
        match fetched {
            Ok(_) => return fresh.done(),
            Err(why) => say(format!("      {why}; building it instead")),
        }
    }
    say(format!(
        "      building {package} {version} (once, about 5 minutes on two cores)"
    ));
    let build = shelf.join("build");
    let mut task = Task::new("cargo")
        .args(["install", package, "--version", version, "--root"])
        .args([&fresh.folder])
        .args(["--target-dir"])
        .args([&build])
        .args(options)
        .current_dir(shelf);
    for (key, value) in QUICK_BUILD {
        task = task.env(key, value);
    }
    let built = task.quiet();
    // Half a gigabyte that nothing reads again.
    drop(fs::remove_dir_all(&build));
    built?;
    fresh.done()
}

/// Fetches a published npm package into `shelf/name`.
pub(super) fn by_npm(shelf: &Path, name: &str, package: &str, version: &str) -> Outcome {
    let fresh = Fresh::new(shelf, name)?;
    say(format!("      fetching {package} {version} by npm"));
    Task::new("npm")
        .args(["install", "--no-audit", "--no-fund", "--no-package-lock", "--prefix"])
        .args([&fresh.folder])
        .args([format!("{package}@{version}")])
        .quiet()
        .map_err(|why| {
            Failure::new(format!(
                "{why}\nThe app's optimiser comes by npm; node 20 or newer (https://nodejs.org) brings npm."
            ))
        })?;
    fresh.done()
}

/// A folder being filled; it takes its real name only when it is whole.
#[derive(Debug)]
struct Fresh {
    folder: PathBuf,
    target: PathBuf,
}

impl Fresh {
    fn new(shelf: &Path, name: &str) -> Outcome<Self> {
        let folder = shelf.join(format!(".new-{name}-{}", process::id()));
        drop(fs::remove_dir_all(&folder));
        fs::create_dir_all(&folder).at("create", &folder)?;
        Ok(Self {
            folder,
            target: shelf.join(name),
        })
    }

    /// Gives the folder its name, in place of a broken one; removes what a failure left behind otherwise.
    fn done(self) -> Outcome {
        drop(fs::remove_dir_all(&self.target));
        fs::rename(&self.folder, &self.target).at("rename", &self.folder)
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.folder));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_installation_leaves_nothing_that_looks_done() {
        let shelf = tempfile::tempdir().unwrap();
        let fresh = Fresh::new(shelf.path(), "tool-1").unwrap();
        fs::write(fresh.folder.join("half"), "x").unwrap();
        drop(fresh);
        assert_eq!(fs::read_dir(shelf.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_whole_installation_replaces_a_broken_one() {
        let shelf = tempfile::tempdir().unwrap();
        fs::create_dir(shelf.path().join("tool-1")).unwrap();
        let fresh = Fresh::new(shelf.path(), "tool-1").unwrap();
        fs::write(fresh.folder.join("whole"), "x").unwrap();
        fresh.done().unwrap();
        assert!(shelf.path().join("tool-1/whole").is_file());
    }
}

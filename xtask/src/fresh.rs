//! `fresh`: does a stranger's clone work? Both README commands, in a new folder, from nothing.

use std::{
    env, fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process,
};

use clap::Args;

use crate::{
    failure::{Context as _, Failure, Outcome},
    progress::{Steps, say},
    task::Task,
    tools, workspace,
};

/// Options of `fresh`.
#[derive(Args, Debug)]
pub(crate) struct Fresh {
    /// Copy the installed build tools into the clone instead of installing them there anew
    #[arg(long)]
    keep_tools: bool,
    /// Leave the clone where it is, to look at it
    #[arg(long)]
    keep: bool,
}

/// Sources that nobody answers for: the lowest ports of this machine.
const UNREACHABLE: &str = "name = \"Nobody there\"
archive = \":memory:\"

[[source]]
domain = \"nobody.example\"
url = \"http://127.0.0.1:1\"

[[source]]
domain = \"silent.example\"
url = \"http://127.0.0.1:2\"
";

/// Clones what is committed and tries it.
pub(crate) fn run(root: &Path, options: &Fresh) -> Outcome {
    let mut steps = Steps::new(7);
    steps.begin("Cloning what is committed into a new folder");
    let clone = Clone::new(root, options)?;
    say(format!("      {}", clone.folder.display()));
    steps.begin("cargo xtask test");
    clone.xtask(&["test"])?;
    steps.begin("cargo xtask run --offline --until-ready");
    clone.run(&["--offline"])?;
    steps.begin("cargo xtask run --demo --until-ready");
    clone.run(&["--demo"])?;
    steps.begin("cargo xtask run --until-ready, with sources that do not answer");
    let config = clone.folder.join("target/unreachable.toml");
    workspace::write(&config, UNREACHABLE)?;
    clone.run(&["--config", &config.to_string_lossy()])?;
    steps.begin("The same again, which must take seconds");
    clone.run(&["--demo"])?;
    steps.begin("Looking for files that the commands left behind");
    clone.is_clean()?;
    say(steps.minutes());
    say("fresh: a new clone works");
    Ok(())
}

/// A clone in a temporary folder.
#[derive(Debug)]
struct Clone {
    folder: PathBuf,
    keep: bool,
}

impl Clone {
    fn new(root: &Path, options: &Fresh) -> Outcome<Self> {
        let folder = env::temp_dir().join(format!("watersmeet-fresh-{}", process::id()));
        let git = |arguments: &[&str]| Task::new("git").args(arguments).current_dir(root);
        if !git(&["status", "--porcelain"]).output()?.trim().is_empty() {
            say("      note: there are changes that are not committed; they are not tried");
        }
        let clone = Self {
            folder,
            keep: options.keep,
        };
        git(&["clone", "--quiet", "--no-hardlinks", "."])
            .args([&clone.folder])
            .quiet()?;
        if options.keep_tools {
            copy_tools(&tools::folder(root), &tools::folder(&clone.folder))?;
        }
        Ok(clone)
    }

    /// Runs the toolbox of the clone as from a new shell.
    fn xtask(&self, arguments: &[&str]) -> Outcome {
        let mut task = Task::new("cargo")
            .args(["xtask"])
            .args(arguments)
            .current_dir(&self.folder);
        for (key, _) in env::vars_os() {
            let key = key.to_string_lossy();
            // Ours would lead it back into this project's folders.
            if key.starts_with("CARGO_") && key != "CARGO_HOME" {
                task = task.without_env(&key);
            }
        }
        match task.tee()?.success {
            true => Ok(()),
            false => Err(Failure::new(format!(
                "cargo xtask {} failed in a fresh clone",
                arguments.join(" ")
            ))),
        }
    }

    fn run(&self, arguments: &[&str]) -> Outcome {
        let port = free_port()?.to_string();
        let mut all = vec!["run", "--until-ready", "--port", &port];
        all.extend(arguments);
        self.xtask(&all)
    }

    /// What the commands write must be ignored by git, or it would be committed one day.
    fn is_clean(&self) -> Outcome {
        let left = Task::new("git")
            .args(["status", "--porcelain"])
            .current_dir(&self.folder)
            .output()?;
        match left.trim() {
            "" => Ok(()),
            left => Err(Failure::new(format!(
                "git status in the clone says:\n{left}"
            ))),
        }
    }
}

impl Drop for Clone {
    fn drop(&mut self) {
        if !self.keep {
            drop(fs::remove_dir_all(&self.folder));
        }
    }
}

/// Copies with `cp`, which keeps links and permissions.
fn copy_tools(from: &Path, to: &Path) -> Outcome {
    let from = from.canonicalize().at("find", from)?;
    Task::new("cp")
        .args(["-R"])
        .args([&from, &to.to_path_buf()])
        .quiet()
        .map(drop)
}

/// A port that was free a moment ago; the relay takes the next one if it no longer is.
fn free_port() -> Outcome<u16> {
    TcpListener::bind(("127.0.0.1", 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|why| Failure::new(format!("no free port: {why}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_answers_for_the_unreachable_sources() {
        let table: toml::Table = UNREACHABLE.parse().unwrap();
        for source in table["source"].as_array().unwrap() {
            let url = source["url"].as_str().unwrap();
            assert!(url.starts_with("http://127.0.0.1:"), "{url}");
        }
    }
}

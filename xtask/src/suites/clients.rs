//! The clients in Python that the relay is read with: in an environment of their own below the tools folder.

use std::path::{Path, PathBuf};

use crate::{
    failure::{Failure, Outcome},
    progress::say,
    task::Task,
    tools, workspace,
};

/// What came of looking for Python.
#[derive(Debug)]
pub(super) enum Python {
    /// The interpreter that knows the clients.
    Ready(PathBuf),
    /// There is none; in words, with what to do.
    Lacking(String),
}

/// Installs what `requirements.txt` in `folder` pins by version and hash, unless that is installed already.
pub(super) fn python(root: &Path, folder: &Path) -> Outcome<Python> {
    let Some(system) = ["python3", "python"]
        .into_iter()
        .find(|it| tools::on_path(it))
    else {
        let why = "left out, there is no python3 (https://www.python.org)";
        return Ok(Python::Lacking(why.to_owned()));
    };
    let requirements = folder.join("requirements.txt");
    let pinned = workspace::read(&requirements)?;
    let home = tools::folder(root).join("clients");
    let interpreter = home.join(if cfg!(windows) {
        "Scripts/python.exe"
    } else {
        "bin/python"
    });
    let mark = home.join(".installed-from");
    if interpreter.exists() && workspace::read(&mark).is_ok_and(|installed| installed == pinned) {
        return Ok(Python::Ready(interpreter));
    }
    say("      fetching Mastodon.py, toot and feedparser by pip into .tools/clients");
    let made = Task::new(system)
        .args(["-m", "venv", "--clear"])
        .args([&home])
        .quiet();
    if let Err(why) = made {
        let debian =
            "left out, python3 makes no environment (Debian: apt-get install python3-venv)";
        return Ok(Python::Lacking(format!("{debian}: {why}")));
    }
    Task::new(&interpreter)
        .args(["-m", "pip", "install", "--disable-pip-version-check"])
        .args(["--no-deps", "--require-hashes", "--requirement"])
        .args([&requirements])
        .quiet()
        .map_err(|why| {
            Failure::new(format!(
                "{why}\nThe clients come from the Python Package Index."
            ))
        })?;
    workspace::write(&mark, pinned)?;
    Ok(Python::Ready(interpreter))
}

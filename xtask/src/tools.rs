//! The build tools at their pinned versions, in a folder of the project and never in the person's own.

mod install;

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
};

use crate::{
    failure::{Failure, Outcome},
    task::Task,
    workspace,
};

/// The last version that the pinned compiler builds.
const TRUNK: &str = "0.21.14";

/// The npm package that carries `wasm-opt`.
const BINARYEN: &str = "132.0.0";

/// A tool the build needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Tool {
    /// Builds the app.
    Trunk,
    /// Makes the JavaScript side of the wasm, and runs wasm tests; its version is the locked one.
    WasmBindgen,
    /// Shrinks the wasm.
    WasmOpt,
}

/// What building the app needs.
pub(crate) const ALL: [Tool; 3] = [Tool::Trunk, Tool::WasmBindgen, Tool::WasmOpt];

impl Tool {
    /// The folder of the tool at its version, below the tools folder.
    fn folder(self, root: &Path) -> Outcome<String> {
        Ok(match self {
            Self::Trunk => format!("trunk-{TRUNK}"),
            Self::WasmBindgen => format!("wasm-bindgen-{}", locked_wasm_bindgen(root)?),
            Self::WasmOpt => format!("binaryen-{BINARYEN}"),
        })
    }

    /// Where in its folder the programs are.
    fn programs(self) -> &'static str {
        match self {
            Self::Trunk | Self::WasmBindgen => "bin",
            Self::WasmOpt => "node_modules/.bin",
        }
    }

    /// The program that shows that an installation is whole.
    fn proof(self) -> &'static str {
        match self {
            Self::Trunk => "trunk",
            Self::WasmBindgen => "wasm-bindgen",
            Self::WasmOpt => "wasm-opt",
        }
    }
}

/// The tools folder of the project.
pub(crate) fn folder(root: &Path) -> PathBuf {
    root.join(".tools")
}

/// Makes sure that the wasm target and the given tools are there.
pub(crate) fn ensure(root: &Path, tools: &[Tool]) -> Outcome {
    ensure_in(root, &folder(root), tools)
}

/// The same for another folder than the project's, to try the installation itself.
pub(crate) fn ensure_in(root: &Path, shelf: &Path, tools: &[Tool]) -> Outcome {
    install::wasm_target()?;
    for tool in tools {
        ensure_one(root, shelf, *tool)?;
    }
    Ok(())
}

/// Whether everything is there already, so that nothing need be said.
pub(crate) fn ready(root: &Path, tools: &[Tool]) -> bool {
    install::has_wasm_target()
        && tools
            .iter()
            .all(|tool| program_in(root, &folder(root), *tool).is_ok_and(|path| path.exists()))
}

fn ensure_one(root: &Path, shelf: &Path, tool: Tool) -> Outcome {
    if program_in(root, shelf, tool)?.exists() {
        return Ok(());
    }
    let name = tool.folder(root)?;
    match tool {
        Tool::Trunk => install::by_cargo(shelf, &name, "trunk", TRUNK, &["--locked"]),
        // Without --locked: its own lock names versions that not every registry serves.
        Tool::WasmBindgen => {
            let version = locked_wasm_bindgen(root)?;
            install::by_cargo(shelf, &name, "wasm-bindgen-cli", &version, &[])
        }
        Tool::WasmOpt => install::by_npm(shelf, &name, "binaryen", BINARYEN),
    }?;
    if program_in(root, shelf, tool)?.exists() {
        return Ok(());
    }
    Err(Failure::new(format!(
        "{name} was installed but has no {}",
        tool.proof()
    )))
}

fn program_in(root: &Path, shelf: &Path, tool: Tool) -> Outcome<PathBuf> {
    let suffix = match tool {
        Tool::WasmOpt => "",
        _ => env::consts::EXE_SUFFIX,
    };
    Ok(shelf
        .join(tool.folder(root)?)
        .join(tool.programs())
        .join(format!("{}{suffix}", tool.proof())))
}

/// A program of one of the tools.
pub(crate) fn program(root: &Path, tool: Tool, name: &str) -> Outcome<PathBuf> {
    Ok(folder(root)
        .join(tool.folder(root)?)
        .join(tool.programs())
        .join(name))
}

/// A task that finds our tools before any other of the same name.
pub(crate) fn task(root: &Path, program: impl AsRef<std::ffi::OsStr>) -> Outcome<Task> {
    Ok(Task::new(program)
        .env("PATH", path(root)?)
        .current_dir(root))
}

/// The search path with our tools in front.
fn path(root: &Path) -> Outcome<OsString> {
    let mut folders = Vec::new();
    for tool in ALL {
        folders.push(folder(root).join(tool.folder(root)?).join(tool.programs()));
    }
    folders.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
    env::join_paths(folders).map_err(|why| Failure::new(format!("PATH: {why}")))
}

/// Whether a program is on the search path.
pub(crate) fn on_path(program: &str) -> bool {
    let name = format!("{program}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&env::var_os("PATH").unwrap_or_default())
        .any(|folder| folder.join(&name).is_file())
}

/// The version of wasm-bindgen in `Cargo.lock`: its command must be exactly the same.
fn locked_wasm_bindgen(root: &Path) -> Outcome<String> {
    let lock = workspace::read(&root.join("Cargo.lock"))?;
    locked(&lock, "wasm-bindgen")
        .ok_or_else(|| Failure::new("Cargo.lock does not name wasm-bindgen"))
}

fn locked(lock: &str, package: &str) -> Option<String> {
    let mut lines = lock.lines();
    lines.find(|line| *line == format!("name = \"{package}\""))?;
    let version = lines.next()?.strip_prefix("version = \"")?;
    Some(version.trim_end_matches('"').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_locked_version_is_read_and_not_that_of_a_namesake() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.1\"\n\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(locked(lock, "wasm"), None);
    }
}

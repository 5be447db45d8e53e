//! Where things are: the root of the project, cargo's target folder, and walks over the tree.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use walkdir::WalkDir;

use crate::failure::{Context as _, Failure, Outcome};

/// The root of the project, where the workspace's `Cargo.toml` is.
pub(crate) fn root() -> Outcome<PathBuf> {
    if let Some(manifest) = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from)
        && manifest.ends_with("xtask")
        && let Some(parent) = manifest.parent()
    {
        return Ok(parent.to_path_buf());
    }
    let here = env::current_dir().at("find", Path::new("the current folder"))?;
    here.ancestors()
        .find(|folder| folder.join("xtask/Cargo.toml").is_file())
        .map(Path::to_path_buf)
        .ok_or_else(|| Failure::new("run this inside the project: no xtask folder found above"))
}

/// Cargo's target folder: `CARGO_TARGET_DIR` when set, else `target` in the root.
pub(crate) fn target(root: &Path) -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |set| root.join(set))
}

/// A program that cargo built, for instance `("release", "watersmeet")`.
pub(crate) fn program(root: &Path, profile: &str, name: &str) -> PathBuf {
    target(root)
        .join(profile)
        .join(format!("{name}{}", env::consts::EXE_SUFFIX))
}

/// Reads a text file.
pub(crate) fn read(path: &Path) -> Outcome<String> {
    fs::read_to_string(path).at("read", path)
}

/// Writes a file together with the folders above it, unless it already says exactly that:
/// an untouched file keeps its time, so nothing that watches it starts over.
pub(crate) fn write(path: &Path, content: impl AsRef<[u8]>) -> Outcome {
    let content = content.as_ref();
    if fs::read(path).is_ok_and(|old| old == content) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).at("create", folder)?;
    }
    fs::write(path, content).at("write", path)
}

/// All files under `folder` whose extension is one of `extensions` (all files when empty), sorted.
/// A folder that is not there holds no files.
pub(crate) fn files(folder: &Path, extensions: &[&str]) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = WalkDir::new(folder)
        .into_iter()
        .filter_entry(|entry| {
            let name = entry.file_name().to_string_lossy();
            entry.depth() == 0 || !(name == "node_modules" || name == "target" || name == ".git")
        })
        .flatten()
        .filter(|entry| entry.file_type().is_file())
        .map(walkdir::DirEntry::into_path)
        .filter(|path| {
            extensions.is_empty()
                || path
                    .extension()
                    .and_then(|extension| extension.to_str())
                    .is_some_and(|extension| extensions.contains(&extension))
        })
        .collect();
    found.sort();
    found
}

/// A path as it is written in messages: relative to the root, with forward slashes.
pub(crate) fn shown(root: &Path, path: &Path) -> String {
    path.strip_prefix(root)
        .unwrap_or(path)
        .to_string_lossy()
        .replace('\\', "/")
}

/// The name of a file without its extension, or nothing for a strange name.
pub(crate) fn stem(path: &Path) -> String {
    path.file_stem()
        .map(|stem| stem.to_string_lossy().into_owned())
        .unwrap_or_default()
}

/// Copies a folder with all that is in it.
pub(crate) fn copy_folder(from: &Path, to: &Path) -> Outcome {
    for file in files(from, &[]) {
        let relative = file.strip_prefix(from).unwrap_or(&file);
        let target = to.join(relative);
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder).at("create", folder)?;
        }
        fs::copy(&file, &target).at("copy", &file)?;
    }
    Ok(())
}

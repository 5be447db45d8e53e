//! `tidy`: the project's own rules, checked instead of hoped for.

mod calls;
mod edges;
mod files;
mod modules;
mod rust;
mod style;
mod words;

use std::{fmt, path::Path};

use crate::{
    failure::{Failure, Outcome},
    progress::say,
    workspace,
};

/// A broken rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    /// The file, relative to the root.
    path: String,
    /// The line, counted from 1; 0 when the file as a whole is meant.
    line: usize,
    /// What is wrong and what to do instead.
    says: String,
}

impl Finding {
    fn new(path: &str, line: usize, says: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            line,
            says: says.into(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(formatter, "{}: {}", self.path, self.says),
            line => write!(formatter, "{}:{line}: {}", self.path, self.says),
        }
    }
}

/// A text file of the project.
#[derive(Debug)]
struct File {
    /// Relative to the root, with forward slashes.
    path: String,
    text: String,
}

impl File {
    #[cfg(test)]
    fn new(path: &str, text: &str) -> Self {
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    fn is(&self, extension: &str) -> bool {
        self.path
            .rsplit_once('.')
            .is_some_and(|(_, found)| found == extension)
    }

    fn stem(&self) -> String {
        workspace::stem(Path::new(&self.path))
    }
}

/// Checks everything and fails with the number of findings after printing them.
pub(crate) fn run(root: &Path) -> Outcome {
    let files = load(root)?;
    let mut findings = findings(root, &files)?;
    findings.sort();
    for finding in &findings {
        say(finding.to_string());
    }
    for note in files::notes(&files) {
        say(format!("note: {note}"));
    }
    match findings.len() {
        0 => {
            say(format!("tidy: {} files keep the rules", files.len()));
            Ok(())
        }
        count => Err(Failure::new(format!("tidy: {count} findings"))),
    }
}

fn findings(root: &Path, files: &[File]) -> Outcome<Vec<Finding>> {
    let mut all = Vec::new();
    all.extend(files::check(files));
    all.extend(modules::check(files));
    all.extend(calls::check(files));
    all.extend(words::check(files));
    all.extend(style::check(files));
    all.extend(edges::check(root)?);
    Ok(all)
}

/// Everything that people write: not what is built, fetched or recorded.
fn load(root: &Path) -> Outcome<Vec<File>> {
    let folders = [
        "app", "relay", "crates", "xtask", "tests", "style", "public", "docs",
    ];
    let extensions = ["rs", "css", "js", "mjs", "html", "md", "toml"];
    let mut paths = Vec::new();
    for folder in folders {
        paths.extend(workspace::files(&root.join(folder), &extensions));
    }
    for name in [
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "Cargo.toml",
        "Trunk.toml",
    ] {
        paths.extend(Some(root.join(name)).filter(|path| path.is_file()));
    }
    paths
        .into_iter()
        .filter(|path| !workspace::shown(root, path).contains("/fixtures/"))
        .map(|path| {
            Ok(File {
                text: workspace::read(&path)?,
                path: workspace::shown(root, &path),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_workspace_keeps_its_rules() {
        let root = workspace::root().unwrap();
        let files = load(&root).unwrap();
        let findings = findings(&root, &files).unwrap();
        let listed: Vec<String> = findings.iter().map(Finding::to_string).collect();
        assert!(listed.is_empty(), "{}", listed.join("\n"));
    }
}

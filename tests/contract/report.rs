//! What the suite found, for people.

use std::{collections::BTreeMap, fmt, path::Path};

/// Findings over all folders.
#[derive(Default)]
pub(crate) struct Report {
    folders: Vec<(String, usize)>,
    /// How many files were read as what.
    kinds: BTreeMap<String, usize>,
    /// `Type.field` of fields that no type knows, and how often they came.
    unknown: BTreeMap<String, usize>,
    /// Endpoints that no type is there for.
    untyped: BTreeMap<String, usize>,
    n_links: usize,
    /// One line each.
    pub(crate) failures: Vec<String>,
}

impl Report {
    pub(crate) fn folder(&mut self, path: &Path, n_files: usize) {
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        self.folders.push((path.display().to_string(), n_files));
    }

    pub(crate) fn read_as(&mut self, kind: &str) {
        *self.kinds.entry(kind.to_owned()).or_default() += 1;
    }

    pub(crate) fn untyped(&mut self, endpoint: &str) {
        self.read_as("JSON without a type");
        *self.untyped.entry(endpoint.to_owned()).or_default() += 1;
    }

    pub(crate) fn unknown(&mut self, field: String) {
        *self.unknown.entry(field).or_default() += 1;
    }

    pub(crate) fn link(&mut self) {
        self.n_links += 1;
    }

    pub(crate) fn fail(&mut self, file: &str, why: &str) {
        self.failures.push(format!("{file}: {why}"));
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (path, n_files) in &self.folders {
            writeln!(f, "read {n_files} files of {path}")?;
        }
        for (kind, n_files) in &self.kinds {
            writeln!(f, "  {n_files:5} {kind}")?;
        }
        writeln!(f, "  {:5} Link headers", self.n_links)?;
        list(f, "no type for", &self.untyped)?;
        list(f, "unknown fields", &self.unknown)?;
        write!(f, "{} failures", self.failures.len())
    }
}

fn list(f: &mut fmt::Formatter<'_>, title: &str, counts: &BTreeMap<String, usize>) -> fmt::Result {
    if counts.is_empty() {
        return Ok(());
    }
    let items: Vec<String> = counts
        .iter()
        .map(|(name, count)| format!("{name} ({count})"))
        .collect();
    writeln!(f, "{title}: {}", items.join(", "))
}

//! `budgets.toml`: the numbers that only a decision record may raise.

use std::{collections::BTreeMap, path::Path};

use serde::Deserialize;

use crate::{
    failure::{Failure, Outcome},
    workspace,
};

/// The budget file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Budget {
    /// What is counted, and how much it may be.
    pub(super) first_post: FirstPost,
    /// Brotli bytes by extension, so that growth shows where it happens.
    pub(super) kinds: BTreeMap<String, usize>,
    /// What the whole client is expected to be.
    pub(super) projection: Planned,
}

/// The download until the first post.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FirstPost {
    /// The most bytes, compressed with brotli.
    pub(super) brotli: usize,
    /// What the first answer with posts weighs, compressed; measured, not shipped.
    pub(super) answers: usize,
    /// Shipped code and style that is fetched later.
    pub(super) later: Vec<String>,
}

/// Assumptions of the projection.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Planned {
    /// Lines of our Rust, without tests, in the wasm of the whole client.
    pub(super) rust_lines: usize,
    /// Lines of CSS of the whole client.
    pub(super) css_lines: usize,
    /// How much more of other people's crates the whole client links: 1.1 is a tenth more.
    pub(super) further_crates: f64,
}

/// Kinds of files that are code, style or data of the app.
const CODE: [&str; 5] = ["html", "css", "js", "mjs", "wasm"];

impl Budget {
    /// Reads the file at the root.
    pub(super) fn read(root: &Path) -> Outcome<Self> {
        Self::parse(&workspace::read(&root.join("budgets.toml"))?)
    }

    pub(super) fn parse(text: &str) -> Outcome<Self> {
        toml::from_str(text).map_err(|why| Failure::new(format!("budgets.toml: {why}")))
    }

    /// Whether a file is needed until the first post shows: all code and style is, unless said otherwise,
    /// and the sprite.
    pub(super) fn counts(&self, name: &str) -> bool {
        let code = CODE.contains(&super::extension(name)) || name == "sprite.svg";
        code && !self.first_post.later.iter().any(|later| later == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_and_style_count_unless_the_file_says_they_come_later() {
        let root = workspace::root().unwrap();
        let budget = Budget::read(&root).unwrap();
        for name in [
            "index.html",
            "app-1.js",
            "app-1_bg.wasm",
            "main-1.css",
            "sprite.svg",
        ] {
            assert!(budget.counts(name), "{name}");
        }
        for name in ["sw.js", "app/icon.svg", "shell.json"] {
            assert!(!budget.counts(name), "{name}");
        }
    }
}

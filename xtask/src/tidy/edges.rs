//! Which crate may know which: our own arrows from the manifests, the reach into others' from cargo.

use std::path::Path;

use super::Finding;
use crate::{
    failure::{Failure, Outcome},
    task::Task,
    workspace,
};

/// Our crates with those of ours that they may depend on. Anything else is a decision record first.
const ARROWS: [(&str, &[&str]); 9] = [
    ("crates/mastodon", &[]),
    ("crates/content", &[]),
    ("crates/timeline", &["mastodon"]),
    ("crates/store", &["timeline", "content", "mastodon"]),
    ("crates/fake-instance", &["mastodon"]),
    ("app", &["store", "content", "mastodon", "timeline"]),
    ("relay", &["timeline", "mastodon"]),
    ("xtask", &[]),
    ("tests", &[]),
];

/// What tests may add to the arrows; the outer tests see all but the app.
const TEST_ARROWS: [(&str, &[&str]); 3] = [
    ("relay", &["fake-instance"]),
    ("crates/fake-instance", &["timeline"]),
    (
        "tests",
        &["relay", "fake-instance", "mastodon", "timeline", "content"],
    ),
];

/// Everything of ours that can be depended on.
const OURS: [&str; 9] = [
    "mastodon",
    "content",
    "timeline",
    "store",
    "fake-instance",
    "app",
    "relay",
    "xtask",
    "tests",
];

/// Crates that a pure crate must not reach, however indirectly.
const IMPURE: &[&str] = &[
    "reactive_graph",
    "leptos",
    "web-sys",
    "gloo-net",
    "tokio",
    "reqwest",
    "axum",
];

/// Packages with what they must not reach by normal dependencies.
const REACH: [(&str, &[&str]); 6] = [
    ("mastodon", IMPURE),
    ("content", IMPURE),
    ("timeline", IMPURE),
    (
        "store",
        &["leptos", "tachys", "web-sys", "gloo-net", "tokio"],
    ),
    ("app", &["fake-instance", "relay", "tokio", "reqwest"]),
    ("relay", &["fake-instance", "leptos", "web-sys", "store"]),
];

/// Checks manifests and the resolved graph.
pub(super) fn check(root: &Path) -> Outcome<Vec<Finding>> {
    let mut found = Vec::new();
    for (folder, _) in ARROWS {
        let path = root.join(folder).join("Cargo.toml");
        let manifest = workspace::read(&path)?;
        found.extend(arrows(folder, &manifest)?);
    }
    for (package, banned) in REACH {
        let tree = Task::new("cargo")
            .args(["tree", "--package", package])
            .args(["--edges", "normal", "--prefix", "none", "--format", "{p}"])
            .current_dir(root)
            .output()?;
        found.extend(reach(package, &tree, banned));
    }
    Ok(found)
}

/// Arrows of one manifest that the tables do not know.
fn arrows(folder: &str, manifest: &str) -> Outcome<Vec<Finding>> {
    let path = format!("{folder}/Cargo.toml");
    let table: toml::Table = manifest
        .parse()
        .map_err(|why| Failure::new(format!("{path}: {why}")))?;
    let allowed = lookup(&ARROWS, folder);
    let in_tests = lookup(&TEST_ARROWS, folder);
    let mut found = Vec::new();
    for (section, extra) in [
        ("dependencies", &[][..]),
        ("build-dependencies", &[][..]),
        ("dev-dependencies", in_tests),
    ] {
        let Some(list) = table.get(section).and_then(toml::Value::as_table) else {
            continue;
        };
        for name in list.keys().filter(|name| OURS.contains(&name.as_str())) {
            let name = name.as_str();
            // A crate's own tests may ask for one of its own features.
            let itself = section == "dev-dependencies" && folder.ends_with(name);
            if !itself && !allowed.contains(&name) && !extra.contains(&name) {
                found.push(Finding::new(
                    &path,
                    0,
                    format!("a new arrow in [{section}]: {folder} → {name}"),
                ));
            }
        }
    }
    Ok(found)
}

fn lookup<'a>(table: &[(&str, &'a [&'a str])], folder: &str) -> &'a [&'a str] {
    table
        .iter()
        .find(|(name, _)| *name == folder)
        .map_or(&[], |(_, allowed)| allowed)
}

/// Packages of a `cargo tree` listing that are banned for `package`.
fn reach(package: &str, tree: &str, banned: &[&str]) -> Vec<Finding> {
    banned
        .iter()
        .filter(|name| {
            tree.lines()
                .any(|line| line.split_whitespace().next() == Some(name))
        })
        .map(|name| {
            Finding::new(
                "Cargo.toml",
                0,
                format!("{package} reaches {name} (see `cargo tree -p {package} -i {name}`)"),
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arrow_that_points_down_is_found() {
        let manifest =
            "[dependencies]\nmastodon.workspace = true\nserde = \"1\"\nstore.workspace = true\n";
        let found = arrows("crates/timeline", manifest).unwrap();
        assert_eq!(found.len(), 1);
        assert!(found[0].says.contains("crates/timeline → store"));
    }

    #[test]
    fn fake_instance_is_for_tests_only() {
        let dev = "[dev-dependencies]\nfake-instance.workspace = true\n";
        let normal = "[dependencies]\nfake-instance.workspace = true\n";
        assert!(arrows("relay", dev).unwrap().is_empty());
        assert_eq!(arrows("relay", normal).unwrap().len(), 1);
        assert_eq!(arrows("app", dev).unwrap().len(), 1);
        assert_eq!(
            arrows("crates/fake-instance", "[dependencies]\napp = \"1\"\n")
                .unwrap()
                .len(),
            1
        );
    }

    #[test]
    fn an_impure_dependency_is_found_however_deep() {
        let tree = "timeline v0.1.0\nserde v1.0.1\ntokio v1.54.0 (*)\ntokio-util v0.7.0\n";
        assert_eq!(reach("timeline", tree, IMPURE).len(), 1);
        assert!(reach("timeline", "timeline v0.1.0\ntokio-util v0.7.0\n", IMPURE).is_empty());
    }
}

//! The configuration that `run` starts with: the person's own, or the first one, written with comments.

use std::path::{Path, PathBuf};

use crate::{
    failure::{Failure, Outcome},
    progress::say,
    workspace,
};

/// What a person finds in `relay.toml` before they have changed it.
const FIRST: &str = include_str!("first-relay.toml");

/// The configuration to use; writes the first one when there is none.
pub(super) fn find(root: &Path, given: Option<&Path>) -> Outcome<PathBuf> {
    if let Some(path) = given {
        return match path.is_file() {
            true => Ok(path.to_path_buf()),
            false => Err(Failure::new(format!("there is no file {}", path.display()))),
        };
    }
    let path = root.join("relay.toml");
    if !path.exists() {
        workspace::write(&path, FIRST)?;
        say("      wrote relay.toml: a dozen public servers; change it as you like");
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_configuration_is_written_once_and_never_over_a_persons_own() {
        let root = tempfile::tempdir().unwrap();
        let path = find(root.path(), None).unwrap();
        assert_eq!(workspace::read(&path).unwrap(), FIRST);
        std::fs::write(&path, "mine").unwrap();
        find(root.path(), None).unwrap();
        assert_eq!(workspace::read(&path).unwrap(), "mine");
    }

    #[test]
    fn the_first_configuration_reads_a_dozen_servers_and_a_few_hashtags() {
        let table: toml::Table = FIRST.parse().unwrap();
        assert!(table["source"].as_array().unwrap().len() >= 12);
        assert!(table["view"].as_array().unwrap().len() >= 3);
    }

    #[test]
    fn a_configuration_that_is_not_there_is_named() {
        let failure = find(Path::new("."), Some(Path::new("no-such.toml"))).unwrap_err();
        assert!(failure.to_string().contains("no-such.toml"));
    }
}

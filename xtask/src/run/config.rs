//! The configuration that `run` starts with: the person's own. The relay writes the first one itself.

use std::path::{Path, PathBuf};

use crate::{
    failure::{Failure, Outcome},
    progress::say,
};

/// The configuration to use. A file that was named must be there; `relay.toml` need not.
pub(super) fn find(root: &Path, given: Option<&Path>) -> Outcome<PathBuf> {
    if let Some(path) = given {
        return match path.is_file() {
            true => Ok(path.to_path_buf()),
            false => Err(Failure::new(format!("there is no file {}", path.display()))),
        };
    }
    let path = root.join("relay.toml");
    if !path.exists() {
        say("      relay.toml comes now, with comments: change it as you like");
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace;

    #[test]
    fn the_first_configuration_reads_a_dozen_servers_and_a_few_hashtags() {
        let first = workspace::root()
            .unwrap()
            .join("relay/src/default_relay.toml");
        let table: toml::Table = workspace::read(&first).unwrap().parse().unwrap();
        assert!(table["source"].as_array().unwrap().len() >= 12);
        assert!(table["view"].as_array().unwrap().len() >= 3);
    }

    #[test]
    fn a_configuration_that_is_not_there_is_named() {
        let failure = find(Path::new("."), Some(Path::new("no-such.toml"))).unwrap_err();
        assert!(failure.to_string().contains("no-such.toml"));
    }
}

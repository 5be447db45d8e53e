//! Content hashes: for file names, for sub-resource integrity, and to know that nothing changed.

use std::path::Path;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use sha2::{Digest as _, Sha256, Sha384};

use crate::workspace;

/// The first 16 hex digits of SHA-256: enough to tell the versions of one file apart.
pub(crate) fn short(content: &[u8]) -> String {
    hex(&Sha256::digest(content))
}

/// The value of an `integrity` attribute.
pub(crate) fn integrity(content: &[u8]) -> String {
    format!("sha384-{}", BASE64_STANDARD.encode(Sha384::digest(content)))
}

/// One hash over the names and contents of all files under the given paths.
pub(crate) fn of_tree(root: &Path, paths: &[&str]) -> String {
    let mut all = Sha256::new();
    for path in paths {
        for file in workspace::files(&root.join(path), &[]) {
            let content = std::fs::read(&file).unwrap_or_default();
            all.update(workspace::shown(root, &file));
            all.update([0]);
            all.update(Sha256::digest(&content));
        }
    }
    hex(&all.finalize())
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_changes_its_hash_with_a_name_or_a_content() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        workspace::write(&root.join("a/one"), "1").unwrap();
        let first = of_tree(root, &["a"]);
        assert_eq!(first, of_tree(root, &["a"]));
        workspace::write(&root.join("a/one"), "2").unwrap();
        let second = of_tree(root, &["a"]);
        assert_ne!(first, second);
        std::fs::rename(root.join("a/one"), root.join("a/two")).unwrap();
        assert_ne!(second, of_tree(root, &["a"]));
    }
}

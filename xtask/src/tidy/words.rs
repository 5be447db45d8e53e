//! Words that have no place in the project: open ends in code, boasts and private paths in documents.

use super::{File, Finding, rust};

/// Marks of unfinished work; split so that this file does not carry them itself.
const OPEN_ENDS: [&str; 4] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X"),
    concat!("HA", "CK"),
];

/// Folders of somebody's machine.
const PRIVATE: [&str; 4] = [
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("/Us", "ers/"),
    concat!("C:", "\\Users"),
];

/// Words that praise instead of saying.
const BOASTS: [&str; 7] = [
    "blazing",
    "cutting-edge",
    "effortless",
    "next-generation",
    "revolutionary",
    "seamless",
    "world-class",
];

/// Checks every file.
pub(super) fn check(files: &[File]) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in files {
        for (index, line) in file.text.lines().enumerate() {
            let mut say = |says: String| found.push(Finding::new(&file.path, index + 1, says));
            for word in OPEN_ENDS {
                if rust::has_word(line, word) {
                    say(format!("`{word}`: finish it, or write it down as an issue"));
                }
            }
            for word in PRIVATE {
                if line.contains(word) {
                    say(format!("`{word}`: a path that exists on one machine only"));
                }
            }
            if !file.is("md") {
                continue;
            }
            let lower = line.to_lowercase();
            for word in BOASTS {
                if lower.contains(word) {
                    say(format!("`{word}`: say what it does, with a number"));
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_ends_private_paths_and_boasts_are_found() {
        let bad = [
            ("relay/src/a.rs", concat!("// TO", "DO: later")),
            ("relay/src/a.rs", concat!("let path = \"/ro", "ot/x\";")),
            ("README.md", "A seamless experience"),
        ];
        for (path, text) in bad {
            assert_eq!(check(&[File::new(path, text)]).len(), 1, "{text}");
        }
        assert!(check(&[File::new("README.md", "GET /api/v1/timelines/home/")]).is_empty());
    }
}

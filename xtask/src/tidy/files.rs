//! Rules about files as such: their length, their first line, their names.

use super::{File, Finding, rust};

/// The most lines a file may have.
const HARD_LIMIT: usize = 500;

/// Longer style sheets are mentioned, not refused.
const SOFT_CSS_LIMIT: usize = 200;

/// Kinds of files with a limit.
const LIMITED: [&str; 4] = ["rs", "css", "js", "mjs"];

/// Names that say nothing about what is inside.
const EMPTY_NAMES: [&str; 8] = [
    "util", "utils", "helper", "helpers", "misc", "common", "manager", "mod",
];

/// Checks all files.
pub(super) fn check(files: &[File]) -> Vec<Finding> {
    files.iter().flat_map(check_one).collect()
}

fn check_one(file: &File) -> Vec<Finding> {
    let mut found = Vec::new();
    let lines = file.text.lines().count();
    if LIMITED.iter().any(|kind| file.is(kind)) && lines > HARD_LIMIT {
        found.push(Finding::new(
            &file.path,
            0,
            format!("{lines} lines; {HARD_LIMIT} is the limit: split it by subject"),
        ));
    }
    if !file.is("rs") {
        return found;
    }
    if !file.text.starts_with("//! ") {
        found.push(Finding::new(
            &file.path,
            1,
            "begin with a `//!` sentence that says why the file exists",
        ));
    }
    let stem = file.stem();
    if EMPTY_NAMES.contains(&stem.as_str()) {
        found.push(Finding::new(
            &file.path,
            0,
            format!("`{stem}` is no name: say what is inside"),
        ));
    }
    found.extend(names(file));
    found
}

/// "Doer" names: a function says what it does, a type what it is.
fn names(file: &File) -> Vec<Finding> {
    let code = rust::code(&file.text);
    let mut found = Vec::new();
    for (index, line) in code.lines().enumerate() {
        let words: Vec<&str> = line.split_whitespace().collect();
        for pair in words.windows(2) {
            let [keyword, name] = pair else { continue };
            let name: String = name
                .chars()
                .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
                .collect();
            let empty = match *keyword {
                "fn" => name.starts_with("handle_") || name.starts_with("process_"),
                "struct" | "enum" | "trait" => ["Manager", "Helper", "Util", "Utils"]
                    .iter()
                    .any(|ending| name.ends_with(ending)),
                _ => false,
            };
            if empty {
                found.push(Finding::new(
                    &file.path,
                    index + 1,
                    format!("`{name}` names a doer: name the thing or the deed"),
                ));
            }
        }
    }
    found
}

/// Remarks that fail nothing.
pub(super) fn notes(files: &[File]) -> Vec<String> {
    files
        .iter()
        .filter(|file| file.is("css"))
        .map(|file| (file, file.text.lines().count()))
        .filter(|(_, lines)| *lines > SOFT_CSS_LIMIT)
        .map(|(file, lines)| format!("{}: {lines} lines of CSS", file.path))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(path: &str, text: &str) -> Vec<String> {
        check(&[File::new(path, text)])
            .into_iter()
            .map(|finding| finding.says)
            .collect()
    }

    #[test]
    fn a_good_file_passes() {
        assert!(says("relay/src/log.rs", "//! The log.\nfn append() {}\n").is_empty());
    }

    #[test]
    fn five_hundred_lines_are_the_limit() {
        let long = format!("//! Long.\n{}", "x\n".repeat(500));
        assert!(says("app/src/a.rs", &long)[0].contains("501 lines"));
        assert!(says("style/a.css", &"a {}\n".repeat(501))[0].contains("501 lines"));
        assert!(says("style/a.css", &"a {}\n".repeat(500)).is_empty());
    }

    #[test]
    fn a_file_says_first_why_it_exists() {
        assert!(says("app/src/a.rs", "use x;\n")[0].contains("begin with"));
    }

    #[test]
    fn empty_names_are_refused() {
        assert!(says("app/src/mod.rs", "//! A.\n")[0].contains("no name"));
        assert!(says("app/src/utils.rs", "//! A.\n")[0].contains("no name"));
        assert!(says("app/src/a.rs", "//! A.\nfn handle_click() {}\n")[0].contains("doer"));
        assert!(says("app/src/a.rs", "//! A.\nstruct SocketManager;\n")[0].contains("doer"));
    }

    #[test]
    fn a_long_style_sheet_is_mentioned() {
        assert_eq!(
            notes(&[File::new("style/a.css", &"a\n".repeat(201))]).len(),
            1
        );
    }
}

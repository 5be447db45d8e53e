//! Reads a style sheet just well enough for the rules about it.

use std::collections::BTreeSet;

/// Functions that make a colour out of numbers.
const COLOUR_FUNCTIONS: [&str; 10] = [
    "rgb(", "rgba(", "hsl(", "hsla(", "hwb(", "lab(", "lch(", "oklab(", "oklch(", "color(",
];

/// Colour words that people reach for; `transparent` and `currentcolor` name no colour.
const COLOUR_WORDS: [&str; 14] = [
    "black", "white", "red", "green", "blue", "grey", "gray", "silver", "orange", "yellow",
    "purple", "violet", "pink", "navy",
];

/// The sheet with comments blanked; lines stay where they are.
pub(super) fn without_comments(text: &str) -> String {
    blank(text, "/*", "*/")
}

/// Raw colours in values, with their lines.
pub(super) fn raw_colours(text: &str) -> Vec<(usize, String)> {
    let bare = blank(&without_comments(text), "url(", ")");
    let mut found = Vec::new();
    for (index, line) in bare.lines().enumerate() {
        for value in values(line) {
            for word in value.split(|letter: char| {
                letter.is_whitespace() || matches!(letter, ',' | ';' | '/' | ')')
            }) {
                if let Some(colour) = raw_colour(word) {
                    found.push((index + 1, colour));
                }
            }
        }
    }
    found
}

/// What stands after a colon in the declarations of a line. A pseudo-class in a selector has no
/// space after its colon, and no colour is named like one, so it does no harm here.
fn values(line: &str) -> impl Iterator<Item = &str> {
    line.split([';', '{', '}'])
        .filter_map(|part| match part.split_once(':') {
            Some((_, value)) => Some(value),
            // The rest of a value that goes over several lines.
            None => Some(part).filter(|_| line.starts_with(char::is_whitespace)),
        })
}

fn raw_colour(word: &str) -> Option<String> {
    let word = word.to_lowercase();
    let inner = word.rsplit('(').next().unwrap_or_default();
    let hex = inner.strip_prefix('#').filter(|digits| {
        matches!(digits.len(), 3 | 4 | 6 | 8)
            && digits.chars().all(|digit| digit.is_ascii_hexdigit())
    });
    if hex.is_some() || COLOUR_WORDS.contains(&inner) {
        return Some(inner.to_owned());
    }
    COLOUR_FUNCTIONS
        .iter()
        .find(|function| {
            word.match_indices(**function).any(|(at, _)| {
                let before = word.get(..at).and_then(|left| left.chars().next_back());
                !before.is_some_and(|letter| letter.is_alphanumeric() || letter == '-')
            })
        })
        .map(|function| format!("{function}…)"))
}

/// The classes that a sheet has rules for.
pub(super) fn classes(text: &str) -> BTreeSet<String> {
    let bare = blank(&without_comments(text), "url(", ")");
    let bare = blank(&bare, "\"", "\"");
    let letters: Vec<char> = bare.chars().collect();
    let mut found = BTreeSet::new();
    for (index, letter) in letters.iter().enumerate() {
        let first = letters.get(index + 1).copied().unwrap_or(' ');
        if *letter != '.' || !first.is_ascii_alphabetic() {
            continue;
        }
        let name: String = letters
            .iter()
            .skip(index + 1)
            .take_while(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_'))
            .collect();
        found.insert(name);
    }
    found
}

/// Blanks everything from `open` to `close`, keeping the line breaks.
fn blank(text: &str, open: &str, close: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(open) {
        out.push_str(before);
        let (inside, after) = after.split_once(close).unwrap_or((after, ""));
        out.extend(inside.chars().filter(|letter| *letter == '\n'));
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_colours_are_found_in_every_form() {
        for bad in [
            "a { color: #fff; }",
            "a { color: #12345678; }",
            "a { border: 1px solid rgb(0 0 0 / 50%); }",
            "a { background: light-dark(white, #000); }",
            "a { color: oklch(0.5 0.1 20); }",
            "a {\n  box-shadow:\n    0 0 2px black;\n}",
        ] {
            assert!(!raw_colours(bad).is_empty(), "{bad}");
        }
    }

    #[test]
    fn roles_and_mixtures_of_roles_are_no_raw_colours() {
        for good in [
            "a { color: var(--color-text); }",
            "a { background: color-mix(in oklab, var(--a), transparent 20%); }",
            "a { color: currentcolor; } /* #fff */",
            "a:hover { fill: url(#white); white-space: nowrap; }",
            "a { color: var(--white); }",
        ] {
            assert_eq!(raw_colours(good), [], "{good}");
        }
    }

    #[test]
    fn classes_are_selectors_not_numbers_or_files() {
        let text = ".a .b__c:hover { margin: .5rem 1.5em; background: url(x.svg) } /* .d */ .e::before { content: \".f\" }";
        let found: Vec<String> = classes(text).into_iter().collect();
        assert_eq!(found, ["a", "b__c", "e"]);
    }
}

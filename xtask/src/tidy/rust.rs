//! Enough of Rust's surface to look at code without being fooled by comments and strings.

/// A piece of a Rust file.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Piece {
    Code,
    Comment,
    Literal,
}

/// The code of a file, with comments and the insides of literals blanked; lines stay where they are.
pub(super) fn code(text: &str) -> String {
    only(text, |piece| piece == Piece::Code)
}

/// The code and its literals, with comments blanked.
pub(super) fn code_and_literals(text: &str) -> String {
    only(text, |piece| piece != Piece::Comment)
}

/// The part of the code that runs for people: everything before the tests at the end of the file.
pub(super) fn without_tests(code: &str) -> &str {
    match code.find("#[cfg(test)]\nmod tests {") {
        Some(tests) => code.get(..tests).unwrap_or(code),
        None => code,
    }
}

/// The insides of all string literals of a file.
pub(super) fn literals(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut current = String::new();
    for (piece, letter) in pieces(text) {
        if piece == Piece::Literal {
            current.push(letter);
        } else if !current.is_empty() {
            found.push(std::mem::take(&mut current));
        }
    }
    found.push(current);
    found
}

/// Each line that contains `needle` as a whole word, counted from 1.
pub(super) fn lines_with<'a>(code: &'a str, needle: &'a str) -> impl Iterator<Item = usize> + 'a {
    code.lines()
        .enumerate()
        .filter(move |(_, line)| has_word(line, needle))
        .map(|(index, _)| index + 1)
}

/// Whether `needle` occurs in `text` without being the middle of a longer name.
pub(super) fn has_word(text: &str, needle: &str) -> bool {
    let part = |letter: char| letter.is_alphanumeric() || letter == '_';
    text.match_indices(needle).any(|(at, _)| {
        let before = text.get(..at).and_then(|left| left.chars().next_back());
        let after = text
            .get(at + needle.len()..)
            .and_then(|right| right.chars().next());
        let open = needle.ends_with(|last: char| !part(last));
        !before.is_some_and(part) && (open || !after.is_some_and(part))
    })
}

fn only(text: &str, keep: impl Fn(Piece) -> bool) -> String {
    pieces(text)
        .into_iter()
        .map(|(piece, letter)| match letter {
            '\n' => '\n',
            _ if keep(piece) => letter,
            _ => ' ',
        })
        .collect()
}

/// Names the piece each letter belongs to; the quotes around a literal are code.
fn pieces(text: &str) -> Vec<(Piece, char)> {
    let letters: Vec<char> = text.chars().collect();
    let at = |index: usize| letters.get(index).copied().unwrap_or('\0');
    let mut out = Vec::with_capacity(letters.len());
    let mut index = 0;
    while index < letters.len() {
        let begin = index;
        let piece = match (at(index), at(index + 1)) {
            ('/', '/') => {
                while index < letters.len() && at(index) != '\n' {
                    index += 1;
                }
                Piece::Comment
            }
            ('/', '*') => {
                let mut depth = 0;
                loop {
                    match (at(index), at(index + 1)) {
                        ('/', '*') => (depth, index) = (depth + 1, index + 2),
                        ('*', '/') => (depth, index) = (depth - 1, index + 2),
                        _ => index += 1,
                    }
                    if depth == 0 || index >= letters.len() {
                        break;
                    }
                }
                Piece::Comment
            }
            ('r', '"' | '#') if !is_name(at(index.wrapping_sub(1))) => {
                let Some((open, close)) = raw(&letters, index) else {
                    push(&mut out, Piece::Code, letters.get(index..=index));
                    index += 1;
                    continue;
                };
                let end = (close + open - index - 1).min(letters.len());
                push(&mut out, Piece::Code, letters.get(index..open));
                push(&mut out, Piece::Literal, letters.get(open..close));
                push(&mut out, Piece::Code, letters.get(close..end));
                index = end;
                continue;
            }
            ('"', _) => {
                out.push((Piece::Code, '"'));
                index += 1;
                let open = index;
                while index < letters.len() && at(index) != '"' {
                    index += if at(index) == '\\' { 2 } else { 1 };
                }
                push(
                    &mut out,
                    Piece::Literal,
                    letters.get(open..index.min(letters.len())),
                );
                out.push((Piece::Code, '"'));
                index += 1;
                continue;
            }
            ('\'', '\\') => {
                index += 3;
                while index < letters.len() && at(index) != '\'' {
                    index += 1;
                }
                index += 1;
                Piece::Literal
            }
            ('\'', _) if at(index + 2) == '\'' => {
                index += 3;
                Piece::Literal
            }
            _ => {
                index += 1;
                Piece::Code
            }
        };
        push(
            &mut out,
            piece,
            letters.get(begin..index.min(letters.len())),
        );
    }
    out
}

fn is_name(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// Where the inside of the raw string that starts at `index` begins and ends.
fn raw(letters: &[char], index: usize) -> Option<(usize, usize)> {
    let hashes = letters
        .iter()
        .skip(index + 1)
        .take_while(|letter| **letter == '#')
        .count();
    let open = index + 1 + hashes;
    if letters.get(open) != Some(&'"') {
        return None;
    }
    let mut close = open + 1;
    while close < letters.len() {
        let closing = letters.get(close) == Some(&'"')
            && letters
                .iter()
                .skip(close + 1)
                .take(hashes)
                .filter(|letter| **letter == '#')
                .count()
                == hashes;
        if closing {
            break;
        }
        close += 1;
    }
    Some((open + 1, close))
}

fn push(out: &mut Vec<(Piece, char)>, piece: Piece, letters: Option<&[char]>) {
    out.extend(
        letters
            .unwrap_or_default()
            .iter()
            .map(|letter| (piece, *letter)),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_literals_are_told_from_code() {
        let text = "let a = \"web_sys \\\" x\"; // web_sys\n/* web_sys /* deep */ */ let b = '\"'; let c: &'static str = r#\"web_sys\"#; web_sys::f();\n";
        let code = code(text);
        assert_eq!(code.matches("web_sys").count(), 1, "{code}");
        assert_eq!(code.lines().count(), text.lines().count());
        assert_eq!(code_and_literals(text).matches("web_sys").count(), 3);
        assert!(literals(text).contains(&"web_sys".to_owned()));
    }

    #[test]
    fn words_are_whole() {
        assert!(has_word("use web_sys::Window", "web_sys"));
        assert!(!has_word("my_web_sys", "web_sys"));
        assert!(has_word("a.spawn_local(x)", "spawn_local"));
        assert!(has_word("crate::browser::clock", "crate::browser"));
        assert!(has_word("style=x", "style="));
    }
}

//! The words of a post in a form in which they can be compared: what a person searches for is found in any spelling,
//! and a live stream and an archive find the same.
//!
//! A text becomes a row of tokens between single spaces. A token is a run of letters, marks and digits, folded as hashtags
//! are (NFKC, lower case, Latin letters without their accents); in scripts that put no spaces between words each character
//! is a token. A phrase is found where its tokens stand in a row.

use unicode_normalization::char::is_combining_mark;

use crate::tag;

/// Longest text that is read, in bytes: more than any server lets anybody write but a few long-form ones.
pub const MAX_TEXT_BYTES: usize = 64 << 10;

/// The tokens of a text, joined by single spaces, without one at either end.
#[must_use]
pub fn folded(text: &str) -> String {
    let mut tokens = String::with_capacity(text.len());
    let mut is_inside = false;
    let mut after_unspaced = false;
    for c in tag::fold(bounded(text)) {
        if is_combining_mark(c) && is_inside {
            tokens.push(c);
            continue;
        }
        if !c.is_alphanumeric() {
            is_inside = false;
            continue;
        }
        let is_alone = is_unspaced(c);
        if !tokens.is_empty() && (!is_inside || is_alone || after_unspaced) {
            tokens.push(' ');
        }
        tokens.push(c);
        is_inside = true;
        after_unspaced = is_alone;
    }
    tokens
}

/// Whether a folded text holds a folded phrase, token by token. An empty phrase is in nothing.
#[must_use]
pub fn holds(text: &str, phrase: &str) -> bool {
    if phrase.is_empty() {
        return false;
    }
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find(phrase)) {
        let (start, end) = (from + at, from + at + phrase.len());
        let bytes = text.as_bytes();
        let opens = start == 0 || bytes.get(start - 1) == Some(&b' ');
        let closes = end == text.len() || bytes.get(end) == Some(&b' ');
        if opens && closes {
            return true;
        }
        // The phrase begins with a whole character, so its first length is a boundary.
        from = start + phrase.chars().next().map_or(1, char::len_utf8);
    }
    false
}

fn bounded(text: &str) -> &str {
    let mut end = text.len().min(MAX_TEXT_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

/// Scripts that are written without spaces between words: Chinese, Japanese, Thai, Lao, Khmer, Burmese, Tibetan.
fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{e00}'..='\u{eff}'
        | '\u{f00}'..='\u{fff}'
        | '\u{1000}'..='\u{109f}'
        | '\u{1780}'..='\u{17ff}'
        | '\u{3005}'..='\u{3007}'
        | '\u{3040}'..='\u{30ff}'
        | '\u{31f0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spellings_of_one_word_are_one_token() {
        assert_eq!(folded("  Café, CAFÉ; café!"), "cafe cafe cafe");
        assert_eq!(folded("Ｒｕｓｔ 1.95"), "rust 1 95");
        assert_eq!(folded("हिन्दी में"), "हिन्दी में");
        assert_eq!(folded("…!?"), "");
    }

    #[test]
    fn where_words_have_no_spaces_each_character_is_a_token() {
        assert_eq!(folded("東京tower、寒い"), "東 京 tower 寒 い");
        assert!(holds(&folded("今日は東京で雨"), &folded("東京")));
        assert!(!holds(&folded("京東"), &folded("東京")));
    }

    #[test]
    fn a_phrase_is_found_only_as_whole_words_in_a_row() {
        let text = folded("The rust-lang book, not the rusty one");
        for phrase in ["Rust", "rust lang", "the rusty", "one", "THE"] {
            assert!(holds(&text, &folded(phrase)), "{phrase}");
        }
        for phrase in ["rus", "lang rust", "ook", "", "one the"] {
            assert!(!holds(&text, &folded(phrase)), "{phrase}");
        }
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{0,60}") {
            let once = folded(&text);
            prop_assert_eq!(folded(&once), once.clone());
            prop_assert!(!once.contains("  ") && once.trim() == once);
        }

        #[test]
        fn every_token_row_of_a_text_is_in_it(text in "\\PC{1,60}", from in 0_usize..8, length in 1_usize..4) {
            let whole = folded(&text);
            let tokens: Vec<&str> = whole.split(' ').filter(|it| !it.is_empty()).collect();
            if let Some(some) = tokens.get(from..(from + length).min(tokens.len())).filter(|it| !it.is_empty()) {
                prop_assert!(holds(&whole, &some.join(" ")));
            }
        }
    }
}

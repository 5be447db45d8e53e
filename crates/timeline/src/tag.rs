//! How two spellings of a hashtag are known to be one hashtag.
//!
//! There are two keys on purpose. [`normalise`] is what Mastodon's streaming server does to a
//! subscription: it drops every combining mark, so "हिन्दी" becomes "हनद" while the posts are
//! published under the whole word, and such a subscription never matches. [`key`] is what this
//! project matches by: the same folding, but marks stay, so different words stay different.

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

/// The key by which posts and subscriptions are matched: NFKC, lower case, Latin letters without
/// their accents, nothing but letters, marks, numbers, `_`, `·` and the zero-width non-joiner.
#[must_use]
pub fn key(name: &str) -> String {
    let mut previous_kept = false;
    fold(name)
        // A mark on a character that is dropped goes with it.
        .filter(|&c| {
            previous_kept = is_kept(c) || (is_mark(c) && previous_kept);
            previous_kept
        })
        .collect()
}

/// Whether two names are one hashtag, as their [`key`]s say; between plain names it is known without making these.
#[must_use]
pub fn is_same(left: &str, right: &str) -> bool {
    let is_plain = |it: &str| it.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_');
    if is_plain(left) && is_plain(right) {
        return left.eq_ignore_ascii_case(right);
    }
    key(left) == key(right)
}

/// What Mastodon's streaming makes of the name: as [`key`], and combining marks are lost too.
#[must_use]
pub fn normalise(name: &str) -> String {
    fold(name).filter(|&c| is_kept(c)).collect()
}

/// Whether Mastodon's streaming can match this tag at all; when not, it has to be polled.
#[must_use]
pub fn is_streamable(name: &str) -> bool {
    let key = key(name);
    !key.is_empty() && key == normalise(name)
}

pub(crate) fn fold(name: &str) -> impl Iterator<Item = char> {
    let lowered: String = name
        .trim_start_matches('#')
        .nfkc()
        .flat_map(char::to_lowercase)
        .collect();
    let mut folded = String::with_capacity(lowered.len());
    // An accent is a mark on a Latin letter; marks of other scripts carry meaning and stay.
    let mut on_latin = false;
    for c in lowered.nfd() {
        match c {
            '\u{300}'..='\u{36f}' if on_latin => {}
            // Another script's mark between a letter and its accent does not make the accent another's.
            _ if is_combining_mark(c) => folded.push(c),
            _ => {
                let plain = unaccented(c);
                on_latin = plain.is_ascii_alphabetic();
                folded.push(plain);
            }
        }
    }
    folded.nfc().collect::<Vec<_>>().into_iter()
}

/// Latin letters that have no decomposition, as the ASCII letter people type instead.
fn unaccented(c: char) -> char {
    match c {
        'ð' | 'đ' => 'd',
        'ħ' => 'h',
        'ı' => 'i',
        'ĸ' => 'k',
        'ł' | 'ŀ' => 'l',
        'ŋ' | 'ŉ' => 'n',
        'ø' => 'o',
        'ŧ' => 't',
        'ſ' => 's',
        other => other,
    }
}

fn is_kept(c: char) -> bool {
    // `is_alphanumeric` follows Unicode's Alphabetic, which counts vowel signs as letters;
    // Mastodon's \p{L} does not, so marks are taken out first.
    (c.is_alphanumeric() && !is_mark(c)) || matches!(c, '_' | '\u{b7}' | '\u{200c}')
}

fn is_mark(c: char) -> bool {
    is_combining_mark(c)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spellings_of_one_tag_share_a_key() {
        for name in [
            "Rust Lang!",
            "RustLang",
            "rustlang",
            "#rustlang",
            "ＲｕｓｔＬａｎｇ",
        ] {
            assert_eq!(key(name), "rustlang", "{name}");
            assert_eq!(normalise(name), "rustlang", "{name}");
        }
    }

    #[test]
    fn accents_of_latin_letters_are_folded() {
        assert_eq!(key("Café"), "cafe");
        assert_eq!(key("ŁÓDŹ"), "lodz");
        assert_eq!(key("Ærø"), "æro");
        assert_eq!(normalise("Köln"), "koln");
    }

    #[test]
    fn marks_of_other_scripts_are_lost_by_mastodon_and_kept_here() {
        assert_eq!(normalise("हिन्दी"), "हनद");
        assert_eq!(key("हिन्दी"), "हिन्दी");
        assert!(!is_streamable("हिन्दी"));
        assert!(is_streamable("日本語"));
        assert!(is_streamable("한국어"));
        assert_ne!(key("がぎ"), key("かき"));
    }

    #[test]
    fn a_name_of_signs_alone_is_no_tag() {
        assert_eq!(key("!?"), "");
        assert!(!is_streamable("!?"));
    }

    #[test]
    fn an_accent_goes_also_when_another_mark_stands_before_it() {
        assert_eq!(key("À\u{dca}"), "a\u{dca}");
        assert_eq!(key(&key("À\u{dca}")), key("À\u{dca}"));
    }

    proptest! {
        #[test]
        fn names_are_the_same_when_their_keys_are(left in "[a-bA-Bä_é#!]{0,3}", right in "[a-bA-Bä_é#!]{0,3}") {
            prop_assert_eq!(is_same(&left, &right), key(&left) == key(&right));
        }

        #[test]
        fn a_key_is_its_own_key(name in "\\PC{0,24}") {
            let once = key(&name);
            prop_assert_eq!(key(&once), once);
        }
    }
}

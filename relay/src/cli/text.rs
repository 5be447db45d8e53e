//! Strangers' text for a terminal: no control character, no escape, nothing that turns the lines around it.

pub(crate) mod html;

/// Most marks that may sit on one letter; Vietnamese needs two, piles of a hundred hide the lines above.
const MAX_MARKS: usize = 4;

/// The text on one line, with whatever could steer a terminal taken out; right-to-left text is kept to itself.
pub(crate) fn line(text: &str) -> String {
    let mut words = String::new();
    for word in safe(text).split_whitespace() {
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
    }
    isolated(words)
}

/// As [`line`], at most so many characters long.
pub(crate) fn short(text: &str, max_chars: usize) -> String {
    let words = safe(text).split_whitespace().collect::<Vec<_>>().join(" ");
    if words.chars().count() <= max_chars {
        return isolated(words);
    }
    let mut cut: String = words.chars().take(max_chars.saturating_sub(1)).collect();
    cut.push('…');
    isolated(cut)
}

/// Text without what steers: controls, direction marks, invisible and unassigned characters.
fn safe(text: &str) -> String {
    let mut marks = 0;
    text.chars()
        .filter_map(|c| match c {
            '\n' | '\t' | '\u{a0}' | '\u{2028}' | '\u{2029}' => Some(' '),
            c if c.is_control() || is_steering(c) => None,
            c => Some(c),
        })
        .filter(|c| {
            marks = if is_mark(*c) { marks + 1 } else { 0 };
            marks <= MAX_MARKS
        })
        .collect()
}

/// Characters that show nothing and change what others show. The joiner inside emoji and Indic words stays.
fn is_steering(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{e000}'..='\u{f8ff}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{10ffff}')
}

/// Marks of the scripts that are piled up for fun; a width of its own is what others have.
fn is_mark(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}'
        | '\u{e31}' | '\u{e34}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

/// Text with right-to-left letters between isolates, so that it cannot reorder what stands beside it.
fn isolated(text: String) -> String {
    let is_rtl = |c: char| {
        matches!(c,
            '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}'
            | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
    };
    if text.contains(is_rtl) {
        format!("\u{2068}{text}\u{2069}")
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_stranger_steers_the_terminal() {
        assert_eq!(line("a\u{1b}[31mb\u{9b}2Jc\rd\u{8}"), "a[31mb2Jcd");
        assert_eq!(line("title\u{7}\u{1b}]0;x\u{7}"), "title]0;x");
        assert_eq!(line("one\ntwo\u{2028}three"), "one two three");
        assert_eq!(line("safe\u{202e}exe.txt\u{200b}"), "safeexe.txt");
        assert_eq!(line("👩\u{200d}🚀"), "👩\u{200d}🚀");
    }

    #[test]
    fn text_from_right_to_left_stays_in_its_place() {
        assert_eq!(line("שלום"), "\u{2068}שלום\u{2069}");
        assert_eq!(line("שלום\u{2069}\u{202e}"), "\u{2068}שלום\u{2069}");
    }

    #[test]
    fn long_names_end_in_an_ellipsis_and_marks_are_no_tower() {
        assert_eq!(short("abcdef", 4), "abc…");
        assert_eq!(short("äöüß", 4), "äöüß");
        assert_eq!(short("äöüßx", 4), "äöü…");
        assert_eq!(
            line(&format!("e{}", "\u{301}".repeat(50))).chars().count(),
            5
        );
    }
}

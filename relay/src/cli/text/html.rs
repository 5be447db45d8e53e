//! A post's HTML as lines of text. Nothing here has to be exact: what comes out is made safe afterwards.

use super::line;

/// HTML elements whose content is not for reading.
const SILENT: [&str; 4] = ["script", "style", "template", "title"];

/// Elements that stand on lines of their own.
const BLOCKS: [&str; 12] = [
    "p",
    "div",
    "ul",
    "ol",
    "li",
    "blockquote",
    "pre",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
];

/// Longest name of an entity, as in `&hellip;`.
const MAX_ENTITY: usize = 10;

/// The lines of a post's HTML as text.
pub(crate) fn lines_of_html(html: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for text in plain(html).split('\n') {
        let text = line(text);
        // Blank lines part paragraphs, and two are no better than one.
        if text.is_empty() && lines.last().is_none_or(String::is_empty) {
            continue;
        }
        lines.push(text);
    }
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

/// The words of an HTML text. What comes out is made safe afterwards, so this may be simple.
fn plain(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find(['<', '&']) {
        let (before, from) = rest.split_at(at);
        push_words(&mut text, before);
        if from.starts_with('&') {
            let (shown, after) = entity(from);
            text.push_str(&shown);
            rest = after;
        } else {
            rest = tag(&mut text, from);
        }
    }
    push_words(&mut text, rest);
    text
}

/// Line breaks of the source are blanks in HTML.
fn push_words(text: &mut String, words: &str) {
    text.extend(words.chars().map(|c| if c == '\n' { ' ' } else { c }));
}

/// Takes one tag, which `from` begins with; gives what follows it.
fn tag<'a>(text: &mut String, from: &'a str) -> &'a str {
    let is_tag = from
        .get(1..)
        .is_some_and(|it| it.starts_with(|c: char| c.is_ascii_alphabetic() || "/!?".contains(c)));
    let Some(end) = from.find('>').filter(|_| is_tag) else {
        text.push('<');
        return from.get(1..).unwrap_or_default();
    };
    let (inside, rest) = (
        from.get(1..end).unwrap_or_default(),
        from.get(end + 1..).unwrap_or_default(),
    );
    let name: String = inside
        .trim_start_matches('/')
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_ascii_lowercase();
    let is_end = inside.starts_with('/');
    if name == "br" {
        text.push('\n');
    } else if BLOCKS.contains(&name.as_str()) {
        text.push('\n');
        if name == "p" && is_end {
            text.push('\n');
        }
        if name == "li" && !is_end {
            text.push_str("- ");
        }
    } else if !is_end && SILENT.contains(&name.as_str()) {
        let closing = format!("</{name}");
        let lower = rest.to_ascii_lowercase();
        return lower
            .find(&closing)
            .and_then(|at| rest.get(at..))
            .unwrap_or_default();
    }
    rest
}

/// What an entity stands for, which `from` begins with; gives what follows it too.
fn entity(from: &str) -> (String, &str) {
    let name = from
        .get(1..)
        .and_then(|it| it.split_once(';'))
        .filter(|(name, _)| name.len() <= MAX_ENTITY);
    let known = name.and_then(|(name, after)| {
        let number = |digits: &str, radix| {
            u32::from_str_radix(digits, radix)
                .ok()
                .and_then(char::from_u32)
        };
        let c = match name {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            "nbsp" => ' ',
            "hellip" => '…',
            "mdash" => '—',
            "ndash" => '–',
            _ => match name.strip_prefix('#')? {
                hex if hex.starts_with(['x', 'X']) => number(hex.get(1..)?, 16)?,
                decimal => number(decimal, 10)?,
            },
        };
        Some((c.to_string(), after))
    });
    known.unwrap_or_else(|| ("&".to_owned(), from.get(1..).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn html_becomes_lines() {
        let html = "<p>One<br>two &amp; <a href=\"https://x\"><span class=\"invisible\">https://</span>x.example</a></p>\
                    <p>3 &lt; 4 &#x1b;[2J &#39;q&#39;</p><script>alert(1)</script><ul><li>a</li><li>b</li></ul>";
        let lines = lines_of_html(html);
        let expected = [
            "One",
            "two & https://x.example",
            "",
            "3 < 4 [2J 'q'",
            "",
            "- a",
            "",
            "- b",
        ];
        assert_eq!(lines, expected);
    }

    #[test]
    fn broken_html_is_still_text() {
        assert_eq!(lines_of_html("1 < 2 & 3 <b"), ["1 < 2 & 3 <b"]);
        assert_eq!(lines_of_html("<script>x"), Vec::<String>::new());
        assert_eq!(
            lines_of_html("&nosuch; &#xffffffff;"),
            ["&nosuch; &#xffffffff;"]
        );
    }

    proptest! {
        #[test]
        fn whatever_comes_no_control_character_leaves(html in "(<|>|/|&|;|#|x1b|p|br|script|\\PC|\\x00|\\x1b|\\x9b|\n){0,60}") {
            for line in lines_of_html(&html) {
                prop_assert!(!line.chars().any(char::is_control), "{line:?}");
            }
        }
    }
}

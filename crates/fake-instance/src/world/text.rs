//! From plain words to the HTML that Mastodon makes of them, and how it counts their length.
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    Words(&'a str),
    Link(&'a str),
    /// User name and, when written, the server.
    Mention(&'a str, Option<&'a str>),
    /// Without `#`.
    Hashtag(&'a str),
}

/// Cuts a text into words, links, mentions and hashtags.
pub(crate) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let (mut plain_from, mut at) = (0, 0);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let before = text.get(..at).and_then(|start| start.chars().next_back());
        let special = if rest.starts_with("http://") || rest.starts_with("https://") {
            link(rest)
        } else if rest.starts_with('@')
            && before.is_none_or(|c| !(is_word(c) || c == '/' || c == '='))
        {
            mention(rest)
        } else if rest.starts_with('#')
            && before.is_none_or(|c| !(is_word(c) || c == '/' || c == '&'))
        {
            hashtag(rest)
        } else {
            None
        };
        if let Some((piece, length)) = special {
            if let Some(words) = text.get(plain_from..at).filter(|words| !words.is_empty()) {
                found.push(Piece::Words(words));
            }
            found.push(piece);
            at += length;
            plain_from = at;
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    if let Some(words) = text.get(plain_from..).filter(|words| !words.is_empty()) {
        found.push(Piece::Words(words));
    }
    found
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_' || is_mark(letter)
}

/// Combining marks of the scripts that need them inside of a word.
fn is_mark(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}' | '\u{900}'..='\u{903}' | '\u{93a}'..='\u{94f}' | '\u{e31}'..='\u{e4e}' | '\u{64b}'..='\u{65f}')
}

fn link(rest: &str) -> Option<(Piece<'_>, usize)> {
    let end = rest
        .find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '、' | '。' | '」'))
        .unwrap_or(rest.len());
    let url = rest
        .get(..end)?
        .trim_end_matches(['.', ',', '!', '?', ')', ';', ':', '\'']);
    let host = url.split("//").nth(1)?;
    (!host.is_empty()).then_some((Piece::Link(url), url.len()))
}

fn mention(rest: &str) -> Option<(Piece<'_>, usize)> {
    let after = rest.get(1..)?;
    let name_end = after
        .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .unwrap_or(after.len());
    let name = after.get(..name_end).filter(|name| !name.is_empty())?;
    let mut length = 1 + name_end;
    let mut server = None;
    if let Some(tail) = after
        .get(name_end..)
        .and_then(|tail| tail.strip_prefix('@'))
    {
        let end = tail
            .find(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '-' | ':')))
            .unwrap_or(tail.len());
        let host = tail.get(..end)?.trim_end_matches(['.', '-', ':']);
        if !host.is_empty() {
            length += 1 + host.len();
            server = Some(host);
        }
    }
    Some((Piece::Mention(name, server), length))
}

fn hashtag(rest: &str) -> Option<(Piece<'_>, usize)> {
    let after = rest.get(1..)?;
    let end = after
        .find(|c: char| !(is_word(c) || matches!(c, '·' | '・' | '\u{200c}')))
        .unwrap_or(after.len());
    let name = after.get(..end)?;
    // A number alone is no hashtag.
    name.chars()
        .any(|c| c.is_alphabetic() || c == '_')
        .then_some((Piece::Hashtag(name), 1 + end))
}

/// A tag's name as it is kept: composed, lower case.
pub(crate) fn tag_name(tag: &str) -> String {
    tag.nfkc().collect::<String>().to_lowercase()
}

/// A tag as the streaming server normalises it: also folded to ASCII and without anything but letters, numbers, `_`, `·` and ZWNJ.
/// Combining marks are lost on purpose: the real one loses them and so never matches such tags.
pub(crate) fn stream_tag(tag: &str) -> String {
    let folded: String = tag.nfkc().collect::<String>().to_lowercase();
    folded
        .chars()
        .flat_map(fold_ascii)
        .filter(|c| c.is_alphanumeric() && !is_mark(*c) || matches!(c, '_' | '·' | '\u{200c}'))
        .collect()
}

/// Latin letters lose their accents; everything else stays composed.
fn fold_ascii(letter: char) -> Vec<char> {
    let parts: Vec<char> = std::iter::once(letter).nfd().collect();
    match parts.first() {
        Some(first) if first.is_ascii_alphanumeric() => vec![*first],
        _ => vec![letter],
    }
}

/// The length as the server counts it.
pub(crate) fn counted_length(text: &str, spoiler: &str, per_url: usize) -> usize {
    let body: usize = pieces(text)
        .iter()
        .map(|piece| match piece {
            Piece::Words(words) => words.graphemes(true).count(),
            Piece::Link(_) => per_url,
            Piece::Mention(name, _) => 1 + name.graphemes(true).count(),
            Piece::Hashtag(tag) => 1 + tag.graphemes(true).count(),
        })
        .sum();
    body + spoiler.graphemes(true).count()
}

/// Text made safe for HTML.
pub(crate) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

/// A link as Mastodon writes it: the scheme and the tail hidden.
pub(crate) fn anchor(url: &str) -> String {
    let scheme_end = url.find("//").map_or(0, |at| at + 2);
    let (scheme, rest) = url.split_at_checked(scheme_end).unwrap_or(("", url));
    let (scheme, rest) = match rest.strip_prefix("www.") {
        Some(stripped) => (format!("{scheme}www."), stripped),
        None => (scheme.to_owned(), rest),
    };
    let cut = rest.char_indices().nth(30).map_or(rest.len(), |(at, _)| at);
    let (shown, hidden) = rest.split_at_checked(cut).unwrap_or((rest, ""));
    let class = if hidden.is_empty() { "" } else { "ellipsis" };
    format!(
        "<a href=\"{}\" target=\"_blank\" rel=\"nofollow noopener\" translate=\"no\"><span class=\"invisible\">{}</span><span class=\"{class}\">{}</span><span class=\"invisible\">{}</span></a>",
        escape(url),
        escape(&scheme),
        escape(shown),
        escape(hidden)
    )
}

/// A whole text as HTML. `mention` gives the profile address of a mentioned name when it is known, `tag_url` a tag's page.
pub(crate) fn html(
    text: &str,
    mention: impl Fn(&str, Option<&str>) -> Option<String>,
    tag_url: impl Fn(&str) -> String,
) -> String {
    let mut out = String::new();
    for paragraph in text
        .split("\n\n")
        .filter(|paragraph| !paragraph.trim().is_empty())
    {
        out.push_str("<p>");
        for piece in pieces(paragraph.trim_matches('\n')) {
            match piece {
                Piece::Words(words) => out.push_str(&escape(words).replace('\n', "<br />")),
                Piece::Link(url) => out.push_str(&anchor(url)),
                Piece::Mention(name, server) => match mention(name, server) {
                    Some(url) => out.push_str(&format!(
                        "<span class=\"h-card\" translate=\"no\"><a href=\"{}\" class=\"u-url mention\">@<span>{}</span></a></span>",
                        escape(&url),
                        escape(name)
                    )),
                    None => {
                        out.push('@');
                        out.push_str(&escape(name));
                        if let Some(server) = server {
                            out.push('@');
                            out.push_str(&escape(server));
                        }
                    }
                },
                Piece::Hashtag(tag) => out.push_str(&format!(
                    "<a href=\"{}\" class=\"mention hashtag\" rel=\"tag\">#<span>{}</span></a>",
                    escape(&tag_url(tag)),
                    escape(tag)
                )),
            }
        }
        out.push_str("</p>");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_into_its_pieces() {
        assert_eq!(
            pieces("Hi @ada@alpha.localhost:4001, see https://x.example/a?b=1. #RustLang #42 a@b"),
            [
                Piece::Words("Hi "),
                Piece::Mention("ada", Some("alpha.localhost:4001")),
                Piece::Words(", see "),
                Piece::Link("https://x.example/a?b=1"),
                Piece::Words(". "),
                Piece::Hashtag("RustLang"),
                Piece::Words(" #42 a@b"),
            ]
        );
    }

    #[test]
    fn links_and_remote_mentions_count_as_the_server_counts_them() {
        assert_eq!(
            counted_length(&format!("https://example.org/{}", "a".repeat(900)), "", 23),
            23
        );
        assert_eq!(
            counted_length("@ada@a.very.long.host.example hi", "cw", 23),
            9
        );
        assert_eq!(counted_length("👩‍👩‍👧‍👦", "", 23), 1);
    }

    #[test]
    fn the_streaming_tag_loses_what_the_real_one_loses() {
        assert_eq!(stream_tag("Rust Lang!"), "rustlang");
        assert_eq!(stream_tag("Café"), "cafe");
        assert_eq!(stream_tag("हिन्दी"), "हनद");
        assert_eq!(stream_tag("ラテ・アート"), "ラテアート");
    }

    #[test]
    fn html_has_mastodons_classes() {
        let html = html(
            "a <b>\nc\n\n#Tag",
            |_, _| None,
            |tag| format!("http://x/tags/{tag}"),
        );
        assert_eq!(
            html,
            "<p>a &lt;b&gt;<br />c</p><p><a href=\"http://x/tags/Tag\" class=\"mention hashtag\" rel=\"tag\">#<span>Tag</span></a></p>"
        );
    }
}

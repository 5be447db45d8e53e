//! The page's HTML: scripts out of it, and nothing left in it that the content policy forbids.

use crate::failure::{Failure, Outcome};

/// A tag of the page, `<name attributes>`, with where it begins and ends.
#[derive(Debug)]
struct Tag<'a> {
    name: &'a str,
    text: &'a str,
    start: usize,
    end: usize,
}

/// Replaces each inline script by a reference. `store` keeps the script and gives its address and integrity.
pub(super) fn move_scripts_out(
    html: &str,
    mut store: impl FnMut(&str) -> Outcome<(String, String)>,
) -> Outcome<String> {
    let mut out = String::new();
    let mut copied = 0;
    for tag in tags(html) {
        if tag.name != "script" || tag.start < copied || attribute(tag.text, "src").is_some() {
            continue;
        }
        let rest = html.get(tag.end..).unwrap_or_default();
        let length = rest
            .find("</script>")
            .ok_or("index.html: a script has no end")?;
        let script = rest.get(..length).unwrap_or_default().trim();
        let (address, integrity) = store(&format!("{script}\n"))?;
        let kind = attribute(tag.text, "type")
            .map(|kind| format!(" type=\"{kind}\""))
            .unwrap_or_default();
        out.push_str(html.get(copied..tag.start).unwrap_or_default());
        out.push_str(&format!(
            "<script{kind} src=\"{address}\" crossorigin=\"anonymous\" integrity=\"{integrity}\"></script>"
        ));
        copied = tag.end + length + "</script>".len();
    }
    out.push_str(html.get(copied..).unwrap_or_default());
    Ok(out)
}

/// Removes `integrity` from preloads of kinds for which browsers ignore it and say so in the console.
pub(super) fn without_ignored_integrity(html: &str) -> String {
    let mut out = String::new();
    let mut copied = 0;
    for tag in tags(html) {
        let ignored = tag.name == "link"
            && attribute(tag.text, "rel") == Some("preload")
            && attribute(tag.text, "as") == Some("fetch");
        if !ignored {
            continue;
        }
        out.push_str(html.get(copied..tag.start).unwrap_or_default());
        out.push_str("<link");
        for (name, value) in attributes(tag.text) {
            match (name, value) {
                ("integrity", _) => {}
                (name, "") => out.push_str(&format!(" {name}")),
                (name, value) => out.push_str(&format!(" {name}=\"{value}\"")),
            }
        }
        out.push('>');
        copied = tag.end;
    }
    out.push_str(html.get(copied..).unwrap_or_default());
    out
}

/// Refuses a page that breaks the content policy or whose integrity attributes are wrong.
/// `integrity_of` knows the integrity of a file of the site.
pub(super) fn check(html: &str, integrity_of: impl Fn(&str) -> Option<String>) -> Outcome {
    for tag in tags(html) {
        let whole = tag.text;
        if tag.name == "style" || attribute(whole, "style").is_some() {
            return Err(refusal("an inline style", whole));
        }
        if attribute_names(whole).any(|name| name.starts_with("on")) {
            return Err(refusal("an inline event listener", whole));
        }
        if tag.name == "script" && attribute(whole, "src").is_none() {
            return Err(refusal("an inline script", whole));
        }
        let address = attribute(whole, "href").or_else(|| attribute(whole, "src"));
        if let (Some(said), Some(address)) = (attribute(whole, "integrity"), address) {
            let path = address.trim_start_matches("./");
            match integrity_of(path) {
                None => return Err(refusal("an integrity for a file that is missing", whole)),
                Some(right) if right != said => {
                    return Err(refusal("an integrity that does not fit its file", whole));
                }
                Some(_) => {}
            }
        }
    }
    Ok(())
}

fn refusal(what: &str, tag: &str) -> Failure {
    Failure::new(format!("index.html has {what}: {tag}"))
}

/// All opening tags, comments and the insides of scripts left out.
fn tags(html: &str) -> Vec<Tag<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = html
        .get(at..)
        .and_then(|rest| rest.find('<'))
        .map(|i| at + i)
    {
        let rest = html.get(start..).unwrap_or_default();
        if rest.starts_with("<!--") {
            at = rest
                .find("-->")
                .map_or(html.len(), |length| start + length + 3);
            continue;
        }
        let length = tag_length(rest);
        let end = start + length;
        let text = html.get(start..end).unwrap_or_default();
        let name = text
            .trim_start_matches('<')
            .split(|letter: char| letter.is_whitespace() || matches!(letter, '>' | '/'))
            .next()
            .unwrap_or_default();
        at = end;
        if name.is_empty() || name.starts_with('!') {
            continue;
        }
        if name == "script" {
            let skip = html.get(end..).and_then(|rest| rest.find("</script>"));
            at = skip.map_or(end, |length| end + length);
        }
        found.push(Tag {
            name,
            text,
            start,
            end,
        });
    }
    found
}

/// The length of a tag; a `>` inside quotes does not end it.
fn tag_length(rest: &str) -> usize {
    let mut quote = None;
    for (index, letter) in rest.char_indices() {
        match (quote, letter) {
            (None, '"' | '\'') => quote = Some(letter),
            (Some(open), _) if open == letter => quote = None,
            (None, '>') => return index + 1,
            _ => {}
        }
    }
    rest.len()
}

/// The attributes of a tag as pairs; a value may be quoted, bare (minified) or missing.
fn attributes(tag: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let inner = tag.trim_start_matches('<').trim_end_matches('>');
    let mut rest = inner
        .split_once(|letter: char| letter.is_whitespace())
        .map_or("", |(_, rest)| rest)
        .trim_start();
    while !rest.is_empty() {
        let length = rest
            .find(|letter: char| letter.is_whitespace() || letter == '=')
            .unwrap_or(rest.len());
        let (name, after) = rest.split_at(length);
        let after = after.trim_start();
        let Some(value) = after.strip_prefix('=').map(str::trim_start) else {
            found.push((name, ""));
            rest = after;
            continue;
        };
        let (value, after) = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => value
                .get(1..)
                .and_then(|open| open.split_once(quote))
                .unwrap_or((value, "")),
            _ => value
                .split_once(|letter: char| letter.is_whitespace())
                .unwrap_or((value, "")),
        };
        found.push((name, value));
        rest = after.trim_start();
    }
    found
}

fn attribute<'a>(tag: &'a str, wanted: &str) -> Option<&'a str> {
    attributes(tag)
        .into_iter()
        .find(|(name, _)| *name == wanted)
        .map(|(_, value)| value)
}

fn attribute_names(tag: &str) -> impl Iterator<Item = &str> {
    attributes(tag).into_iter().map(|(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<!doctype html><head><!-- <script>no</script> --><script defer src=/boot.js></script>\
        <script type=\"module\">\nimport init from '/app.js';\nif (1 < 2) init();\n</script>\
        <link rel=\"modulepreload\" href=\"/app.js\" integrity=\"right\"></head>";

    #[test]
    fn an_inline_script_moves_to_a_file_and_the_rest_stays() {
        let mut kept = String::new();
        let out = move_scripts_out(PAGE, |script| {
            kept = script.to_owned();
            Ok(("/start-1.js".to_owned(), "sha384-x".to_owned()))
        })
        .unwrap();
        assert_eq!(kept, "import init from '/app.js';\nif (1 < 2) init();\n");
        assert!(out.contains("<script type=\"module\" src=\"/start-1.js\" crossorigin=\"anonymous\" integrity=\"sha384-x\"></script>"));
        assert!(out.contains("<script defer src=/boot.js></script>"));
        assert!(out.contains("<!-- <script>no</script> -->"));
        assert!(
            check(&out, |_| None).is_err(),
            "integrity of a missing file"
        );
    }

    #[test]
    fn a_preload_for_fetch_carries_no_integrity_and_nothing_else_loses_it() {
        let page = "<p><link as=fetch crossorigin href=/a.wasm integrity=x rel=preload type=application/wasm>\
            <link href=/a.js integrity=y rel=modulepreload>";
        assert_eq!(
            without_ignored_integrity(page),
            "<p><link as=\"fetch\" crossorigin href=\"/a.wasm\" rel=\"preload\" type=\"application/wasm\">\
            <link href=/a.js integrity=y rel=modulepreload>"
        );
    }

    #[test]
    fn what_the_policy_forbids_is_refused() {
        let any = |_: &str| Some("right".to_owned());
        assert!(check(PAGE, any).is_err(), "inline script");
        for bad in [
            "<p style=\"color:red\">",
            "<style>p{}</style>",
            "<body onload=go()>",
            "<link href=\"/a.css\" integrity=\"wrong\">",
        ] {
            assert!(check(bad, any).is_err(), "{bad}");
        }
        assert!(
            check(
                "<link href=\"/a.css\" integrity=\"right\"><p class=one>",
                any
            )
            .is_ok()
        );
    }

    #[test]
    fn attributes_are_read_quoted_bare_and_empty() {
        assert_eq!(
            attributes("<script defer src=/a.js data-x='1 2' id=\"b\">"),
            [
                ("defer", ""),
                ("src", "/a.js"),
                ("data-x", "1 2"),
                ("id", "b")
            ]
        );
    }
}

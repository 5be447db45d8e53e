//! Strangers' HTML made safe for programs of which nobody knows what they do with it.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use ammonia::{Builder, UrlRelative};

/// What a post may be made of: what Mastodon itself lets through. No pictures inside the text: they could tell who reads.
const TAGS: [&str; 24] = [
    "a",
    "b",
    "blockquote",
    "br",
    "code",
    "del",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "i",
    "li",
    "ol",
    "p",
    "pre",
    "rp",
    "rt",
    "ruby",
    "s",
    "strong",
    "ul",
];

static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::default();
    builder
        .tags(HashSet::from(TAGS))
        .clean_content_tags(HashSet::from(["script", "style"]))
        .tag_attributes(HashMap::from([
            ("a", HashSet::from(["href"])),
            ("ol", HashSet::from(["start", "reversed"])),
            ("li", HashSet::from(["value"])),
        ]))
        .generic_attributes(HashSet::from(["lang", "dir"]))
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("nofollow noopener noreferrer"));
    builder
});

/// The HTML with nothing in it that runs, loads or leads anywhere but to an address of the web.
pub(super) fn clean(html: &str) -> String {
    CLEANER.clean(html).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_runs_or_loads_is_left() {
        for hostile in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "<p onclick=\"x()\">a</p>",
            "<a href=\"javascript:x()\">a</a>",
            "<a href=\"data:text/html,x\">a</a>",
            "<svg><script>x</script></svg>",
            "<iframe src=\"https://a.example\"></iframe>",
            "<style>p{background:url(https://a.example)}</style>",
            "<p style=\"background:url(https://a.example)\">a</p>",
            "<math><mtext><img src=x></mtext></math>",
            "<noscript><p title=\"</noscript><img src=x onerror=x()>\">",
        ] {
            let cleaned = clean(hostile);
            for bad in [
                "script",
                "onerror",
                "onclick",
                "javascript",
                "data:",
                "<img",
                "<iframe",
                "style",
                "<svg",
                "<math",
            ] {
                assert!(!cleaned.contains(bad), "{hostile} became {cleaned}");
            }
        }
    }

    #[test]
    fn what_people_write_stays() {
        let html = "<p lang=\"en\">A <a href=\"https://a.example/?b=1&amp;c=2\" class=\"mention\">link</a><br>\
                    <strong>and</strong></p><ol start=\"3\"><li>x</li></ol>";
        assert_eq!(
            clean(html),
            "<p lang=\"en\">A <a href=\"https://a.example/?b=1&amp;c=2\" rel=\"nofollow noopener noreferrer\">link</a><br>\
             <strong>and</strong></p><ol start=\"3\"><li>x</li></ol>"
        );
    }
}

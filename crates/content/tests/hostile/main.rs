//! Hostile texts through html5ever: the same corpus runs in the browser through its own parser.

mod parser;

use content::corpus::{CASES, bombs, check, hints};
use content::{Builder, Content, Hints, MAX_TEXT_BYTES, plain};
use expect_test::expect_file;
use proptest::prelude::*;

use crate::parser::parse;

fn text(html: &str) -> String {
    parse(html, hints()).plain()
}

#[test]
fn every_text_of_the_corpus_becomes_the_tree_on_file() {
    for case in CASES {
        let content = parse(case.html, hints());
        check(&content);
        let file = [
            env!("CARGO_MANIFEST_DIR"),
            "/tests/hostile/",
            case.name,
            ".txt",
        ]
        .concat();
        expect_file![file].assert_eq(&content.outline());
    }
}

#[test]
fn the_corpus_names_every_file() {
    let folder =
        std::fs::read_dir([env!("CARGO_MANIFEST_DIR"), "/tests/hostile"].concat()).unwrap();
    let files = folder
        .filter(|it| {
            it.as_ref()
                .unwrap()
                .path()
                .extension()
                .is_some_and(|it| it == "html")
        })
        .count();
    assert_eq!(files, CASES.len());
}

#[test]
fn bombs_stay_within_bounds() {
    for (_, html) in bombs() {
        check(&parse(&html, hints()));
    }
}

#[test]
fn what_is_cut_short_says_so() {
    let long = "x".repeat(MAX_TEXT_BYTES * 2);
    let content = parse(&long, Hints::default());
    assert!(content.truncated && content.plain().len() <= MAX_TEXT_BYTES);
    assert!(!parse("<p>x</p>", Hints::default()).truncated);
}

#[test]
fn nothing_visible_is_nothing() {
    for html in [
        "",
        "  \n ",
        "<p></p>",
        "<p><br></p>",
        "<a href=https://x.example></a>",
        "<script>x</script>",
        "<ul><li></ul>",
    ] {
        assert_eq!(parse(html, Hints::default()), Content::default(), "{html}");
    }
}

#[test]
fn plain_words_leave_out_what_links_hide() {
    let html = r#"<p>a <a href="https://x.example/y/z"><span class="invisible">https://</span><span class="ellipsis">x.example/y</span><span class="invisible">/z</span></a></p><p>b<br>c</p>"#;
    assert_eq!(text(html), "a x.example/y…\nb\nc");
}

#[test]
fn a_name_is_one_line_of_text_and_emoji() {
    let emojis = hints().emojis;
    assert_eq!(
        plain(&content::line("Bob :blobcat: \u{202e}x\u{0}\n<b>", &emojis)),
        "Bob :blobcat: x<b>"
    );
    assert_eq!(content::line("Bob :blobcat:", &emojis).len(), 2);
    assert_eq!(
        content::line("a:blobcat: :blobcat:b ::blobcat:: :blobca:", &emojis).len(),
        1
    );
}

#[test]
fn closing_what_was_never_opened_is_harmless() {
    let mut builder = Builder::new(Hints::default());
    builder.close();
    builder.text("x");
    builder.close();
    builder.close();
    assert_eq!(builder.finish().plain(), "x");
}

const PIECES: &[&str] = &[
    "<p>",
    "</p>",
    "<a href='https://x.example'>",
    "<a href='javascript:x'>",
    "</a>",
    "<ul>",
    "</ul>",
    "<ol start=-3>",
    "<li>",
    "</li>",
    "<blockquote>",
    "</blockquote>",
    "<b>",
    "</b>",
    "<span class=invisible>",
    "<span lang=de>",
    "</span>",
    "<br>",
    "<pre>",
    "</pre>",
    "<code>",
    "</code>",
    "<script>",
    "</script>",
    "<svg>",
    "</svg>",
    "<ruby>",
    "<rt>",
    "</ruby>",
    "<table>",
    "<td>",
    "</table>",
    "<img alt=i>",
    "<div>",
    "</div>",
    ":blobcat:",
    " ",
    "word",
    "&lt;",
    "<!--",
    "-->",
    "<h1>",
    "\u{202e}",
];

proptest! {
    #[test]
    fn no_html_becomes_a_forbidden_tree(html in "\\PC{0,200}") {
        check(&parse(&html, hints()));
    }

    #[test]
    fn no_mix_of_elements_becomes_a_forbidden_tree(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..120)) {
        check(&parse(&pieces.concat(), hints()));
    }

    #[test]
    fn any_order_of_events_gives_a_tree(events in prop::collection::vec((0u8..3, prop::sample::select(PIECES)), 0..200)) {
        let mut builder = Builder::new(hints());
        for (event, word) in events {
            let tag = word.trim_matches(['<', '>', '/']).split(' ').next().unwrap_or_default();
            match event {
                0 => builder.open(tag, &|name| Some(if name == "href" { "https://x.example".to_owned() } else { word.to_owned() })),
                1 => builder.text(word),
                _ => builder.close(),
            }
        }
        check(&builder.finish());
    }

    #[test]
    fn text_without_markup_stays_itself(words in "[a-zA-Z0-9äöü漢字 ]{0,60}") {
        prop_assert_eq!(text(&words), words.trim_start());
    }
}

//! What selections match, and how they are written.

use proptest::prelude::*;

use super::{grammar::*, *};

fn post(tags: &[&str]) -> Keys {
    Keys {
        tags: tags.iter().map(|it| (*it).to_owned()).collect(),
        ..Keys::default()
    }
}

fn asked(query: &str) -> Selection {
    let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect();
    parse(
        pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str())),
    )
    .unwrap()
}

fn refused(name: &str, value: &str) -> String {
    parse([(name, value)]).unwrap_err().to_string()
}

#[test]
fn a_hashtag_is_matched_in_any_spelling() {
    assert!(Selection::hashtag("#Rust", Reach::All).matches(&post(&["rust"])));
    assert!(!Selection::hashtag("rust", Reach::All).matches(&post(&["rustlang"])));
}

#[test]
fn any_all_and_none_hold_together() {
    let selection = asked("any[]=A&any[]=b&all[]=C&none=d");
    assert!(selection.matches(&post(&["b", "c"])));
    assert!(!selection.matches(&post(&["c"])));
    assert!(!selection.matches(&post(&["a"])));
    assert!(!selection.matches(&post(&["a", "c", "d"])));
}

#[test]
fn answers_to_others_are_under_hashtags_but_not_in_public() {
    let reply = Keys {
        reply_to_other: true,
        ..post(&["rust"])
    };
    assert!(!asked("").matches(&reply));
    assert!(!asked("languages=en").matches(&reply));
    assert!(asked("any=rust").matches(&reply));
    assert!(!asked("any=rust&no_replies=true").matches(&reply));
}

#[test]
fn every_parameter_narrows_what_matches() {
    let keys = Keys {
        servers: vec!["social.example.org".into(), "example.org".into()],
        account: "ada@example.org".into(),
        language: "pt-br".into(),
        words: "the rust book".into(),
        has_media: true,
        reblogs: 3,
        favourites: 7,
        ..post(&["a", "b"])
    };
    for yes in [
        "",
        "words[]=Rust+book",
        "words=none&words=BOOK",
        "languages=pt",
        "languages=PT_br",
        "servers=example.org",
        "servers=https://social.example.org/",
        "not_servers=elsewhere.example",
        "accounts=@Ada@example.org",
        "only_media=1",
        "no_bots=true&no_sensitive=on&no_replies=yes",
        "max_hashtags=2",
        "min_reblogs=3&min_favourites=7",
        "remote=true",
        "local=false",
    ] {
        assert!(asked(yes).matches(&keys), "{yes}");
    }
    for no in [
        "words=rusty",
        "languages=pt-pt",
        "languages=en",
        "servers=org",
        "not_servers=example.org",
        "accounts=bob@example.org",
        "not_accounts=ada@example.org",
        "max_hashtags=1",
        "min_reblogs=4",
        "min_favourites=8",
        "local=true",
    ] {
        assert!(!asked(no).matches(&keys), "{no}");
    }
    let hidden = Keys {
        bot: true,
        sensitive: true,
        has_media: false,
        ..keys
    };
    for no in ["no_bots=true", "no_sensitive=true", "only_media=true"] {
        assert!(!asked(no).matches(&hidden), "{no}");
    }
}

fn of_both(view: &str, wish: &str) -> Result<Selection, String> {
    let pairs: Vec<(String, String)> = form_urlencoded::parse(wish.as_bytes())
        .into_owned()
        .collect();
    let pairs = pairs.iter().map(|(name, value)| (&**name, &**value));
    narrowed(&asked(view), pairs).map_err(|error| error.to_string())
}

#[test]
fn a_view_with_more_wishes_holds_what_both_ask_for() {
    for (view, wish, both) in [
        ("any=a&any=b", "no_bots=1", "any=a&any=b&no_bots=1"),
        ("any=a&any=b", "any=c", "any=a&any=b&all=c"),
        ("any=a", "any=b&any=c", "any=b&any=c&all=a"),
        ("any=a", "no_replies=1", "any=a&no_replies=1"),
        (
            "languages=pt",
            "languages=pt-br&languages=en",
            "languages=pt-br",
        ),
        (
            "any=a&max_hashtags=3&min_reblogs=2",
            "max_hashtags=5&min_reblogs=4",
            "any=a&max_hashtags=3&min_reblogs=4",
        ),
        (
            "any=a&servers=x.example&servers=y.example",
            "servers=y.example",
            "any=a&servers=y.example",
        ),
        ("any=a", "", "any=a"),
    ] {
        assert_eq!(
            of_both(view, wish).unwrap(),
            asked(both),
            "{view} and {wish}"
        );
    }
    for (view, wish, named) in [
        ("any=a&any=b", "any=c&any=d", "any"),
        ("words=a", "words=b", "words"),
        ("local=1", "remote=1", "remote"),
        ("languages=de", "languages=en", "languages"),
        ("servers=x.example", "servers=y.example", "servers"),
        ("any=a", "colour=red", "colour"),
    ] {
        let told = of_both(view, wish).unwrap_err();
        assert!(told.starts_with(named), "{view} and {wish}: {told}");
    }
}

#[test]
fn a_guarded_post_is_for_readers_with_the_key_alone() {
    let keys = Keys {
        is_guarded: true,
        ..post(&["rust"])
    };
    assert!(!asked("any=rust").matches(&keys));
    assert!(asked("any=rust").seen_by(true).matches(&keys));
}

#[test]
fn a_mistake_is_an_error_that_names_the_parameter_and_says_what_to_do() {
    assert_eq!(refused("colour", "red"), "colour is not known");
    assert_eq!(
        refused("no_bot", "true"),
        "no_bot is not known; did you mean no_bots?"
    );
    assert_eq!(
        refused("any[]", "!?"),
        "any has \"!?\", which is no hashtag"
    );
    assert!(refused("languages", "english please").starts_with("languages has"));
    assert!(refused("servers[]", "a b").contains("a server's name"));
    assert!(refused("servers[]", "a.example/path").contains("a server's name"));
    assert!(refused("accounts", "ada").contains("a full handle"));
    assert!(refused("only_media", "perhaps").contains("true or false"));
    assert!(refused("min_reblogs", "-1").contains("a whole number"));
    assert!(refused("max_hashtags", "").contains("a whole number"));
    assert!(refused("words", "…").contains("no word"));
    assert!(refused("any", &"a".repeat(1_000)).contains("longer than"));
    let both = parse([("local", "true"), ("remote", "true")]).unwrap_err();
    assert_eq!(both.parameter, "remote");
    let many = (0..=MAX_HASHTAGS).map(|it| format!("t{it}"));
    let many: Vec<String> = many.collect();
    assert!(parse(many.iter().map(|it| ("any", it.as_str()))).is_err());
}

#[test]
fn what_can_be_looked_up_is() {
    assert_eq!(asked("any=b&any=a").needles().len(), 2);
    assert_eq!(
        asked("any=a&all=b&all=c").needles(),
        [Needle::Tag("b".into())]
    );
    assert_eq!(
        asked("words=the+book&languages=en").needles(),
        [Needle::Word("book".into())]
    );
    assert_eq!(
        asked("languages=en-GB").needles(),
        [Needle::Language("en".into())]
    );
    assert!(asked("only_media=true").needles().is_empty());
    let rust = Selection::hashtag("rust", Reach::All);
    assert!(Interest(vec![rust.clone()]).needles().is_some());
    assert!(
        Interest(vec![rust, Selection::default()])
            .needles()
            .is_none()
    );
}

pub(crate) fn keys() -> impl Strategy<Value = Keys> {
    let name = prop::sample::select(vec!["a", "b", "c"]);
    (
        prop::collection::vec(name.clone(), 0..3),
        prop::sample::select(vec!["", "en", "en-gb", "de"]),
        prop::sample::select(vec!["", "a b", "b c a", "c"]),
        name,
        any::<[bool; 6]>(),
        0..4_u32,
    )
        .prop_map(|(tags, language, words, server, flags, count)| {
            let [local, has_media, reply_to_other, bot, sensitive, is_guarded] = flags;
            Keys {
                tags: keys_of(tags),
                servers: vec![format!("{server}.example")],
                account: format!("x@{server}.example"),
                language: language.into(),
                words: words.into(),
                local,
                has_media,
                reply_to_other,
                bot,
                sensitive,
                is_guarded,
                reblogs: count,
                favourites: 3 - count,
                ..Keys::default()
            }
        })
}

pub(crate) fn parameters_of_a_query() -> impl Strategy<Value = Vec<(&'static str, String)>> {
    let names: Vec<&str> = LISTS.into_iter().chain(FLAGS).chain(NUMBERS).collect();
    let pair = prop::sample::select(names).prop_flat_map(|name| {
        let values: Vec<&str> = match name {
            "any" | "all" | "none" => vec!["a", "B", "c"],
            "words" => vec!["a", "a b", "C"],
            "languages" => vec!["en", "en-GB", "de"],
            "servers" | "not_servers" => vec!["a.example", "b.example"],
            "accounts" | "not_accounts" => vec!["x@a.example", "@X@b.example"],
            "max_hashtags" | "min_reblogs" | "min_favourites" => vec!["0", "1", "2"],
            "remote" => vec!["false"],
            _ => vec!["true", "false"],
        };
        (
            Just(name),
            prop::sample::select(values).prop_map(str::to_owned),
        )
    });
    prop::collection::vec(pair, 0..6)
}

proptest! {
    #[test]
    fn a_selection_written_out_is_read_back(query in parameters_of_a_query()) {
        let first = parse(query.iter().map(|(name, value)| (*name, value.as_str()))).unwrap();
        let written = parameters(&first);
        let again = parse(written.iter().map(|(name, value)| (*name, value.as_str()))).unwrap();
        prop_assert_eq!(first, again);
    }

    #[test]
    fn every_match_has_a_needle(query in parameters_of_a_query(), keys in keys()) {
        let selection = parse(query.iter().map(|(name, value)| (*name, value.as_str()))).unwrap();
        let needles = selection.needles();
        if selection.matches(&keys) && !needles.is_empty() {
            let found = Needle::of(&keys).chain(Needle::words_of(&keys)).any(|it| needles.contains(&it));
            prop_assert!(found, "{:?} in {:?}", needles, keys);
        }
    }

    #[test]
    fn what_belongs_to_a_narrowed_view_belongs_to_both(
        view in parameters_of_a_query(), wish in parameters_of_a_query(), keys in keys(),
    ) {
        let view = parse(view.iter().map(|(name, value)| (*name, value.as_str()))).unwrap();
        let Ok(both) = narrowed(&view, wish.iter().map(|(name, value)| (*name, value.as_str()))) else {
            return Ok(());
        };
        let alone = parse(wish.iter().map(|(name, value)| (*name, value.as_str()))).unwrap();
        // Answers belong to it where the view has them and the wish does not forbid them.
        let no_replies = wish.iter().rev().find(|(name, _)| *name == "no_replies");
        let alone = Selection { replies_to_others: no_replies.is_none_or(|(_, it)| it != "true"), ..alone };
        let is_in_both = view.matches(&keys) && alone.matches(&keys);
        if both.matches(&keys) {
            prop_assert!(is_in_both);
        } else if view.servers.only.is_empty() || alone.servers.only.is_empty() {
            prop_assert!(!is_in_both);
        }
    }

    #[test]
    fn no_text_makes_the_grammar_panic(name in "\\PC{0,12}", value in "\\PC{0,40}") {
        for name in [name.as_str(), "any[]", "words", "languages", "servers", "accounts[]", "min_reblogs"] {
            let _outcome = parse([(name, value.as_str())]);
        }
    }
}

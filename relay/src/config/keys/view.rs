//! The keys of `[[view]]`: a selection with a name.

use super::shown_list;
use crate::{
    config::{
        address::hashtags,
        key::{Key, Set},
    },
    views::{View, grammar},
};

/// Longest name of a view: it stands in addresses.
const MAX_NAME_BYTES: usize = 64;

/// A list of the grammar.
macro_rules! list {
    ($name:literal, $doc:literal) => {
        Key {
            path: $name,
            doc: $doc,
            set: Set::Texts(|view, values| ask(view, $name, values)),
            show: |view| asked(view, $name),
        }
    };
}

/// A flag of the grammar.
macro_rules! flag {
    ($name:literal, $doc:literal) => {
        Key {
            path: $name,
            doc: $doc,
            set: Set::Flag(|view, is_set| view.asked.push(($name, is_set.to_string()))),
            show: |view| asked(view, $name),
        }
    };
}

/// A number of the grammar.
macro_rules! number {
    ($name:literal, $doc:literal) => {
        Key {
            path: $name,
            doc: $doc,
            set: Set::Number(0..=grammar::MAX_COUNT as u64, |view, number| {
                view.asked.push(($name, number.to_string()));
            }),
            show: |view| asked(view, $name),
        }
    };
}

/// What a `[[view]]` may say.
pub(crate) static VIEW: &[Key<View>] = &[
    Key {
        path: "name",
        doc: "what addresses it",
        set: Set::Text(|view, text| {
            let plain =
                |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
            if text.is_empty() || text.len() > MAX_NAME_BYTES || !text.bytes().all(plain) {
                return Err(format!(
                    "is \"{text}\"; use lower-case letters, digits, - and _"
                ));
            }
            view.name = text.to_owned();
            Ok(())
        }),
        show: |view| view.name.clone(),
    },
    Key {
        path: "title",
        doc: "what people read",
        set: Set::Text(|view, text| {
            view.title = text.to_owned();
            Ok(())
        }),
        show: |view| view.title.clone(),
    },
    Key {
        path: "hashtags",
        doc: "posts with at least one of these, as `any`",
        set: Set::Texts(|view, names| {
            view.hashtags = hashtags(names)?;
            let names = view.hashtags.clone();
            ask(view, "any", names)
        }),
        show: |view| shown_list(&view.hashtags),
    },
    list!("any", "posts with at least one of these hashtags"),
    list!("all", "posts with every one of these hashtags"),
    list!("none", "posts without any of these hashtags"),
    list!("words", "posts that hold one of these words or phrases"),
    list!("languages", "posts in one of these languages"),
    list!("servers", "posts of authors of these servers alone"),
    list!("not_servers", "no posts of authors of these servers"),
    list!("accounts", "posts of these authors alone"),
    list!("not_accounts", "no posts of these authors"),
    flag!("local", "posts of authors whose own server is a source"),
    flag!("remote", "posts of authors whose own server is none"),
    flag!("only_media", "posts with a picture, video or sound"),
    flag!("no_bots", "no posts of programs"),
    flag!("no_replies", "no answers to others"),
    flag!("no_sensitive", "no posts behind a warning"),
    number!("max_hashtags", "posts with at most so many hashtags"),
    number!("min_reblogs", "posts that were boosted so often"),
    number!("min_favourites", "posts that were favourited so often"),
];

/// Notes what one key asks for; one value that is wrong is said at once.
fn ask(view: &mut View, name: &'static str, values: Vec<String>) -> Result<(), String> {
    let asked = values.iter().map(|it| (name, it.as_str()));
    grammar::parse(asked).map_err(|error| error.what)?;
    view.asked.extend(values.into_iter().map(|it| (name, it)));
    Ok(())
}

fn asked(view: &View, name: &str) -> String {
    let values = view.asked.iter().filter(|(key, _)| *key == name);
    shown_list(&values.map(|(_, value)| value.clone()).collect::<Vec<_>>())
}

/// What is wrong with a view as a whole, after its keys were read; fills in what follows from others.
pub(crate) fn complete(view: &mut View) -> Result<(), String> {
    if view.name.is_empty() {
        return Err("`name` is missing; write what addresses it, as \"rust\"".to_owned());
    }
    if view.title.is_empty() {
        view.title.clone_from(&view.name);
    }
    if view.asked.is_empty() {
        return Err("`hashtags` is missing; name at least one, as [\"rust\"]".to_owned());
    }
    let parameters = view
        .asked
        .iter()
        .map(|(name, value)| (*name, value.as_str()));
    view.selection = grammar::parse(parameters)
        .map_err(|error| format!("`{}` {}", error.parameter, error.what))?;
    Ok(())
}

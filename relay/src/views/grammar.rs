//! The one way to write a selection: as parameters of an address, of a subscription, and as keys of a view in relay.toml.
//!
//! | parameter | what it asks for |
//! |---|---|
//! | `any[]`, `all[]`, `none[]` | hashtags: at least one, every one, not one of them |
//! | `words[]` | a word or phrase; at least one of them (posts whose authors allow full-text search) |
//! | `languages[]` | a language; at least one of them |
//! | `servers[]`, `not_servers[]` | only authors of these servers; none of these |
//! | `accounts[]`, `not_accounts[]` | only these authors, by full handle; none of these |
//! | `local`, `remote` | only authors of servers that are sources; only others |
//! | `only_media`, `no_bots`, `no_replies`, `no_sensitive` | flags |
//! | `max_hashtags` | at most so many hashtags on a post |
//! | `min_reblogs`, `min_favourites` | at least so many seen |
//!
//! Lists may be written with or without brackets. What is not understood is an error that names the parameter.

mod narrow;

use core::fmt;

use timeline::{key::host_of, tag, words};

pub use self::narrow::narrowed;
use super::{Reach, Selection};

/// Hashtags in each list. Mastodon takes four.
pub const MAX_HASHTAGS: usize = 64;
/// Words, languages, servers and accounts in each list.
pub const MAX_NAMES: usize = 64;
/// Longest value, in bytes.
pub const MAX_VALUE_BYTES: usize = 400;
/// The largest number that a minimum may be.
pub const MAX_COUNT: u32 = 1_000_000_000;

/// The parameters that are lists, as written without brackets.
pub const LISTS: [&str; 9] = [
    "any",
    "all",
    "none",
    "words",
    "languages",
    "servers",
    "not_servers",
    "accounts",
    "not_accounts",
];
/// The parameters that are flags.
pub const FLAGS: [&str; 6] = [
    "local",
    "remote",
    "only_media",
    "no_bots",
    "no_replies",
    "no_sensitive",
];
/// The parameters that are numbers.
pub const NUMBERS: [&str; 3] = ["max_hashtags", "min_reblogs", "min_favourites"];

/// A parameter that is not understood, and what it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrammarError {
    /// The parameter's name.
    pub parameter: String,
    /// What is wrong with it, to be read after its name.
    pub what: String,
}

impl fmt::Display for GrammarError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.parameter, self.what)
    }
}

impl std::error::Error for GrammarError {}

/// Whether a parameter belongs to the grammar; brackets at its end do not count.
#[must_use]
pub fn is_known(name: &str) -> bool {
    let name = bare(name);
    LISTS.contains(&name) || FLAGS.contains(&name) || NUMBERS.contains(&name)
}

/// Reads parameters that all belong to the grammar.
///
/// # Errors
/// The first parameter that is unknown or broken.
pub fn parse<'a>(
    parameters: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<Selection, GrammarError> {
    let mut draft = Draft::default();
    for (name, value) in parameters {
        draft.take(name, value)?;
    }
    draft.finish()
}

/// The parameters that say the same as a selection, in a fixed order; what is not asked for is left out.
#[must_use]
pub fn parameters(selection: &Selection) -> Vec<(&'static str, String)> {
    let Selection {
        reach,
        tags,
        words,
        languages,
        servers,
        accounts,
        only_media,
        no_bots,
        no_sensitive,
        max_hashtags,
        min_reblogs,
        min_favourites,
        replies_to_others,
        with_guarded: _,
    } = selection;
    let lists: [(&'static str, &Vec<String>); 9] = [
        ("any[]", &tags.any),
        ("all[]", &tags.all),
        ("none[]", &tags.none),
        ("words[]", words),
        ("languages[]", languages),
        ("servers[]", &servers.only),
        ("not_servers[]", &servers.not),
        ("accounts[]", &accounts.only),
        ("not_accounts[]", &accounts.not),
    ];
    let mut pairs = Vec::new();
    for (name, values) in lists {
        pairs.extend(values.iter().map(|it| (name, it.clone())));
    }
    let flags = [
        ("local", *reach == Reach::Local),
        ("remote", *reach == Reach::Remote),
        ("only_media", *only_media),
        ("no_bots", *no_bots),
        (
            "no_replies",
            selection.is_about_something() && !replies_to_others,
        ),
        ("no_sensitive", *no_sensitive),
    ];
    for (name, _) in flags.into_iter().filter(|(_, is_set)| *is_set) {
        pairs.push((name, "true".to_owned()));
    }
    let numbers = [
        ("max_hashtags", *max_hashtags),
        ("min_reblogs", Some(*min_reblogs).filter(|it| *it > 0)),
        ("min_favourites", Some(*min_favourites).filter(|it| *it > 0)),
    ];
    for (name, number) in numbers {
        pairs.extend(number.map(|it| (name, it.to_string())));
    }
    pairs
}

/// A selection while its parameters are read.
#[derive(Debug, Default)]
struct Draft {
    selection: Selection,
    local: bool,
    remote: bool,
    no_replies: bool,
}

impl Draft {
    fn take(&mut self, name: &str, value: &str) -> Result<(), GrammarError> {
        let key = bare(name);
        let wrong = |what: String| GrammarError {
            parameter: key.to_owned(),
            what,
        };
        if value.len() > MAX_VALUE_BYTES {
            return Err(wrong(format!("is longer than {MAX_VALUE_BYTES} bytes")));
        }
        let selection = &mut self.selection;
        let (list, value, max) = match key {
            "any" => (&mut selection.tags.any, hashtag(value), MAX_HASHTAGS),
            "all" => (&mut selection.tags.all, hashtag(value), MAX_HASHTAGS),
            "none" => (&mut selection.tags.none, hashtag(value), MAX_HASHTAGS),
            "words" => (&mut selection.words, phrase(value), MAX_NAMES),
            "languages" => (&mut selection.languages, language(value), MAX_NAMES),
            "servers" => (&mut selection.servers.only, server(value), MAX_NAMES),
            "not_servers" => (&mut selection.servers.not, server(value), MAX_NAMES),
            "accounts" => (&mut selection.accounts.only, account(value), MAX_NAMES),
            "not_accounts" => (&mut selection.accounts.not, account(value), MAX_NAMES),
            _ => return self.take_single(key, value),
        };
        let value = value.map_err(wrong)?;
        if let Err(place) = list.binary_search(&value) {
            if list.len() >= max {
                return Err(wrong(format!("is given more than {max} times")));
            }
            list.insert(place, value);
        }
        Ok(())
    }

    fn take_single(&mut self, key: &str, value: &str) -> Result<(), GrammarError> {
        let selection = &mut self.selection;
        let result = match key {
            "local" => flag(value).map(|it| self.local = it),
            "remote" => flag(value).map(|it| self.remote = it),
            "only_media" => flag(value).map(|it| selection.only_media = it),
            "no_bots" => flag(value).map(|it| selection.no_bots = it),
            "no_replies" => flag(value).map(|it| self.no_replies = it),
            "no_sensitive" => flag(value).map(|it| selection.no_sensitive = it),
            "max_hashtags" => number(value).map(|it| selection.max_hashtags = Some(it)),
            "min_reblogs" => number(value).map(|it| selection.min_reblogs = it),
            "min_favourites" => number(value).map(|it| selection.min_favourites = it),
            _ => Err(match nearest(key) {
                Some(near) => format!("is not known; did you mean {near}?"),
                None => "is not known".to_owned(),
            }),
        };
        result.map_err(|what| GrammarError {
            parameter: key.to_owned(),
            what,
        })
    }

    fn finish(mut self) -> Result<Selection, GrammarError> {
        self.selection.reach = match (self.local, self.remote) {
            (true, true) => {
                return Err(GrammarError {
                    parameter: "remote".to_owned(),
                    what: "cannot be asked for together with local".to_owned(),
                });
            }
            (true, false) => Reach::Local,
            (false, true) => Reach::Remote,
            (false, false) => Reach::All,
        };
        self.selection.replies_to_others = self.selection.is_about_something() && !self.no_replies;
        Ok(self.selection)
    }
}

/// A parameter's name without the brackets of a list.
fn bare(name: &str) -> &str {
    name.strip_suffix("[]").unwrap_or(name)
}

fn hashtag(value: &str) -> Result<String, String> {
    let key = tag::key(value);
    if key.is_empty() {
        return Err(format!("has \"{value}\", which is no hashtag"));
    }
    Ok(key)
}

fn phrase(value: &str) -> Result<String, String> {
    let phrase = words::folded(value);
    if phrase.is_empty() {
        return Err(format!("has \"{value}\", in which there is no word"));
    }
    Ok(phrase)
}

fn language(value: &str) -> Result<String, String> {
    let code = value.trim().to_lowercase().replace('_', "-");
    let is_code = code.split('-').enumerate().all(|(number, part)| {
        let least = if number == 0 { 2 } else { 1 };
        (least..=8).contains(&part.len()) && part.bytes().all(|it| it.is_ascii_alphanumeric())
    });
    if !is_code {
        return Err(format!(
            "has \"{value}\"; write a code such as \"en\" or \"pt-br\""
        ));
    }
    Ok(code)
}

fn server(value: &str) -> Result<String, String> {
    let name = value.trim().trim_end_matches('/');
    let name = name.split_once("://").map_or(name, |(_, rest)| rest);
    let host = host_of(&format!("https://{name}/"));
    host.filter(|_| !name.contains(['/', '?', '#']))
        .ok_or_else(|| format!("has \"{value}\"; write a server's name, as \"mastodon.social\""))
}

fn account(value: &str) -> Result<String, String> {
    let handle = value.trim().trim_start_matches('@').to_lowercase();
    let is_handle = handle.split_once('@').is_some_and(|(name, domain)| {
        !name.is_empty() && host_of(&format!("https://{domain}/")).is_some()
    });
    if !is_handle {
        return Err(format!(
            "has \"{value}\"; write a full handle, as \"@ada@example.org\""
        ));
    }
    Ok(handle)
}

fn flag(value: &str) -> Result<bool, String> {
    match value.to_ascii_lowercase().as_str() {
        "true" | "1" | "t" | "on" | "yes" => Ok(true),
        "false" | "0" | "f" | "off" | "no" => Ok(false),
        _ => Err(format!("is \"{value}\"; write true or false")),
    }
}

fn number(value: &str) -> Result<u32, String> {
    let is_number = !value.is_empty() && value.bytes().all(|it| it.is_ascii_digit());
    let number = value
        .parse()
        .ok()
        .filter(|it| is_number && *it <= MAX_COUNT);
    number.ok_or_else(|| format!("is \"{value}\"; write a whole number from 0 to {MAX_COUNT}"))
}

/// The known parameter that is spelled most alike, when one is near.
fn nearest(key: &str) -> Option<&'static str> {
    let known = LISTS.into_iter().chain(FLAGS).chain(NUMBERS);
    let near = known.map(|it| (strsim::osa_distance(key, it), it)).min()?;
    (near.0 <= 2 && key.len() > 2).then_some(near.1)
}

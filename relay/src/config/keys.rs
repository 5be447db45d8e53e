//! Every key that is there once: the one table that file, environment, flags and `check` are made of.

mod keep;
mod moderation;
mod readers;
mod running;
mod source;
mod view;

use std::{path::PathBuf, time::Duration};

pub(super) use self::{
    source::{SOURCE, complete as complete_source, token},
    view::{VIEW, complete as complete_view},
};
use super::{
    ArchivePlace, Config, Place, Token,
    address::base_url,
    key::{Key, Set},
};

/// Places that may be allowed: more is a network, not a list.
const MAX_PLACES: usize = 500;
/// Access keys: one for each circle of readers.
const MAX_ACCESS_KEYS: usize = 100;
/// Most hashtags that readers may cause to be followed: each is polled at every source.
const MAX_ON_DEMAND: u64 = 5_000;
/// Longest that a hashtag is followed for nobody: a day.
const MAX_LINGER_MINUTES: u64 = 24 * 60;

/// The relay's own keys, in the order of the first file.
static RELAY: &[Key<Config>] = &[
    Key {
        path: "listen",
        doc: "where to listen: an address and a port",
        set: Set::Text(|config, text| {
            config.listen = text.parse().map_err(|_error: std::net::AddrParseError| {
                format!("is \"{text}\"; write an address and a port, as \"127.0.0.1:4040\"")
            })?;
            Ok(())
        }),
        show: |config| config.listen.to_string(),
    },
    Key {
        path: "public_url",
        doc: "the address that people open",
        set: Set::Text(|config, text| {
            config.public_url = base_url(text, &["http", "https"], true)?;
            Ok(())
        }),
        show: |config| config.public_url.clone(),
    },
    Key {
        path: "name",
        doc: "what the relay calls itself",
        set: Set::Text(|config, text| {
            config.name = text.to_owned();
            Ok(())
        }),
        show: |config| config.name.clone(),
    },
    Key {
        path: "contact",
        doc: "a page or an address about you, told to every source",
        set: Set::Text(|config, text| {
            // It goes into a header.
            if text.is_empty() || !text.bytes().all(|b| (0x20..0x7f).contains(&b)) {
                return Err("must be plain ASCII text, as \"https://example.org/about\"".to_owned());
            }
            config.contact = Some(text.to_owned());
            Ok(())
        }),
        show: |config| shown_or_none(config.contact.as_deref()),
    },
    Key {
        path: "archive",
        doc: "the file where posts are kept, or \":memory:\"",
        set: Set::Path(|config, text, folder| {
            config.archive = match text {
                "" => return Err("is empty; name a file, or \":memory:\"".to_owned()),
                ":memory:" => ArchivePlace::Memory,
                file => ArchivePlace::File(folder.join(PathBuf::from(file))),
            };
            Ok(())
        }),
        show: |config| match &config.archive {
            ArchivePlace::File(path) => path.display().to_string(),
            ArchivePlace::Memory => ":memory:".to_owned(),
        },
    },
    Key {
        path: "allow",
        doc: "places in your own network that may be reached, as \"10.0.0.5:3000\"; the relay dials no other private address",
        set: Set::Texts(|config, texts| {
            if texts.len() > MAX_PLACES {
                return Err(format!(
                    "has {} entries; {MAX_PLACES} is the most",
                    texts.len()
                ));
            }
            let place = |text: &String| {
                let what = "write host and port, as \"10.0.0.5:3000\" or \"relay.lan:443\"";
                Place::parse(text).ok_or_else(|| format!("has \"{text}\"; {what}"))
            };
            config.allow = texts.iter().map(place).collect::<Result<_, _>>()?;
            Ok(())
        }),
        show: |config| {
            let places = config.allow.iter().map(ToString::to_string);
            shown_list(&places.collect::<Vec<_>>())
        },
    },
    Key {
        path: "access_keys",
        doc: "keys by which readers see what sources show only to people who are signed in there",
        set: Set::Texts(|config, texts| {
            // Short ones are guessed, other characters get lost in headers.
            let is_good = |it: &String| {
                let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.~".contains(&b);
                (16..=200).contains(&it.len()) && it.bytes().all(plain)
            };
            if texts.len() > MAX_ACCESS_KEYS || !texts.iter().all(is_good) {
                return Err(format!(
                    "takes {MAX_ACCESS_KEYS} at most, each of 16 to 200 letters, digits, - _ . or ~"
                ));
            }
            config.access_keys = texts.into_iter().map(Token::new).collect();
            Ok(())
        }),
        show: |config| format!("({} of them)", config.access_keys.len()),
    },
    Key {
        path: "log.max_bytes",
        doc: "how much of the newest is kept in memory for readers who come back, in bytes",
        set: Set::Number(1 << 16..=1 << 40, |config, bytes| {
            config.log_max_bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
        }),
        show: |config| config.log_max_bytes.to_string(),
    },
    Key {
        path: "on_demand.max_hashtags",
        doc: "how many hashtags that only readers ask for are followed at a time; 0 follows none",
        set: Set::Number(0..=MAX_ON_DEMAND, |config, number| {
            config.on_demand.max_hashtags = usize::try_from(number).unwrap_or_default();
        }),
        show: |config| config.on_demand.max_hashtags.to_string(),
    },
    Key {
        path: "on_demand.per_reader",
        doc: "how many of them one reader's address may cause",
        set: Set::Number(0..=MAX_ON_DEMAND, |config, number| {
            config.on_demand.per_reader = usize::try_from(number).unwrap_or_default();
        }),
        show: |config| config.on_demand.per_reader.to_string(),
    },
    Key {
        path: "on_demand.linger_minutes",
        doc: "how long such a hashtag is still followed after its last reader left",
        set: Set::Number(0..=MAX_LINGER_MINUTES, |config, minutes| {
            config.on_demand.linger = Duration::from_secs(60 * minutes);
        }),
        show: |config| (config.on_demand.linger.as_secs() / 60).to_string(),
    },
];

/// All of them: these and those that are tables of their own.
pub(crate) fn all() -> impl Iterator<Item = &'static Key<Config>> {
    RELAY
        .iter()
        .chain(keep::KEEP)
        .chain(readers::READERS)
        .chain(running::RUNNING)
        .chain(moderation::MODERATION)
}

/// What a key of a view decides, which is a parameter of the grammar too.
pub(crate) fn doc_of_view_key(name: &str) -> Option<&'static str> {
    VIEW.iter().find(|it| it.path == name).map(|it| it.doc)
}

/// A value that may be absent, as `check` shows it.
pub(super) fn shown_or_none(value: Option<&str>) -> String {
    value.unwrap_or("(none)").to_owned()
}

/// A list, as `check` shows it.
pub(super) fn shown_list(items: &[String]) -> String {
    if items.is_empty() {
        "(none)".to_owned()
    } else {
        items.join(", ")
    }
}

//! The keys of `[[source]]`: one server to listen to.

use timeline::key::host_of;

use super::{shown_list, shown_or_none};
use crate::config::{
    PublicStream, Show, SourceConfig, Token,
    address::{base_url, hashtags},
    key::{Key, Set},
};

/// Words one source may be searched for: each is a slow request of its own.
const MAX_WORDS: usize = 20;
/// Longest word or phrase that is searched for, in characters.
const MAX_WORD_CHARACTERS: usize = 100;

/// What a `[[source]]` may say.
pub(crate) static SOURCE: &[Key<SourceConfig>] = &[
    Key {
        path: "domain",
        doc: "the server's name, as in its people's handles",
        set: Set::Text(|source, text| {
            let domain = text.to_lowercase();
            if host_of(&format!("https://{domain}/")).is_none() || domain.contains('/') {
                return Err(format!(
                    "is \"{domain}\"; write the bare name, as \"mastodon.social\""
                ));
            }
            source.domain = domain;
            Ok(())
        }),
        show: |source| source.domain.clone(),
    },
    Key {
        path: "url",
        doc: "where it answers, when that is not https:// and its name",
        set: Set::Text(|source, text| {
            source.url = base_url(text, &["http", "https"], false)?;
            Ok(())
        }),
        show: |source| source.url.clone(),
    },
    Key {
        path: "streaming_url",
        doc: "where it streams, when it does not say so itself",
        set: Set::Text(|source, text| {
            source.streaming_url = Some(base_url(text, &["ws", "wss"], false)?);
            Ok(())
        }),
        show: |source| shown_or_none(source.streaming_url.as_deref()),
    },
    Key {
        path: "token",
        doc: "a token of a person there; never shown",
        set: Set::Text(|source, text| {
            source.token = token(text)?;
            Ok(())
        }),
        show: |source| match source.token {
            Some(_) => "(set, not shown)".to_owned(),
            None => "(none)".to_owned(),
        },
    },
    Key {
        path: "streams",
        doc: "the public streams to listen to: \"public\", \"public:local\", \"public:remote\"",
        set: Set::Texts(|source, names| {
            source.streams.clear();
            for name in names {
                let known = PublicStream::ALL.into_iter().find(|it| it.name() == name);
                source.streams.push(known.ok_or_else(|| {
                    let known = "known are \"public\", \"public:local\", \"public:remote\"";
                    format!("has \"{name}\"; {known}")
                })?);
            }
            source.streams.sort();
            source.streams.dedup();
            Ok(())
        }),
        show: |source| {
            let names = source.streams.iter().map(|it| it.name().to_owned());
            shown_list(&names.collect::<Vec<_>>())
        },
    },
    Key {
        path: "hashtags",
        doc: "hashtags to listen to beside them",
        set: Set::Texts(|source, names| {
            source.hashtags = hashtags(names)?;
            Ok(())
        }),
        show: |source| shown_list(&source.hashtags),
    },
    Key {
        path: "words",
        doc: "words or phrases to search for now and then; a search needs a token",
        set: Set::Texts(|source, words| {
            source.words = searched(words)?;
            Ok(())
        }),
        show: |source| shown_list(&source.words),
    },
    Key {
        path: "show",
        doc: "who is shown what it shows only to its own people: \"key\" (readers with the access key) or \"everybody\"",
        set: Set::Text(|source, text| {
            source.show = match text {
                "key" => Show::Key,
                "everybody" => Show::Everybody,
                _ => {
                    let known = "known are \"key\" (readers with the access key) and \"everybody\"";
                    return Err(format!("is \"{text}\"; {known}"));
                }
            };
            Ok(())
        }),
        show: |source| match source.show {
            Show::Key => "key".to_owned(),
            Show::Everybody => "everybody".to_owned(),
        },
    },
];

/// Words as they are searched for, each once.
fn searched(mut words: Vec<String>) -> Result<Vec<String>, String> {
    for word in &mut words {
        *word = word.trim().to_owned();
        if word.is_empty() || word.chars().count() > MAX_WORD_CHARACTERS {
            return Err(format!(
                "has \"{word}\"; a word or phrase has 1 to {MAX_WORD_CHARACTERS} characters"
            ));
        }
    }
    words.sort();
    words.dedup();
    if words.len() > MAX_WORDS {
        return Err(format!(
            "has {} entries; {MAX_WORDS} is the most",
            words.len()
        ));
    }
    Ok(words)
}

/// A token as one is pasted; an empty one is none.
pub(crate) fn token(text: &str) -> Result<Option<Token>, String> {
    if !text.bytes().all(|b| (0x21..0x7f).contains(&b)) {
        return Err("holds characters that no token has; paste it without spaces".to_owned());
    }
    Ok((!text.is_empty()).then(|| Token::new(text)))
}

/// What is wrong with a source as a whole, after its keys were read; fills in what follows from others.
pub(crate) fn complete(source: &mut SourceConfig) -> Result<(), String> {
    if source.domain.is_empty() {
        return Err(
            "`domain` is missing; write the server's name, as \"mastodon.social\"".to_owned(),
        );
    }
    if source.url.is_empty() {
        source.url = format!("https://{}", source.domain);
    }
    if source.streams.is_empty() && source.hashtags.is_empty() && source.words.is_empty() {
        let what = "is empty and there are no hashtags and no words: nothing would be heard; give one or remove the source";
        return Err(format!("`streams` {what}"));
    }
    Ok(())
}

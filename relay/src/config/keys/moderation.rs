//! The keys of `[moderation]`: whom and what the relay never shows.

use std::{collections::BTreeSet, path::Path};

use timeline::{moderation::name_of_account, tag, words};

use super::shown_list;
use crate::{
    config::{
        Config,
        key::{Key, Set},
    },
    moderation::Blocklist,
};

/// Blocklists of one relay.
const MAX_BLOCKLISTS: usize = 50;
/// Entries of each of the other lists: every post is compared with every word.
const MAX_HIDDEN: usize = 500;

/// What `[moderation]` may say.
pub(super) static MODERATION: &[Key<Config>] = &[
    Key {
        path: "moderation.blocklists",
        doc: "files in Mastodon's CSV with servers to have nothing to do with; read again at every reload",
        set: Set::Paths(blocklists),
        show: |config| {
            let files = config.moderation.blocklists.iter();
            shown_list(&files.map(|it| it.display().to_string()).collect::<Vec<_>>())
        },
    },
    Key {
        path: "moderation.hide_accounts",
        doc: "accounts whose posts are never shown, as \"@ann@example.org\"",
        set: Set::Texts(|config, texts| {
            let what = "write a handle as \"@ann@example.org\" or the account's address";
            config.moderation.accounts = named(&texts, what, name_of_account)?;
            Ok(())
        }),
        show: |config| shown_set(&config.moderation.accounts),
    },
    Key {
        path: "moderation.hide_words",
        doc: "words and phrases: posts that say them are never shown",
        set: Set::Texts(|config, texts| {
            let folded = |it: &str| Some(words::folded(it)).filter(|it| !it.is_empty());
            config.moderation.words = named(&texts, "write a word or a few", folded)?;
            Ok(())
        }),
        show: |config| shown_set(&config.moderation.words),
    },
    Key {
        path: "moderation.hide_hashtags",
        doc: "hashtags: posts with them are never shown",
        set: Set::Texts(|config, texts| {
            let key = |it: &str| Some(tag::key(it.trim_start_matches('#')));
            let key = |it: &str| key(it).filter(|it| !it.is_empty());
            config.moderation.hashtags = named(&texts, "write a hashtag, as \"#rust\"", key)?;
            Ok(())
        }),
        show: |config| shown_set(&config.moderation.hashtags),
    },
];

fn blocklists(config: &mut Config, files: Vec<String>, folder: &Path) -> Result<(), String> {
    if files.len() > MAX_BLOCKLISTS {
        return Err(format!(
            "has {} files; {MAX_BLOCKLISTS} is the most",
            files.len()
        ));
    }
    let unwanted = &mut config.moderation;
    unwanted.blocklists = files.iter().map(|it| folder.join(it)).collect();
    unwanted.servers.clear();
    unwanted.passed_over.clear();
    for file in &unwanted.blocklists {
        let list = Blocklist::read(file)
            .map_err(|error| format!("has a file that is no blocklist: {error}"))?;
        if let Some(words) = list.passed_over() {
            let named = format!("{}: {words}", file.display());
            unwanted.passed_over.push(named);
        }
        for (domain, rule) in list.servers {
            unwanted.servers.entry(domain).or_default().join(rule);
        }
    }
    Ok(())
}

fn named(
    texts: &[String],
    what: &str,
    name: impl Fn(&str) -> Option<String>,
) -> Result<BTreeSet<String>, String> {
    if texts.len() > MAX_HIDDEN {
        return Err(format!(
            "has {} entries; {MAX_HIDDEN} is the most",
            texts.len()
        ));
    }
    let name = |text: &String| name(text).ok_or_else(|| format!("has \"{text}\"; {what}"));
    texts.iter().map(name).collect()
}

fn shown_set(set: &BTreeSet<String>) -> String {
    shown_list(&set.iter().cloned().collect::<Vec<_>>())
}

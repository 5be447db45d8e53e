//! Whom and what the operator will not have, as relay.toml says it.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use timeline::moderation::{Rules, ServerRule};

/// Whom and what the operator will not have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unwanted {
    /// Files in Mastodon's CSV.
    pub blocklists: Vec<PathBuf>,
    /// What these files said when the configuration was read.
    pub servers: BTreeMap<String, ServerRule>,
    /// Of the files with lines that cannot be applied: what is wrong with how many of them, in words.
    pub passed_over: Vec<String>,
    /// Accounts that are never shown, as rules name them.
    pub accounts: BTreeSet<String>,
    /// Words and phrases that are never shown, folded.
    pub words: BTreeSet<String>,
    /// Hashtags that are never shown, as keys.
    pub hashtags: BTreeSet<String>,
}

impl Unwanted {
    /// As rules.
    #[must_use]
    pub fn rules(&self) -> Rules {
        Rules {
            servers: self.servers.clone(),
            accounts: self.accounts.clone(),
            words: self.words.clone(),
            hashtags: self.hashtags.clone(),
            ..Rules::default()
        }
    }
}

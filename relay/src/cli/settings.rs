//! Finds the configuration for a command: the file, what is beside it, the environment and the flags.

use std::path::{Path, PathBuf};

use clap::Args;

use super::Failure;
use crate::config::{self, Flag, Given, Loaded, tokens};

/// What every command with a configuration takes.
#[derive(Args, Clone, Debug)]
pub(crate) struct Settings {
    /// The configuration
    #[arg(
        long,
        value_name = "FILE",
        env = "WATERSMEET_CONFIG",
        default_value = "relay.toml"
    )]
    pub(crate) config: PathBuf,
    /// A value in place of the configuration's, as log.max_bytes=1000000; may be given several times
    #[arg(long, value_name = "KEY=VALUE")]
    pub(crate) set: Vec<String>,
}

impl Settings {
    /// What holds now: every layer is read afresh.
    pub(crate) fn load(&self, more: &[Flag]) -> Result<Loaded, Failure> {
        let mut flags = Vec::new();
        for set in &self.set {
            let (key, value) = set.split_once('=').ok_or_else(|| {
                Failure::new(format!(
                    "--set {set}: write KEY=VALUE, as log.max_bytes=1000000"
                ))
            })?;
            flags.push(Flag {
                flag: "--set".to_owned(),
                key: key.trim().to_owned(),
                value: value.to_owned(),
            });
        }
        flags.extend_from_slice(more);
        let stored = self.tokens();
        let text = config::text_of(&self.config)?;
        Ok(config::load(Given {
            stored: Some((stored.clone(), tokens::read(&stored)?)),
            file: Some((self.config.clone(), text)),
            environment: environment(),
            flags,
        })?)
    }

    /// As [`load`](Self::load), for commands that can do without a file: with the defaults when there is none.
    pub(crate) fn load_or_default(&self) -> Result<Loaded, Failure> {
        if self.config.exists() || self.config != Path::new("relay.toml") {
            return self.load(&[]);
        }
        Ok(config::load(Given {
            environment: environment(),
            ..Given::default()
        })?)
    }

    /// Where `sign-in` stores tokens.
    pub(crate) fn tokens(&self) -> PathBuf {
        tokens::place(&self.config)
    }
}

/// The variables of this process that are text.
fn environment() -> Vec<(String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}

//! How the relay tells its operator what it does: lines on stderr, for a person or for a program.

use std::io::{IsTerminal as _, stderr};

use tracing_subscriber::EnvFilter;

/// The variable that asks for more or less than the configuration, as `relay::source=debug`.
const FILTER: &str = "RUST_LOG";

/// What is told, and in which form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Logging {
    /// For whom.
    pub format: Format,
    /// How much.
    pub level: Level,
}

/// For whom lines are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// A person.
    #[default]
    Text,
    /// A program: one JSON object on each line.
    Json,
}

/// How much is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names that every log has")]
pub enum Level {
    Error,
    Warn,
    #[default]
    Info,
    Debug,
    Trace,
}

impl Format {
    /// All there are.
    pub const ALL: [Self; 2] = [Self::Text, Self::Json];

    /// Its name in relay.toml.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
        }
    }
}

impl Level {
    /// All there are, the quietest first.
    pub const ALL: [Self; 5] = [
        Self::Error,
        Self::Warn,
        Self::Info,
        Self::Debug,
        Self::Trace,
    ];

    /// Its name in relay.toml.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }
}

/// Begins to write to stderr: in colours for a terminal, without for a file, or as JSON.
pub fn begin(logging: &Logging) {
    let level = match logging.level {
        // What libraries say beyond this is about them, not about the relay.
        Level::Debug | Level::Trace => format!("info,relay={}", logging.level.name()),
        quiet => quiet.name().to_owned(),
    };
    let filter = EnvFilter::try_from_env(FILTER).unwrap_or_else(|_unset| EnvFilter::new(level));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(stderr)
        .with_target(false);
    let begun = match logging.format {
        Format::Text => {
            let lines = lines.with_ansi(stderr().is_terminal()).finish();
            tracing::subscriber::set_global_default(lines)
        }
        Format::Json => {
            let lines = lines.json().flatten_event(true).finish();
            tracing::subscriber::set_global_default(lines)
        }
    };
    // Only a second call can fail, and then somebody listens already.
    if begun.is_err() {
        tracing::debug!("telemetry was begun twice");
    }
}

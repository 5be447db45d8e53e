//! How the relay tells its operator what it does: lines on stderr, as `RUST_LOG` asks for.

use std::io::{IsTerminal as _, stderr};

use tracing_subscriber::EnvFilter;

/// What is told when nobody asks for more or less.
const DEFAULT_FILTER: &str = "info";

/// Begins to write to stderr: in colours and words for a person, without colours for a file.
pub fn begin() {
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_unset| EnvFilter::new(DEFAULT_FILTER));
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(stderr)
        .with_ansi(stderr().is_terminal())
        .with_target(false)
        .finish();
    // Only a second call can fail, and then somebody listens already.
    if tracing::subscriber::set_global_default(subscriber).is_err() {
        tracing::debug!("telemetry was begun twice");
    }
}

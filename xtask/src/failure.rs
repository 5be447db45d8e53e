//! The one error of the toolbox: a sentence for the person at the terminal.

use std::{fmt, io, path::Path};

/// What a step gives back.
pub(crate) type Outcome<T = ()> = Result<T, Failure>;

/// Why a step could not be done, in words that say what to do next.
#[derive(Debug)]
pub(crate) struct Failure(String);

impl Failure {
    /// Wraps a sentence.
    pub(crate) fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl From<String> for Failure {
    fn from(sentence: String) -> Self {
        Self(sentence)
    }
}

impl From<&str> for Failure {
    fn from(sentence: &str) -> Self {
        Self(sentence.to_owned())
    }
}

/// Names the operation and its subject in an error that knows neither.
pub(crate) trait Context<T> {
    /// Turns the error into "could not VERB PATH: why".
    fn at(self, verb: &str, path: &Path) -> Outcome<T>;
}

impl<T> Context<T> for io::Result<T> {
    fn at(self, verb: &str, path: &Path) -> Outcome<T> {
        self.map_err(|why| Failure(format!("could not {verb} {}: {why}", path.display())))
    }
}

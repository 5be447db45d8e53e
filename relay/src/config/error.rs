//! What is wrong with a configuration: every mistake at once, each with its place and what to do.

use std::fmt;

/// What is wrong with the configuration, and what to do about it, in words for the operator: one line for each mistake.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConfigError {
    problems: Vec<String>,
}

impl ConfigError {
    /// One mistake.
    pub(super) fn new(problem: impl Into<String>) -> Self {
        Self {
            problems: vec![problem.into()],
        }
    }

    /// Notes another mistake.
    pub(super) fn add(&mut self, problem: String) {
        self.problems.push(problem);
    }

    /// `Ok` when there was none.
    pub(super) fn or<T>(self, good: T) -> Result<T, Self> {
        if self.problems.is_empty() {
            Ok(good)
        } else {
            Err(self)
        }
    }

    /// Each mistake by itself.
    #[must_use]
    pub fn problems(&self) -> &[String] {
        &self.problems
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problems.join("\n"))
    }
}

impl std::error::Error for ConfigError {}

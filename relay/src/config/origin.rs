//! Who decided a value: the relay itself, a line of the file, the environment, or a flag.

use std::{fmt, path::PathBuf};

/// Where a value comes from; a later one wins over an earlier one.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// Nobody said anything.
    #[default]
    Default,
    /// A line of the configuration file; lines count from 1.
    File(PathBuf, usize),
    /// A token that `sign-in` stored, in this file.
    Stored(PathBuf),
    /// An environment variable, by its name.
    Environment(String),
    /// A flag of the command line.
    Flag(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path, line) => write!(f, "{}:{line}", path.display()),
            Self::Stored(path) => write!(f, "{}", path.display()),
            Self::Environment(name) | Self::Flag(name) => f.write_str(name),
        }
    }
}

//! Colours for people at a terminal, and none for files, pipes and whoever sets `NO_COLOR`.

use std::io::{IsTerminal as _, stdout};

/// How something is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ink {
    /// What matters most.
    Strong,
    /// What matters least.
    Faint,
    /// All is well.
    Good,
    /// Something to know.
    Warn,
    /// Something to mend.
    Bad,
    /// A name.
    Name,
}

/// Whether colours are written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paint {
    on: bool,
}

impl Paint {
    /// As the standard output and the environment (<https://no-color.org>) want it.
    pub(crate) fn of_stdout() -> Self {
        let is_set = |name: &str| std::env::var_os(name).is_some_and(|it| !it.is_empty());
        let is_dumb = std::env::var_os("TERM").is_some_and(|it| it == "dumb");
        Self {
            on: stdout().is_terminal() && !is_set("NO_COLOR") && !is_dumb,
        }
    }

    /// Colours whatever happens, or never.
    #[cfg(test)]
    pub(crate) fn always(on: bool) -> Self {
        Self { on }
    }

    /// The text in this ink.
    pub(crate) fn with(self, ink: Ink, text: &str) -> String {
        if !self.on || text.is_empty() {
            return text.to_owned();
        }
        let code = match ink {
            Ink::Strong => "1",
            Ink::Faint => "2",
            Ink::Good => "32",
            Ink::Warn => "33",
            Ink::Bad => "31",
            Ink::Name => "36",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }
}

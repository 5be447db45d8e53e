//! The command line: what an operator can ask of the program, and what it answers.

mod archive_file;
mod check;
mod client;
mod paint;
mod reload;
mod serve;
mod settings;
mod sign_in;
mod sources;
mod table;
mod tail;
mod text;
mod unwanted;

use std::{
    fmt,
    io::{Write as _, stderr, stdout},
    process::ExitCode,
};

use clap::{Args, CommandFactory as _, Parser, Subcommand};

/// Watersmeet: many Mastodon servers as one timeline
#[derive(Parser)]
#[command(version, name = "watersmeet", args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: serve::Serve,
}

#[derive(Subcommand)]
enum Command {
    /// Listen to the sources and serve what they say (this is also what happens without a command)
    Serve(serve::Serve),
    /// Say what the configuration means, who decided each value, and what is wrong with it
    Check(check::Check),
    /// Ask a running relay how it hears each of its sources
    Sources(sources::Sources),
    /// Show the live posts of a view, a #hashtag or everything, as they are written
    Tail(Box<tail::Tail>),
    /// Get a token for a source, and keep it where nobody else reads it
    SignIn(sign_in::SignInTo),
    /// Remove an author, a post or a server for good, for readers too, also while the relay runs
    Forget(unwanted::Forget),
    /// Have nothing, or less, to do with the servers of a blocklist in Mastodon's CSV
    ImportBlocklist(unwanted::ImportBlocklist),
    /// Copy the archive into a new file, also while the relay runs
    Backup(archive_file::FileOf),
    /// Put a copy in the archive's place, or begin with an empty one, while no relay runs
    Restore(archive_file::Restore),
    /// Print what a shell needs to complete commands and flags
    Completions(Completions),
}

#[derive(Args)]
struct Completions {
    /// The shell that asks
    shell: clap_complete::Shell,
}

/// Why a command did not do what it should, and what to do about it.
#[derive(Debug)]
pub(crate) struct Failure(String);

impl Failure {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

/// What every command comes to.
pub(crate) type Outcome = Result<(), Failure>;

/// Does what the command line says. Ends with 0 when that worked, 1 when it did not, 2 when the line is not understood.
#[must_use]
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let outcome = match cli.command {
        None => serve::run(cli.serve),
        Some(Command::Serve(serve)) => serve::run(serve),
        Some(Command::Check(check)) => check::run(&check),
        Some(Command::Sources(sources)) => sources::run(&sources),
        Some(Command::Tail(tail)) => tail::run(&tail),
        Some(Command::SignIn(to)) => sign_in::run(&to),
        Some(Command::Forget(asked)) => unwanted::forget(&asked),
        Some(Command::ImportBlocklist(asked)) => unwanted::import_blocklist(&asked),
        Some(Command::Backup(of)) => archive_file::backup(&of),
        Some(Command::Restore(of)) => archive_file::restore(&of),
        Some(Command::Completions(asked)) => completions(asked.shell),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            mutter(&failure.to_string());
            ExitCode::FAILURE
        }
    }
}

fn completions(shell: clap_complete::Shell) -> Outcome {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "watersmeet", &mut text);
    say(&String::from_utf8_lossy(&text))
}

/// Writes a text to the standard output. A reader who has left, as `head` does, is no failure.
pub(crate) fn say(text: &str) -> Outcome {
    let written = stdout()
        .write_all(text.as_bytes())
        .and_then(|()| stdout().flush());
    match written {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => std::process::exit(0),
        written => Ok(written?),
    }
}

/// A number of things, with its word in the right form.
pub(crate) fn counted(number: usize, word: &str) -> String {
    match number {
        1 => format!("1 {word}"),
        _ => format!("{number} {word}s"),
    }
}

/// Says something beside the output, to the person and not to the program that reads it.
pub(crate) fn mutter(words: &str) {
    // Nobody is left to tell when this fails.
    writeln!(stderr(), "{words}").unwrap_or_default();
}

/// Runs a command that waits for others; it has this thread alone.
pub(crate) fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(work)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_shell_gets_its_completions() {
        use clap::ValueEnum as _;
        for shell in clap_complete::Shell::value_variants() {
            let mut text = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "watersmeet", &mut text);
            assert!(
                String::from_utf8(text).unwrap().contains("check"),
                "{shell}"
            );
        }
    }

    #[test]
    fn without_a_command_the_flags_are_those_of_serve() {
        let cli = Cli::try_parse_from(["watersmeet", "--offline", "--listen", "127.0.0.1:0"]);
        assert!(cli.unwrap().command.is_none());
        assert!(Cli::try_parse_from(["watersmeet", "serv"]).is_err());
    }
}

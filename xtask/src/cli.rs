//! The commands and their options, as `--help` shows them.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::{
    bench, children, ci, css, dist,
    failure::Outcome,
    finish_dist, fresh, icons,
    progress::{Steps, say},
    run, size, suites, tidy, tools, workspace,
};

/// Builds, runs, checks and measures Watersmeet.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Build everything and start it: the relay with the app inside, at http://127.0.0.1:4040
    Run(run::Run),
    /// Run the tests, installing what they need; says what it skips
    Test(suites::Test),
    /// Everything that must hold before a change is taken, with the minutes of each step
    Ci {
        /// Options of `test`
        #[command(flatten)]
        test: suites::Test,
    },
    /// Check the project's own rules: crate edges, module rules, CSS, words, lengths
    Tidy,
    /// Join the style sheets of style/ into target/style/main.css
    Css,
    /// Make public/sprite.svg and the enum of icons from public/icons
    Icons {
        /// Change nothing; fail when they are behind the drawings
        #[arg(long)]
        check: bool,
    },
    /// Build the release binary with the app inside, and the app as a static site, into target/dist
    Dist,
    /// Weigh each shipped file raw, gzip and brotli against budgets.toml
    Size,
    /// Measure the relay: ingest, fan-out, memory
    Bench(bench::Bench),
    /// Clone what is committed into a new folder and run both README commands there
    Fresh(fresh::Fresh),
    /// Install the pinned build tools into .tools, when they are missing
    Tools {
        /// Another folder than .tools, to try the installation itself
        #[arg(long, value_name = "FOLDER")]
        into: Option<PathBuf>,
        /// Only these
        #[arg(long, value_name = "TOOL")]
        only: Vec<tools::Tool>,
    },
    /// Trunk's last hook: scripts out of the page, shell.json, compressed twins
    FinishDist,
}

impl Cli {
    /// Does what was asked.
    pub(crate) fn run(self) -> Outcome {
        children::listen_for_signals()?;
        let root = &workspace::root()?;
        match self.command {
            Command::Run(options) => run::run(root, &options),
            Command::Test(options) => suites::run(root, &options),
            Command::Ci { test } => ci::run(root, &test),
            Command::Tidy => tidy::run(root),
            Command::Css => css::run(root),
            Command::Icons { check } => icons::run(root, check),
            Command::Dist => dist::run(root),
            Command::Size => size::build_and_run(root),
            Command::Bench(options) => bench::run(root, &options),
            Command::Fresh(options) => fresh::run(root, &options),
            Command::Tools { into, only } => {
                let shelf = into.unwrap_or_else(|| tools::folder(root));
                let wanted = if only.is_empty() {
                    tools::ALL.to_vec()
                } else {
                    only
                };
                let mut steps = Steps::new(1);
                steps.begin("Looking for the build tools");
                tools::ensure_in(root, &shelf, &wanted)?;
                steps.end();
                say(format!("{} has what is needed", shelf.display()));
                Ok(())
            }
            Command::FinishDist => finish_dist::run_as_hook(),
        }
    }
}

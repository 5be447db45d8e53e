//! The commands and their options, as `--help` shows them.

use clap::{Parser, Subcommand};

use crate::{
    children, css, failure::Outcome, finish_dist, icons, progress::say, tidy, tools, workspace,
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
    /// Join the style sheets of style/ into target/style/main.css
    Css,
    /// Make public/sprite.svg and the enum of icons from public/icons
    Icons {
        /// Change nothing; fail when they are behind the drawings
        #[arg(long)]
        check: bool,
    },
    /// Trunk's last hook: scripts out of the page, shell.json, compressed twins
    FinishDist,
    /// Install the pinned build tools into .tools, when they are missing
    Tools,
    /// Check the project's own rules: crate edges, module rules, CSS, words, lengths
    Tidy,
}

impl Cli {
    /// Does what was asked.
    pub(crate) fn run(self) -> Outcome {
        children::listen_for_signals()?;
        let root = workspace::root()?;
        match self.command {
            Command::Css => css::run(&root),
            Command::Icons { check } => icons::run(&root, check),
            Command::FinishDist => finish_dist::run_as_hook(),
            Command::Tools => {
                tools::ensure(&root, &tools::ALL)?;
                say("all tools are there");
                Ok(())
            }
            Command::Tidy => tidy::run(&root),
        }
    }
}

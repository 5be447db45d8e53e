//! `backup` and `restore`: the archive as a file to take away and to bring back.

use std::path::{Path, PathBuf};

use clap::Args;

use super::{Failure, Outcome, say, settings::Settings};
use crate::{archive, config::ArchivePlace};

/// Options of `restore`.
#[derive(Args, Debug)]
pub(crate) struct Restore {
    /// The copy
    #[arg(required_unless_present = "empty", conflicts_with = "empty")]
    file: Option<PathBuf>,
    /// Begin with an empty archive, as when the file is damaged and there is no copy
    #[arg(long)]
    empty: bool,
    #[command(flatten)]
    settings: Settings,
}

/// Options of `backup`.
#[derive(Args, Debug)]
pub(crate) struct FileOf {
    /// The copy
    file: PathBuf,
    #[command(flatten)]
    settings: Settings,
}

/// The archive that the configuration names.
///
/// # Errors
/// When there is none, because posts are kept in memory alone.
pub(super) fn archive_of(settings: &Settings) -> Result<PathBuf, Failure> {
    match settings.load_or_default()?.config.archive {
        ArchivePlace::File(path) => Ok(path),
        ArchivePlace::Memory => Err(Failure::new(
            "the configuration keeps posts in memory alone (`archive = \":memory:\"`): there is no file",
        )),
    }
}

/// Copies the archive; a relay may be running.
pub(crate) fn backup(of: &FileOf) -> Outcome {
    archive::backup(&archive_of(&of.settings)?, &of.file)?;
    say(&format!(
        "The archive is copied to {} ({} bytes). Keep relay.toml and its file of tokens beside it.\n",
        of.file.display(),
        size(&of.file)
    ))
}

/// Puts a copy, or nothing, in the archive's place; no relay may be running. What was there is kept.
pub(crate) fn restore(asked: &Restore) -> Outcome {
    let archive = archive_of(&asked.settings)?;
    let (former, now) = match &asked.file {
        Some(file) => (
            archive::restore(file, &archive)?,
            format!("{} is the archive now.", file.display()),
        ),
        None => (
            archive::begin_anew(&archive)?,
            "There is no archive any more: the relay begins a new one.".to_owned(),
        ),
    };
    let kept = former.map_or_else(String::new, |it| {
        format!(" What was there is kept as {}.", it.display())
    });
    say(&format!(
        "{now}{kept} Start the relay: it asks its sources for what came since.\n"
    ))
}

fn size(file: &Path) -> u64 {
    std::fs::metadata(file).map_or(0, |it| it.len())
}

//! `forget` and `import-blocklist`: whom the relay is to have nothing to do with, beside a running relay or without one.

use std::path::PathBuf;

use clap::Args;

use super::{Outcome, archive_file::archive_of, counted, say, settings::Settings};
use crate::moderation::{self, Blocklist, Target};

/// Options of `forget`.
#[derive(Args, Debug)]
pub(crate) struct Forget {
    /// A handle (@ada@example.org), an author's or a post's address, a post's id on this relay, or a server's name
    #[arg(required_unless_present = "list")]
    what: Option<String>,
    /// Take it back: what was forgotten may come again when it is told again
    #[arg(long, requires = "what")]
    undo: bool,
    /// Show what is on the list instead
    #[arg(long, conflicts_with = "what")]
    list: bool,
    #[command(flatten)]
    settings: Settings,
}

/// Options of `import-blocklist`.
#[derive(Args, Debug)]
pub(crate) struct ImportBlocklist {
    /// Mastodon's CSV (#domain,#severity,…), or one domain a line
    file: PathBuf,
    /// Take the servers of this file off again
    #[arg(long)]
    remove: bool,
    #[command(flatten)]
    settings: Settings,
}

/// Removes an author, a post or a server for good.
pub(crate) fn forget(asked: &Forget) -> Outcome {
    let archive = archive_of(&asked.settings)?;
    let Some(what) = &asked.what else {
        return list(&archive);
    };
    if asked.undo {
        let said = if moderation::undo(&archive, what)? {
            format!("{what} is off the list. Posts come back when a source tells of them again.\n")
        } else {
            format!("{what} was not on the list. `watersmeet forget --list` shows what is.\n")
        };
        return say(&said);
    }
    for target in moderation::forget(&archive, what)? {
        let (kind, name) = match &target {
            Target::Account(name) => ("the author", name),
            Target::Post(name) => ("the post", name),
            Target::Server(name) => ("the server", name),
        };
        say(&format!(
            "Forgotten: {kind} {name}. A running relay removes it within seconds; it does not come back.\n"
        ))?;
    }
    Ok(())
}

fn list(archive: &std::path::Path) -> Outcome {
    let rules = moderation::listed(archive)?;
    let lines = |kind: &str, names: Vec<&String>| -> String {
        names.iter().map(|it| format!("{kind}  {it}\n")).collect()
    };
    let text = [
        lines("author ", rules.forgotten.accounts.iter().collect()),
        lines("post   ", rules.forgotten.posts.iter().collect()),
        lines("server ", rules.forgotten.servers.iter().collect()),
        lines("blocked", rules.servers.keys().collect()),
    ]
    .concat();
    if text.is_empty() {
        return say("Nothing is on the list.\n");
    }
    say(&text)
}

/// Takes the servers of a blocklist in, or off again.
pub(crate) fn import_blocklist(asked: &ImportBlocklist) -> Outcome {
    let archive = archive_of(&asked.settings)?;
    let blocklist = Blocklist::read(&asked.file)?;
    if asked.remove {
        let removed = moderation::remove_blocklist(&archive, &blocklist)?;
        return say(&format!(
            "{} taken off again.\n",
            counted(removed, "server")
        ));
    }
    moderation::import_blocklist(&archive, &blocklist)?;
    let mut text = format!(
        "{} taken in. A running relay goes by them within seconds.\n",
        counted(blocklist.servers.len(), "server")
    );
    if blocklist.obfuscated > 0 {
        text.push_str(&format!(
            "{} left out: their names are hidden behind *, so nobody can tell which servers they are.\n",
            counted(blocklist.obfuscated, "line")
        ));
    }
    if blocklist.not_understood > 0 {
        text.push_str(&format!(
            "{} left out: no server or an unknown severity stands there.\n",
            counted(blocklist.not_understood, "line")
        ));
    }
    say(&text)
}

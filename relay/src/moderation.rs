//! Whom and what the relay never shows: the rules of the configuration, those that commands write into the archive beside a
//! running relay, and how often they were needed.

mod blocklist;

use std::{
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use timeline::{
    key::host_of,
    merge::Refusal,
    moderation::{Reason, Rules, name_of_account, name_of_server},
    public_id::PublicId,
};

pub use self::blocklist::{Blocklist, BlocklistError};
use crate::{
    archive::{ArchiveError, Ledger},
    config::Unwanted,
};

/// Why posts are not shown, in the words of the metrics.
const REASONS: [&str; 6] = [
    "opted_out",
    "forgotten",
    "server",
    "account",
    "hashtag",
    "word",
];

/// The configuration's rules as they are now, and the counts; a clone is another handle on the same.
#[derive(Clone, Debug, Default)]
pub struct Moderation {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    /// With a number that grows at every reload.
    configured: Mutex<(u64, Arc<Rules>)>,
    counts: [AtomicU64; REASONS.len()],
}

impl Moderation {
    /// Begins with what the configuration says.
    #[must_use]
    pub fn new(unwanted: &Unwanted) -> Self {
        let moderation = Self::default();
        moderation.reload(unwanted);
        moderation
    }

    /// Takes another configuration: it holds within a second, for what is kept too.
    pub fn reload(&self, unwanted: &Unwanted) {
        let mut configured = self.configured();
        configured.0 += 1;
        configured.1 = Arc::new(unwanted.rules());
    }

    /// How many posts were not taken or shown, by reason: each counts once for each source that told it lately.
    #[must_use]
    pub fn counts(&self) -> [(&'static str, u64); REASONS.len()] {
        let mut counts = REASONS.map(|it| (it, 0));
        for (count, known) in counts.iter_mut().zip(&self.shared.counts) {
            count.1 = known.load(Ordering::Relaxed);
        }
        counts
    }

    /// The rules of the configuration, and which these are.
    pub(crate) fn current(&self) -> (u64, Arc<Rules>) {
        self.configured().clone()
    }

    /// Counts a post that is not shown, when it is for a reason of this kind.
    pub(crate) fn count(&self, refusal: Refusal) {
        let name = match refusal {
            Refusal::OptedOut => "opted_out",
            Refusal::Unwanted(Reason::Forgotten) => "forgotten",
            Refusal::Unwanted(Reason::Server) => "server",
            Refusal::Unwanted(Reason::Account) => "account",
            Refusal::Unwanted(Reason::Hashtag) => "hashtag",
            Refusal::Unwanted(Reason::Word) => "word",
            _ => return,
        };
        let counts = REASONS.iter().zip(&self.shared.counts);
        for (_, count) in counts.filter(|(it, _)| **it == name) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn configured(&self) -> std::sync::MutexGuard<'_, (u64, Arc<Rules>)> {
        let configured = self.shared.configured.lock();
        configured.unwrap_or_else(PoisonError::into_inner)
    }
}

/// What [`forget`] understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// An author, by handle without `@` in front, or by address.
    Account(String),
    /// A post, by `uri` or page.
    Post(String),
    /// A server with its subdomains.
    Server(String),
}

impl Target {
    fn entry(&self) -> (&'static str, &str) {
        match self {
            Self::Account(name) => ("account", name),
            Self::Post(name) => ("post", name),
            Self::Server(name) => ("server", name),
        }
    }
}

/// Has the archive at this path forget an author (handle or address), a post (`uri`, page or the relay's id) or a server, and never take it
/// again. A running relay sees it within a second or two and tells its readers; else it happens at the next start, before anybody is served.
///
/// # Errors
/// When there is no archive, it cannot be written, or the text names none of these; the message says what to write.
pub fn forget(archive: &Path, what: &str) -> Result<Vec<Target>, ArchiveError> {
    let ledger = Ledger::beside(archive)?;
    let what = what.trim();
    let targets = targets(&ledger, what)?;
    within(&ledger, || {
        for target in &targets {
            let (kind, name) = target.entry();
            ledger.add_rule(kind, name, what)?;
        }
        ledger.bump_rules()
    })?;
    Ok(targets)
}

/// Takes [`forget`] back: what was forgotten may be taken when it is told again. `false` when it was not on the list.
///
/// # Errors
/// When there is no archive or it cannot be written.
pub fn undo(archive: &Path, what: &str) -> Result<bool, ArchiveError> {
    let ledger = Ledger::beside(archive)?;
    let what = what.trim();
    let names = [
        Some(what.to_owned()),
        name_of_account(what),
        name_of_server(what),
    ];
    let mut found = false;
    within(&ledger, || {
        for name in names.iter().flatten() {
            found |= ledger.drop_forgotten(name)?;
        }
        ledger.bump_rules()
    })?;
    Ok(found)
}

/// What is on the archive's forget list, with the servers of imported blocklists.
///
/// # Errors
/// When there is no archive or it cannot be read.
pub fn listed(archive: &Path) -> Result<Rules, ArchiveError> {
    Ledger::beside(archive)?.rules()
}

/// Puts the servers of a blocklist into the archive, where they stay until [`remove_blocklist`]. A running relay sees it within a second or two.
///
/// # Errors
/// When there is no archive or it cannot be written.
pub fn import_blocklist(archive: &Path, list: &Blocklist) -> Result<(), ArchiveError> {
    let ledger = Ledger::beside(archive)?;
    within(&ledger, || {
        for (domain, rule) in &list.servers {
            let rule = serde_json::to_string(rule).map_err(ArchiveError::new)?;
            ledger.add_rule("block", domain, &rule)?;
        }
        ledger.bump_rules()
    })
}

/// Takes the servers of a blocklist out of the archive; how many were there.
///
/// # Errors
/// When there is no archive or it cannot be written.
pub fn remove_blocklist(archive: &Path, list: &Blocklist) -> Result<usize, ArchiveError> {
    let ledger = Ledger::beside(archive)?;
    let mut removed = 0;
    within(&ledger, || {
        for domain in list.servers.keys() {
            removed += usize::from(ledger.drop_block(domain)?);
        }
        ledger.bump_rules()
    })?;
    Ok(removed)
}

fn within(
    ledger: &Ledger,
    work: impl FnOnce() -> Result<(), ArchiveError>,
) -> Result<(), ArchiveError> {
    ledger.begin()?;
    match work() {
        Ok(()) => ledger.commit(),
        Err(error) => {
            ledger.roll_back();
            Err(error)
        }
    }
}

/// What a text names. A post known by its page is forgotten by its `uri` as well.
fn targets(ledger: &Ledger, what: &str) -> Result<Vec<Target>, ArchiveError> {
    if what.bytes().all(|b| b.is_ascii_digit()) && !what.is_empty() {
        let id = PublicId::parse(what);
        let uri = id.map(|it| ledger.uri_of_id(it)).transpose()?.flatten();
        let unknown = || {
            ArchiveError::new(format!(
                "no post here has the id {what}; give its address instead"
            ))
        };
        return Ok(vec![Target::Post(uri.ok_or_else(unknown)?)]);
    }
    if let Some(host) = host_of(what) {
        if ledger.state(what)?.is_some() {
            return Ok(vec![Target::Post(what.to_owned())]);
        }
        if let Some(uri) = ledger.uri_of_page(what, &host)? {
            return Ok(vec![Target::Post(uri), Target::Post(what.to_owned())]);
        }
        return Ok(vec![match is_profile(what) {
            true => Target::Account(what.to_owned()),
            false => Target::Post(what.to_owned()),
        }]);
    }
    let account = name_of_account(what).map(Target::Account);
    let target = account.or_else(|| name_of_server(what).map(Target::Server));
    target.map(|it| vec![it]).ok_or_else(|| {
        ArchiveError::new(format!(
            "\"{what}\" names nobody; write a handle as @ann@example.org, a server as example.org, or the address of an account or a post"
        ))
    })
}

/// Whether an address looks like an author's: `/@ann`, `/users/ann`, `/ap/users/116…`.
fn is_profile(address: &str) -> bool {
    let path = address.split_once("://").map_or("", |(_, rest)| rest);
    let path: Vec<&str> = path.trim_end_matches('/').split('/').skip(1).collect();
    match path.as_slice() {
        [name] => name.starts_with('@'),
        [.., "users" | "user" | "u" | "profile" | "actors", _] => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests;

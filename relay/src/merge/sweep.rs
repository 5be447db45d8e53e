//! Goes through kept posts when the rules change: only those that the change may concern, and in steps, so that arrivals never wait long.

use std::{collections::VecDeque, sync::Arc};

use timeline::{
    key::host_of,
    merge::{Change, Merger},
    moderation::Rules,
};

use super::store::Store;
use crate::{
    archive::{ArchiveError, Concern, Ledger},
    moderation::Moderation,
};

/// Posts looked at in one step: some ten milliseconds.
const STEP: i64 = 200;
/// Steps before anybody is served: a second at most. What is left is gone through while the relay runs.
pub(super) const FIRST_STEPS: usize = 25;

/// What is still to be gone through.
#[derive(Default)]
pub(super) struct Sweep {
    queue: VecDeque<(Concern, i64)>,
    /// The rules that hold, until all is gone through by them.
    target: Option<Arc<Rules>>,
    /// Which rules these are: the configuration's number and the archive's.
    known: Option<(u64, i64)>,
    has_begun: bool,
}

impl Sweep {
    /// Whether there is more to do.
    pub(super) fn is_busy(&self) -> bool {
        self.target.is_some()
    }

    /// What was done did not last: everything once more.
    pub(super) fn restart(&mut self) {
        *self = Self::default();
    }

    /// Lets the rules hold that the configuration and the archive have now, if they are others than before.
    pub(super) fn heed(
        &mut self,
        moderation: &Moderation,
        merger: &mut Merger,
        ledger: &Ledger,
    ) -> Result<(), ArchiveError> {
        let (number, configured) = moderation.current();
        let known = Some((number, ledger.rules_revision()?));
        if self.known == known {
            return Ok(());
        }
        let mut rules = Rules::clone(&configured);
        rules.join(ledger.rules()?);
        let rules = Arc::new(rules);
        // Also what the sweep before this one may have left.
        let applied = ledger.applied_rules()?;
        let mut concerns = concerned(&applied, &rules, ledger)?;
        if !self.has_begun {
            // An author may have been leaving when the relay stopped.
            concerns.extend(ledger.wishing()?.into_iter().map(Concern::Account));
        }
        merger.set_rules(Arc::clone(&rules));
        self.queue = concerns.into_iter().map(|it| (it, i64::MIN)).collect();
        self.target = (applied != *rules || !self.queue.is_empty()).then_some(rules);
        self.known = known;
        self.has_begun = true;
        Ok(())
    }

    /// One step; what it changed.
    pub(super) fn step(&mut self, merger: &Merger, store: &mut Store) -> Vec<Change> {
        let mut changes = Vec::new();
        let mut left = STEP;
        while left > 0
            && let Some((concern, after)) = self.queue.pop_front()
        {
            let (uris, next) = store.concerned(&concern, after, left);
            left -= i64::try_from(uris.len()).unwrap_or(STEP).max(1);
            for uri in uris {
                changes.extend(merger.review(store, &uri));
            }
            if let Some(next) = next {
                self.queue.push_front((concern, next));
            }
        }
        if self.queue.is_empty()
            && let Some(rules) = self.target.take()
        {
            store.set_applied_rules(&rules);
        }
        changes
    }
}

/// Which kept posts may be treated differently by other rules. What is forgotten goes first.
fn concerned(before: &Rules, now: &Rules, ledger: &Ledger) -> Result<Vec<Concern>, ArchiveError> {
    if before == now {
        return Ok(Vec::new());
    }
    let posts = now.forgotten.posts.difference(&before.forgotten.posts);
    let mut concerns: Vec<Concern> = posts.cloned().map(Concern::Post).collect();
    let authors = now
        .forgotten
        .accounts
        .difference(&before.forgotten.accounts);
    for name in authors.chain(now.accounts.difference(&before.accounts)) {
        match host_of(name) {
            None => concerns.push(Concern::Account(name.clone())),
            Some(host) => {
                // Most addresses end in the name; where one does not, the whole server is gone through.
                let last = name.trim_end_matches('/').rsplit('/').next();
                let name = last.unwrap_or_default().trim_start_matches('@');
                let handle = format!("{name}@{host}").to_lowercase();
                concerns.extend([Concern::Account(handle), Concern::Server(host)]);
            }
        }
    }
    let differs = |host: &String| before.of_server(host) != now.of_server(host);
    if before.servers != now.servers || before.forgotten.servers != now.forgotten.servers {
        let hosts = ledger.servers()?.into_iter().filter(differs);
        concerns.extend(hosts.map(Concern::Server));
        let domains = ledger.foreign_domains()?.into_iter().filter(differs);
        concerns.extend(domains.map(Concern::HandleServer));
    }
    let hashtags = now.hashtags.difference(&before.hashtags);
    concerns.extend(hashtags.cloned().map(Concern::Hashtag));
    if now.words.difference(&before.words).next().is_some() {
        concerns.push(Concern::All);
    }
    let is_less = before.words.difference(&now.words).next().is_some()
        || before.hashtags.difference(&now.hashtags).next().is_some();
    if is_less
        || before.forgotten != now.forgotten
        || before.servers != now.servers
        || before.accounts != now.accounts
    {
        concerns.push(Concern::Withheld);
    }
    Ok(concerns)
}

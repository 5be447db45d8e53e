//! What a reader asks about and the archive does not have: asked of a source that should know, within the budgets.

use std::sync::Arc;

use mastodon::{
    Account, Paging, Status, StatusId,
    endpoints::{AccountStatuses, GetStatus, LookupAccount},
};
use timeline::{
    key::host_of,
    merge::{Heard, How},
    publish::full_handle,
};
use tokio::time::timeout;

use super::{MAX_ASKED_SOURCES, Sources, budget::Urgency, ears::Ears, health::unix_millis};
use crate::merge::AccountTold;

/// Posts of one account that are asked for at once; Mastodon's own bound.
const POSTS: u16 = 40;

impl Sources {
    /// Asks for an account by its full handle, and for what it wrote before the post with the `uri` `below` (or lastly): its
    /// own server if that is a source, else sources that know it. What comes is readable when this ends. `true` when
    /// something came.
    pub async fn fetch_account(&self, handle: &str, below: Option<&str>) -> bool {
        let handle = handle.to_lowercase();
        let Some((_, domain)) = handle.rsplit_once('@') else {
            return false;
        };
        if !self.may_ask(&format!("@{handle} {}", below.unwrap_or_default())) {
            return false;
        }
        let names = match below {
            Some(uri) => self.archive.names_of(uri).await.unwrap_or_default(),
            None => Vec::new(),
        };
        let knowers = self.archive.knowers_of(&handle).await.unwrap_or_default();
        let everybody = self.everybody();
        let own = everybody.iter().filter(|it| it.is_at(domain)).cloned();
        let others = knowers.iter().filter_map(|it| self.ears(it));
        let hearing = everybody
            .iter()
            .filter(|it| it.health.state().is_hearing())
            .cloned();
        let mut asked: Vec<Arc<Ears>> = Vec::new();
        for ears in own.chain(others).chain(hearing) {
            if asked.len() < MAX_ASKED_SOURCES && asked.iter().all(|it| !Arc::ptr_eq(it, &ears)) {
                asked.push(ears);
            }
        }
        for ears in asked {
            let local_id = names.iter().find(|(source, _)| source == ears.domain());
            let max_id = local_id.map(|(_, id)| id.clone());
            // Without a place to go on from, its newest posts would be read again.
            if below.is_some() && max_id.is_none() {
                continue;
            }
            let answer = timeout(self.ask_timeout, ask_account(&ears, &handle, max_id));
            if let Ok(true) = answer.await {
                return true;
            }
        }
        false
    }

    /// Asks a source for the one post that it calls so. What comes is readable when this ends. `true` when it came.
    pub async fn fetch_status(&self, host: &str, local_id: &str) -> bool {
        let Some(ears) = self.at(host) else {
            return false;
        };
        if !self.may_ask(&format!("{} {local_id}", ears.domain())) {
            return false;
        }
        let id = StatusId::new(local_id);
        let ask = async {
            let answer = ears.host.ask(&GetStatus { id }, Urgency::Person).await;
            match answer {
                Ok(answer) => tell(&ears, vec![answer.value]).await,
                Err(_) => false,
            }
        };
        timeout(self.ask_timeout, ask).await.unwrap_or(false)
    }

    /// The domain of the source that answers at this host.
    #[must_use]
    pub fn source_at(&self, host: &str) -> Option<String> {
        self.at(host).map(|it| it.domain().to_owned())
    }

    pub(super) fn at(&self, host: &str) -> Option<Arc<Ears>> {
        self.everybody().into_iter().find(|it| it.is_at(host))
    }
}

impl Ears {
    /// Whether this source is, or answers at, the host.
    pub(super) fn is_at(&self, host: &str) -> bool {
        self.domain() == host || host_of(&self.host.config.url).as_deref() == Some(host)
    }
}

async fn ask_account(ears: &Ears, handle: &str, max_id: Option<String>) -> bool {
    let name =
        handle.rsplit_once('@').map_or(
            handle,
            |(name, domain)| {
                if ears.is_at(domain) { name } else { handle }
            },
        );
    let lookup = LookupAccount {
        acct: name.to_owned(),
    };
    let Ok(answer) = ears.host.ask(&lookup, Urgency::Person).await else {
        return false;
    };
    let account: Account = answer.value;
    if full_handle(&account.acct, ears.domain()).to_lowercase() != handle {
        return false;
    }
    let statuses = AccountStatuses {
        id: account.id.clone(),
        exclude_reblogs: true,
        page: Paging {
            max_id,
            ..Paging::first(POSTS)
        },
        ..AccountStatuses::default()
    };
    let told = AccountTold {
        source: ears.domain().to_owned(),
        account,
        at: unix_millis(),
    };
    if ears.inlet.tell_account(told).await.is_err() {
        return false;
    }
    match ears.host.ask(&statuses, Urgency::Person).await {
        Ok(answer) => tell(ears, answer.value).await,
        Err(_) => ears.flush().await.is_ok(),
    }
}

/// Hands over what somebody asked for; `true` when it is readable.
pub(super) async fn tell(ears: &Ears, statuses: impl IntoIterator<Item = Status>) -> bool {
    for status in statuses {
        let heard = Heard::Status(Box::new(status));
        if ears.tell(How::Asked, None, heard).await.is_err() {
            return false;
        }
    }
    ears.flush().await.is_ok()
}

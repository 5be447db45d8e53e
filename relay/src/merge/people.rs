//! Whom a post names, as they are kept; and which of them need not be written again.

use std::{
    collections::{HashMap, VecDeque},
    hash::{DefaultHasher, Hasher as _},
};

use bytes::Bytes;
use mastodon::{Account, AccountId, Mention, Timestamp};
use timeline::{
    key::{host_of, hosts_agree},
    merge::{Post, opted_out},
    public_id::PublicId,
    publish::{account_id, full_handle, publish_account},
    words,
};

use crate::archive::{Person, Rank};

/// Accounts whose last word is remembered: at some hundred bytes each, a few megabytes.
const MAX_REMEMBERED: usize = 30_000;
/// Accounts that one post may name: beyond it somebody only wants to be noticed.
const MAX_NAMED: usize = 64;
/// A word that says nothing new is written again after so long, in seconds, for its counts and the newest post.
const FRESH_FOR: u32 = 3_600;

/// What a source says of an account.
#[derive(Clone, Debug)]
pub struct AccountTold {
    /// The source's domain.
    pub source: String,
    /// The account as that source shows it.
    pub account: Account,
    /// When it was told, in milliseconds since 1970.
    pub at: i64,
}

/// What was written lately of whom.
#[derive(Debug, Default)]
pub(super) struct People {
    prints: HashMap<PublicId, u64>,
    order: VecDeque<PublicId>,
}

impl People {
    /// Those named by a post of whom something new is to be kept.
    pub(super) fn named_by(&mut self, post: &Post) -> Vec<Person> {
        let Some(copy) = post.shown_copy() else {
            return Vec::new();
        };
        let (status, by) = (&copy.status, copy.by.as_str());
        let rank = if copy.by_origin {
            Rank::Own
        } else {
            Rank::Told
        };
        let card = status.card.iter().flat_map(|it| &it.authors);
        let linked = card.filter_map(|it| it.account.as_deref());
        let moved = status.account.moved.as_deref();
        let beside = linked.chain(moved).take(MAX_NAMED);
        let mut people = Vec::new();
        people.extend(self.account(&status.account, rank, by, post.id));
        for account in beside.filter(|it| !opted_out(&it.note)) {
            people.extend(self.account(account, Rank::Aside, by, post.id));
        }
        for mention in status.mentions.iter().take(MAX_NAMED) {
            people.extend(self.mention(mention, post.id));
        }
        people
    }

    /// An account as a source shows it to somebody who asked.
    pub(super) fn asked(&mut self, account: &Account, source: &str, at: i64) -> Option<Person> {
        let mut account = account.clone();
        let host = host_of(&account.uri).or_else(|| host_of(&account.url))?;
        let is_own = host == source || !account.acct.contains('@');
        publish_account(&mut account, source);
        let rank = if is_own { Rank::Own } else { Rank::Told };
        let seconds = u32::try_from(at.div_euclid(1_000)).ok()?;
        self.account(&account, rank, source, PublicId::floor(seconds))
    }

    /// Forgets what was written of an account; its id and its handle as they are kept.
    pub(super) fn forget(&mut self, account: &Account, source: &str) -> (PublicId, String) {
        let handle = full_handle(&account.acct, source).to_lowercase();
        let id = number(&AccountId::new(account_id(&account.uri, &handle)));
        self.prints.remove(&id);
        (id, handle)
    }

    pub(super) fn clear(&mut self) {
        self.prints.clear();
        self.order.clear();
    }

    /// A published account, when there is something new to keep of it.
    fn account(
        &mut self,
        account: &Account,
        rank: Rank,
        by: &str,
        post: PublicId,
    ) -> Option<Person> {
        let id = number(&account.id);
        if self.is_known(id, print_of(account, rank, post)) {
            return None;
        }
        let handle = account.acct.to_lowercase();
        let domain = handle.rsplit_once('@').map_or("", |(_, domain)| domain);
        let server = host_of(&account.uri).or_else(|| host_of(&account.url))?;
        let is_at_home = hosts_agree(domain, &server) || (rank == Rank::Own && domain == by);
        let names = format!("{}\n{}\n{}", account.display_name, account.username, handle);
        Some(Person {
            id,
            server,
            rank: if is_at_home { rank } else { Rank::Aside },
            discoverable: account.discoverable != Some(false),
            indexable: account.indexable == Some(true),
            last_id: post,
            names: words::folded(&names),
            json: Bytes::from(serde_json::to_vec(account).ok()?),
            handle,
        })
    }

    /// Somebody who is only named: clients want their id to lead somewhere.
    fn mention(&mut self, mention: &Mention, post: PublicId) -> Option<Person> {
        let id = number(&mention.id);
        let hour = u64::from(post.seconds() / FRESH_FOR);
        if self.is_known(id, hour) {
            return None;
        }
        let account = Account {
            id: mention.id.clone(),
            username: mention.username.clone(),
            acct: mention.acct.clone(),
            display_name: mention.username.clone(),
            url: mention.url.clone(),
            created_at: Timestamp::from_unix_millis(0),
            ..Account::default()
        };
        Some(Person {
            id,
            handle: mention.acct.to_lowercase(),
            server: host_of(&mention.url).unwrap_or_default(),
            rank: Rank::Mentioned,
            discoverable: true,
            indexable: false,
            last_id: post,
            names: String::new(),
            json: Bytes::from(serde_json::to_vec(&account).ok()?),
        })
    }

    /// Whether this was written of the account lately; notes it.
    fn is_known(&mut self, id: PublicId, print: u64) -> bool {
        match self.prints.insert(id, print) {
            Some(known) => known == print,
            None => {
                self.order.push_back(id);
                if self.order.len() > MAX_REMEMBERED
                    && let Some(oldest) = self.order.pop_front()
                {
                    self.prints.remove(&oldest);
                }
                false
            }
        }
    }
}

fn number(id: &AccountId) -> PublicId {
    PublicId::parse(id.as_str()).unwrap_or(PublicId::floor(0))
}

/// A number for what is worth writing at once; counts change with every post and wait.
fn print_of(account: &Account, rank: Rank, post: PublicId) -> u64 {
    let mut hasher = DefaultHasher::new();
    let rows = account.fields.iter();
    let texts = [
        &account.acct,
        &account.display_name,
        &account.note,
        &account.url,
        &account.uri,
        &account.avatar,
        &account.avatar_static,
        &account.header,
        &account.header_static,
    ];
    for text in texts
        .into_iter()
        .chain(rows.flat_map(|it| [&it.name, &it.value]))
    {
        hasher.write(text.as_bytes());
        hasher.write_u8(0xff);
    }
    let choice = |it: Option<bool>| it.map_or(2, u8::from);
    for flag in [
        choice(account.discoverable),
        choice(account.indexable),
        choice(account.noindex),
        u8::from(account.bot),
        u8::from(account.locked),
        u8::from(account.moved.is_some()),
        rank as u8,
    ] {
        hasher.write_u8(flag);
    }
    hasher.write_u32(post.seconds() / FRESH_FOR);
    hasher.finish()
}

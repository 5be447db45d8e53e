//! The world: every server's truth in one place, changed by plain functions and told to streams as it changes.
//! One lock guards it all, so that for one seed and one order of calls the world is always the same.
pub(crate) mod act;
pub(crate) mod compose;
pub(crate) mod federate;
pub(crate) mod living;
pub(crate) mod model;
pub(crate) mod notices;
pub(crate) mod people;
pub(crate) mod sayings;
pub(crate) mod seed;
pub(crate) mod text;
pub(crate) mod truth;
pub(crate) mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use crate::arena::{Arena, PersonKey, PostKey, ServerKey};
use crate::clock::Clock;
use crate::ids::{LocalId, scatter};
use federate::Due;
use model::{Person, Post, Server};

/// Most uploaded files that are kept; the oldest goes first.
const MOST_FILES: usize = 200;

/// Everything that is.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) clock: Clock,
    pub(crate) rng: StdRng,
    pub(crate) seed: u64,
    pub(crate) servers: Arena<ServerKey, Server>,
    pub(crate) people: Arena<PersonKey, Person>,
    pub(crate) posts: Arena<PostKey, Post>,
    pub(crate) by_uri: BTreeMap<String, PostKey>,
    /// What happens later, by moment and then by order of planning.
    pub(crate) agenda: BTreeMap<(i64, u64), Due>,
    pub(crate) planned: u64,
    pub(crate) federation_delay: RangeInclusive<u64>,
    pub(crate) living: Option<f64>,
    pub(crate) rate_limits: bool,
    /// Uploaded files: content type and bytes.
    files: BTreeMap<u64, (String, bytes::Bytes)>,
}

impl World {
    /// An empty world.
    pub(crate) fn new(
        seed: u64,
        start_ms: i64,
        federation_delay: RangeInclusive<u64>,
        rate_limits: bool,
    ) -> Self {
        Self {
            clock: Clock::starting_at(start_ms),
            rng: StdRng::seed_from_u64(seed),
            seed,
            servers: Arena::default(),
            people: Arena::default(),
            posts: Arena::default(),
            by_uri: BTreeMap::new(),
            agenda: BTreeMap::new(),
            planned: 0,
            federation_delay,
            living: None,
            rate_limits,
            files: BTreeMap::new(),
        }
    }

    /// The world's now in Unix milliseconds.
    pub(crate) fn now(&self) -> i64 {
        self.clock.now_ms()
    }

    /// A server's own idea of now: its clock may be wrong.
    pub(crate) fn server_now(&self, server: ServerKey) -> i64 {
        self.now() + self.servers[server].faults.clock_skew_ms
    }

    /// The server of a name (`alpha`) or a domain (`alpha.localhost:1234`).
    pub(crate) fn server_named(&self, name: &str) -> Option<ServerKey> {
        self.servers
            .iter()
            .find(|(_, server)| server.name == name || server.domain == name)
            .map(|(key, _)| key)
    }

    /// The account of `ada@alpha` or `ada@alpha.localhost:1234`.
    pub(crate) fn person_named(&self, who: &str) -> Option<PersonKey> {
        let (username, server) = who.trim_start_matches('@').split_once('@')?;
        let server = self.server_named(server)?;
        self.local_person(server, username)
    }

    /// The local account with this user name, whatever its case.
    pub(crate) fn local_person(&self, server: ServerKey, username: &str) -> Option<PersonKey> {
        self.servers[server]
            .locals
            .get(&username.to_lowercase())
            .copied()
    }

    /// Keeps an uploaded file and gives its number.
    pub(crate) fn store_file(&mut self, content_type: &str, bytes: bytes::Bytes) -> u64 {
        let number = self.files.keys().next_back().map_or(1, |last| last + 1);
        self.files.insert(number, (content_type.to_owned(), bytes));
        if self.files.len() > MOST_FILES {
            self.files.pop_first();
        }
        number
    }

    /// An uploaded file.
    pub(crate) fn file(&self, number: u64) -> Option<(String, bytes::Bytes)> {
        self.files.get(&number).cloned()
    }

    /// Ends a token and the streams that were opened with it.
    pub(crate) fn end_token(&mut self, server: ServerKey, token: &str) -> bool {
        let known = self.servers[server].registry.revoke(token).is_some();
        self.servers[server].hub.close_token(token);
        known
    }

    /// Sets a server's faults and tells its streams of those that concern them.
    pub(crate) fn set_faults(&mut self, server: ServerKey, faults: crate::faults::Faults) {
        let here = &mut self.servers[server];
        here.hub.access = crate::stream::hub::Access {
            live: faults.live_access() != "disabled",
            hashtag: faults.hashtag_access() != "disabled",
            silent_hashtags: faults.silent_hashtag_streams,
        };
        here.hub.mute = faults.silent_streams;
        here.faults = faults;
    }

    /// A fresh id on `server` for something of `moment`.
    pub(crate) fn new_id(&mut self, server: ServerKey, moment: i64) -> LocalId {
        let seed = self.seed;
        let server = &mut self.servers[server];
        server.ids_given += 1;
        let mut sequence =
            scatter(seed ^ server.ids_given ^ scatter(u64::try_from(moment).unwrap_or(0)));
        loop {
            let id = LocalId::of_moment(moment, u16::try_from(sequence & 0xffff).unwrap_or(0));
            if !server.statuses.contains_key(&id) && !server.accounts.contains_key(&id) {
                return id;
            }
            sequence = sequence.wrapping_add(1);
        }
    }

    /// True with the given chance; draws from the world's generator only when the chance is a real one.
    pub(crate) fn chance(&mut self, share: f64) -> bool {
        if share <= 0.0 {
            false
        } else if share >= 1.0 {
            true
        } else {
            self.rng.random_bool(share)
        }
    }

    /// One of a slice, or `None` when it is empty.
    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        if from.is_empty() {
            return None;
        }
        let at = self.rng.random_range(0..from.len());
        from.get(at)
    }

    /// Adds a person to the world; every server knows them from the start, each by its own id.
    pub(crate) fn add_person(&mut self, mut person: Person) -> PersonKey {
        let keys: Vec<ServerKey> = self.servers.keys().collect();
        let username = person.username.to_lowercase();
        let (home, created) = (person.home, person.created_ms);
        for (distance, server) in keys.iter().enumerate() {
            let met = if *server == home {
                created
            } else {
                created + 60_000 * i64::try_from(distance + 1).unwrap_or(1)
            };
            let id = self.new_id(*server, met);
            person.ids.insert(*server, id);
        }
        let ids = person.ids.clone();
        let key = self.people.push(person);
        for (server, id) in ids {
            self.servers[server].accounts.insert(id, key);
        }
        self.servers[home].locals.insert(username, key);
        key
    }

    /// The post behind a local id when this server has it and it lives there.
    pub(crate) fn living_post(&self, server: ServerKey, id: LocalId) -> Option<PostKey> {
        let post = *self.servers[server].statuses.get(&id)?;
        self.lives_on(server, post).then_some(post)
    }

    /// Whether the server has the post and has not been told of its end.
    pub(crate) fn lives_on(&self, server: ServerKey, post: PostKey) -> bool {
        self.posts[post]
            .copies
            .get(&server)
            .is_some_and(|copy| !copy.gone)
    }

    /// Whether `viewer` (an account of `server`, or nobody) may read the post there.
    pub(crate) fn may_read(&self, post: PostKey, viewer: Option<PersonKey>) -> bool {
        let post = &self.posts[post];
        if post.visibility.is_open() {
            return true;
        }
        let Some(viewer) = viewer else { return false };
        post.author == viewer
            || post.current().mentions.contains(&viewer)
            || (post.visibility == model::Visibility::Private && self.follows(viewer, post.author))
    }

    /// Whether the one account follows the other.
    pub(crate) fn follows(&self, who: PersonKey, whom: PersonKey) -> bool {
        self.people[who].following.contains(&whom)
    }

    /// The local accounts of `server` that have `author`'s posts in their home timeline, the author included.
    pub(crate) fn home_readers(&self, server: ServerKey, author: PersonKey) -> BTreeSet<PersonKey> {
        let mut readers: BTreeSet<PersonKey> = self.servers[server]
            .locals
            .values()
            .copied()
            .filter(|person| self.follows(*person, author))
            .collect();
        if self.people[author].home == server {
            readers.insert(author);
        }
        readers
    }
}

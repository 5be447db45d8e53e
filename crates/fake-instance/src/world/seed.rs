//! The world before its beginning: servers, people, and what they wrote in the last weeks.
use std::collections::{BTreeMap, BTreeSet};

use rand::Rng;

use crate::arena::{Arena, PersonKey, PostKey, ServerKey};
use crate::faults::Faults;
use crate::ids::{scatter, scatter_text};
use crate::limits::Limiter;
use crate::oauth::Registry;
use crate::options::Software;
use crate::spec::{EditSpec, PostSpec};
use crate::stream::hub::Hub;
use crate::world::World;
use crate::world::model::{Emoji, Person, Server};
use crate::world::people::{CAST, EMOJIS, PLACES, Role, Trait};
use crate::world::words;

/// How far back the seeded posts go.
const HISTORY_MS: i64 = 14 * 86_400_000;
/// Lengths of the seeded threads.
const DEEP: usize = 40;
const WIDE: usize = 50;

impl World {
    /// Opens a server at these ports of loopback.
    pub(crate) fn open_server(
        &mut self,
        name: &str,
        port: u16,
        streaming_port: u16,
        software: Software,
        locale: &str,
    ) -> ServerKey {
        let order = self.servers.count();
        let (title, description) = PLACES
            .get(order % PLACES.len())
            .copied()
            .unwrap_or_default();
        let domain = format!("{name}.localhost:{port}");
        self.servers.push(Server {
            name: name.to_owned(),
            base: format!("http://{domain}"),
            domain,
            streaming_domain: format!("streaming.{name}.localhost:{streaming_port}"),
            software,
            locale: locale.to_owned(),
            title: title.to_owned(),
            description: description.to_owned(),
            statuses: BTreeMap::new(),
            accounts: BTreeMap::new(),
            locals: BTreeMap::new(),
            desks: BTreeMap::new(),
            emojis: EMOJIS
                .iter()
                .map(|(shortcode, category)| Emoji {
                    shortcode: (*shortcode).to_owned(),
                    category: category.map(str::to_owned),
                    look: scatter_text(shortcode),
                })
                .collect(),
            hub: Hub::of(software),
            faults: Faults::default(),
            limiter: Limiter::default(),
            registry: Registry::new(scatter(self.seed ^ scatter_text(name))),
            ids_given: 0,
            small_ids: 0,
            reader: None,
            reader_token: String::new(),
        })
    }

    /// Fills the world with people and with so many posts of the past.
    pub(crate) fn populate(&mut self, history: usize) {
        let servers: Vec<ServerKey> = self.servers.keys().collect();
        let mut before = None;
        for (number, role) in CAST.iter().enumerate() {
            if let Some(home) = servers.get(number % servers.len().max(1)) {
                let person = self.cast(*home, role, before);
                before = Some(person);
            }
        }
        self.befriend();
        for server in servers {
            self.admit_reader(server);
        }
        if history > 0 {
            self.write_history(history);
        }
    }

    fn cast(&mut self, home: ServerKey, role: &Role, before: Option<PersonKey>) -> PersonKey {
        let has = |wanted: Trait| role.traits.contains(&wanted);
        let look = scatter(scatter_text(role.username) ^ self.seed);
        let age = i64::try_from(look % 1_500).unwrap_or(0) + 30;
        let now = self.now();
        let site = format!("https://{}.example", role.username.replace('_', "-"));
        let fields = match look % 3 {
            0 => vec![("Site".to_owned(), site, Some(now - 86_400_000 * 9))],
            1 => vec![
                ("Pronouns".to_owned(), "they/them".to_owned(), None),
                ("Site".to_owned(), site, None),
            ],
            _ => Vec::new(),
        };
        self.add_person(Person {
            home,
            username: role.username.to_owned(),
            display_name: role.display_name.to_owned(),
            note: role.note.to_owned(),
            fields,
            bot: has(Trait::Bot),
            locked: has(Trait::Locked),
            group: has(Trait::Group),
            discoverable: if has(Trait::Hidden) {
                Some(false)
            } else {
                Some(true).filter(|_| !look.is_multiple_of(7))
            },
            indexable: has(Trait::Indexable),
            noindex: has(Trait::NoIndex),
            hide_collections: has(Trait::Private).then_some(true),
            created_ms: now - age * 86_400_000,
            moved_to: before.filter(|_| has(Trait::Moved)),
            language: role.language.to_owned(),
            look,
            crowd: look % 4_000,
            ids: BTreeMap::new(),
            following: BTreeSet::new(),
            pinned: Vec::new(),
            written: 0,
            last_written_ms: None,
        })
    }

    /// Everybody follows about a third of the others.
    fn befriend(&mut self) {
        let everybody: Vec<PersonKey> = self.people.keys().collect();
        for one in &everybody {
            for other in &everybody {
                if one != other && self.chance(0.34) {
                    self.people[*one].following.insert(*other);
                }
            }
        }
    }

    /// The bare account whose token a relay uses.
    fn admit_reader(&mut self, server: ServerKey) {
        let spec = crate::spec::AccountSpec {
            display_name: "Reader".to_owned(),
            note: "Only reads.".to_owned(),
            discoverable: Some(false),
            ..Default::default()
        };
        let reader = self.new_account(server, "reader", &spec);
        let now = self.now();
        let scopes = ["read", "write", "follow", "push"]
            .map(str::to_owned)
            .to_vec();
        let registry = &mut self.servers[server].registry;
        let app = registry.register(
            "Reader",
            None,
            scopes.clone(),
            vec![crate::oauth::routes::OUT_OF_BAND.to_owned()],
        );
        let grant = registry.make_token(app.number, Some(reader), scopes, now);
        let here = &mut self.servers[server];
        here.reader_token = grant.token;
        here.reader = Some(reader);
    }

    /// Those who write: everybody of the cast but readers and those who moved away.
    pub(crate) fn writers(&self) -> Vec<PersonKey> {
        let readers: Vec<PersonKey> = self
            .servers
            .iter()
            .filter_map(|(_, server)| server.reader)
            .collect();
        let writes = |(key, person): &(PersonKey, &Person)| {
            person.moved_to.is_none() && !readers.contains(key)
        };
        self.people
            .iter()
            .filter(writes)
            .map(|(key, _)| key)
            .collect()
    }

    fn write_history(&mut self, posts: usize) {
        let now = self.now();
        let count = i64::try_from(posts).unwrap_or(1).max(1);
        let mut written: Vec<PostKey> = Vec::new();
        for number in 0..posts {
            let step = HISTORY_MS / count;
            // Newer days are busier, as a timeline that one opens is.
            let share = number as f64 / posts as f64;
            let age = ((1.0 - share).powi(2) * HISTORY_MS as f64) as i64;
            let moment = now - age - self.rng.random_range(0..step.clamp(2, 600_000)) - 60_000;
            let written_now = self.past_post(number, moment, &written);
            written.extend(written_now);
        }
        self.write_threads(now);
        self.react(&written);
    }

    /// One post of the past, now and then an answer.
    fn past_post(&mut self, number: usize, moment: i64, before: &[PostKey]) -> Option<PostKey> {
        let mut spec = self.saying(number);
        spec.created_at = Some(moment);
        let parent = if self.chance(0.18) {
            self.pick(before).copied()
        } else {
            None
        };
        if let Some(parent) = parent.filter(|parent| self.posts[*parent].created_ms < moment) {
            spec = PostSpec {
                created_at: Some(moment),
                ..self.answer_to(parent)
            };
        }
        let author = self.author_of(&spec)?;
        Some(self.publish_at_rest(author, &spec))
    }

    /// Publishes a post that has long been everywhere.
    fn publish_at_rest(&mut self, author: PersonKey, spec: &PostSpec) -> PostKey {
        // A tenth of all posts never reached some server: that is what makes reading several worthwhile.
        let names: Vec<String> = self
            .servers
            .iter()
            .map(|(_, server)| server.name.clone())
            .collect();
        let mut reached = Vec::new();
        for name in names {
            if self.chance(0.9) {
                reached.push(name);
            }
        }
        let spec = PostSpec {
            delay_ms: Some(0),
            servers: spec.servers.clone().or(Some(reached)),
            ..spec.clone()
        };
        let post = self.publish(author, &spec, Vec::new());
        self.posts[post].crowd = self.draw_crowd();
        post
    }

    pub(crate) fn draw_crowd(&mut self) -> (u64, u64) {
        let popular = self.chance(0.12);
        let most = if popular { 900 } else { 24 };
        let favourites = self.rng.random_range(0..most);
        (favourites, favourites / self.rng.random_range(2..6))
    }

    /// One thread that goes deep and one that goes wide.
    fn write_threads(&mut self, now: i64) {
        // The first of the cast has not opted out of anything, so the threads are seen everywhere.
        let Some(starter) = self.writers().first().copied() else {
            return;
        };
        for (opening, length, deep) in [
            (
                "A story in forty parts, one reply at a time. Come along. #storytelling",
                DEEP,
                true,
            ),
            (
                "Roll call! Which server are you on, and what do you see from your window? #rollcall",
                WIDE,
                false,
            ),
        ] {
            let start = now - 7_200_000;
            let everywhere: Vec<String> = self
                .servers
                .iter()
                .map(|(_, server)| server.name.clone())
                .collect();
            let first = PostSpec::text(opening)
                .created_at(start)
                .servers(everywhere.clone());
            let root = self.publish_at_rest(starter, &first);
            let mut parent = root;
            for number in 0..length {
                let author = if deep && number % 3 != 2 {
                    Some(starter)
                } else {
                    self.speaker(None)
                };
                let Some(author) = author else { continue };
                let moment = start + 60_000 + i64::try_from(number).unwrap_or(0) * 90_000;
                let mut spec = PostSpec {
                    created_at: Some(moment),
                    servers: Some(everywhere.clone()),
                    ..self.answer_to(parent)
                };
                if deep && author == starter {
                    let part = words::STORY.get(number % words::STORY.len()).copied();
                    let told = self.say(part.unwrap_or_default());
                    spec.text = format!("{}/{length} {told}", number + 1);
                    spec.language = Some("en".to_owned());
                }
                let answer = self.publish_at_rest(author, &spec);
                parent = if deep { answer } else { root };
            }
        }
    }

    /// Boosts, favourites, edits and deletes of the past.
    fn react(&mut self, written: &[PostKey]) {
        let writers = self.writers();
        for (number, post) in written.iter().enumerate() {
            for _ in 0..self.rng.random_range(0..4_u32) {
                if let Some(fan) = self.pick(&writers).copied() {
                    self.favourite(fan, *post);
                }
            }
            if number % 11 == 4
                && let Some(fan) = self.pick(&writers).copied()
            {
                self.boost(fan, *post);
            }
            if number % 17 == 6 {
                let text = format!(
                    "{}\n\nEdit: fixed a typo, the heron insisted.",
                    self.posts[*post].current().text
                );
                self.edit(
                    *post,
                    &EditSpec {
                        delay_ms: Some(0),
                        ..EditSpec::text(text)
                    },
                );
            }
            if number % 29 == 13 {
                self.delete(*post, Some(0));
            }
        }
        for server in self.servers.keys().collect::<Vec<_>>() {
            let local = self.servers[server].locals.values().next().copied();
            let own = written.iter().find(|post| {
                Some(self.posts[**post].author) == local && self.lives_on(server, **post)
            });
            if let (Some(person), Some(post)) = (local, own) {
                self.people[person].pinned.push(*post);
            }
        }
    }

    /// Takes every post away and writes so many new ones of the past; people, tokens and streams stay.
    pub(crate) fn wipe(&mut self, history: usize) {
        self.posts = Arena::default();
        self.by_uri.clear();
        self.agenda.clear();
        for person in self.people.keys().collect::<Vec<_>>() {
            let person = &mut self.people[person];
            person.pinned.clear();
            person.written = 0;
            person.last_written_ms = None;
        }
        for server in self.servers.keys().collect::<Vec<_>>() {
            self.set_faults(server, Faults::default());
            let server = &mut self.servers[server];
            server.statuses.clear();
            server.desks.clear();
            server.limiter.reset();
        }
        if history > 0 {
            self.write_history(history);
        }
        self.begin_life();
    }
}

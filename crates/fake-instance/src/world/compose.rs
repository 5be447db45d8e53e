//! From a caller's wish to a post's first version.
use std::collections::BTreeMap;

use rand::Rng;

use crate::arena::{PersonKey, ServerKey};
use crate::ids::{scatter, scatter_text};
use crate::spec::{AccountSpec, CardSpec, MediaSpec, PollSpec, PostSpec};
use crate::world::World;
use crate::world::model::{Card, Media, MediaKind, Person, Poll, Version};
use crate::world::text::{self, Piece};

/// A day, the life of a poll that names none.
const DEFAULT_POLL_SECONDS: i64 = 86_400;

impl World {
    /// The version that `spec` describes, by `author` at `at_ms`. `ready_media` were uploaded before.
    pub(crate) fn compose(
        &mut self,
        author: PersonKey,
        spec: &PostSpec,
        ready_media: Vec<Media>,
        at_ms: i64,
    ) -> Version {
        let home = self.people[author].home;
        let mut media = ready_media;
        for wanted in &spec.media {
            let drawn = self.rng.random();
            media.push(self.draw_media(wanted, drawn));
        }
        let card = spec.card.as_ref().map(|card| self.draw_card(card));
        let (mentions, tags) = self.entities_of(home, &spec.text);
        Version {
            at_ms,
            text: spec.text.clone(),
            html: spec.html.clone(),
            spoiler: spec.spoiler_text.clone(),
            sensitive: spec.sensitive || !spec.spoiler_text.is_empty(),
            language: Some(
                spec.language
                    .clone()
                    .unwrap_or_else(|| self.people[author].language.clone()),
            ),
            media,
            card,
            poll_options: spec.poll.as_ref().map(|poll| poll.options.clone()),
            mentions,
            tags,
        }
    }

    /// Who is mentioned and which tags are used in a text written on `home`.
    pub(crate) fn entities_of(&self, home: ServerKey, text: &str) -> (Vec<PersonKey>, Vec<String>) {
        let (mut mentions, mut tags) = (Vec::new(), Vec::<String>::new());
        for piece in text::pieces(text) {
            match piece {
                Piece::Mention(name, server) => {
                    if let Some(person) = self.mentioned(home, name, server)
                        && !mentions.contains(&person)
                    {
                        mentions.push(person);
                    }
                }
                Piece::Hashtag(tag)
                    if !tags
                        .iter()
                        .any(|known| text::tag_name(known) == text::tag_name(tag)) =>
                {
                    tags.push(tag.to_owned());
                }
                _ => {}
            }
        }
        (mentions, tags)
    }

    /// The account behind `@name[@server]` in a text written on `home`.
    pub(crate) fn mentioned(
        &self,
        home: ServerKey,
        name: &str,
        server: Option<&str>,
    ) -> Option<PersonKey> {
        let server = match server {
            Some(server) => self.server_named(server)?,
            None => home,
        };
        self.local_person(server, name)
    }

    /// An attachment as asked for; `look` decides its picture unless the wish does.
    fn draw_media(&mut self, wanted: &MediaSpec, look: u64) -> Media {
        let now = self.now();
        let kind = MediaKind::read(wanted.kind.as_deref().unwrap_or("image"));
        let servers: Vec<ServerKey> = self.servers.keys().collect();
        let mut ids = BTreeMap::new();
        for server in servers {
            ids.insert(server, self.new_id(server, now));
        }
        Media {
            kind,
            look: wanted.look.unwrap_or(look),
            width: wanted.width.unwrap_or(640).clamp(1, 2_000),
            height: wanted.height.unwrap_or(427).clamp(1, 2_000),
            description: wanted.description.clone(),
            focus: wanted.focus,
            ids,
            ready_ms: 0,
            file: None,
        }
    }

    fn draw_card(&self, card: &CardSpec) -> Card {
        Card {
            url: card.url.clone(),
            title: card.title.clone(),
            description: card.description.clone(),
            provider: card.provider.clone(),
            author: card
                .author
                .as_deref()
                .and_then(|author| self.person_named(author)),
            kind: "link",
            look: card.look,
            published_ms: Some(
                self.now() - i64::try_from(scatter_text(&card.url) % 500_000_000).unwrap_or(0),
            ),
        }
    }

    /// The poll that `spec` asks for.
    pub(crate) fn open_poll(spec: &PollSpec, at_ms: i64) -> Poll {
        let seconds = if spec.expires_in == 0 {
            DEFAULT_POLL_SECONDS
        } else {
            spec.expires_in
        };
        let mut crowd = spec.crowd.clone();
        crowd.resize(spec.options.len(), 0);
        Poll {
            options: spec.options.clone(),
            multiple: spec.multiple,
            hide_totals: spec.hide_totals,
            expires_ms: Some(at_ms + seconds * 1_000),
            crowd,
            votes: BTreeMap::new(),
        }
    }

    /// The account `username` on `home`, made if there is none.
    pub(crate) fn person_or_new(&mut self, home: ServerKey, username: &str) -> PersonKey {
        match self.local_person(home, username) {
            Some(person) => person,
            None => self.new_account(home, username, &AccountSpec::default()),
        }
    }

    /// A new account on `home`.
    pub(crate) fn new_account(
        &mut self,
        home: ServerKey,
        username: &str,
        spec: &AccountSpec,
    ) -> PersonKey {
        let look = scatter(scatter_text(username) ^ self.seed);
        let created_ms = self.now() - 40 * 86_400_000;
        self.add_person(Person {
            home,
            username: username.to_owned(),
            display_name: spec.display_name.clone(),
            note: spec.note.clone(),
            fields: Vec::new(),
            bot: spec.bot,
            locked: spec.locked,
            group: false,
            discoverable: spec.discoverable.or(Some(true)),
            indexable: spec.indexable,
            noindex: spec.noindex,
            hide_collections: None,
            created_ms,
            moved_to: None,
            language: "en".to_owned(),
            look,
            crowd: look % 400,
            ids: BTreeMap::new(),
            following: std::collections::BTreeSet::new(),
            pinned: Vec::new(),
            written: 0,
            last_written_ms: None,
        })
    }
}

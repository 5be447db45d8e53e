//! What the world tells: stream events for arrivals, edits and ends, and notifications for people.
use rand::Rng;

use crate::arena::{PersonKey, PostKey, ServerKey};
use crate::render;
use crate::stream::event::{Event, Kind, Route};
use crate::world::World;
use crate::world::federate::Due;
use crate::world::model::{Notice, Visibility};
use crate::world::text::stream_tag;

/// Most notifications that an account keeps.
const MOST_NOTICES: usize = 500;

impl World {
    /// Streams a post that a server has just got.
    pub(crate) fn announce_arrival(&mut self, server: ServerKey, post: PostKey) {
        self.announce(server, post, Kind::Update);
        if self.posts[post].reblog_of.is_some() {
            return;
        }
        let author = self.posts[post].author;
        for person in self.posts[post].current().mentions.clone() {
            if self.people[person].home == server && person != author {
                self.notice(person, "mention", author, Some(post));
            }
        }
    }

    /// Streams an edit that a server has just seen.
    pub(crate) fn announce_edit(&mut self, server: ServerKey, post: PostKey) {
        self.announce(server, post, Kind::StatusUpdate);
    }

    /// Streams the end of a post.
    pub(crate) fn announce_end(&mut self, server: ServerKey, post: PostKey) {
        self.announce(server, post, Kind::Delete);
    }

    fn announce(&mut self, server: ServerKey, post: PostKey, kind: Kind) {
        if self.servers[server].hub.is_empty() {
            return;
        }
        let route = self.route(server, post, kind);
        if route.leads_nowhere() {
            return;
        }
        let payload = match kind {
            Kind::Delete => {
                let form = self.servers[server].software.id_form();
                self.posts[post]
                    .copies
                    .get(&server)
                    .map(|copy| form.write(copy.id))
                    .unwrap_or_default()
            }
            _ => {
                let mut status = render::status::status(self, server, post, None);
                if let Some(approval) = status
                    .get_mut("quote_approval")
                    .and_then(|value| value.as_object_mut())
                {
                    approval.insert("current_user".to_owned(), "denied".into());
                }
                status.to_string()
            }
        };
        self.emit(server, Event::new(kind, payload, route));
    }

    /// Which streams an event of a post belongs to.
    fn route(&self, server: ServerKey, post: PostKey, kind: Kind) -> Route {
        let row = &self.posts[post];
        let original = &self.posts[row.reblog_of.unwrap_or(post)];
        let version = original.seen_by(server);
        let public = row.visibility == Visibility::Public;
        let boost = row.reblog_of.is_some();
        let reply_to_other = row
            .in_reply_to
            .is_some_and(|parent| self.posts[parent].author != row.author);
        // An end is told to every stream that may have carried the post; an arrival is not a boost and not a reply to others.
        let on_public = public && !boost && (kind == Kind::Delete || !reply_to_other);
        let tags = if public && !boost {
            version.tags.iter().map(|tag| stream_tag(tag)).collect()
        } else {
            Vec::new()
        };
        let mut readers = if row.visibility == Visibility::Direct {
            std::collections::BTreeSet::new()
        } else {
            self.home_readers(server, row.author)
        };
        if let Some(parent) = row.in_reply_to {
            let answered = self.posts[parent].author;
            readers.retain(|reader| {
                *reader == row.author || *reader == answered || self.follows(*reader, answered)
            });
        }
        let mentioned = version
            .mentions
            .iter()
            .copied()
            .filter(|person| self.people[*person].home == server);
        Route {
            public: on_public,
            local: self.people[row.author].home == server,
            media: !version.media.is_empty(),
            tags,
            lists: self.lists_with(server, row.author, &readers),
            readers,
            direct: row.visibility == Visibility::Direct && kind == Kind::Delete,
            mentioned: if kind == Kind::StatusUpdate {
                mentioned.collect()
            } else {
                Vec::new()
            },
            notified: None,
            viewers: if row.visibility.is_open() {
                None
            } else {
                Some(self.insiders(server, post))
            },
        }
    }

    /// The local accounts that may read a post that is not open.
    fn insiders(&self, server: ServerKey, post: PostKey) -> std::collections::BTreeSet<PersonKey> {
        self.servers[server]
            .locals
            .values()
            .copied()
            .filter(|person| self.may_read(post, Some(*person)))
            .collect()
    }

    fn lists_with(
        &self,
        server: ServerKey,
        author: PersonKey,
        readers: &std::collections::BTreeSet<PersonKey>,
    ) -> Vec<(PersonKey, u64)> {
        let mut found = Vec::new();
        for reader in readers {
            let Some(desk) = self.servers[server].desks.get(reader) else {
                continue;
            };
            for (number, list) in &desk.lists {
                if list.members.contains(&author) {
                    found.push((*reader, *number));
                }
            }
        }
        found
    }

    /// Sends an event through the server's faults.
    pub(crate) fn emit(&mut self, server: ServerKey, event: Event) {
        let faults = self.servers[server].faults.clone();
        if faults.silent_streams {
            return;
        }
        let lost = match event.kind {
            Kind::Update | Kind::StatusUpdate => faults.drop_updates,
            Kind::Delete => faults.drop_deletes,
            _ => 0.0,
        };
        if self.chance(lost) {
            return;
        }
        let mut event = event;
        event.malformed = self.chance(faults.malformed_frames);
        let times = if self.chance(faults.duplicate) { 2 } else { 1 };
        for _ in 0..times {
            let mut wait = faults.delay_ms;
            if matches!(event.kind, Kind::Update | Kind::StatusUpdate) {
                wait += faults.update_lag_ms;
            }
            if faults.reorder_ms > 0 {
                wait += self.rng.random_range(0..=faults.reorder_ms);
            }
            if wait == 0 {
                self.servers[server].hub.send(&event);
            } else {
                self.plan(
                    wait,
                    Due::Send {
                        server,
                        event: event.clone(),
                    },
                );
            }
        }
    }

    /// Tells a post's author on their own server that somebody did something with it.
    pub(crate) fn notify_about(&mut self, kind: &'static str, from: PersonKey, post: PostKey) {
        let author = self.posts[post].author;
        if author != from {
            self.notice(author, kind, from, Some(post));
        }
    }

    /// Puts a notification on a person's desk and streams it.
    pub(crate) fn notice(
        &mut self,
        to: PersonKey,
        kind: &'static str,
        from: PersonKey,
        post: Option<PostKey>,
    ) {
        let home = self.people[to].home;
        let at_ms = self.server_now(home);
        let id = self.servers[home].next_small_id();
        let notice = Notice {
            id,
            kind,
            at_ms,
            from,
            post,
        };
        let desk = self.servers[home].desk(to);
        desk.notices.push(notice.clone());
        if desk.notices.len() > MOST_NOTICES {
            desk.notices.remove(0);
        }
        if !self.servers[home].hub.is_empty() {
            let payload = render::notification::notification(self, home, to, &notice).to_string();
            self.emit(
                home,
                Event::new(Kind::Notification, payload, Route::notifying(to)),
            );
        }
    }
}

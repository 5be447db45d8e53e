//! How posts, edits and deletes travel from server to server, and everything else that happens later.
use rand::Rng;

use crate::arena::{PostKey, ServerKey};
use crate::clock::whole_seconds;
use crate::stream::event::Event;
use crate::world::World;
use crate::world::model::Witness;

/// Most things that may wait to happen; the newest wish beyond it happens at once instead.
const MOST_PLANNED: usize = 500_000;

/// Something that happens at its moment.
#[derive(Clone, Debug)]
pub(crate) enum Due {
    /// A post reaches a server.
    Arrival { post: PostKey, server: ServerKey },
    /// An edit reaches a server.
    Version {
        post: PostKey,
        server: ServerKey,
        number: usize,
    },
    /// A delete reaches a server.
    End { post: PostKey, server: ServerKey },
    /// A late stream event is sent.
    Send { server: ServerKey, event: Event },
    /// The living world does its next thing.
    Life,
    /// A post that waited for its hour is written.
    Scheduled {
        server: ServerKey,
        person: crate::arena::PersonKey,
        number: u64,
    },
}

impl World {
    /// Plans something for `delay_ms` from now.
    pub(crate) fn plan(&mut self, delay_ms: u64, due: Due) {
        let delay = i64::try_from(delay_ms).unwrap_or(i64::MAX / 4);
        if delay == 0 || self.agenda.len() >= MOST_PLANNED {
            return self.happen(due);
        }
        self.planned += 1;
        let moment = self.now().saturating_add(delay);
        self.agenda.insert((moment, self.planned), due);
    }

    /// A delay of the world's range.
    pub(crate) fn draw_delay(&mut self) -> u64 {
        let range = self.federation_delay.clone();
        self.rng.random_range(range)
    }

    /// Lets everything happen whose moment has come, and tells when the next one comes.
    pub(crate) fn catch_up(&mut self) -> Option<i64> {
        loop {
            let now = self.now();
            let next = self.agenda.keys().next().copied()?;
            if next.0 > now {
                return Some(next.0);
            }
            if let Some(due) = self.agenda.remove(&next) {
                self.happen(due);
            }
        }
    }

    fn happen(&mut self, due: Due) {
        match due {
            Due::Arrival { post, server } => self.arrive(server, post),
            Due::Version {
                post,
                server,
                number,
            } => self.see_version(server, post, number),
            Due::End { post, server } => self.forget(server, post),
            Due::Send { server, event } => self.servers[server].hub.send(&event),
            Due::Life => self.live(),
            Due::Scheduled {
                server,
                person,
                number,
            } => self.write_scheduled(server, person, number),
        }
    }

    /// Plans the arrival of a post on a server.
    pub(crate) fn plan_arrival(&mut self, post: PostKey, server: ServerKey, delay_ms: u64) {
        let late = self.servers[server].faults.late_arrivals_ms;
        self.plan(delay_ms.saturating_add(late), Due::Arrival { post, server });
    }

    /// A post reaches a server: it gets an id of its date, not of its arrival.
    pub(crate) fn arrive(&mut self, server: ServerKey, post: PostKey) {
        if self.posts[post].copies.contains_key(&server) {
            return;
        }
        // A boost brings its post along; one whose post is gone has nothing to bring.
        if let Some(original) = self.posts[post].reblog_of {
            if self.posts[original].deleted_ms.is_some() && !self.lives_on(server, original) {
                return;
            }
            self.arrive(server, original);
        }
        self.place(server, post);
        self.announce_arrival(server, post);
    }

    /// Puts a copy on a server without telling streams.
    pub(crate) fn place(&mut self, server: ServerKey, post: PostKey) {
        let moment = whole_seconds(self.posts[post].created_ms);
        let id = self.new_id(server, moment);
        let arrived_ms = self.now();
        // The origin serves its newest version to whoever fetches late.
        let version = self.posts[post].versions.len().saturating_sub(1);
        self.posts[post].copies.insert(
            server,
            Witness {
                id,
                arrived_ms,
                version,
                gone: false,
            },
        );
        self.servers[server].statuses.insert(id, post);
    }

    /// A server learns of an edit.
    pub(crate) fn see_version(&mut self, server: ServerKey, post: PostKey, number: usize) {
        let Some(copy) = self.posts[post].copies.get_mut(&server) else {
            // The edit of a post that never came brings the post.
            if self.posts[post].deleted_ms.is_none() {
                self.arrive(server, post);
            }
            return;
        };
        if copy.gone || copy.version > number {
            return;
        }
        copy.version = number;
        self.announce_edit(server, post);
    }

    /// A server learns of a delete; when the post has not come yet, it never will.
    pub(crate) fn forget(&mut self, server: ServerKey, post: PostKey) {
        match self.posts[post].copies.get_mut(&server) {
            Some(copy) if copy.gone => {}
            Some(copy) => {
                copy.gone = true;
                self.announce_end(server, post);
            }
            None => {
                let id = self.new_id(server, whole_seconds(self.posts[post].created_ms));
                let arrived_ms = self.now();
                self.posts[post].copies.insert(
                    server,
                    Witness {
                        id,
                        arrived_ms,
                        version: 0,
                        gone: true,
                    },
                );
            }
        }
    }
}

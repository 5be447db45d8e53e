//! What people do: write, edit, delete, boost, favourite, vote, follow.
use std::collections::{BTreeMap, BTreeSet};

use crate::arena::{PersonKey, PostKey};
use crate::clock::whole_seconds;
use crate::spec::{EditSpec, PostSpec, Published};
use crate::world::World;
use crate::world::federate::Due;
use crate::world::model::{Media, Post, Version, Visibility, Witness};

impl World {
    /// The post with this `uri` or `url`.
    pub(crate) fn post_at(&self, address: &str) -> Option<PostKey> {
        self.by_uri.get(address).copied()
    }

    /// How a caller names a post afterwards.
    pub(crate) fn published(&self, post: PostKey) -> Published {
        let row = &self.posts[post];
        let home = self.people[row.author].home;
        let form = self.servers[home].software.id_form();
        Published {
            uri: row.uri.clone(),
            url: row.url.clone(),
            id: row
                .copies
                .get(&home)
                .map(|copy| form.write(copy.id))
                .unwrap_or_default(),
        }
    }

    /// Writes a post now (or at the moment the wish names) and sends it on its way.
    pub(crate) fn publish(
        &mut self,
        author: PersonKey,
        spec: &PostSpec,
        ready_media: Vec<Media>,
    ) -> PostKey {
        let home = self.people[author].home;
        let skew = self.servers[home].faults.clock_skew_ms;
        let created_ms = spec.created_at.unwrap_or_else(|| self.now()) + skew;
        let version = self.compose(author, spec, ready_media, created_ms);
        let in_reply_to = spec
            .in_reply_to
            .as_deref()
            .and_then(|uri| self.post_at(uri));
        let quote_of = spec.quote.as_deref().and_then(|uri| self.post_at(uri));
        let visibility = spec
            .visibility
            .as_deref()
            .and_then(Visibility::read)
            .unwrap_or(Visibility::Public);
        let row = Post {
            uri: String::new(),
            url: String::new(),
            author,
            created_ms,
            visibility,
            versions: vec![version],
            in_reply_to,
            quote_of,
            quote_state: self.quote_state(author, quote_of),
            quote_policy: spec
                .quote_approval_policy
                .clone()
                .unwrap_or_else(|| "public".to_owned()),
            reblog_of: None,
            poll: spec
                .poll
                .as_ref()
                .map(|poll| Self::open_poll(poll, created_ms)),
            application: spec.application.clone(),
            copies: BTreeMap::new(),
            replies: Vec::new(),
            quotes: Vec::new(),
            boosts: BTreeMap::new(),
            favourites: BTreeSet::new(),
            crowd: (0, 0),
            deleted_ms: None,
        };
        let post = self.settle(row);
        if let Some(parent) = in_reply_to {
            self.posts[parent].replies.push(post);
        }
        if let Some(quoted) = quote_of {
            self.posts[quoted].quotes.push(post);
        }
        self.announce_arrival(home, post);
        self.spread(post, spec);
        post
    }

    fn quote_state(&self, author: PersonKey, quoted: Option<PostKey>) -> &'static str {
        let Some(quoted) = quoted else {
            return "accepted";
        };
        let quoted = &self.posts[quoted];
        match quoted.quote_policy.as_str() {
            _ if quoted.author == author => "accepted",
            "nobody" => "rejected",
            "followers" if !self.follows(author, quoted.author) => "pending",
            _ => "accepted",
        }
    }

    /// Gives a row its id, `uri` and place on its home server.
    fn settle(&mut self, mut row: Post) -> PostKey {
        let home = self.people[row.author].home;
        let id = self.new_id(home, row.created_ms);
        let server = &self.servers[home];
        let written = server.software.id_form().write(id);
        let username = &self.people[row.author].username;
        row.uri = format!("{}/users/{username}/statuses/{written}", server.base);
        row.url = format!("{}/@{username}/{written}", server.base);
        if row.reblog_of.is_some() {
            row.uri.push_str("/activity");
            row.url.clone_from(&row.uri);
        }
        let (uri, url) = (row.uri.clone(), row.url.clone());
        row.copies.insert(
            home,
            Witness {
                id,
                arrived_ms: self.now(),
                version: 0,
                gone: false,
            },
        );
        let post = self.posts.push(row);
        self.by_uri.insert(uri, post);
        self.by_uri.insert(url, post);
        self.servers[home].statuses.insert(id, post);
        let author = &mut self.people[self.posts[post].author];
        author.written += 1;
        author.last_written_ms = author
            .last_written_ms
            .max(Some(self.posts[post].created_ms));
        post
    }

    /// Plans the post's arrival on the other servers.
    fn spread(&mut self, post: PostKey, spec: &PostSpec) {
        let home = self.people[self.posts[post].author].home;
        let private = !self.posts[post].visibility.is_open();
        let others: Vec<_> = self
            .servers
            .keys()
            .filter(|server| *server != home)
            .collect();
        for server in others {
            let name = self.servers[server].name.clone();
            let drawn = self.draw_delay();
            let wanted = match &spec.servers {
                Some(names) => names.contains(&name),
                None => !private || self.concerns(post, server),
            };
            if wanted {
                let delay = spec
                    .delays_ms
                    .get(&name)
                    .copied()
                    .or(spec.delay_ms)
                    .unwrap_or(drawn);
                self.plan_arrival(post, server, delay);
            }
        }
    }

    /// Whether a post that is not open has readers on a server.
    fn concerns(&self, post: PostKey, server: crate::arena::ServerKey) -> bool {
        let row = &self.posts[post];
        self.servers[server].locals.values().any(|person| {
            row.current().mentions.contains(person)
                || (row.visibility == Visibility::Private && self.follows(*person, row.author))
        })
    }

    /// Changes a living post's words and tells the servers that have it.
    pub(crate) fn edit(&mut self, post: PostKey, spec: &EditSpec) -> bool {
        if self.posts[post].deleted_ms.is_some() {
            return false;
        }
        let mut next = self.posts[post].current().clone();
        let home = self.people[self.posts[post].author].home;
        if let Some(text) = &spec.text {
            (next.mentions, next.tags) = self.entities_of(home, text);
            next.text.clone_from(text);
            next.html = None;
        }
        if spec.html.is_some() {
            next.html.clone_from(&spec.html);
        }
        if let Some(spoiler) = &spec.spoiler_text {
            next.spoiler.clone_from(spoiler);
            next.sensitive = next.sensitive || !spoiler.is_empty();
        }
        next.sensitive = spec.sensitive.unwrap_or(next.sensitive);
        if spec.language.is_some() {
            next.language.clone_from(&spec.language);
        }
        self.edit_to(post, next, spec.delay_ms);
        true
    }

    /// Appends a version and tells the servers that have the post.
    pub(crate) fn edit_to(&mut self, post: PostKey, mut next: Version, delay_ms: Option<u64>) {
        let home = self.people[self.posts[post].author].home;
        next.at_ms = self.server_now(home);
        self.posts[post].versions.push(next);
        let number = self.posts[post].versions.len() - 1;
        self.see_version(home, post, number);
        for server in self.elsewhere(post) {
            let drawn = self.draw_delay();
            self.plan(
                delay_ms.unwrap_or(drawn),
                Due::Version {
                    post,
                    server,
                    number,
                },
            );
        }
    }

    /// Deletes a post, or takes a boost back, and tells the servers.
    pub(crate) fn delete(&mut self, post: PostKey, delay_ms: Option<u64>) -> bool {
        if self.posts[post].deleted_ms.is_some() {
            return false;
        }
        self.posts[post].deleted_ms = Some(self.now());
        let author = self.posts[post].author;
        self.people[author].written = self.people[author].written.saturating_sub(1);
        if let Some(original) = self.posts[post].reblog_of {
            self.posts[original].boosts.remove(&author);
        }
        let home = self.people[author].home;
        let others = self.elsewhere(post);
        self.forget(home, post);
        for server in others {
            let drawn = self.draw_delay();
            self.plan(delay_ms.unwrap_or(drawn), Due::End { post, server });
        }
        let boosts: Vec<PostKey> = self.posts[post].boosts.values().copied().collect();
        for boost in boosts {
            self.delete(boost, delay_ms);
        }
        true
    }

    /// The servers besides the post's home that have it or will get it.
    fn elsewhere(&self, post: PostKey) -> Vec<crate::arena::ServerKey> {
        let row = &self.posts[post];
        let home = self.people[row.author].home;
        let mut servers: BTreeSet<_> = row
            .copies
            .keys()
            .copied()
            .filter(|server| *server != home)
            .collect();
        for due in self.agenda.values() {
            if let Due::Arrival {
                post: planned,
                server,
            } = due
                && *planned == post
            {
                servers.insert(*server);
            }
        }
        servers.into_iter().collect()
    }

    /// Boosts a post; the same boost again is the boost that stands.
    pub(crate) fn boost(&mut self, who: PersonKey, post: PostKey) -> Option<PostKey> {
        let original = self.posts[post].reblog_of.unwrap_or(post);
        if let Some(standing) = self.posts[original].boosts.get(&who) {
            return Some(*standing);
        }
        let allowed =
            self.posts[original].visibility.is_open() || self.posts[original].author == who;
        if !allowed || self.posts[original].deleted_ms.is_some() {
            return None;
        }
        let home = self.people[who].home;
        let created_ms = self.server_now(home);
        let row = Post {
            uri: String::new(),
            url: String::new(),
            author: who,
            created_ms,
            visibility: Visibility::Public,
            versions: Vec::new(),
            in_reply_to: None,
            quote_of: None,
            quote_state: "accepted",
            quote_policy: "nobody".to_owned(),
            reblog_of: Some(original),
            poll: None,
            application: None,
            copies: BTreeMap::new(),
            replies: Vec::new(),
            quotes: Vec::new(),
            boosts: BTreeMap::new(),
            favourites: BTreeSet::new(),
            crowd: (0, 0),
            deleted_ms: None,
        };
        let boost = self.settle(row);
        self.posts[original].boosts.insert(who, boost);
        self.announce_arrival(home, boost);
        self.notify_about("reblog", who, original);
        self.spread(boost, &PostSpec::default());
        Some(boost)
    }

    /// Takes a boost back.
    pub(crate) fn unboost(&mut self, who: PersonKey, post: PostKey) {
        let original = self.posts[post].reblog_of.unwrap_or(post);
        if let Some(boost) = self.posts[original].boosts.get(&who).copied() {
            self.delete(boost, None);
        }
    }

    /// Favourites a post.
    pub(crate) fn favourite(&mut self, who: PersonKey, post: PostKey) {
        if self.posts[post].favourites.insert(who) {
            let home = self.people[who].home;
            let cursor = self.servers[home].next_small_id();
            self.servers[home].desk(who).favourites.insert(cursor, post);
            self.notify_about("favourite", who, post);
        }
    }

    /// Takes a favourite back.
    pub(crate) fn unfavourite(&mut self, who: PersonKey, post: PostKey) {
        self.posts[post].favourites.remove(&who);
        let home = self.people[who].home;
        self.servers[home]
            .desk(who)
            .favourites
            .retain(|_, kept| *kept != post);
    }

    /// Votes; `Err` says why not, in the words of the server.
    pub(crate) fn vote(
        &mut self,
        who: PersonKey,
        post: PostKey,
        choices: &[usize],
    ) -> Result<(), &'static str> {
        let now = self.now();
        let Some(poll) = self.posts[post].poll.as_mut() else {
            return Err("Record not found");
        };
        if poll.expires_ms.is_some_and(|end| end <= now) {
            return Err("Validation failed: The poll has already ended");
        }
        if poll.votes.contains_key(&who) {
            return Err("Validation failed: You have already voted on this poll");
        }
        let fits = choices.iter().all(|choice| *choice < poll.options.len());
        if choices.is_empty() || !fits || (choices.len() > 1 && !poll.multiple) {
            return Err("Validation failed: The chosen vote option does not exist");
        }
        poll.votes.insert(who, choices.to_vec());
        Ok(())
    }

    /// Follows; locked accounts accept at once in this world.
    pub(crate) fn follow(&mut self, who: PersonKey, whom: PersonKey) {
        if who != whom && self.people[who].following.insert(whom) {
            self.notice(whom, "follow", who, None);
        }
    }

    /// The date that a server shows: exact at home, whole seconds elsewhere.
    pub(crate) fn shown_created(&self, post: PostKey, server: crate::arena::ServerKey) -> i64 {
        let row = &self.posts[post];
        if self.people[row.author].home == server {
            row.created_ms
        } else {
            whole_seconds(row.created_ms)
        }
    }
}

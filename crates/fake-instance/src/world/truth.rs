//! The whole truth, for an oracle that has to know what every reader should have seen.
use std::collections::BTreeMap;

use serde::Serialize;

use crate::clock::iso;
use crate::render::account::uri;
use crate::render::status::own_html;
use crate::world::World;
use crate::world::text::tag_name;

/// Everything that was ever written and where it is now.
#[derive(Clone, Debug, Serialize)]
pub struct Truth {
    /// The world's now in Unix milliseconds.
    pub now_ms: i64,
    /// Domains by server name.
    pub servers: BTreeMap<String, String>,
    /// All posts, boosts left out, in the order of writing.
    pub posts: Vec<TruePost>,
    /// Things that are still to happen: arrivals, edits, deletes, late events.
    pub pending: usize,
}

impl Truth {
    /// The posts that have not been deleted.
    pub fn living(&self) -> impl Iterator<Item = &TruePost> {
        self.posts.iter().filter(|post| !post.deleted)
    }

    /// The post of a `uri`.
    pub fn post(&self, uri: &str) -> Option<&TruePost> {
        self.posts.iter().find(|post| post.uri == uri)
    }
}

/// One post as it really is.
#[derive(Clone, Debug, Serialize)]
pub struct TruePost {
    /// Its name everywhere.
    pub uri: String,
    /// Its page at home.
    pub url: String,
    /// When it says it was written, with milliseconds.
    pub created_at: String,
    /// The same in Unix milliseconds.
    pub created_ms: i64,
    /// Name of its home server.
    pub home: String,
    /// `user@domain` of its author.
    pub author: String,
    /// The author's `uri`.
    pub author_uri: String,
    /// Whether the author's bio or flags ask machines to stay away (`#nobot`, `#nobots`, `#noarchive`).
    pub opted_out: bool,
    /// The author's `noindex`.
    pub noindex: bool,
    /// `public`, `unlisted`, `private` or `direct`.
    pub visibility: String,
    /// The `uri` of the post it answers.
    pub in_reply_to: Option<String>,
    /// Whether it answers somebody else, so that public streams do not carry it.
    pub reply_to_other: bool,
    /// Normalised names.
    pub tags: Vec<String>,
    /// Number of edits.
    pub version: usize,
    /// Newest words.
    pub text: String,
    /// Newest HTML as its home writes it.
    pub html: String,
    /// Newest language.
    pub language: Option<String>,
    /// Number of attachments.
    pub media: usize,
    /// Whether its author deleted it.
    pub deleted: bool,
    /// What each server knows, by name.
    pub copies: BTreeMap<String, TrueCopy>,
}

/// What one server knows of a post.
#[derive(Clone, Debug, Serialize)]
pub struct TrueCopy {
    /// Its id there.
    pub id: String,
    /// When it came, in the world's Unix milliseconds.
    pub arrived_ms: i64,
    /// The number of the edit that the server has seen.
    pub version: usize,
    /// Whether the server knows that it was deleted.
    pub deleted: bool,
}

impl World {
    /// The truth as of now.
    pub(crate) fn truth(&self) -> Truth {
        let posts = self
            .posts
            .iter()
            .filter(|(_, row)| row.reblog_of.is_none())
            .map(|(key, row)| {
                let author = &self.people[row.author];
                let home = &self.servers[author.home];
                let version = row.current();
                let note = author.note.to_lowercase();
                let copies = row.copies.iter().map(|(server, copy)| {
                    let server = &self.servers[*server];
                    let copy = TrueCopy {
                        id: server.software.id_form().write(copy.id),
                        arrived_ms: copy.arrived_ms,
                        version: copy.version,
                        deleted: copy.gone,
                    };
                    (server.name.clone(), copy)
                });
                TruePost {
                    uri: row.uri.clone(),
                    url: row.url.clone(),
                    created_at: iso(row.created_ms),
                    created_ms: row.created_ms,
                    home: home.name.clone(),
                    author: format!("{}@{}", author.username, home.domain),
                    author_uri: uri(self, row.author),
                    opted_out: ["#nobot", "#nobots", "#noarchive"]
                        .iter()
                        .any(|word| note.contains(word)),
                    noindex: author.noindex,
                    visibility: row.visibility.name().to_owned(),
                    in_reply_to: row.in_reply_to.map(|parent| self.posts[parent].uri.clone()),
                    reply_to_other: row
                        .in_reply_to
                        .is_some_and(|parent| self.posts[parent].author != row.author),
                    tags: version.tags.iter().map(|tag| tag_name(tag)).collect(),
                    version: row.versions.len().saturating_sub(1),
                    text: version.text.clone(),
                    html: own_html(self, key, version),
                    language: version.language.clone(),
                    media: version.media.len(),
                    deleted: row.deleted_ms.is_some(),
                    copies: copies.collect(),
                }
            });
        Truth {
            now_ms: self.now(),
            servers: self
                .servers
                .iter()
                .map(|(_, server)| (server.name.clone(), server.domain.clone()))
                .collect(),
            posts: posts.collect(),
            pending: self
                .agenda
                .values()
                .filter(|due| !matches!(due, crate::world::federate::Due::Life))
                .count(),
        }
    }
}

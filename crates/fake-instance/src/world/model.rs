//! The rows of the world: servers, people, posts and what belongs to them.
use std::collections::{BTreeMap, BTreeSet};

use crate::arena::{PersonKey, PostKey, ServerKey};
use crate::faults::Faults;
use crate::ids::LocalId;
use crate::limits::Limiter;
use crate::oauth::Registry;
use crate::options::Software;
use crate::stream::hub::Hub;

/// Who may read a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Visibility {
    Public,
    Unlisted,
    Private,
    Direct,
}

impl Visibility {
    pub(crate) fn read(text: &str) -> Option<Self> {
        match text {
            "public" => Some(Self::Public),
            "unlisted" => Some(Self::Unlisted),
            "private" => Some(Self::Private),
            "direct" => Some(Self::Direct),
            _ => None,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Unlisted => "unlisted",
            Self::Private => "private",
            Self::Direct => "direct",
        }
    }

    /// Whether anybody with the address may read it.
    pub(crate) fn is_open(self) -> bool {
        matches!(self, Self::Public | Self::Unlisted)
    }
}

/// An account.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) home: ServerKey,
    pub(crate) username: String,
    pub(crate) display_name: String,
    pub(crate) note: String,
    pub(crate) fields: Vec<(String, String, Option<i64>)>,
    pub(crate) bot: bool,
    pub(crate) locked: bool,
    pub(crate) group: bool,
    pub(crate) discoverable: Option<bool>,
    pub(crate) indexable: bool,
    pub(crate) noindex: bool,
    pub(crate) hide_collections: Option<bool>,
    pub(crate) created_ms: i64,
    pub(crate) moved_to: Option<PersonKey>,
    pub(crate) language: String,
    /// Decides the generated avatar and header.
    pub(crate) look: u64,
    /// Followers whom this world does not have.
    pub(crate) crowd: u64,
    pub(crate) ids: BTreeMap<ServerKey, LocalId>,
    pub(crate) following: BTreeSet<PersonKey>,
    pub(crate) pinned: Vec<PostKey>,
    /// Living posts and boosts.
    pub(crate) written: u64,
    pub(crate) last_written_ms: Option<i64>,
}

/// A picture, film or sound.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Media {
    pub(crate) kind: MediaKind,
    pub(crate) look: u64,
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) description: Option<String>,
    pub(crate) focus: Option<(f64, f64)>,
    pub(crate) ids: BTreeMap<ServerKey, LocalId>,
    /// Until then (world time) the server is still working on it.
    pub(crate) ready_ms: i64,
    /// Set when somebody sent the bytes: key of the file store.
    pub(crate) file: Option<u64>,
}

/// What an attachment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MediaKind {
    Image,
    Gifv,
    Video,
    Audio,
    Unknown,
}

impl MediaKind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Gifv => "gifv",
            Self::Video => "video",
            Self::Audio => "audio",
            Self::Unknown => "unknown",
        }
    }

    pub(crate) fn read(text: &str) -> Self {
        match text {
            "gifv" => Self::Gifv,
            "video" => Self::Video,
            "audio" => Self::Audio,
            "unknown" => Self::Unknown,
            _ => Self::Image,
        }
    }
}

/// A question with choices.
#[derive(Clone, Debug)]
pub(crate) struct Poll {
    pub(crate) options: Vec<String>,
    pub(crate) multiple: bool,
    pub(crate) hide_totals: bool,
    pub(crate) expires_ms: Option<i64>,
    /// Votes of people whom this world does not have, by option.
    pub(crate) crowd: Vec<u64>,
    pub(crate) votes: BTreeMap<PersonKey, Vec<usize>>,
}

/// A link's preview.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Card {
    pub(crate) url: String,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) provider: String,
    pub(crate) author: Option<PersonKey>,
    pub(crate) kind: &'static str,
    /// Decides the generated picture.
    pub(crate) look: Option<u64>,
    pub(crate) published_ms: Option<i64>,
}

/// A post's words at one moment of its life.
#[derive(Clone, Debug)]
pub(crate) struct Version {
    pub(crate) at_ms: i64,
    pub(crate) text: String,
    /// HTML that stands instead of what `text` would give, as software with another editor sends it.
    pub(crate) html: Option<String>,
    pub(crate) spoiler: String,
    pub(crate) sensitive: bool,
    pub(crate) language: Option<String>,
    pub(crate) media: Vec<Media>,
    pub(crate) card: Option<Card>,
    pub(crate) poll_options: Option<Vec<String>>,
    pub(crate) mentions: Vec<PersonKey>,
    /// As written, without `#`.
    pub(crate) tags: Vec<String>,
}

/// What one server knows of a post.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Witness {
    pub(crate) id: LocalId,
    pub(crate) arrived_ms: i64,
    /// The number of the version it has seen.
    pub(crate) version: usize,
    /// Deleted, or known to be deleted before it came.
    pub(crate) gone: bool,
}

/// A post, or a boost when `reblog_of` is set.
#[derive(Clone, Debug)]
pub(crate) struct Post {
    pub(crate) uri: String,
    pub(crate) url: String,
    pub(crate) author: PersonKey,
    pub(crate) created_ms: i64,
    pub(crate) visibility: Visibility,
    pub(crate) versions: Vec<Version>,
    pub(crate) in_reply_to: Option<PostKey>,
    pub(crate) quote_of: Option<PostKey>,
    pub(crate) quote_state: &'static str,
    pub(crate) quote_policy: String,
    pub(crate) reblog_of: Option<PostKey>,
    pub(crate) poll: Option<Poll>,
    pub(crate) application: Option<String>,
    pub(crate) copies: BTreeMap<ServerKey, Witness>,
    pub(crate) replies: Vec<PostKey>,
    pub(crate) quotes: Vec<PostKey>,
    pub(crate) boosts: BTreeMap<PersonKey, PostKey>,
    pub(crate) favourites: BTreeSet<PersonKey>,
    /// Favourites and boosts of people whom this world does not have.
    pub(crate) crowd: (u64, u64),
    pub(crate) deleted_ms: Option<i64>,
}

impl Post {
    /// The newest version; every post has one, a boost's is empty.
    pub(crate) fn current(&self) -> &Version {
        self.versions.last().unwrap_or(&EMPTY_VERSION)
    }

    /// The version that a server has seen.
    pub(crate) fn seen_by(&self, server: ServerKey) -> &Version {
        let number = self.copies.get(&server).map_or(0, |copy| copy.version);
        self.versions.get(number).unwrap_or_else(|| self.current())
    }
}

static EMPTY_VERSION: Version = Version {
    at_ms: 0,
    text: String::new(),
    html: None,
    spoiler: String::new(),
    sensitive: false,
    language: None,
    media: Vec::new(),
    card: None,
    poll_options: None,
    mentions: Vec::new(),
    tags: Vec::new(),
};

/// A custom emoji of a server.
#[derive(Clone, Debug)]
pub(crate) struct Emoji {
    pub(crate) shortcode: String,
    pub(crate) category: Option<String>,
    pub(crate) look: u64,
}

/// A list of people.
#[derive(Clone, Debug)]
pub(crate) struct List {
    pub(crate) title: String,
    pub(crate) replies_policy: String,
    pub(crate) exclusive: bool,
    pub(crate) members: BTreeSet<PersonKey>,
}

/// Something that happened to a person.
#[derive(Clone, Debug)]
pub(crate) struct Notice {
    pub(crate) id: u64,
    pub(crate) kind: &'static str,
    pub(crate) at_ms: i64,
    pub(crate) from: PersonKey,
    pub(crate) post: Option<PostKey>,
}

/// A post that waits for its hour.
#[derive(Clone, Debug)]
pub(crate) struct Scheduled {
    pub(crate) at_ms: i64,
    pub(crate) params: serde_json::Value,
    pub(crate) spec: crate::spec::PostSpec,
    pub(crate) media: Vec<Media>,
}

/// What a local account has on its server apart from its profile.
#[derive(Clone, Debug, Default)]
pub(crate) struct Desk {
    pub(crate) favourites: BTreeMap<u64, PostKey>,
    pub(crate) bookmarks: BTreeMap<u64, PostKey>,
    pub(crate) muted_threads: BTreeSet<PostKey>,
    pub(crate) notices: Vec<Notice>,
    pub(crate) lists: BTreeMap<u64, List>,
    pub(crate) markers: BTreeMap<String, (String, u64, i64)>,
    pub(crate) scheduled: BTreeMap<u64, Scheduled>,
    pub(crate) uploads: BTreeMap<LocalId, Media>,
    pub(crate) idempotency: BTreeMap<String, (i64, PostKey)>,
    pub(crate) followed_tags: BTreeSet<String>,
    pub(crate) blocks: BTreeSet<PersonKey>,
    pub(crate) mutes: BTreeSet<PersonKey>,
    pub(crate) notes: BTreeMap<PersonKey, String>,
}

/// A server and all that only it knows.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) name: String,
    /// `alpha.localhost:PORT`
    pub(crate) domain: String,
    /// `http://alpha.localhost:PORT`
    pub(crate) base: String,
    /// `streaming.alpha.localhost:PORT`, used when the hosts are told to differ.
    pub(crate) streaming_domain: String,
    pub(crate) software: Software,
    pub(crate) locale: String,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) statuses: BTreeMap<LocalId, PostKey>,
    pub(crate) accounts: BTreeMap<LocalId, PersonKey>,
    pub(crate) locals: BTreeMap<String, PersonKey>,
    pub(crate) desks: BTreeMap<PersonKey, Desk>,
    pub(crate) emojis: Vec<Emoji>,
    pub(crate) hub: Hub,
    pub(crate) faults: Faults,
    pub(crate) limiter: Limiter,
    pub(crate) registry: Registry,
    pub(crate) ids_given: u64,
    /// Counts small things: lists, notices, cursors.
    pub(crate) small_ids: u64,
    pub(crate) reader: Option<PersonKey>,
    pub(crate) reader_token: String,
}

impl Server {
    /// The next number for lists, notices and cursors.
    pub(crate) fn next_small_id(&mut self) -> u64 {
        self.small_ids += 1;
        self.small_ids
    }

    /// A local account's desk, made on first use.
    pub(crate) fn desk(&mut self, person: PersonKey) -> &mut Desk {
        self.desks.entry(person).or_default()
    }

    /// The streaming address as the instance document says it.
    pub(crate) fn streaming_url(&self) -> String {
        let host = if self.faults.separate_streaming_host {
            &self.streaming_domain
        } else {
            &self.domain
        };
        let scheme = if self.software == Software::GoToSocial {
            "wss"
        } else {
            "ws"
        };
        format!("{scheme}://{host}")
    }
}

//! `relay.toml`, read into a [`Config`] that cannot be wrong: every mistake is found here, by name,
//! before anything is dialled.

mod address;
mod error;
mod keep;
mod key;
mod keys;
mod limits;
mod load;
mod origin;
mod place;
mod timing;
pub mod tokens;
mod toml_file;
mod unwanted;
mod value;

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    time::Duration,
};

pub(crate) use self::{address::is_loopback, keys::doc_of_view_key};
pub use self::{
    error::ConfigError,
    keep::Keep,
    limits::Limits,
    load::{Flag, Given, Loaded, Row, load},
    origin::Origin,
    place::Place,
    timing::Timing,
    unwanted::Unwanted,
};
use crate::{telemetry::Logging, views::View};

/// Where the relay keeps its posts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ArchivePlace {
    /// In a file.
    File(PathBuf),
    /// Nowhere: gone when the relay stops.
    Memory,
}

/// Everything the operator decided.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// How people and programs reach the relay, without a slash at the end; never taken from a request.
    pub public_url: String,
    /// What the relay calls itself.
    pub name: String,
    /// An address about the relay, told to every source in the User-Agent.
    pub contact: Option<String>,
    /// Where posts are kept.
    pub archive: ArchivePlace,
    /// How much of them is kept.
    pub keep: Keep,
    /// The bound of the log in memory, in bytes.
    pub log_max_bytes: usize,
    /// What the relay tells its operator.
    pub logging: Logging,
    /// Whether everybody may read the metrics, not only programs on this machine.
    pub metrics_public: bool,
    /// Whom the relay listens to.
    pub sources: Vec<SourceConfig>,
    /// Places inside the operator's own network that the relay may reach although the world cannot.
    pub allow: Vec<Place>,
    /// Hashtags that readers ask for and no source is configured to tell.
    pub on_demand: OnDemand,
    /// The operator's named views.
    pub views: Vec<View>,
    /// Whom and what the operator will not have.
    pub moderation: Unwanted,
    /// What one reader may take.
    pub limits: Limits,
    /// What readers are told about the relay.
    pub about: About,
    /// Keys by which readers see what sources show only to signed-in people.
    pub access_keys: Vec<Token>,
    /// How often and how patiently; tests shorten it, files do not set it.
    pub timing: Timing,
    /// Dial nobody: serve what the archive has.
    pub offline: bool,
}

/// How far the relay goes for hashtags that only readers ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnDemand {
    /// How many are followed at a time; 0 follows none.
    pub max_hashtags: usize,
    /// How many of them one reader's address may cause.
    pub per_reader: usize,
    /// How long one is still followed after its last reader left.
    pub linger: Duration,
}

impl Default for OnDemand {
    fn default() -> Self {
        Self {
            max_hashtags: 200,
            per_reader: 16,
            linger: Duration::from_secs(15 * 60),
        }
    }
}

/// What the operator tells people about the relay.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// Plain text; an empty line begins a new paragraph.
    pub text: Option<String>,
    /// What holds here, one sentence or two each.
    pub rules: Vec<String>,
}

/// One server to listen to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceConfig {
    /// Who it is: the name in its handles.
    pub domain: String,
    /// Where it answers, without a slash at the end.
    pub url: String,
    /// Where it streams, when it does not say so itself; without a slash at the end.
    pub streaming_url: Option<String>,
    /// A token of a person there; streaming needs one. Never logged.
    pub token: Option<Token>,
    /// Public streams to listen to, in Mastodon's names.
    pub streams: Vec<PublicStream>,
    /// Hashtags to listen to beside them.
    pub hashtags: Vec<String>,
    /// Words to search for now and then; a search needs a token.
    pub words: Vec<String>,
    /// Who is shown what the source shows only to its own people.
    pub show: Show,
}

/// Who is shown what a source shows only to people who are signed in there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Show {
    /// Readers with the relay's access key.
    #[default]
    Key,
    /// Everybody: the operator answers for it.
    Everybody,
}

impl Default for SourceConfig {
    /// A source that says nothing but who it is (and that yet has to).
    fn default() -> Self {
        Self {
            domain: String::new(),
            url: String::new(),
            streaming_url: None,
            token: None,
            streams: vec![PublicStream::Public],
            hashtags: Vec::new(),
            words: Vec::new(),
            show: Show::default(),
        }
    }
}

/// A public stream of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PublicStream {
    /// Everything public that the source knows.
    Public,
    /// What its own people write.
    PublicLocal,
    /// What it knows from elsewhere.
    PublicRemote,
}

impl PublicStream {
    /// Its name on the wire and in relay.toml.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::PublicLocal => "public:local",
            Self::PublicRemote => "public:remote",
        }
    }

    /// All there are.
    pub const ALL: [Self; 3] = [Self::Public, Self::PublicLocal, Self::PublicRemote];
}

/// A secret that debug output does not show.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// Takes the secret.
    #[must_use]
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }

    /// The secret itself, for the Authorization header and nothing else.
    #[must_use]
    pub fn secret(&self) -> &str {
        &self.0
    }
}

impl core::fmt::Debug for Token {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Token(…)")
    }
}

/// The default bound of the log: about five thousand posts.
pub const DEFAULT_LOG_MAX_BYTES: usize = 64 << 20;

impl Default for Config {
    fn default() -> Self {
        let listen = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 4040);
        Self {
            listen,
            public_url: format!("http://{listen}"),
            name: "Watersmeet".to_owned(),
            contact: None,
            archive: ArchivePlace::File(PathBuf::from("watersmeet.db")),
            keep: Keep::default(),
            log_max_bytes: DEFAULT_LOG_MAX_BYTES,
            logging: Logging::default(),
            metrics_public: false,
            sources: Vec::new(),
            allow: Vec::new(),
            on_demand: OnDemand::default(),
            views: Vec::new(),
            moderation: Unwanted::default(),
            limits: Limits::default(),
            about: About::default(),
            access_keys: Vec::new(),
            timing: Timing::default(),
            offline: false,
        }
    }
}

impl Config {
    /// Reads a file alone; a relative `archive` in it is relative to the file's folder.
    ///
    /// # Errors
    /// [`ConfigError`] names the file, the line, the key and what to do.
    pub fn from_file(path: &Path) -> Result<Self, ConfigError> {
        let given = Given {
            file: Some((path.to_path_buf(), text_of(path)?)),
            ..Given::default()
        };
        load(given).map(|it| it.config)
    }

    /// Reads the text of a relay.toml.
    ///
    /// # Errors
    /// [`ConfigError`] names the line, the key and what to do.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let given = Given {
            file: Some((PathBuf::new(), text.to_owned())),
            ..Given::default()
        };
        load(given).map(|it| it.config)
    }

    /// What the relay says about itself in every request.
    #[must_use]
    pub fn user_agent(&self) -> String {
        let contact = self.contact.as_deref().unwrap_or(&self.public_url);
        format!("Watersmeet/{} (+{contact})", env!("CARGO_PKG_VERSION"))
    }
}

/// The text of a configuration file.
///
/// # Errors
/// When it cannot be read, with what to do.
pub fn text_of(path: &Path) -> Result<String, ConfigError> {
    std::fs::read_to_string(path).map_err(|error| {
        ConfigError::new(format!(
            "{} cannot be read: {error}. Give --config the path of a relay.toml.",
            path.display()
        ))
    })
}

#[cfg(test)]
mod tests;

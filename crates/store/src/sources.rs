//! How the relay hears its sources: the answer of `GET /api/watersmeet/sources`.

use serde::Deserialize;

/// The whole report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct SourcesReport {
    /// The relay itself.
    pub relay: RelayReport,
    /// Every server that it listens to.
    pub sources: Vec<SourceReport>,
    /// Named selections that it offers.
    pub views: Vec<ViewReport>,
}

/// The relay itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct RelayReport {
    /// Its name for people.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Since when it runs, RFC 3339.
    pub started_at: Option<String>,
    /// Whether it was started to dial nobody.
    pub offline: bool,
}

/// One server that the relay listens to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct SourceReport {
    /// Who it is.
    pub domain: String,
    /// Where it answers.
    pub url: String,
    /// What runs there, if it said so.
    pub software: Option<String>,
    /// How it is heard.
    pub state: SourceState,
    /// Why it is not heard better, for people.
    pub reason: Option<String>,
    /// Until when it is left alone, RFC 3339.
    pub until: Option<String>,
    /// When it is tried again, RFC 3339.
    pub next_try: Option<String>,
    /// Since when it is in this state, RFC 3339.
    pub since: Option<String>,
    /// The streams that it is listened to.
    pub streams: Vec<String>,
    /// The hashtags that it is listened to.
    pub hashtags: Vec<String>,
    /// Posts that it showed.
    pub posts: u64,
    /// Of those, posts that another source had shown already.
    pub duplicates: u64,
    /// Of those, posts that its stream never sent.
    pub only_by_poll: u64,
    /// Deletions that it sent.
    pub deletes: u64,
    /// Posts that came long after they were written.
    pub late: u64,
    /// When it showed a post for the last time, RFC 3339.
    pub last_post_at: Option<String>,
}

/// How a source is heard.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceState {
    /// Nothing is known yet.
    #[default]
    Starting,
    /// Its stream runs and sends.
    Live,
    /// It is asked now and then.
    Polling,
    /// Its stream runs but sends nothing.
    Silent,
    /// It does not let the relay in.
    Refused,
    /// It asked for less.
    Limited,
    /// It cannot be reached.
    Down,
    /// A word that this version does not know.
    #[serde(other)]
    Other,
}

/// A named selection over everything that the relay hears.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct ViewReport {
    /// Its name in addresses.
    pub name: String,
    /// Its name for people.
    pub title: String,
    /// The hashtags that it selects.
    pub hashtags: Vec<String>,
}

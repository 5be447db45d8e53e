//! What can go wrong with a server, each fault settable and clearable on its own.
use serde::{Deserialize, Serialize};

/// The faults of one server. The default is none; the control API and the Rust API set whole or partial ones.
/// Moments are in the world's milliseconds and are written by [`Faults`]' `..._for_ms` fields being applied.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    /// Streams are accepted but nothing is ever sent, pings included.
    pub silent_streams: bool,
    /// Hashtag streams are accepted but nothing is ever sent on them.
    pub silent_hashtag_streams: bool,
    /// New TCP connections are reset until this moment (Unix milliseconds of the world).
    pub refuse_until: i64,
    /// New streams are answered with 503 until this moment.
    pub refuse_streams_until: i64,
    /// Sockets are answered with 400, as by a proxy that understands none; server-sent events work.
    pub no_sockets: bool,
    /// The text of robots.txt, instead of the usual one.
    pub robots: Option<String>,
    /// Share of stream `update`s that are lost, 0.0 to 1.0.
    pub drop_updates: f64,
    /// Share of stream `delete`s that are lost.
    pub drop_deletes: f64,
    /// Share of stream events that are sent twice.
    pub duplicate: f64,
    /// Milliseconds by which `update` and `status.update` lag, so that deletes overtake them.
    pub update_lag_ms: u64,
    /// Milliseconds by which every stream event is late.
    pub delay_ms: u64,
    /// Every stream event is late by up to so many milliseconds, each by its own.
    pub reorder_ms: u64,
    /// Share of stream frames that are not JSON.
    pub malformed_frames: f64,
    /// So many of the next API requests are answered with 429.
    pub too_many_requests: u32,
    /// API requests are answered with 429 until this moment.
    pub too_many_requests_until: i64,
    /// So many of the next API requests are answered with `server_error_status`.
    pub server_errors: u32,
    /// API requests are answered with `server_error_status` until this moment.
    pub server_errors_until: i64,
    /// 500 when 0.
    pub server_error_status: u16,
    /// API answers come in pieces with so many milliseconds between them.
    pub slow_bytes_ms: u64,
    /// API answers stop in the middle of their JSON.
    pub malformed_json: bool,
    /// API answers are followed by so many bytes of white space and lists of posts get a post with as long a text.
    pub huge_json_bytes: usize,
    /// API answers are an HTML page with status 200.
    pub html_with_200: bool,
    /// The server's clock is wrong by so much: dates and ids of its own posts and the `Date` header.
    pub clock_skew_ms: i64,
    /// `timelines_access` of local and remote live feeds: `public`, `authenticated` or `disabled`.
    pub live_feeds: Option<String>,
    /// The same for hashtag feeds.
    pub hashtag_feeds: Option<String>,
    /// The instance names another host for streams, and the web host redirects there.
    pub separate_streaming_host: bool,
    /// Heartbeats of server-sent events are glued to the next event, as they were before Mastodon 4.6.
    pub old_heartbeat: bool,
    /// What the server lies about: `text`, `author`, `uri` or `url`.
    pub lie: Option<String>,
    /// Share of the posts it lies about; all when absent.
    pub lie_share: Option<f64>,
    /// Posts from elsewhere arrive here so many milliseconds later than they should.
    pub late_arrivals_ms: u64,
    /// The home timeline is being regenerated (206).
    pub regenerating_home: bool,
    /// Milliseconds that an upload needs until it is ready (202 and 206 until then).
    pub media_processing_ms: u64,
}

impl Faults {
    /// Whether anything at all is wrong.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    pub(crate) fn live_access(&self) -> &str {
        self.live_feeds.as_deref().unwrap_or("public")
    }

    pub(crate) fn hashtag_access(&self) -> &str {
        self.hashtag_feeds.as_deref().unwrap_or("public")
    }

    /// Whether this server tells this lie about the thing that `subject` stands for.
    pub(crate) fn lies(&self, about: &str, subject: u64) -> bool {
        self.lie.as_deref() == Some(about) && {
            let share = self.lie_share.unwrap_or(1.0);
            (crate::ids::scatter(subject) % 10_000) as f64 / 10_000.0 < share
        }
    }
}

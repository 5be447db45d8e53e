//! How live the view is.

/// The state of the stream from the relay.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Connection {
    /// Nothing has been tried yet.
    #[default]
    Idle,
    /// A socket is being opened.
    Connecting,
    /// Posts arrive as they are written.
    Live,
    /// The socket cannot be opened, so the newest page is asked for now and then.
    Polling,
    /// The connection broke and is tried again.
    Waiting {
        /// When, in Unix milliseconds.
        until: i64,
    },
    /// The page has been hidden for long, so the socket is closed.
    Paused,
    /// The browser says that there is no network.
    Offline,
}

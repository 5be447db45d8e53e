//! Why something did not work, in the words that decide what a person can do about it.

/// A failed request, mapped once, where the answer was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// No connection, or the server cannot be reached from here: wait or look at the network.
    Offline,
    /// No answer in time: try again.
    TimedOut,
    /// The server refuses because too much was asked: wait.
    RateLimited {
        /// When asking again is welcome, in Unix milliseconds.
        until: Option<i64>,
    },
    /// What was asked for does not exist, or not any more.
    NotFound,
    /// The server shows this only to people who are signed in.
    Unauthorized,
    /// The server said no and why.
    Server {
        /// The HTTP status code.
        status: u16,
        /// Its own words, possibly empty, in its own language.
        message: String,
    },
    /// The answer is not what a server of this kind answers.
    Malformed,
}

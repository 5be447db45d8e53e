//! The keys about how much is kept.

use std::time::Duration;

use crate::config::{
    Config,
    key::{Key, Set},
};

const DAY_SECONDS: u64 = 24 * 60 * 60;
/// A hundred years: more is no bound, which is written as 0.
const MAX_DAYS: u64 = 36_500;
/// Fewer would not fill a page or two.
const MIN_POSTS: u64 = 1_000;
/// What one SQLite file can number by far.
const MAX_POSTS: u64 = 1_000_000_000;
/// Room for the tables themselves and the fewest posts.
const MIN_BYTES: u64 = 16 << 20;
/// Far more than a relay of this kind serves well.
const MAX_BYTES: u64 = 1 << 44;

/// What `[keep]` may say.
pub(crate) static KEEP: &[Key<Config>] = &[
    Key {
        path: "keep.days",
        doc: "posts older than so many days are let go; 0 keeps them whatever their age",
        set: Set::Number(0..=MAX_DAYS, |config, days| {
            config.keep.max_age = (days > 0).then(|| Duration::from_secs(days * DAY_SECONDS));
        }),
        show: |config| {
            let seconds = config.keep.max_age.map_or(0, |it| it.as_secs());
            (seconds / DAY_SECONDS).to_string()
        },
    },
    Key {
        path: "keep.posts",
        doc: "how many posts are kept; beyond it the oldest are let go",
        set: Set::Number(MIN_POSTS..=MAX_POSTS, |config, posts| {
            config.keep.max_posts = posts;
        }),
        show: |config| config.keep.max_posts.to_string(),
    },
    Key {
        path: "keep.bytes",
        doc: "how large the archive may grow, in bytes; beyond it the oldest posts are let go",
        set: Set::Number(MIN_BYTES..=MAX_BYTES, |config, bytes| {
            config.keep.max_bytes = bytes;
        }),
        show: |config| config.keep.max_bytes.to_string(),
    },
];

//! A request read the lenient way that Mastodon reads it, and the answers that go back.
pub(crate) mod answer;
pub(crate) mod call;
pub(crate) mod errors;
pub(crate) mod finish;
pub(crate) mod pages;
pub(crate) mod params;

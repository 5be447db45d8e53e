//! Strangers' HTML as a safe tree: what a post may say, and nothing that it may do.
//!
//! A parser (the browser's own in the app, html5ever in the tests) feeds a [`Builder`] with events; the builder keeps
//! what the allow-list knows and returns a [`Content`], which can only hold text, line breaks, emoji, checked links and a
//! closed set of styles. There is no way back from a tree to HTML, so nothing that a server sends can become markup.
//!
//! Read first: [`node`](Content) for the tree, then [`Builder`] for how it comes to be.

mod builder;
#[cfg(feature = "corpus")]
pub mod corpus;
mod emoji;
mod frame;
mod link;
mod node;
mod outline;
mod tags;
mod text;

pub use builder::{Builder, MAX_DEPTH, MAX_NODES, MAX_TEXT_BYTES};
pub use emoji::{MAX_EMOJIS, line};
pub use link::{HashtagHint, Hints, MAX_HREF_BYTES, MentionHint, safe_href};
pub use node::{Block, Content, Emoji, Inline, Item, Link, LinkKind, Numbering, Style};
pub use text::plain;

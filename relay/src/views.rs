//! Views: which of all that the relay hears belongs to a timeline, a stream, a feed or a list.
//!
//! A [`Selection`] says what is wanted, [`Keys`] say what a post is; one matches the other, and the archive asks the same
//! in SQL. [`grammar`] is the one way in which people write selections: in addresses, in subscriptions and in relay.toml.

pub mod grammar;
mod keys;
mod needle;
mod selection;
#[cfg(test)]
pub(crate) mod tests;

use timeline::public_id::named_id;

pub use self::{
    keys::Keys,
    needle::Needle,
    selection::{Interest, Reach, Selection, Sift, TagQuery, keys_of},
};

/// A selection that the operator gave a name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// What addresses it: lower-case letters, digits, `-` and `_`.
    pub name: String,
    /// What people read.
    pub title: String,
    /// Its hashtags (any of them), as the operator spelled them.
    pub hashtags: Vec<String>,
    /// What it asks for, in the grammar's parameters.
    pub asked: Vec<(&'static str, String)>,
    /// The same, read: what belongs to it.
    pub selection: Selection,
}

impl View {
    /// Its id as a list of Mastodon's API: a number as clients expect, the same after every restart.
    #[must_use]
    pub fn list_id(&self) -> String {
        named_id(&format!("view:{}", self.name))
    }
}

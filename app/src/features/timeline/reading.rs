//! Where a list was left, noted at the present stop of the history, so that the way back leads to the same post.

use mastodon::StatusId;
use store::{Origin, Row, Store};

use crate::actions::navigate;
use crate::components::virtual_list::{Anchor, Reading};

/// Notes what is being read: the first post in the window, how far it stands below the line, the post with the focus.
pub fn keep(store: &Store, reading: Reading<Row>) {
    let id = |row: Row| match row {
        Row::Status(status) => Some(store.peek_status(status).id.to_string()),
        Row::Gap(_) => None,
    };
    let focused = reading.focused.and_then(id).unwrap_or_default();
    let note = reading
        .anchor
        .and_then(|it| Some((format!("{} {focused}", id(it.row)?), it.top)));
    navigate::keep_anchor(note.as_ref().map(|(posts, top)| (posts.as_str(), *top)));
}

/// What was being read at this stop, if it was left before.
pub fn kept(store: &Store) -> Option<Reading<Row>> {
    let origin = Origin::relay();
    let (posts, top) = navigate::anchor()?;
    let (first, focused) = parse(&posts)?;
    let row = |id: &str| Row::Status(store.reference(&origin, &StatusId::new(id)));
    Some(Reading {
        anchor: Some(Anchor {
            row: row(first),
            top,
        }),
        focused: focused.map(row),
    })
}

/// Whether coming back gives the focus to a post.
pub fn is_kept(store: &Store) -> bool {
    kept(store).is_some_and(|it| it.focused.is_some())
}

/// The first post in the window and the one with the focus.
fn parse(posts: &str) -> Option<(&str, Option<&str>)> {
    let (first, focused) = posts.split_once(' ').unwrap_or((posts, ""));
    (!first.is_empty()).then_some((first, Some(focused).filter(|it| !it.is_empty())))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a_note_names_the_first_post_and_perhaps_the_one_with_the_focus() {
        assert_eq!(parse("17 18"), Some(("17", Some("18"))));
        assert_eq!(parse("17 "), Some(("17", None)));
        assert_eq!(parse("17"), Some(("17", None)));
        assert_eq!(parse(""), None);
    }
}

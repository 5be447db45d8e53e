//! Where a list was left, noted at the present stop of the history, so that the way back leads to the same post.

use mastodon::StatusId;
use store::{Origin, Row, Store};

use crate::actions::navigate::{self, Kept};
use crate::components::virtual_list::{Anchor, Reading};

/// Notes what is being read: the first post in the window, how far it stands below the line, the post with the focus.
pub fn keep(store: &Store, reading: Reading<Row>) {
    let id = |row: Row| match row {
        Row::Status(status) => Some(store.peek_status(status).id.to_string()),
        Row::Gap(_) => None,
    };
    let kept = reading.anchor.and_then(|it| {
        Some(Kept {
            first: id(it.row)?,
            focused: reading.focused.and_then(id),
            top: it.top,
        })
    });
    navigate::keep_anchor(kept.as_ref());
}

/// What was being read at this stop, if it was left before.
pub fn kept(store: &Store) -> Option<Reading<Row>> {
    let origin = Origin::relay();
    let row = |id: String| Row::Status(store.reference(&origin, &StatusId::new(id)));
    let kept = navigate::anchor()?;
    Some(Reading {
        anchor: Some(Anchor {
            row: row(kept.first),
            top: kept.top,
        }),
        focused: kept.focused.map(row),
    })
}

/// Whether coming back gives the focus to a post.
pub fn is_kept(store: &Store) -> bool {
    kept(store).is_some_and(|it| it.focused.is_some())
}

//! The keys of `[[view]]`: a selection with a name.

use super::shown_list;
use crate::{
    config::{
        address::hashtags,
        key::{Key, Set},
    },
    views::View,
};

/// Longest name of a view: it stands in addresses.
const MAX_NAME_BYTES: usize = 64;

/// What a `[[view]]` may say.
pub(crate) static VIEW: &[Key<View>] = &[
    Key {
        path: "name",
        doc: "what addresses it",
        set: Set::Text(|view, text| {
            let plain =
                |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
            if text.is_empty() || text.len() > MAX_NAME_BYTES || !text.bytes().all(plain) {
                return Err(format!(
                    "is \"{text}\"; use lower-case letters, digits, - and _"
                ));
            }
            view.name = text.to_owned();
            Ok(())
        }),
        show: |view| view.name.clone(),
    },
    Key {
        path: "title",
        doc: "what people read",
        set: Set::Text(|view, text| {
            view.title = text.to_owned();
            Ok(())
        }),
        show: |view| view.title.clone(),
    },
    Key {
        path: "hashtags",
        doc: "posts with at least one of these",
        set: Set::Texts(|view, names| {
            view.hashtags = hashtags(names)?;
            Ok(())
        }),
        show: |view| shown_list(&view.hashtags),
    },
];

/// What is wrong with a view as a whole, after its keys were read; fills in what follows from others.
pub(crate) fn complete(view: &mut View) -> Result<(), String> {
    if view.name.is_empty() {
        return Err("`name` is missing; write what addresses it, as \"rust\"".to_owned());
    }
    if view.title.is_empty() {
        view.title.clone_from(&view.name);
    }
    if view.hashtags.is_empty() {
        return Err("`hashtags` is missing; name at least one, as [\"rust\"]".to_owned());
    }
    Ok(())
}

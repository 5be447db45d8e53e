//! Goes from page to page, and remembers what was being read on each.

use crate::browser::{location, page};
use crate::routes::Route;

/// Goes to a page.
pub fn go(route: &Route) {
    location::push(&route.to_string());
}

/// Goes to a page in place of this one, so that back does not lead here.
pub fn replace(route: &Route) {
    location::replace(&route.to_string());
}

/// Goes back to where one came from; to the combined timeline when one came from outside.
pub fn back() {
    location::back(&Route::Combined.to_string());
}

/// What was being read at a stop of the history.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// The id of the first post in the window.
    pub first: String,
    /// The id of the post that had the focus.
    pub focused: Option<String>,
    /// How far the first one stood below the header, in px.
    pub top: f64,
}

/// Notes what is being read, so that coming back finds it. Cheap enough for every scroll event.
pub fn keep_anchor(kept: Option<&Kept>) {
    location::keep_anchor(kept.map(write));
}

/// What was being read here, as given to [`keep_anchor`].
pub fn anchor() -> Option<Kept> {
    parse(&location::anchor()?)
}

/// Names the page in tabs and history.
pub fn set_title(title: &str) {
    page::set_title(title);
}

/// Has screen readers say something that changed without anybody's doing.
pub fn announce(words: &str) {
    page::announce(words);
}

fn write(kept: &Kept) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "a place on a screen")]
    let top = kept.top.round() as i32;
    let focused = kept.focused.as_deref().unwrap_or_default();
    format!("{top} {} {focused}", kept.first)
}

fn parse(note: &str) -> Option<Kept> {
    let mut words = note.split(' ');
    let top = f64::from(words.next()?.parse::<i32>().ok()?);
    let mut id = || words.next().filter(|it| !it.is_empty()).map(str::to_owned);
    Some(Kept {
        first: id()?,
        focused: id(),
        top,
    })
}

#[cfg(test)]
mod tests {
    use super::{Kept, parse, write};

    #[test]
    fn a_note_names_the_first_post_and_perhaps_the_one_with_the_focus() {
        for focused in [None, Some("18".to_owned())] {
            let first = "17".to_owned();
            let kept = Kept {
                first,
                focused,
                top: -3.0,
            };
            assert_eq!(parse(&write(&kept)), Some(kept));
        }
    }

    #[test]
    fn what_is_no_note_is_nothing() {
        for text in ["", "17", "5 ", "a 17 18", "1.5 17"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}

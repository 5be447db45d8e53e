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

/// Notes what is being read, so that coming back finds it: the post's id and how far it stands below the header, in px.
/// Cheap enough for every scroll event.
pub fn keep_anchor(anchor: Option<(&str, f64)>) {
    location::keep_anchor(anchor.map(|(id, top)| {
        #[expect(clippy::cast_possible_truncation, reason = "a place on a screen")]
        let top = top.round() as i32;
        format!("{top} {id}")
    }));
}

/// What was being read here, as given to [`keep_anchor`].
pub fn anchor() -> Option<(String, f64)> {
    let anchor = location::anchor()?;
    let (top, id) = anchor.split_once(' ')?;
    Some((id.to_owned(), f64::from(top.parse::<i32>().ok()?)))
}

/// Names the page in tabs and history.
pub fn set_title(title: &str) {
    page::set_title(title);
}

/// Has screen readers say something that changed without anybody's doing.
pub fn announce(words: &str) {
    page::announce(words);
}

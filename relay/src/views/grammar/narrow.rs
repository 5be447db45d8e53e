//! A named view and more wishes: the posts that belong to both.

use super::{Draft, GrammarError};
use crate::views::{Reach, Selection, selection::Sift};

/// The posts of a view that these parameters ask for.
///
/// # Errors
/// As [`parse`](super::parse); and a parameter that asks for one of several things where the view does so too, if no one
/// selection says both. The parameter is named.
pub fn narrowed<'a>(
    view: &Selection,
    parameters: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<Selection, GrammarError> {
    let mut draft = Draft::default();
    for (name, value) in parameters {
        draft.take(name, value)?;
    }
    let no_replies = draft.no_replies;
    let wish = draft.finish()?;
    let mut both = view.clone();
    both.reach = match (view.reach, wish.reach) {
        (Reach::All, reach) | (reach, Reach::All) => reach,
        (one, other) if one == other => one,
        (_, Reach::Local) => return Err(nothing("local")),
        _ => return Err(nothing("remote")),
    };
    let (any, all) = (&mut both.tags.any, &mut both.tags.all);
    match (any.as_slice(), wish.tags.any.as_slice()) {
        (_, []) => {}
        ([], _) => *any = wish.tags.any,
        // One of one is every one of one.
        (_, [_]) => join(all, wish.tags.any),
        ([_], _) => join(all, std::mem::replace(any, wish.tags.any)),
        (one, other) if one == other => {}
        _ => {
            return Err(twice(
                "any",
                "; name one hashtag, or all of them with all[]",
            ));
        }
    }
    join(all, wish.tags.all);
    join(&mut both.tags.none, wish.tags.none);
    match (both.words.is_empty(), wish.words.is_empty()) {
        (_, true) => {}
        (true, false) => both.words = wish.words,
        (false, false) if both.words == wish.words => {}
        (false, false) => return Err(twice("words", "")),
    }
    if !wish.languages.is_empty() {
        both.languages = match view.languages.as_slice() {
            [] => wish.languages,
            own => spoken(own, &wish.languages),
        };
        if both.languages.is_empty() {
            return Err(nothing("languages"));
        }
    }
    sift(&mut both.servers, wish.servers, "servers")?;
    sift(&mut both.accounts, wish.accounts, "accounts")?;
    both.only_media |= wish.only_media;
    both.no_bots |= wish.no_bots;
    both.no_sensitive |= wish.no_sensitive;
    both.replies_to_others &= !no_replies;
    both.max_hashtags = match (view.max_hashtags, wish.max_hashtags) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    };
    both.min_reblogs = both.min_reblogs.max(wish.min_reblogs);
    both.min_favourites = both.min_favourites.max(wish.min_favourites);
    Ok(both)
}

fn sift(both: &mut Sift, wish: Sift, parameter: &str) -> Result<(), GrammarError> {
    join(&mut both.not, wish.not);
    if both.only.is_empty() {
        both.only = wish.only;
    } else if !wish.only.is_empty() {
        both.only.retain(|it| wish.only.contains(it));
        if both.only.is_empty() {
            return Err(nothing(parameter));
        }
    }
    Ok(())
}

/// The narrower one of each pair of languages of which one takes the other in, as `pt` does `pt-br`.
fn spoken(own: &[String], wished: &[String]) -> Vec<String> {
    let takes = |wide: &str, narrow: &str| {
        narrow
            .strip_prefix(wide)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    };
    let narrower = |one: &[String], other: &[String]| -> Vec<String> {
        let is_taken = |it: &&String| other.iter().any(|wide| takes(wide, it));
        one.iter().filter(is_taken).cloned().collect()
    };
    let mut both = narrower(own, wished);
    join(&mut both, narrower(wished, own));
    both
}

/// Adds to a list, which stays in order and without repeats.
fn join(list: &mut Vec<String>, more: Vec<String>) {
    list.extend(more);
    list.sort_unstable();
    list.dedup();
}

fn nothing(parameter: &str) -> GrammarError {
    GrammarError {
        parameter: parameter.to_owned(),
        what: "asks for nothing that the view has".to_owned(),
    }
}

fn twice(parameter: &str, way_out: &str) -> GrammarError {
    GrammarError {
        parameter: parameter.to_owned(),
        what: format!("cannot be asked for here, since the view asks for it too{way_out}"),
    }
}

//! What people type into a search field, read as Mastodon's operators and words.

use mastodon::Timestamp;
use timeline::{public_id::PublicId, tag, words};

use super::super::error::ApiError;
use crate::archive::StatusSearch;

/// Terms of one search that are read at most; nobody types as many.
const MAX_TERMS: usize = 32;
const DAY: i64 = 86_400;

/// Reads a search for posts. `None` when nothing is asked.
pub(super) fn read(text: &str) -> Result<Option<StatusSearch>, ApiError> {
    let mut search = StatusSearch::default();
    for term in split(text).iter().take(MAX_TERMS) {
        let (is_not, term) = match term.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, term.as_str()),
        };
        if !operator(&mut search, is_not, term)? {
            let folded = words::folded(term);
            let list = if is_not {
                &mut search.without
            } else {
                &mut search.phrases
            };
            list.extend(Some(folded).filter(|it| !it.is_empty()));
        }
    }
    Ok(Some(search).filter(|it| *it != StatusSearch::default()))
}

/// Takes an operator or a hashtag; `false` for what is neither.
fn operator(search: &mut StatusSearch, is_not: bool, term: &str) -> Result<bool, ApiError> {
    if let Some(name) = term.strip_prefix('#') {
        let key = tag::key(name);
        if key.is_empty() {
            return Ok(false);
        }
        let tags = &mut search.selection.tags;
        let list = if is_not {
            &mut tags.none
        } else {
            &mut tags.all
        };
        list.push(key);
        return Ok(true);
    }
    let Some((name, value)) = term.split_once(':') else {
        return Ok(false);
    };
    let value = value.trim_matches('"').to_lowercase();
    let flag = Some(!is_not);
    match (name.to_lowercase().as_str(), value.as_str()) {
        ("from", handle) => {
            let accounts = &mut search.selection.accounts;
            let list = if is_not {
                &mut accounts.not
            } else {
                &mut accounts.only
            };
            list.push(handle.trim_start_matches('@').to_owned());
        }
        ("language", code) if !is_not && !code.is_empty() => {
            search.selection.languages.push(code.to_owned());
        }
        ("has", "media") => search.media = flag,
        ("has", "poll") => search.poll = flag,
        ("has", "link") => search.link = flag,
        ("is", "reply") => search.reply = flag,
        ("is", "sensitive") => search.sensitive = flag,
        ("before", day) if !is_not => search.below = Some(floor("before", day, 0)?),
        ("after", day) if !is_not => search.from = Some(floor("after", day, DAY)?),
        _ => return Ok(false),
    }
    Ok(true)
}

/// The id that the first post so many seconds after a day's beginning (in UTC) can have.
fn floor(name: &str, day: &str, later: i64) -> Result<PublicId, ApiError> {
    let millis = (day.len() == 10)
        .then(|| Timestamp::new(day).unix_millis())
        .flatten();
    let seconds = millis.and_then(|it| u32::try_from(it / 1_000 + later).ok());
    seconds.map(PublicId::floor).ok_or_else(|| {
        ApiError::bad_request(format!(
            "{name}: \"{day}\" is no day; write it as in {name}:2026-01-31"
        ))
    })
}

/// Splits at spaces that are not inside quotes.
fn split(text: &str) -> Vec<String> {
    let mut terms = vec![String::new()];
    let mut is_quoted = false;
    for c in text.chars() {
        is_quoted ^= c == '"';
        if c.is_whitespace() && !is_quoted {
            terms.push(String::new());
        } else if let Some(last) = terms.last_mut() {
            last.push(c);
        }
    }
    terms.retain(|it| !it.is_empty());
    terms
}

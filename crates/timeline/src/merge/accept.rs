//! Which posts are taken at all.

use mastodon::{Status, Visibility};

use crate::{
    key::{Distrust, MAX_URI_BYTES, origin_of},
    moderation::Reason,
    publish::plain_text,
};

/// A post dated further ahead than a day is not early but wrong.
const MAX_AHEAD_MILLIS: i64 = 24 * 60 * 60 * 1_000;
/// The last second that fits an id.
const MAX_SECONDS: i64 = u32::MAX as i64;
/// Words in a bio that ask programs to stay away; spelled as here when compared, in lower case.
pub const OPT_OUTS: [&str; 3] = ["#nobot", "#nobots", "#noarchive"];

/// Why a post is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Its addresses cannot be believed.
    Distrusted(Distrust),
    /// It is not for everybody.
    NotPublic,
    /// It has no time, or one that cannot be.
    ImpossibleTime,
    /// Its author asked not to be collected.
    OptedOut,
    /// It was deleted.
    Deleted,
    /// The operator will not have it.
    Unwanted(Reason),
}

/// What is known of a post that may be taken.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    /// The host that speaks for it.
    pub origin: String,
    /// When it was written, in milliseconds.
    pub created_at: i64,
    /// When it was last edited, in milliseconds.
    pub edited_at: Option<i64>,
    /// Whether its author asked not to be collected.
    pub opted_out: bool,
}

pub(super) fn facts(status: &Status, at: i64) -> Result<Facts, Refusal> {
    let account = &status.account;
    let origin = origin_of(
        &status.uri,
        status.url.as_deref(),
        Some(&account.uri),
        Some(&account.url),
    )
    .map_err(Refusal::Distrusted)?;
    if status.id.as_str().len() > MAX_URI_BYTES {
        return Err(Refusal::Distrusted(Distrust::NoUri));
    }
    if status.visibility != Visibility::Public {
        return Err(Refusal::NotPublic);
    }
    let latest = at.saturating_add(MAX_AHEAD_MILLIS);
    let possible = |time: i64| time > 0 && time / 1_000 <= MAX_SECONDS && time <= latest;
    let created_at = status
        .created_at
        .unix_millis()
        .filter(|it| possible(*it))
        .ok_or(Refusal::ImpossibleTime)?;
    let edited_at = match &status.edited_at {
        None => None,
        // An edit from the future would outrank every real one until then.
        Some(time) => Some(
            time.unix_millis()
                .filter(|it| possible(*it))
                .ok_or(Refusal::ImpossibleTime)?,
        ),
    };
    Ok(Facts {
        origin,
        created_at,
        edited_at,
        opted_out: opted_out(&account.note),
    })
}

/// Whether a bio (as HTML) asks programs not to collect what its owner writes.
#[must_use]
pub fn opted_out(note: &str) -> bool {
    if !note.contains('#') {
        return false;
    }
    let words = plain_text(note).to_lowercase();
    words
        .split(|c: char| !(c.is_alphanumeric() || c == '#' || c == '_'))
        .any(|word| OPT_OUTS.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wishes_in_a_bio_are_found_inside_their_markup() {
        let marked = r#"<p>Hi <a href="https://a.example/tags/nobot" class="mention hashtag">#<span>NoBot</span></a>.</p>"#;
        assert!(opted_out(marked));
        assert!(opted_out("#noarchive"));
        assert!(!opted_out("<p>#nobottle</p>"));
        assert!(!opted_out("nobot"));
    }
}

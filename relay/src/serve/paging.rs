//! Pages by id as Mastodon cuts them: the three cursors, the clamped limit, and the `Link` header.

use std::fmt::Write as _;

use axum::http::{HeaderValue, header};

use timeline::public_id::PublicId;

use super::{error::ApiError, query::Query};
use crate::archive::Paging;

/// Statuses in a page when nothing is said; Mastodon's own default.
const DEFAULT_LIMIT: usize = 20;

/// Most statuses in a page; Mastodon's own bound.
pub(super) const MAX_LIMIT: usize = 40;

/// The parameters that say what part of a timeline is asked for.
pub(super) const CURSORS: &[&str] = &["max_id", "since_id", "min_id", "limit", "cursor"];

/// What part of a timeline `query` asks for. A cursor that is no number belongs to another server and is refused
/// rather than guessed.
pub(super) fn paging_of(query: &Query) -> Result<Paging, ApiError> {
    Ok(Paging {
        max_id: id(query, "max_id")?,
        since_id: id(query, "since_id")?,
        min_id: id(query, "min_id")?,
        limit: limit(query.get("limit")),
    })
}

/// The `Link` header of a page whose ids go from `newest` to `oldest`; an empty page has none.
///
/// Every parameter of the request is kept but the cursors, and the address begins with the relay's configured one:
/// the `Host` header is a stranger's word.
pub(super) fn link_header(
    public_url: &str,
    path: &str,
    query: &Query,
    newest: &str,
    oldest: &str,
) -> Option<(header::HeaderName, HeaderValue)> {
    let mut base = format!("{}{path}?", public_url.trim_end_matches('/'));
    let mut pairs = form_urlencoded::Serializer::new(String::new());
    pairs.extend_pairs(query.without(&["max_id", "since_id", "min_id", "cursor"]));
    let kept = pairs.finish();
    if !kept.is_empty() {
        base.push_str(&kept);
        base.push('&');
    }
    let mut text = String::new();
    write!(
        text,
        "<{base}max_id={oldest}>; rel=\"next\", <{base}min_id={newest}>; rel=\"prev\""
    )
    .ok()?;
    let value = HeaderValue::from_str(&text).ok()?;
    Some((header::LINK, value))
}

/// An id of this relay, or nothing when the parameter is missing. A number beyond all ids stands for "the newest".
fn id(query: &Query, name: &str) -> Result<Option<PublicId>, ApiError> {
    let Some(text) = query.get(name) else {
        return Ok(None);
    };
    if text.bytes().all(|it| it.is_ascii_digit()) {
        return Ok(PublicId::parse(text).or(PublicId::from_i64(i64::MAX)));
    }
    Err(ApiError::bad_request(format!(
        "{name} is not an id of this relay"
    )))
}

/// Mastodon clamps a limit and takes a negative one for its opposite; what is no number is its default.
pub(super) fn limit(text: Option<&str>) -> usize {
    text.and_then(|it| it.parse::<i64>().ok())
        .map_or(DEFAULT_LIMIT, |it| {
            usize::try_from(it.unsigned_abs()).unwrap_or(MAX_LIMIT)
        })
        .clamp(1, MAX_LIMIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paging(text: &str) -> Result<Paging, ApiError> {
        paging_of(&Query::parse(text).unwrap())
    }

    #[test]
    fn a_limit_is_clamped_and_never_refused() {
        for (text, expected) in [
            ("", 20),
            ("limit=5", 5),
            ("limit=40", 40),
            ("limit=41", 40),
            ("limit=99999999999999999999", 20),
            ("limit=-7", 7),
            ("limit=0", 1),
            ("limit=many", 20),
        ] {
            assert_eq!(paging(text).unwrap().limit, expected, "{text}");
        }
    }

    #[test]
    fn a_cursor_of_another_server_is_refused() {
        assert!(paging("max_id=01HXYZ").is_err());
        assert!(paging("min_id=-1").is_err());
        assert_eq!(paging("max_id=").unwrap().max_id, None);
        assert_eq!(
            paging("max_id=99999999999999999999999").unwrap().max_id,
            PublicId::from_i64(i64::MAX)
        );
    }

    #[test]
    fn a_link_keeps_every_parameter_but_the_cursors() {
        let query = Query::parse("any[]=caf%C3%A9&limit=2&max_id=9&local=true").unwrap();
        let (_, value) = link_header(
            "https://relay.example/",
            "/api/v1/timelines/tag/rust",
            &query,
            "8",
            "7",
        )
        .unwrap();
        assert_eq!(
            value,
            "<https://relay.example/api/v1/timelines/tag/rust?any%5B%5D=caf%C3%A9&limit=2&local=true&max_id=7>; \
             rel=\"next\", \
             <https://relay.example/api/v1/timelines/tag/rust?any%5B%5D=caf%C3%A9&limit=2&local=true&min_id=8>; \
             rel=\"prev\""
        );
    }

    #[test]
    fn a_link_without_parameters_has_only_the_cursor() {
        let (_, value) =
            link_header("http://127.0.0.1:4040", "/x", &Query::default(), "2", "1").unwrap();
        assert_eq!(
            value,
            "<http://127.0.0.1:4040/x?max_id=1>; rel=\"next\", <http://127.0.0.1:4040/x?min_id=2>; rel=\"prev\""
        );
    }
}

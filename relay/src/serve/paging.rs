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
    limit_within(text, DEFAULT_LIMIT, MAX_LIMIT)
}

/// The same where another number is the default, and another the most.
pub(super) fn limit_within(text: Option<&str>, default: usize, most: usize) -> usize {
    text.and_then(|it| it.parse::<i64>().ok())
        .map_or(default, |it| {
            usize::try_from(it.unsigned_abs()).unwrap_or(most)
        })
        .clamp(1, most)
}

/// What part of a list is asked for that is counted and not named by ids: how many are passed over, and how many wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) offset: usize,
    pub(super) limit: usize,
}

impl Stretch {
    /// Out of `offset` and `limit`; an offset that is no number is none.
    pub(super) fn of(query: &Query, default: usize, most: usize) -> Self {
        let offset = query.get("offset").and_then(|it| it.parse().ok());
        Self {
            offset: offset.unwrap_or(0),
            limit: limit_within(query.get("limit"), default, most),
        }
    }

    /// The part of a list.
    pub(super) fn cut<T: Clone>(self, list: &[T]) -> Vec<T> {
        let part = list.iter().skip(self.offset).take(self.limit);
        part.cloned().collect()
    }

    /// The `Link` header of this part of a list of `total`: what follows, when something does, and what is before.
    pub(super) fn links(
        self,
        public_url: &str,
        path: &str,
        query: &Query,
        total: usize,
    ) -> Option<(header::HeaderName, HeaderValue)> {
        let Self { offset, limit } = self;
        let address = |offset: usize, rel: &str| {
            let mut pairs = form_urlencoded::Serializer::new(String::new());
            pairs.extend_pairs(query.get("limit").map(|it| ("limit", it)));
            let pairs = pairs.append_pair("offset", &offset.to_string()).finish();
            let base = public_url.trim_end_matches('/');
            format!("<{base}{path}?{pairs}>; rel=\"{rel}\"")
        };
        let next = offset.checked_add(limit).filter(|it| *it < total);
        let before = (offset > 0).then(|| offset.saturating_sub(limit));
        let links: Vec<String> = [(next, "next"), (before, "prev")]
            .into_iter()
            .filter_map(|(offset, rel)| Some(address(offset?, rel)))
            .collect();
        if links.is_empty() {
            return None;
        }
        let value = HeaderValue::try_from(links.join(", ")).ok()?;
        Some((header::LINK, value))
    }
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
    fn a_counted_list_links_to_what_follows_and_what_is_before() {
        let link = |text: &str| {
            let query = Query::parse(text).unwrap();
            let stretch = Stretch::of(&query, 10, 20);
            let link = stretch.links("https://r.example", "/t", &query, 25);
            link.map(|(_, it)| it.to_str().unwrap().to_owned())
        };
        assert_eq!(
            link("limit=99&x=y").unwrap(),
            "<https://r.example/t?limit=99&offset=20>; rel=\"next\""
        );
        assert_eq!(
            link("offset=12").unwrap(),
            "<https://r.example/t?offset=22>; rel=\"next\", <https://r.example/t?offset=2>; rel=\"prev\""
        );
        assert_eq!(
            link("offset=20").unwrap(),
            "<https://r.example/t?offset=10>; rel=\"prev\""
        );
        let all = Query::parse("offset=x&limit=20").unwrap();
        let stretch = Stretch::of(&all, 10, 20);
        assert_eq!((stretch.offset, stretch.limit), (0, 20));
        assert_eq!(stretch.links("https://r.example", "/t", &all, 20), None);
        assert_eq!(stretch.cut(&[1, 2]), [1, 2]);
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

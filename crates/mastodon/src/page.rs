//! Paging: only the cursor is taken out of `Link`, because servers drop parts of the query from it.

use std::borrow::Cow;

use http::HeaderMap;

use crate::macros::part;

/// Name and value of each parameter, in order, not yet percent-encoded.
pub type Query = Vec<(Cow<'static, str>, String)>;

/// How many bytes of `Link` are looked at; real ones have a few hundred.
const MAX_LINK_BYTES: usize = 16 * 1024;

part! {
    /// Which part of a list is asked for. Leave a field empty to leave it out.
    pub struct Paging {
        /// Older than this, exclusive.
        pub max_id: Option<String> = opt,
        /// Newer than this, from the newest downwards.
        pub since_id: Option<String> = opt,
        /// Newer than this, from there upwards; the page itself is still newest first.
        pub min_id: Option<String> = opt,
        /// How many at most; servers clamp it to their own maximum.
        pub limit: Option<u16> = opt,
    }
}

impl Paging {
    /// The first page with this many elements at most.
    #[must_use]
    pub fn first(limit: u16) -> Self {
        Self {
            limit: Some(limit),
            ..Self::default()
        }
    }

    /// The page at a cursor, with the same limit.
    #[must_use]
    pub fn at(&self, cursor: &Cursor) -> Self {
        let mut paging = Self {
            limit: self.limit,
            ..Self::default()
        };
        let value = Some(cursor.value.clone());
        match cursor.direction {
            Direction::Older => paging.max_id = value,
            Direction::Newer => paging.min_id = value,
            Direction::Newest => paging.since_id = value,
        }
        paging
    }
}

/// Where a neighbouring page begins. Its value means something only to the endpoint that gave it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Cursor {
    /// Which way the page lies.
    pub direction: Direction,
    /// The value of the parameter.
    pub value: String,
}

/// Which way a page lies, and by which parameter one asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// `max_id`.
    Older,
    /// `min_id`.
    Newer,
    /// `since_id`, which some endpoints use for the previous page.
    Newest,
}

/// The neighbours of a page. An empty page has none: keep the last cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageLinks {
    /// Towards older elements; `None` at the end.
    pub next: Option<Cursor>,
    /// Towards newer elements.
    pub prev: Option<Cursor>,
}

impl PageLinks {
    /// Reads every `Link` header of an answer.
    #[must_use]
    pub fn from_headers(headers: &HeaderMap) -> Self {
        let mut links = Self::default();
        for header in headers.get_all(http::header::LINK) {
            let bytes = header.as_bytes();
            let bytes = bytes.get(..MAX_LINK_BYTES).unwrap_or(bytes);
            links.read(&String::from_utf8_lossy(bytes));
        }
        links
    }

    fn read(&mut self, header: &str) {
        let mut rest = header;
        while let Some((_, after)) = rest.split_once('<') {
            let Some((url, after)) = after.split_once('>') else {
                return;
            };
            // What follows the address up to the next one are its parameters.
            let (parameters, _) = after.split_once('<').unwrap_or((after, ""));
            if is_relation(parameters, "next") {
                self.next = self.next.take().or_else(|| next(url));
            } else if is_relation(parameters, "prev") {
                self.prev = self.prev.take().or_else(|| prev(url));
            }
            rest = after;
        }
    }
}

fn is_relation(parameters: &str, wanted: &str) -> bool {
    parameters.split(';').any(|parameter| {
        parameter.split_once('=').is_some_and(|(name, value)| {
            let value = value.trim().trim_end_matches(',').trim();
            name.trim().eq_ignore_ascii_case("rel")
                && value.trim_matches('"').eq_ignore_ascii_case(wanted)
        })
    })
}

fn next(url: &str) -> Option<Cursor> {
    let older = cursor(url, "max_id", Direction::Older);
    older.or_else(|| cursor(url, "min_id", Direction::Newer))
}

fn prev(url: &str) -> Option<Cursor> {
    cursor(url, "min_id", Direction::Newer).or_else(|| cursor(url, "since_id", Direction::Newest))
}

/// The value of a parameter; Pixelfed writes an empty one at the end of a list.
fn cursor(url: &str, name: &str, direction: Direction) -> Option<Cursor> {
    let (_, query) = url.split_once('?')?;
    let (query, _) = query.split_once('#').unwrap_or((query, ""));
    let (_, value) = form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name)?;
    (!value.is_empty()).then(|| Cursor {
        direction,
        value: value.into_owned(),
    })
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue, header::LINK};
    use proptest::prelude::*;

    use super::{Cursor, Direction, PageLinks, Paging};

    fn links(header: &str) -> PageLinks {
        let mut headers = HeaderMap::new();
        headers.insert(LINK, HeaderValue::from_str(header).unwrap());
        PageLinks::from_headers(&headers)
    }

    fn older(value: &str) -> Option<Cursor> {
        Some(Cursor {
            direction: Direction::Older,
            value: value.to_owned(),
        })
    }

    #[test]
    fn only_the_cursor_is_taken_from_a_link() {
        let links = links(
            r#"<https://a.example/api/v1/timelines/tag/x?limit=2&max_id=10>; rel="next", <https://a.example/y?min_id=20>; rel="prev""#,
        );
        assert_eq!(links.next, older("10"));
        assert_eq!(
            links.prev,
            Some(Cursor {
                direction: Direction::Newer,
                value: "20".into()
            })
        );
    }

    #[test]
    fn an_empty_cursor_is_the_end() {
        assert_eq!(
            links(r#"<https://p.example/api/v1/timelines/home?max_id=>; rel="next""#).next,
            None
        );
        assert_eq!(links("").next, None);
    }

    #[test]
    fn accounts_are_paged_back_by_since_id() {
        let links = links(r#"<https://a.example/blocks?since_id=3>; rel="prev""#);
        assert_eq!(
            links.prev,
            Some(Cursor {
                direction: Direction::Newest,
                value: "3".into()
            })
        );
    }

    #[test]
    fn several_headers_and_a_bare_rel_are_one_answer() {
        let mut headers = HeaderMap::new();
        headers.append(
            LINK,
            HeaderValue::from_static("<https://g.example/?max_id=01J%2B>; rel=next"),
        );
        headers.append(
            LINK,
            HeaderValue::from_static("<https://g.example/?min_id=01K>; rel=prev"),
        );
        let links = PageLinks::from_headers(&headers);
        assert_eq!(links.next, older("01J+"));
        assert!(links.prev.is_some());
    }

    #[test]
    fn the_limit_survives_a_turn_of_the_page() {
        let first = Paging::first(40);
        let second = first.at(&Cursor {
            direction: Direction::Older,
            value: "9".into(),
        });
        assert_eq!(
            second,
            Paging {
                max_id: Some("9".into()),
                limit: Some(40),
                ..Paging::default()
            }
        );
    }

    proptest! {
        #[test]
        fn no_header_breaks_the_reader(header in "[<>;,=\"a-z?&_#% ]{0,80}") {
            let links = links(&header);
            prop_assert!(links.next.is_none_or(|it| !it.value.is_empty()));
        }

        #[test]
        fn any_cursor_comes_back_whole(value in "[ -~]{1,40}") {
            let query = form_urlencoded::Serializer::new(String::new()).append_pair("max_id", &value).finish();
            prop_assert_eq!(links(&format!("<https://a.example/x?{query}>; rel=\"next\"")).next, older(&value));
        }
    }
}

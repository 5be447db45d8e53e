//! The forms of an answer's body: which a client takes, and which of them it has already.

use axum::http::{HeaderMap, header};

/// The forms that a body may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// Smallest; only for what was compressed ahead of time.
    Brotli,
    /// Quick enough to be made for one answer.
    Gzip,
    /// As it is.
    Identity,
}

impl Encoding {
    /// The word in `Content-Encoding`; the plain form has none.
    pub(super) fn header(self) -> Option<&'static str> {
        match self {
            Self::Brotli => Some("br"),
            Self::Gzip => Some("gzip"),
            Self::Identity => None,
        }
    }

    /// How the name of a file in this form ends, after its own name.
    pub(super) fn suffix(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Gzip => ".gz",
            Self::Identity => "",
        }
    }
}

/// The forms the client takes, best first. Brotli is the smallest, so it wins between equals.
pub(super) fn accepted(asked: &HeaderMap) -> Vec<Encoding> {
    let header = asked
        .get(header::ACCEPT_ENCODING)
        .and_then(|it| it.to_str().ok())
        .unwrap_or_default();
    let mut forms: Vec<_> = [
        (Encoding::Brotli, "br"),
        (Encoding::Gzip, "gzip"),
        (Encoding::Identity, "identity"),
    ]
    .into_iter()
    .filter_map(|(form, name)| weight(header, name).map(|weight| (form, weight)))
    .collect();
    forms.sort_by_key(|(_, weight)| std::cmp::Reverse(*weight));
    forms.into_iter().map(|(form, _)| form).collect()
}

/// Whether the client holds the file that is known by `etag`.
pub(super) fn names_etag(asked: &HeaderMap, etag: &str) -> bool {
    asked
        .get(header::IF_NONE_MATCH)
        .and_then(|it| it.to_str().ok())
        .is_some_and(|it| {
            it.split(',')
                .map(|one| one.trim().trim_start_matches("W/"))
                .any(|one| one == "*" || one == etag)
        })
}

/// The weight in thousandths that `header` gives to `name`; nothing when it is refused or, unless it is `identity`, not named.
fn weight(header: &str, name: &str) -> Option<u16> {
    let mut star = None;
    for part in header.split(',') {
        let mut fields = part.split(';').map(str::trim);
        let coding = fields.next().unwrap_or_default();
        let weight = fields
            .find_map(|it| it.strip_prefix("q="))
            .map_or(Some(1_000), thousandths)
            .unwrap_or(0);
        if coding.eq_ignore_ascii_case(name) {
            return (weight > 0).then_some(weight);
        }
        if coding == "*" {
            star = Some(weight);
        }
    }
    match star {
        Some(weight) => (weight > 0).then_some(weight),
        None => (name == "identity").then_some(1),
    }
}

/// `0.8` as 800; nothing for what is no weight.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    if rest.len() > 3 {
        return None;
    }
    let whole: u16 = whole.parse().ok().filter(|it| *it <= 1)?;
    let rest: u16 = format!("{rest:0<3}").parse().ok()?;
    Some((whole * 1_000 + rest).min(1_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forms(header: &str) -> Vec<Encoding> {
        let mut headers = HeaderMap::new();
        if !header.is_empty() {
            headers.insert(header::ACCEPT_ENCODING, header.parse().unwrap());
        }
        accepted(&headers)
    }

    #[test]
    fn brotli_wins_between_equals() {
        use Encoding::{Brotli, Gzip, Identity};
        assert_eq!(forms("gzip, deflate, br, zstd"), [Brotli, Gzip, Identity]);
        assert_eq!(forms("gzip"), [Gzip, Identity]);
        assert_eq!(forms(""), [Identity]);
        assert_eq!(forms("*"), [Brotli, Gzip, Identity]);
    }

    #[test]
    fn weights_are_obeyed() {
        use Encoding::{Brotli, Gzip, Identity};
        assert_eq!(forms("br;q=0.5, gzip;q=0.8"), [Gzip, Brotli, Identity]);
        assert_eq!(forms("br;q=0, gzip"), [Gzip, Identity]);
        assert_eq!(forms("br; q=1.0, identity;q=0"), [Brotli]);
        assert_eq!(forms("br;q=banana"), [Identity]);
    }

    #[test]
    fn a_known_etag_is_found_in_a_list() {
        let mut headers = HeaderMap::new();
        headers.insert(header::IF_NONE_MATCH, "\"a\", W/\"b\"".parse().unwrap());
        assert!(names_etag(&headers, "\"b\""));
        assert!(!names_etag(&headers, "\"c\""));
    }
}

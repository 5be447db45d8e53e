//! What makes two copies of a post one post: its `uri`, and whose word about it counts.

/// Longest `uri` that is taken, in bytes: longer ones are junk or an attack on memory.
pub const MAX_URI_BYTES: usize = 2_048;

/// The host (with its port, lower case, without `www.`) of an http(s) address, or `None` when the text is
/// no such address. A user part (`https://a@b/`) is refused: it exists to mislead.
#[must_use]
pub fn host_of(address: &str) -> Option<String> {
    if address.len() > MAX_URI_BYTES || address.chars().any(|c| c.is_whitespace() || c.is_control())
    {
        return None;
    }
    let (scheme, rest) = address.split_once("://")?;
    let default_port = match scheme.to_ascii_lowercase().as_str() {
        "https" => ":443",
        "http" => ":80",
        _ => return None,
    };
    let authority = rest.split(['/', '?', '#']).next()?;
    if authority.is_empty() || authority.contains(['@', '\\', '"', '<', '>']) {
        return None;
    }
    let host = authority.to_lowercase();
    let host = host.strip_suffix(default_port).unwrap_or(&host);
    let host = host
        .strip_prefix("www.")
        .unwrap_or(host)
        .trim_end_matches('.');
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    (!name.is_empty()).then(|| host.to_owned())
}

/// What a server calls the post that it has at this address: of Mastodon and Hollo (`/@name/ID`), of Mastodon and GoToSocial
/// (`/…/statuses/ID`), of Pleroma (`/notice/ID`), of Pixelfed (`/p/name/ID`). A guess by the form alone: whoever asks with
/// it must look at what comes.
#[must_use]
pub fn local_id_in(address: &str) -> Option<&str> {
    let (_, rest) = address.split_once("://")?;
    let (_, path) = rest.split(['?', '#']).next()?.split_once('/')?;
    let mut parts = path.trim_matches('/').rsplit('/');
    let (id, above) = (parts.next()?, parts.next()?);
    let is_id = id
        .bytes()
        .all(|it| it.is_ascii_alphanumeric() || it == b'-' || it == b'_');
    let is_post = match (above, parts.next()) {
        ("statuses", _) | ("notice", None) | (_, Some("p")) => true,
        (name, None) => name.starts_with('@'),
        _ => false,
    };
    Some(id).filter(|it| is_post && is_id && !it.is_empty())
}

/// Whether two hosts may speak for one server: equal, or one a part of the other, as where a
/// server's posts live at `social.example.org` and its pages at `example.org`.
#[must_use]
pub fn hosts_agree(one: &str, other: &str) -> bool {
    let within = |inner: &str, outer: &str| {
        outer.contains('.')
            && inner
                .strip_suffix(outer)
                .is_some_and(|rest| rest.ends_with('.'))
    };
    one == other || within(one, other) || within(other, one)
}

/// Why a post's addresses cannot be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distrust {
    /// The `uri` is no http(s) address, or far too long.
    NoUri,
    /// `url` or the author's address are on another server than `uri`.
    HostsDisagree,
}

/// Checks that a post's `uri`, its page and its author belong together; gives the host that
/// speaks for the post.
///
/// # Errors
/// [`Distrust`] when they do not: such a post is refused and counted.
pub fn origin_of(
    uri: &str,
    url: Option<&str>,
    author_uri: Option<&str>,
    author_url: Option<&str>,
) -> Result<String, Distrust> {
    let origin = host_of(uri).ok_or(Distrust::NoUri)?;
    for address in [author_uri, author_url, url]
        .into_iter()
        .flatten()
        .filter(|it| !it.is_empty())
    {
        match host_of(address) {
            Some(host) if hosts_agree(&origin, &host) => {}
            _ => return Err(Distrust::HostsDisagree),
        }
    }
    Ok(origin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_found_whatever_the_spelling() {
        for address in [
            "https://A.example/x",
            "https://www.a.example",
            "https://a.example:443/?q",
            "http://a.example:80#f",
        ] {
            assert_eq!(host_of(address).as_deref(), Some("a.example"), "{address}");
        }
        assert_eq!(
            host_of("http://alpha.localhost:3001/users/x").as_deref(),
            Some("alpha.localhost:3001")
        );
    }

    #[test]
    fn what_is_no_web_address_has_no_host() {
        for address in [
            "",
            "urn:x",
            "ftp://a.example/",
            "https://",
            "https://a@b.example/",
            "https://a b/",
            "javascript://a",
            "https://:80/",
        ] {
            assert_eq!(host_of(address), None, "{address}");
        }
    }

    #[test]
    fn pages_and_posts_of_one_server_agree() {
        assert!(hosts_agree("social.example.org", "example.org"));
        assert!(!hosts_agree("badexample.org", "example.org"));
        assert!(!hosts_agree("a.example", "b.example"));
        assert!(!hosts_agree("evil.org", "org"));
    }

    #[test]
    fn the_address_of_a_post_says_what_its_server_calls_it() {
        for (address, id) in [
            ("https://a.example/@ann/117", Some("117")),
            ("https://a.example/@ann@b.example/117/", Some("117")),
            ("https://a.example/users/ann/statuses/117", Some("117")),
            ("https://a.example/ap/users/9/statuses/117", Some("117")),
            ("https://g.example/@ann/statuses/01HX3K", Some("01HX3K")),
            ("https://h.example/@ann/01a2-0f", Some("01a2-0f")),
            ("https://p.example/notice/AbC9", Some("AbC9")),
            ("https://x.example/p/ann/55", Some("55")),
            // Names of people, of things that have another name for clients, and of nothing.
            ("https://p.example/objects/01a2-0f", None),
            ("https://a.example/@ann", None),
            ("https://a.example/users/ann", None),
            ("https://a.example/statuses/", None),
            ("https://a.example/@ann/media", Some("media")),
            ("https://a.example/@ann/%2e%2e", None),
            ("https://a.example/", None),
            ("https://a.example/@ann/117?x=y#z", Some("117")),
            ("a.example/@ann/117", None),
        ] {
            assert_eq!(local_id_in(address), id, "{address}");
        }
    }

    #[test]
    fn a_post_that_claims_a_strangers_author_is_refused() {
        let uri = "https://a.example/users/eve/statuses/1";
        assert_eq!(
            origin_of(
                uri,
                None,
                Some("https://a.example/users/eve"),
                Some("https://a.example/@eve")
            ),
            Ok("a.example".to_owned())
        );
        assert_eq!(
            origin_of(uri, None, Some("https://b.example/users/bob"), None),
            Err(Distrust::HostsDisagree)
        );
        assert_eq!(
            origin_of(uri, Some("javascript:alert(1)"), None, None),
            Err(Distrust::HostsDisagree)
        );
        assert_eq!(
            origin_of("tag:a.example", None, None, None),
            Err(Distrust::NoUri)
        );
    }
}

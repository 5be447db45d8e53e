//! Which program a server runs, for people to read. What it can do is told by [`Capabilities`](crate::Capabilities), never by this.

/// The program and its version in the way people write them, such as `Mastodon 4.7.3` or `Akkoma 3.15.0`; `None`
/// when the server does not say.
///
/// Other programs state the version of Mastodon that they are like, and themselves in brackets. A bare version
/// is that of Mastodon or a fork; below 1, which Mastodon left behind in 2017, that of the program whose source
/// stands at `source_url`.
#[must_use]
pub fn software(version: &str, source_url: &str) -> Option<String> {
    let version = version.trim();
    if let Some((_, rest)) = version.split_once("(compatible;") {
        let own = rest.split(')').next().unwrap_or(rest).trim();
        let own = if own.is_empty() { version } else { own };
        return Some(own.to_owned());
    }
    match version.chars().next()? {
        _ if version.contains('(') => Some(version.to_owned()),
        '1'..='9' => Some(format!("Mastodon {version}")),
        '0' => Some(
            format!("{} {version}", name_at(source_url))
                .trim()
                .to_owned(),
        ),
        _ => Some(version.to_owned()),
    }
}

/// The name of a program by the address of its source: the repository's, with a capital.
fn name_at(source_url: &str) -> String {
    let repository = source_url.trim_end_matches('/').rsplit('/').next();
    let repository = repository.unwrap_or_default();
    let is_name = |it: char| it.is_ascii_alphanumeric() || it == '-';
    let mut letters = repository.chars();
    match letters.next() {
        _ if repository.eq_ignore_ascii_case("gotosocial") => "GoToSocial".to_owned(),
        Some(first) if repository.chars().all(is_name) => {
            first.to_ascii_uppercase().to_string() + letters.as_str()
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_named_by_its_own_name_and_version() {
        for (version, source_url, wanted) in [
            ("4.7.3", "", "Mastodon 4.7.3"),
            (
                "4.6.5+glitch",
                "https://github.com/glitch-soc/mastodon",
                "Mastodon 4.6.5+glitch",
            ),
            ("2.7.2 (compatible; Pleroma 2.9.1)", "", "Pleroma 2.9.1"),
            (
                "2.7.2 (compatible; Akkoma 3.15.0-0-gabc)",
                "",
                "Akkoma 3.15.0-0-gabc",
            ),
            ("4.3.0 (compatible; Pixelfed 0.12)", "", "Pixelfed 0.12"),
            (
                "4.2.1 (compatible; Iceshrimp.NET/2025.1",
                "",
                "Iceshrimp.NET/2025.1",
            ),
            (
                "0.20.0 git-1234567",
                "https://codeberg.org/superseriousbusiness/gotosocial/",
                "GoToSocial 0.20.0 git-1234567",
            ),
            (
                "0.7.18",
                "https://github.com/fedify-dev/hollo",
                "Hollo 0.7.18",
            ),
            ("0.11.0", "", "0.11.0"),
            ("0.11.0", "https://a.example/?x", "0.11.0"),
            ("v9", "", "v9"),
            (
                "4.0.0 (not true; really another)",
                "",
                "4.0.0 (not true; really another)",
            ),
            ("4.0.0 (compatible;)", "", "4.0.0 (compatible;)"),
        ] {
            assert_eq!(software(version, source_url).as_deref(), Some(wanted));
        }
        assert_eq!(software("", "https://a.example/gotosocial"), None);
        assert_eq!(software("  ", ""), None);
    }
}

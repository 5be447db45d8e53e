//! The pages of the app and their addresses: `parse` and `Display` are each other's inverse.

use std::fmt;

/// Where a person is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Route {
    /// `/`: everything that the relay hears.
    Combined,
    /// `/tags/:tag`, or several as `/tags/:tag+:tag`
    Hashtag {
        /// Without `#`, in any script, never empty; several have `+` between them, which no hashtag contains.
        tag: String,
    },
    /// `/views/:name`: a view that the relay offers.
    View {
        /// Never empty.
        name: String,
    },
    /// `/posts/:id`: one post with its thread.
    Post {
        /// The relay's id of the post, never empty.
        id: String,
    },
    /// `/sources`: how each server is heard.
    Sources,
    /// `/about`: what this is and who runs it.
    About,
    /// Any other address.
    NotFound,
}

/// The longest part of a path that is taken for a tag or an id, in bytes after decoding.
const MAX_PART_BYTES: usize = 512;

impl Route {
    /// The page at a path. Query and fragment are ignored; a slash at the end makes no difference.
    pub fn parse(path: &str) -> Self {
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let mut parts = path.split('/').filter(|it| !it.is_empty());
        let (first, second, third) = (parts.next(), parts.next(), parts.next());
        let route = match (first, second, third) {
            (None, _, _) => Some(Self::Combined),
            (Some("tags"), Some(tag), None) => decode(tag).map(|tag| Self::Hashtag { tag }),
            (Some("views"), Some(name), None) => decode(name).map(|name| Self::View { name }),
            (Some("posts"), Some(id), None) => decode(id).map(|id| Self::Post { id }),
            (Some("sources"), None, None) => Some(Self::Sources),
            (Some("about"), None, None) => Some(Self::About),
            _ => None,
        };
        route.unwrap_or(Self::NotFound)
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Combined => f.write_str("/"),
            Self::Hashtag { tag } => {
                f.write_str("/tags/")?;
                encode(tag, f)
            }
            Self::View { name } => {
                f.write_str("/views/")?;
                encode(name, f)
            }
            Self::Post { id } => {
                f.write_str("/posts/")?;
                encode(id, f)
            }
            Self::Sources => f.write_str("/sources"),
            Self::About => f.write_str("/about"),
            Self::NotFound => f.write_str("/not-found"),
        }
    }
}

/// Everything but the unreserved characters of RFC 3986 and `+`, which is itself in a path, is written as `%XX`. A part of dots alone would be taken for a
/// folder by the browser, so its dots are written out too.
fn encode(part: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let only_dots = part.bytes().all(|byte| byte == b'.');
    for byte in part.bytes() {
        let plain = byte.is_ascii_alphanumeric()
            || matches!(byte, b'-' | b'_' | b'~' | b'+')
            || (byte == b'.' && !only_dots);
        if plain {
            fmt::Write::write_char(f, char::from(byte))?;
        } else {
            write!(f, "%{byte:02X}")?;
        }
    }
    Ok(())
}

/// The text of one part of a path; none when it is empty, too long, or not UTF-8 once decoded.
fn decode(part: &str) -> Option<String> {
    let mut bytes = part.bytes();
    let mut decoded = Vec::with_capacity(part.len());
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => hex(bytes.next()?)? * 16 + hex(bytes.next()?)?,
            other => other,
        });
    }
    String::from_utf8(decoded)
        .ok()
        .filter(|it| (1..=MAX_PART_BYTES).contains(&it.len()))
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|it| u8::try_from(it).ok())
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::Route;

    fn check(path: &str, route: Route) {
        assert_eq!(Route::parse(path), route, "{path}");
    }

    #[test]
    fn every_page_has_its_address() {
        check("/", Route::Combined);
        check("", Route::Combined);
        check("/sources", Route::Sources);
        check("/sources/", Route::Sources);
        check("/about?from=menu", Route::About);
        check(
            "/posts/7490284213",
            Route::Post {
                id: "7490284213".to_owned(),
            },
        );
        check(
            "/views/caturday",
            Route::View {
                name: "caturday".to_owned(),
            },
        );
        check(
            "/tags/rust+rustlang",
            Route::Hashtag {
                tag: "rust+rustlang".to_owned(),
            },
        );
        check(
            "/tags/rust#top",
            Route::Hashtag {
                tag: "rust".to_owned(),
            },
        );
    }

    #[test]
    fn a_tag_may_be_in_any_script() {
        let route = Route::Hashtag {
            tag: "हिन्दी".to_owned(),
        };
        let address = route.to_string();
        assert!(address.is_ascii());
        check(&address, route);
        check(
            "/tags/कविता",
            Route::Hashtag {
                tag: "कविता".to_owned(),
            },
        );
    }

    #[test]
    fn a_tag_cannot_leave_its_place_in_the_path() {
        for tag in ["..", ".", "a/b", "a?b", "a#b", "%2e"] {
            let route = Route::Hashtag {
                tag: tag.to_owned(),
            };
            let address = route.to_string();
            assert!(
                !address.contains("..") && !address.contains('?') && !address.contains('#'),
                "{address}"
            );
            check(&address, route);
        }
    }

    #[test]
    fn what_cannot_be_read_is_not_found() {
        for path in [
            "/tags",
            "/tags/%",
            "/tags/%zz",
            "/tags/%ff",
            "/posts/1/2",
            "/nowhere",
            "/posts//",
        ] {
            check(path, Route::NotFound);
        }
    }

    proptest! {
        #[test]
        fn an_address_leads_to_its_page(text in "\\PC{1,40}") {
            for route in [Route::Hashtag { tag: text.clone() }, Route::View { name: text.clone() }, Route::Post { id: text.clone() }] {
                prop_assert_eq!(Route::parse(&route.to_string()), route);
            }
        }

        #[test]
        fn any_path_is_some_page(path in "\\PC{0,80}") {
            Route::parse(&path);
        }
    }
}

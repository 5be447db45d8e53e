//! Calls and attributes that are refused, each with what to do instead.

use super::{File, Finding, rust};

/// A refused call.
struct Ban {
    word: &'static str,
    within: &'static str,
    except: &'static str,
    instead: &'static str,
}

const BANS: [Ban; 8] = [
    Ban {
        word: "inner_html",
        within: "app/",
        except: "app/tests/",
        instead: "a stranger's HTML never becomes HTML: draw the nodes of `content`",
    },
    Ban {
        word: "set_inner_html",
        within: "app/",
        except: "app/tests/",
        instead: "a stranger's HTML never becomes HTML: draw the nodes of `content`",
    },
    Ban {
        word: "set_outer_html",
        within: "app/",
        except: "app/tests/",
        instead: "a stranger's HTML never becomes HTML: draw the nodes of `content`",
    },
    Ban {
        word: "insert_adjacent_html",
        within: "app/",
        except: "app/tests/",
        instead: "a stranger's HTML never becomes HTML: draw the nodes of `content`",
    },
    Ban {
        word: "Date::now",
        within: "app/src/",
        except: "app/src/browser",
        instead: "ask the clock in app/src/browser",
    },
    Ban {
        word: "Instant::now",
        within: "app/src/",
        except: "app/src/browser",
        instead: "it panics in a browser: ask the clock in app/src/browser",
    },
    Ban {
        word: "SystemTime::now",
        within: "crates/timeline/",
        except: "crates/timeline/tests/",
        instead: "pass the time in: a rule that reads the clock cannot be tested",
    },
    Ban {
        word: "style=",
        within: "app/src/",
        except: "app/src/browser",
        instead: "the content policy refuses style attributes: use a class, or `style:name=` for a measure",
    },
];

/// Checks every Rust file, and the two scripts for the same sinks.
pub(super) fn check(files: &[File]) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in files {
        if file.is("rs") {
            found.extend(bans(file));
            found.extend(attributes(file));
        } else if file.is("js") || file.is("mjs") {
            found.extend(scripts(file));
        }
    }
    found
}

fn bans(file: &File) -> Vec<Finding> {
    let code = rust::code(&file.text);
    let code = rust::without_tests(&code);
    BANS.iter()
        .filter(|ban| file.path.starts_with(ban.within) && !file.path.starts_with(ban.except))
        .flat_map(|ban| {
            rust::lines_with(code, ban.word).map(|line| {
                Finding::new(&file.path, line, format!("`{}`: {}", ban.word, ban.instead))
            })
        })
        .collect()
}

/// A lint is answered with a reason or not at all.
fn attributes(file: &File) -> Vec<Finding> {
    let code = rust::code(&file.text);
    code.lines()
        .enumerate()
        .filter(|(_, line)| line.contains("#[allow(") || line.contains("#![allow("))
        .map(|(index, _)| {
            Finding::new(
                &file.path,
                index + 1,
                "write `#[expect(lint, reason = \"…\")]`: it says why, and tells when it is no longer needed",
            )
        })
        .collect()
}

fn scripts(file: &File) -> Vec<Finding> {
    if !file.path.starts_with("public/") {
        return Vec::new();
    }
    let sinks = [
        "innerHTML",
        "outerHTML",
        "document.write",
        "eval(",
        "new Function(",
    ];
    file.text
        .lines()
        .enumerate()
        .filter_map(|(index, line)| {
            let sink = sinks.iter().find(|sink| line.contains(**sink))?;
            Some(Finding::new(
                &file.path,
                index + 1,
                format!("`{sink}` turns text into code or markup"),
            ))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(path: &str, code: &str) -> usize {
        check(&[File::new(path, &format!("//! A file.\n{code}\n"))]).len()
    }

    #[test]
    fn html_is_never_set_from_text() {
        assert_eq!(
            broken("app/src/features/a.rs", "view! { <p inner_html=x/> }"),
            1
        );
        assert_eq!(
            broken("app/src/browser/a.rs", "element.set_inner_html(x);"),
            1
        );
        assert_eq!(broken("public/sw.js", "node.innerHTML = x;"), 1);
    }

    #[test]
    fn clocks_are_read_in_one_place() {
        assert_eq!(broken("app/src/features/a.rs", "let now = Date::now();"), 1);
        assert_eq!(
            broken("app/src/browser/clock.rs", "let now = Date::now();"),
            0
        );
        assert_eq!(broken("crates/timeline/src/a.rs", "SystemTime::now()"), 1);
    }

    #[test]
    fn style_attributes_are_refused_and_style_properties_are_not() {
        assert_eq!(broken("app/src/features/a.rs", "view! { <p style=x/> }"), 1);
        assert_eq!(
            broken("app/src/features/a.rs", "view! { <p style:height=x/> }"),
            0
        );
        assert_eq!(broken("app/src/features/a.rs", "let font_style=1;"), 0);
    }

    #[test]
    fn lints_are_expected_with_a_reason() {
        let line = concat!("#[al", "low(dead_code)]");
        assert_eq!(broken("relay/src/a.rs", line), 1);
        assert_eq!(
            broken("relay/src/a.rs", "#[expect(dead_code, reason = \"x\")]"),
            0
        );
    }
}

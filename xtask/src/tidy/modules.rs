//! Who may touch what inside a program: the browser, the sockets, the database, and each other.

use super::{File, Finding, rust};

/// "Code under `within`, except under `except`, must not name `words`."
struct Rule {
    within: &'static [&'static str],
    except: &'static [&'static str],
    words: &'static [&'static str],
    because: &'static str,
}

const RULES: [Rule; 9] = [
    Rule {
        within: &["app/src/"],
        except: &["app/src/browser"],
        words: &[
            "web_sys",
            "js_sys",
            "gloo_net",
            "wasm_bindgen",
            "wasm_bindgen_futures",
            "spawn_local",
        ],
        because: "only app/src/browser touches the browser",
    },
    Rule {
        within: &["app/src/browser"],
        except: &[],
        words: &[
            "store::",
            "timeline::",
            "crate::actions",
            "crate::components",
            "crate::features",
            "crate::shell",
        ],
        because: "app/src/browser knows nothing of ours but `mastodon` and `content`",
    },
    Rule {
        within: &["app/src/features", "app/src/components", "app/src/shell"],
        except: &[],
        words: &["crate::browser"],
        because: "what is drawn reaches the browser through actions",
    },
    Rule {
        within: &["app/src/actions"],
        except: &[],
        words: &["crate::features", "crate::components", "crate::shell"],
        because: "actions know nothing of what is drawn",
    },
    Rule {
        within: &["app/src/components"],
        except: &[],
        words: &["crate::features", "crate::shell"],
        because: "a component is used by features, never the reverse",
    },
    Rule {
        within: &["relay/src/"],
        except: &[
            "relay/src/source",
            "relay/src/serve",
            "relay/src/lib.rs",
            "relay/src/cli/client.rs",
        ],
        words: &["tokio::net", "tokio_tungstenite", "reqwest", "axum"],
        because: "only relay/src/{source,serve} and the command line's client touch sockets",
    },
    Rule {
        within: &["relay/src/serve"],
        except: &[],
        words: &["crate::source"],
        because: "what is served comes from the log and the reports, never from a source",
    },
    Rule {
        within: &["relay/src/source", "relay/src/merge", "relay/src/log"],
        except: &[],
        words: &["crate::serve"],
        because: "what is heard knows nothing of how it is served",
    },
    Rule {
        within: &["relay/src/"],
        except: &["relay/src/archive"],
        words: &["rusqlite"],
        because: "only the archive knows the database",
    },
];

/// Checks every Rust file of the two programs.
pub(super) fn check(files: &[File]) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in files.iter().filter(|file| file.is("rs")) {
        let code = rust::code(&file.text);
        let code = rust::without_tests(&code);
        for rule in &RULES {
            if !under(&file.path, rule.within) || under(&file.path, rule.except) {
                continue;
            }
            for word in rule.words {
                for line in rust::lines_with(code, word) {
                    found.push(Finding::new(
                        &file.path,
                        line,
                        format!("`{word}`: {}", rule.because),
                    ));
                }
            }
        }
    }
    found
}

fn under(path: &str, places: &[&str]) -> bool {
    places.iter().any(|place| path.starts_with(place))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(path: &str, code: &str) -> usize {
        check(&[File::new(path, &format!("//! A file.\n{code}\n"))]).len()
    }

    #[test]
    fn only_the_browser_folder_touches_the_browser() {
        assert_eq!(broken("app/src/features/a.rs", "use web_sys::Window;"), 1);
        assert_eq!(
            broken("app/src/actions/a.rs", "leptos::task::spawn_local(x);"),
            1
        );
        assert_eq!(broken("app/src/browser/a.rs", "use web_sys::Window;"), 0);
        assert_eq!(
            broken("app/src/features/a.rs", "// web_sys would be wrong"),
            0
        );
    }

    #[test]
    fn the_browser_folder_knows_little() {
        assert_eq!(broken("app/src/browser/a.rs", "use store::Store;"), 1);
        assert_eq!(broken("app/src/browser/a.rs", "use crate::actions::x;"), 1);
        assert_eq!(broken("app/src/browser/a.rs", "use mastodon::Status;"), 0);
    }

    #[test]
    fn drawing_goes_through_actions_and_actions_do_not_draw() {
        assert_eq!(
            broken("app/src/components/a.rs", "crate::browser::clock::now();"),
            1
        );
        assert_eq!(broken("app/src/actions/a.rs", "use crate::features::x;"), 1);
        assert_eq!(
            broken("app/src/components/a.rs", "use crate::features::x;"),
            1
        );
    }

    #[test]
    fn only_source_and_serve_touch_sockets() {
        assert_eq!(
            broken("relay/src/merge.rs", "use tokio::net::TcpStream;"),
            1
        );
        assert_eq!(
            broken("relay/src/source/socket.rs", "use tokio::net::TcpStream;"),
            0
        );
        assert_eq!(broken("relay/src/views.rs", "use axum::Router;"), 1);
    }

    #[test]
    fn source_and_serve_do_not_see_each_other() {
        assert_eq!(
            broken("relay/src/serve/health.rs", "use crate::source::Socket;"),
            1
        );
        assert_eq!(
            broken("relay/src/source/poll.rs", "use crate::serve::Error;"),
            1
        );
    }

    #[test]
    fn only_the_archive_knows_the_database() {
        assert_eq!(broken("relay/src/merge.rs", "use rusqlite::Connection;"), 1);
        assert_eq!(
            broken("relay/src/archive/schema.rs", "use rusqlite::Connection;"),
            0
        );
    }
}

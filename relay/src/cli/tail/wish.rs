//! What of all posts is to be shown: a stream or a view, and the grammar's parameters as flags or as words.

mod filter;

use clap::Args;

use self::filter::Filter;
use crate::{
    cli::{Failure, client::Client, text},
    views::grammar::LISTS,
};

/// What is to be shown.
#[derive(Args, Debug, Default)]
pub(super) struct Wish {
    /// A view's name, a #hashtag, or public, local, remote
    #[arg(value_name = "VIEW", default_value = "public")]
    view: String,
    /// Parameters of the grammar as words: languages=de,en no_bots min_reblogs=3
    #[arg(value_name = "KEY=VALUE")]
    more: Vec<String>,
    #[command(flatten)]
    filter: Filter,
}

impl Wish {
    /// The address of the events that are wished for.
    pub(super) fn path(&self) -> Result<String, Failure> {
        let mut parameters = self.filter.0.clone();
        for word in &self.more {
            parameters.extend(parameters_of(word)?);
        }
        let tag = self.view.strip_prefix('#');
        let is_plain = parameters.is_empty();
        let mut also =
            |name: &str, value: &str| parameters.push((name.to_owned(), value.to_owned()));
        let path = match (self.view.as_str(), tag) {
            ("public", _) if is_plain => "public",
            ("local", _) if is_plain => "public/local",
            ("remote", _) if is_plain => "public/remote",
            (_, Some(tag)) if is_plain => {
                also("tag", tag);
                "hashtag"
            }
            // Mastodon's streams take no filters; the relay's own stream takes all of them.
            (stream, tag) => {
                match (stream, tag) {
                    ("public", _) => {}
                    ("local" | "remote", _) => also(stream, "true"),
                    (_, Some(tag)) => also("any[]", tag),
                    (view, None) => also("view", view),
                }
                "view"
            }
        };
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(parameters)
            .finish();
        Ok(match query.as_str() {
            "" => format!("/api/v1/streaming/{path}"),
            query => format!("/api/v1/streaming/{path}?{query}"),
        })
    }

    /// A refusal, with the views that there are when it was about a view.
    pub(super) async fn explained(&self, client: &Client, failure: Failure) -> Failure {
        if !self.path().is_ok_and(|it| it.contains("streaming/view")) {
            return failure;
        }
        let Ok(report) = client.get("/api/watersmeet/sources").await else {
            return failure;
        };
        let views = report.get("views").and_then(|it| it.as_array());
        let names: Vec<String> = views
            .into_iter()
            .flatten()
            .filter_map(|it| it.get("name")?.as_str().map(text::line))
            .collect();
        if names.contains(&self.view) {
            return failure;
        }
        Failure::new(format!(
            "{failure}. The views of this relay are: {}. A hashtag is written #{}",
            names.join(", "),
            text::line(&self.view)
        ))
    }
}

/// One word as parameters; the values of a list stand between commas.
fn parameters_of(word: &str) -> Result<Vec<(String, String)>, Failure> {
    let (name, value) = match word.split_once('=') {
        Some((name, value)) => (name, value),
        // A flag by itself is set.
        None => (word, "true"),
    };
    let name = name.trim_end_matches("[]");
    if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
        return Err(Failure::new(format!(
            "{}: write KEY=VALUE, as languages=de or no_bots",
            text::line(word)
        )));
    }
    if !LISTS.contains(&name) {
        return Ok(vec![(name.to_owned(), value.to_owned())]);
    }
    let values = value.split(',').filter(|it| !it.is_empty());
    Ok(values
        .map(|it| (format!("{name}[]"), it.trim().to_owned()))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(view: &str, words: &[&str]) -> String {
        let wish = Wish {
            view: view.to_owned(),
            more: words.iter().map(|it| (*it).to_owned()).collect(),
            ..Wish::default()
        };
        wish.path().unwrap()
    }

    #[test]
    fn a_stream_a_hashtag_and_a_view_have_their_paths() {
        assert_eq!(path("public", &[]), "/api/v1/streaming/public");
        assert_eq!(path("local", &[]), "/api/v1/streaming/public/local");
        assert_eq!(path("#rust", &[]), "/api/v1/streaming/hashtag?tag=rust");
        assert_eq!(path("rust", &[]), "/api/v1/streaming/view?view=rust");
        assert_eq!(
            path("rust", &["no_bots"]),
            "/api/v1/streaming/view?no_bots=true&view=rust"
        );
    }

    #[test]
    fn a_stream_with_filters_is_a_view_that_says_the_same() {
        assert_eq!(
            path("local", &["no_bots"]),
            "/api/v1/streaming/view?no_bots=true&local=true"
        );
        assert_eq!(
            path("#rust", &["no_bots"]),
            "/api/v1/streaming/view?no_bots=true&any%5B%5D=rust"
        );
    }

    #[test]
    fn words_and_flags_are_the_grammars_parameters() {
        assert_eq!(
            path("public", &["languages=de,en", "no_bots", "min_reblogs=3"]),
            "/api/v1/streaming/view?languages%5B%5D=de&languages%5B%5D=en&no_bots=true&min_reblogs=3"
        );
        let wish = Wish {
            view: "public".to_owned(),
            filter: filter::tests::flags(&["--any", "a,b", "--no-replies"]),
            ..Wish::default()
        };
        assert_eq!(
            wish.path().unwrap(),
            "/api/v1/streaming/view?any%5B%5D=a&any%5B%5D=b&no_replies=true"
        );
        let broken = Wish {
            more: vec!["x y".to_owned()],
            ..Wish::default()
        };
        assert!(broken.path().is_err());
    }
}

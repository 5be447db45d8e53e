//! What of all posts is to be shown: a stream or a view, and the grammar's parameters as flags or as words.

use clap::Args;

use crate::cli::{Failure, client::Client, text};

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

/// The grammar's parameters as flags. Lists take commas and may be given several times.
#[derive(Args, Debug, Default)]
#[command(next_help_heading = "Filters")]
struct Filter {
    /// Hashtags: at least one of them
    #[arg(long, value_name = "TAGS", value_delimiter = ',')]
    any: Vec<String>,
    /// Hashtags: every one of them
    #[arg(long, value_name = "TAGS", value_delimiter = ',')]
    all: Vec<String>,
    /// Hashtags: not one of them
    #[arg(long, value_name = "TAGS", value_delimiter = ',')]
    none: Vec<String>,
    /// Words or phrases: at least one of them
    #[arg(long, value_name = "PHRASES", value_delimiter = ',')]
    words: Vec<String>,
    /// Languages, as de
    #[arg(long, value_name = "CODES", value_delimiter = ',')]
    languages: Vec<String>,
    /// Only people of these servers
    #[arg(long, value_name = "DOMAINS", value_delimiter = ',')]
    servers: Vec<String>,
    /// Nobody of these servers
    #[arg(long, value_name = "DOMAINS", value_delimiter = ',')]
    not_servers: Vec<String>,
    /// Only these people, by handle
    #[arg(long, value_name = "HANDLES", value_delimiter = ',')]
    accounts: Vec<String>,
    /// None of these people
    #[arg(long, value_name = "HANDLES", value_delimiter = ',')]
    not_accounts: Vec<String>,
    /// Only posts with a picture, video or sound
    #[arg(long)]
    only_media: bool,
    /// Nothing of accounts that say they are bots
    #[arg(long)]
    no_bots: bool,
    /// No answers
    #[arg(long)]
    no_replies: bool,
    /// Nothing marked as sensitive
    #[arg(long)]
    no_sensitive: bool,
    /// At most so many hashtags on a post
    #[arg(long, value_name = "NUMBER")]
    max_hashtags: Option<u32>,
    /// At least so many boosts seen
    #[arg(long, value_name = "NUMBER")]
    min_reblogs: Option<u32>,
    /// At least so many favourites seen
    #[arg(long, value_name = "NUMBER")]
    min_favourites: Option<u32>,
}

/// The parameters that are lists.
const LISTS: [&str; 9] = [
    "any",
    "all",
    "none",
    "words",
    "languages",
    "servers",
    "not_servers",
    "accounts",
    "not_accounts",
];

impl Wish {
    /// The address of the events that are wished for.
    pub(super) fn path(&self) -> Result<String, Failure> {
        let mut parameters = self.filter.parameters();
        for word in &self.more {
            parameters.extend(parameters_of(word)?);
        }
        let mut also =
            |name: &str, value: &str| parameters.push((name.to_owned(), value.to_owned()));
        let tag = self.view.strip_prefix('#');
        let is_plain = self.filter.parameters().is_empty() && self.more.is_empty();
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

impl Filter {
    fn parameters(&self) -> Vec<(String, String)> {
        let lists = [
            &self.any,
            &self.all,
            &self.none,
            &self.words,
            &self.languages,
            &self.servers,
            &self.not_servers,
            &self.accounts,
            &self.not_accounts,
        ];
        let mut parameters = Vec::new();
        for (name, values) in LISTS.into_iter().zip(lists) {
            parameters.extend(values.iter().map(|it| (format!("{name}[]"), it.clone())));
        }
        let flags = [
            ("only_media", self.only_media),
            ("no_bots", self.no_bots),
            ("no_replies", self.no_replies),
            ("no_sensitive", self.no_sensitive),
        ];
        let set = flags.into_iter().filter(|(_, is_set)| *is_set);
        parameters.extend(set.map(|(name, _)| (name.to_owned(), "true".to_owned())));
        let numbers = [
            ("max_hashtags", self.max_hashtags),
            ("min_reblogs", self.min_reblogs),
            ("min_favourites", self.min_favourites),
        ];
        let given = numbers
            .into_iter()
            .filter_map(|(name, it)| Some((name.to_owned(), it?.to_string())));
        parameters.extend(given);
        parameters
    }
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
            filter: Filter {
                any: vec!["a".to_owned(), "b".to_owned()],
                no_replies: true,
                ..Filter::default()
            },
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

//! Trying a source out before it is listened to, and saying in words what it offers.

use serde::Serialize;

use mastodon::{
    ApiError, Paging,
    endpoints::{HomeTimeline, Search},
};

use super::{
    budget::Urgency,
    discover,
    guard::Guard,
    hint::hint,
    host::{self, Host},
    manners::Manners,
    told::Feed,
};
use crate::config::{Config, SourceConfig};

/// Hashtags of one source that are tried: the others are answered alike.
const MAX_HASHTAGS: usize = 3;

/// What came of trying one source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProbeReport {
    /// Who it is.
    pub domain: String,
    /// Its program and version, when it said so.
    pub software: Option<String>,
    /// Whether anything that is configured can be read there.
    pub is_readable: bool,
    /// What was tried, in order.
    pub findings: Vec<Finding>,
    /// What a token would add, or who sees what it reads.
    pub hint: Option<String>,
}

/// One thing that was tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Whether it is as one would wish.
    pub is_good: bool,
    /// In words for people.
    pub words: String,
}

/// Reaches a source as the relay would, within its budget and where the configuration lets it, and reads a post of each
/// feed. Takes some seconds; what is wrong is in the report.
pub async fn probe(config: &Config, source: &SourceConfig) -> ProbeReport {
    let mut report = ProbeReport {
        domain: source.domain.clone(),
        software: None,
        is_readable: false,
        findings: Vec::new(),
        hint: None,
    };
    let guard = Guard::new(config);
    let client = match host::client(config, &guard) {
        Ok(client) => client,
        Err(error) => {
            report.bad(format!("TLS cannot be set up: {error}"));
            return report;
        }
    };
    let host = Host::new(source, client, guard, &config.timing);
    match discover::learn(&host, Urgency::Person).await {
        Ok(learned) => {
            let name = learned.software.clone();
            let name = name.unwrap_or_else(|| "a program that does not say its name".to_owned());
            report.good(format!("it answers: {name}"));
            report.software = learned.software;
            let closed = discover::closed(&host, false, &learned.manners).await;
            let (closed, _) = closed.unwrap_or_default();
            report.hint = hint(source, &learned.manners, closed);
            report.read(&host, source).await;
            report.listen(source, &learned.manners);
        }
        Err(error) => report.bad(error.to_string()),
    }
    report
}

impl ProbeReport {
    fn good(&mut self, words: String) {
        let is_good = true;
        self.findings.push(Finding { is_good, words });
    }

    fn bad(&mut self, words: String) {
        let is_good = false;
        self.findings.push(Finding { is_good, words });
    }

    async fn read(&mut self, host: &Host, source: &SourceConfig) {
        if source.token.is_some() {
            let home = HomeTimeline {
                page: Paging::first(1),
            };
            match host.ask(&home, Urgency::Person).await {
                Ok(_) => self.good("its token is good".to_owned()),
                Err(ApiError::Unauthorized { message }) => {
                    let domain = &self.domain;
                    self.bad(format!(
                        "its token is not taken ({message}); run `watersmeet sign-in {domain}` for a new one"
                    ));
                }
                // Some programs give such tokens no home timeline, and it is not needed.
                Err(_) => {}
            }
        }
        let public = source.streams.iter().map(|it| Feed::Public(*it));
        let tags = source.hashtags.iter().take(MAX_HASHTAGS);
        let words = source.words.iter().take(1);
        let feeds = public
            .chain(tags.map(|it| Feed::Tag(it.clone())))
            .chain(words.map(|it| Feed::Words(it.clone())));
        for feed in feeds {
            let name = feed.name();
            match first_page(host, &feed).await {
                Ok(count) => {
                    self.is_readable = true;
                    let what = if count == 0 { ", and is empty" } else { "" };
                    self.good(format!("{name} can be read{what}"));
                }
                Err(error) => self.bad(format!("{name} cannot be read: {error}")),
            }
        }
    }

    fn listen(&mut self, source: &SourceConfig, manners: &Manners) {
        let offers = source.streaming_url.is_some() || manners.capabilities.streaming_url.is_some();
        if !offers {
            self.good("it does not stream; it is asked now and then instead".to_owned());
        } else if source.token.is_some() || manners.streams_to_strangers() {
            self.good("it streams".to_owned());
        } else {
            self.good(
                "it streams only to people with an account; without a token it is asked now and then"
                    .to_owned(),
            );
        }
    }
}

/// How many posts the newest page of a feed has, of one.
async fn first_page(host: &Host, feed: &Feed) -> Result<usize, ApiError> {
    let page = Paging::first(1);
    let urgency = Urgency::Person;
    Ok(match feed {
        Feed::Public(stream) => {
            let page = Feed::public_page(*stream, page);
            host.ask(&page, urgency).await?.value.len()
        }
        Feed::Tag(name) => {
            let page = Feed::tag_page(name, page);
            host.ask(&page, urgency).await?.value.len()
        }
        Feed::Words(_) if host.config.token.is_none() => {
            let message = "no server lets strangers search".to_owned();
            return Err(ApiError::Unauthorized { message });
        }
        Feed::Words(words) => {
            let search = Search {
                q: words.clone(),
                r#type: Some("statuses".to_owned()),
                page,
                ..Search::default()
            };
            host.ask(&search, urgency).await?.value.statuses.len()
        }
    })
}

#[cfg(test)]
mod tests {
    use fake_instance::{Fediverse, Options};

    use super::*;
    use crate::config::{PublicStream, Timing, Token};

    async fn tried(software: &str, has_token: bool) -> (ProbeReport, String) {
        let options = Options::new(5, [format!("alpha:{software}").as_str()]).without_history();
        let fediverse = Fediverse::start(options).await.unwrap();
        let alpha = fediverse.server("alpha");
        let source = SourceConfig {
            domain: alpha.domain(),
            url: alpha.url(),
            token: has_token.then(|| Token::new(alpha.token())),
            streams: vec![PublicStream::Public],
            hashtags: vec!["rust".to_owned()],
            ..SourceConfig::default()
        };
        let config = Config {
            sources: vec![source.clone()],
            timing: Timing::nearby(),
            ..Config::default()
        };
        let report = probe(&config, &source).await;
        let words: Vec<String> = report.findings.iter().map(|it| it.words.clone()).collect();
        (report, words.join("\n"))
    }

    #[tokio::test]
    async fn a_source_is_told_in_words_with_what_a_token_would_add() {
        let (report, words) = tried("mastodon", false).await;
        assert!(report.is_readable);
        assert_eq!(report.software.as_deref(), Some("Mastodon 4.7.3"));
        assert!(words.contains("#rust can be read, and is empty"), "{words}");
        assert!(words.contains("only to people with an account"), "{words}");
        assert!(report.hint.unwrap().contains("sign-in"));
        let (report, words) = tried("mastodon", true).await;
        assert!(
            words.contains("its token is good") && words.contains("it streams"),
            "{words}"
        );
        assert_eq!(report.hint, None);
    }

    #[tokio::test]
    async fn robots_that_are_kept_out_are_told_so() {
        let (report, words) = tried("gotosocial", false).await;
        assert!(!report.is_readable);
        assert!(words.contains("robots.txt"), "{words}");
    }

    #[tokio::test]
    async fn a_private_address_is_told_with_what_to_write() {
        let source = SourceConfig {
            domain: "inside.example".to_owned(),
            url: "https://10.0.0.5".to_owned(),
            ..SourceConfig::default()
        };
        let report = probe(&Config::default(), &source).await;
        let words = &report.findings[0].words;
        assert!(words.contains("`allow`"), "{words}");
    }
}

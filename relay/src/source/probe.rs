//! Trying a source out before it is listened to, and saying in words what it offers.

use std::time::Duration;

use mastodon::{
    ApiError, Paging,
    endpoints::{HomeTimeline, Search},
};
use serde::Serialize;
use tokio::sync::watch;

use super::{
    budget::Urgency,
    discover,
    ears::Ears,
    follow::Wanted,
    guard::Guard,
    health::Registry,
    hint::hint,
    host::{self, Host},
    manners::Manners,
    stream::{Tried, try_out},
    told::Feed,
};
use crate::{
    config::{Config, SourceConfig},
    merge::Inlet,
};

/// Hashtags of one source that are tried: the others are answered alike.
const MAX_HASHTAGS: usize = 3;

/// Longest time that a stream is listened to.
const LONGEST_LISTEN: Duration = Duration::from_secs(8);
/// What may come by it meanwhile; it is left at the first post.
const MAX_HEARD: usize = 1_000;

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
            let closed = discover::closed(&host, &learned.manners).await;
            let (closed, _) = closed.unwrap_or_default();
            report.hint = hint(source, &learned.manners, closed);
            report.read(&host, source).await;
            if source.streaming_url.is_none()
                && learned.manners.capabilities.streaming_url.is_none()
            {
                report.good("it does not stream; it is asked now and then instead".to_owned());
            } else {
                report.listen(config, host, &learned.manners).await;
            }
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

    /// Opens the stream as the relay would, and says what came by it.
    async fn listen(&mut self, config: &Config, host: Host, manners: &Manners) {
        let source = host.config.clone();
        let registry = Registry::new(std::slice::from_ref(&source));
        let Some(health) = registry.get(&source.domain) else {
            return;
        };
        let (inlet, _unheard) = Inlet::unheard(MAX_HEARD);
        let nothing = watch::Sender::new(Wanted::default()).subscribe();
        let ears = Ears::new(host, health, inlet, nothing);
        let patience = config.timing.settle.min(LONGEST_LISTEN);
        match try_out(&ears, manners, &config.user_agent(), patience).await {
            Tried::Idle(reason) => self.good(format!(
                "its stream is not listened to ({reason}); it is asked now and then instead"
            )),
            Tried::Failed(reason) => self.bad(format!("its stream does not open: {reason}")),
            Tried::Open {
                instead,
                first_after,
            } => {
                let way = match instead {
                    Some(why) => format!(
                        "it streams by server-sent events, since no socket comes up ({why})"
                    ),
                    None => "it streams".to_owned(),
                };
                let came = match first_after {
                    Some(time) => format!("a post came after {:.1} s", time.as_secs_f64()),
                    None => format!(
                        "nothing came within {} s, which is usual where little is written",
                        patience.as_secs()
                    ),
                };
                self.good(format!("{way}; {came}"));
            }
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
    use fake_instance::{Fediverse, Options, ServerHandle};

    use super::*;
    use crate::config::{PublicStream, Timing, Token};

    fn source(server: &ServerHandle) -> SourceConfig {
        SourceConfig {
            domain: server.domain(),
            url: server.url(),
            streams: vec![PublicStream::Public],
            hashtags: vec!["rust".to_owned()],
            ..SourceConfig::default()
        }
    }

    async fn tried(software: &str, has_token: bool) -> (ProbeReport, String) {
        let options = Options::new(5, [format!("alpha:{software}").as_str()]).without_history();
        let fediverse = Fediverse::start(options).await.unwrap();
        let alpha = fediverse.server("alpha");
        let source = SourceConfig {
            token: has_token.then(|| Token::new(alpha.token())),
            ..source(alpha)
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
        assert!(words.contains("streaming needs one"), "{words}");
        assert!(report.hint.unwrap().contains("sign-in"));
        let (report, words) = tried("mastodon", true).await;
        assert!(
            words.contains("its token is good") && words.contains("it streams; nothing came"),
            "{words}"
        );
        assert_eq!(report.hint, None);
    }

    #[tokio::test]
    async fn the_stream_is_opened_and_what_came_by_it_is_told() {
        let options = Options::new(5, ["alpha"]).without_history();
        let fediverse = Fediverse::start(options).await.unwrap();
        let alpha = fediverse.server("alpha");
        alpha.fault(|faults| faults.no_sockets = true);
        let source = SourceConfig {
            token: Some(Token::new(alpha.token())),
            ..source(alpha)
        };
        let config = Config {
            sources: vec![source.clone()],
            timing: Timing {
                settle: Duration::from_secs(20),
                ..Timing::nearby()
            },
            ..Config::default()
        };
        let (report, ()) = tokio::join!(probe(&config, &source), async {
            assert!(alpha.heard_by(1).await);
            let spec = fake_instance::PostSpec {
                text: "heard".to_owned(),
                ..fake_instance::PostSpec::default()
            };
            alpha.publish("ada", &spec);
        });
        let words = &report.findings.last().unwrap().words;
        assert!(words.contains("server-sent events"), "{words}");
        assert!(words.contains("a post came after"), "{words}");
        alpha.fault(|faults| faults.refuse_streams_until = i64::MAX);
        let report = probe(&config, &source).await;
        let last = report.findings.last().unwrap();
        assert!(
            !last.is_good && last.words.contains("does not open"),
            "{last:?}"
        );
        assert!(report.is_readable);
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

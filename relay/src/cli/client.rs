//! Asks a running relay, as any client would: the only part of the command line that opens connections.

use std::{net::IpAddr, time::Duration};

use bytes::Bytes;
use clap::Args;

use super::{Failure, settings::Settings, text};
use crate::config::Config;

/// Longest wait for a connection and for an answer's first byte.
const PATIENCE: Duration = Duration::from_secs(10);

/// Longest answer that is read: the report of 500 sources is 300 KB.
const MAX_BODY_BYTES: usize = 8 << 20;

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum Unanswered {
    /// The relay said no: asking again changes nothing.
    Refused(Failure),
    /// It is away, or out of order: later it may answer.
    Unreached(Failure),
}

impl From<Unanswered> for Failure {
    fn from(unanswered: Unanswered) -> Self {
        match unanswered {
            Unanswered::Refused(failure) | Unanswered::Unreached(failure) => failure,
        }
    }
}

/// Which relay is asked.
#[derive(Args, Clone, Debug)]
pub(crate) struct Asked {
    /// The relay to ask, as https://relay.example; without it the one of the configuration, on this machine
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    #[command(flatten)]
    pub(crate) settings: Settings,
}

/// A relay that can be asked.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    base: String,
    http: reqwest::Client,
}

impl Asked {
    /// The relay that is meant.
    pub(crate) fn client(&self) -> Result<Client, Failure> {
        let base = match &self.url {
            Some(url) => {
                let url = url.trim_end_matches('/');
                if !url.starts_with("http://") && !url.starts_with("https://") {
                    return Err(Failure::new(format!(
                        "--url {url}: write it with its scheme, as https://relay.example"
                    )));
                }
                url.to_owned()
            }
            None => here(&self.settings.load_or_default()?.config),
        };
        let http = reqwest::Client::builder()
            .user_agent(concat!("watersmeet/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(PATIENCE)
            .build()?;
        Ok(Client { base, http })
    }
}

/// Where the relay of this configuration listens on this machine.
fn here(config: &Config) -> String {
    format!("http://{}", crate::reachable(config.listen))
}

/// An answer whose head is there.
#[derive(Debug)]
pub(crate) struct Answer(reqwest::Response);

impl Answer {
    /// The next piece of the body; nothing at its end, and an error when the connection broke.
    pub(crate) async fn chunk(&mut self) -> Result<Option<Bytes>, Failure> {
        Ok(self.0.chunk().await?)
    }
}

impl Client {
    /// The address of the relay, without a slash at the end.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// Reads a JSON answer.
    pub(crate) async fn get(&self, path: &str) -> Result<serde_json::Value, Failure> {
        let body = self.body(self.open(path, None).await?).await?;
        serde_json::from_slice(&body).map_err(|_error| {
            Failure::new(format!(
                "{}{path} does not answer as a relay does",
                self.base
            ))
        })
    }

    /// The whole of an answer, within bounds.
    async fn body(&self, Answer(mut response): Answer) -> Result<Vec<u8>, Failure> {
        let mut body = Vec::new();
        let read = async {
            while let Some(chunk) = response.chunk().await? {
                body.extend_from_slice(&chunk);
                if body.len() > MAX_BODY_BYTES {
                    break;
                }
            }
            Ok::<(), reqwest::Error>(())
        };
        tokio::time::timeout(PATIENCE, read)
            .await
            .map_err(|_elapsed| Failure::new(format!("{} does not finish its answer", self.base)))?
            .map_err(|error| self.unreached(&error))?;
        Ok(body)
    }

    /// Opens an answer that may go on for ever, after the event that was received last. What the relay says when it refuses is in the failure.
    pub(crate) async fn open(
        &self,
        path: &str,
        last_event: Option<&str>,
    ) -> Result<Answer, Unanswered> {
        let mut asked = self.http.get(format!("{}{path}", self.base));
        if let Some(id) = last_event {
            asked = asked.header("last-event-id", id);
        }
        let late = |_elapsed| {
            Unanswered::Unreached(Failure::new(format!("{} does not answer", self.base)))
        };
        let response = tokio::time::timeout(PATIENCE, asked.send())
            .await
            .map_err(late)?
            .map_err(|error| Unanswered::Unreached(self.unreached(&error)))?;
        let status = response.status();
        if status.is_success() {
            return Ok(Answer(response));
        }
        let body = self.body(Answer(response)).await.unwrap_or_default();
        let told = serde_json::from_slice::<serde_json::Value>(&body).ok();
        let told = told.and_then(|it| it.get("error")?.as_str().map(text::line));
        let told = told.unwrap_or_else(|| status.to_string());
        let failure = Failure::new(format!("{} says no: {told}", self.base));
        let may_pass = status.is_server_error() || status == reqwest::StatusCode::TOO_MANY_REQUESTS;
        Err(if may_pass {
            Unanswered::Unreached(failure)
        } else {
            Unanswered::Refused(failure)
        })
    }

    fn unreached(&self, error: &reqwest::Error) -> Failure {
        let mut deepest: &dyn std::error::Error = error;
        while let Some(source) = deepest.source() {
            deepest = source;
        }
        let is_here = self
            .base
            .split_once("://")
            .and_then(|(_, host)| host.rsplit_once(':'))
            .and_then(|(host, _)| host.parse::<IpAddr>().ok())
            .is_some_and(|it| it.is_loopback());
        let advice = if is_here {
            "Is it running? `watersmeet serve` starts it; --url asks another one."
        } else {
            "Is the address right?"
        };
        Failure::new(format!(
            "{} cannot be reached: {deepest}. {advice}",
            self.base
        ))
    }
}

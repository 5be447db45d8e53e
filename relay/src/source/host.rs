//! One server over REST: every request of the relay to it goes through here, within one budget.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use http::header::{ACCEPT, CONTENT_TYPE, RETRY_AFTER};
use mastodon::{Answer, ApiError, Endpoint, RateLimit};
use tokio::time::{Instant, sleep, timeout};

use super::{
    budget::{Budget, Standing, Urgency},
    guard::Guard,
    health::unix_millis,
    resolve::Resolver,
    robots::{MAX_ROBOTS_BYTES, Robots},
};
use crate::config::{Config, SourceConfig, Timing, is_loopback};

/// Longest body that is read: a page of posts is some hundred kilobytes.
const MAX_BODY_BYTES: usize = 8 << 20;
/// Redirects that are followed for one request.
const MAX_REDIRECTS: usize = 3;
/// Headers of one answer over HTTP/2, in bytes; HTTP/1 has a bound of its own in hyper.
const MAX_HEADER_BYTES: u32 = 64 << 10;
/// When so few requests are left in a server's window, the rest is left to it.
const SPARE_REQUESTS: i64 = 3;

/// One server.
#[derive(Debug)]
pub(super) struct Host {
    /// What the operator said about it.
    pub config: SourceConfig,
    client: reqwest::Client,
    /// Whom it may lead us to.
    pub guard: Guard,
    /// What it lets strangers read; nothing for those who come with a token or by a person's own hand.
    robots: Option<Robots>,
    /// A std mutex: held only to count.
    budget: Mutex<Budget>,
    /// How often and how patiently this one is asked.
    pub timing: Timing,
}

impl Host {
    pub(super) fn new(
        config: &SourceConfig,
        client: reqwest::Client,
        guard: Guard,
        timing: &Timing,
    ) -> Self {
        let is_local = config
            .url
            .split_once("://")
            .is_some_and(|(_, host)| is_loopback(host));
        let timing = if is_local {
            timing.capped_for_this_machine()
        } else {
            timing.clone()
        };
        let budget = Budget::new(timing.request_spacing, timing.request_burst, Instant::now());
        Self {
            config: config.clone(),
            client,
            guard,
            robots: config.token.is_none().then(Robots::default),
            budget: Mutex::new(budget),
            timing,
        }
    }

    /// The same for what a person does by hand, which robots.txt is not about.
    pub(super) fn by_hand(self) -> Self {
        Self {
            robots: None,
            ..self
        }
    }

    /// Asks, when the budget and robots.txt allow it, and reads the answer.
    pub(super) async fn ask<E: Endpoint>(
        &self,
        endpoint: &E,
        urgency: Urgency,
    ) -> Result<Answer<E::Answer>, ApiError> {
        let request = endpoint
            .to_request(&self.config.url, self.token())
            .map_err(offline)?;
        self.answer(request, urgency).await
    }

    /// Asks as somebody without a token would: to learn what strangers are shown.
    pub(super) async fn ask_as_stranger<E: Endpoint>(
        &self,
        endpoint: &E,
    ) -> Result<Answer<E::Answer>, ApiError> {
        let request = endpoint
            .to_request(&self.config.url, None)
            .map_err(offline)?;
        self.answer(request, Urgency::Background).await
    }

    /// Reads a document of the server that is none of Mastodon's API.
    pub(super) async fn get<T: mastodon::lenient::Wire + Default>(
        &self,
        path: &str,
        urgency: Urgency,
    ) -> Result<Answer<T>, ApiError> {
        let url = format!("{}{path}", self.config.url);
        let request = http::Request::get(url).body(Vec::new()).map_err(offline)?;
        self.answer(request, urgency).await
    }

    /// Whether robots.txt lets the relay read a path.
    ///
    /// # Errors
    /// When it does not, or when the server cannot be reached to say so.
    pub(super) async fn may_read(&self, path: &str) -> Result<(), ApiError> {
        let Some(robots) = &self.robots else {
            return Ok(());
        };
        let fetch = async || {
            let url = format!("{}/robots.txt", self.config.url);
            let request = http::Request::get(url).body(Vec::new()).map_err(offline)?;
            self.take(Urgency::Person).await?;
            let (status, headers, body) = self.exchange(request, MAX_ROBOTS_BYTES).await?;
            if status.is_success() {
                Ok(body)
            } else {
                Err(ApiError::from_answer(status, &headers, &body))
            }
        };
        let url = format!("{}{path}", self.config.url);
        let leave = robots.leave(&url, fetch).await?;
        if let Some(delay) = leave.delay {
            self.budget(|budget| budget.keep_distance(delay));
        }
        if leave.allowed {
            return Ok(());
        }
        let domain = &self.config.domain;
        let path = path.split('?').next().unwrap_or(path);
        Err(ApiError::Forbidden {
            message: format!(
                "its robots.txt asks programs without an account to leave {path} alone; \
                 a token lifts this: run `watersmeet sign-in {domain}`"
            ),
        })
    }

    async fn answer<T: mastodon::lenient::Wire + Default>(
        &self,
        request: http::Request<Vec<u8>>,
        urgency: Urgency,
    ) -> Result<Answer<T>, ApiError> {
        let path = request.uri().path_and_query().map_or("/", |it| it.as_str());
        self.may_read(path).await?;
        self.take(urgency).await?;
        let (status, headers, body) = self.exchange(request, MAX_BODY_BYTES).await?;
        mastodon::endpoint::read_as(status, &headers, &body)
    }

    /// Waits for the right to one request.
    async fn take(&self, urgency: Urgency) -> Result<(), ApiError> {
        loop {
            let taken = self.budget(|budget| budget.take(urgency, Instant::now()));
            match taken {
                Ok(()) => return Ok(()),
                // A wait of minutes is told rather than waited for.
                Err(wait) if wait > self.timing.request_spacing * 20 => {
                    return Err(ApiError::RateLimited {
                        until: Some(mastodon::rate_limit::Wait::For(wait)),
                    });
                }
                Err(wait) => sleep(wait).await,
            }
        }
    }

    /// Sends a request and reads the whole answer, within one time for all of it.
    async fn exchange(
        &self,
        request: http::Request<Vec<u8>>,
        max_bytes: usize,
    ) -> Result<(http::StatusCode, http::HeaderMap, Vec<u8>), ApiError> {
        let patience = self.timing.request_timeout;
        let exchange = async {
            let mut response = self.send(request, "application/json").await?;
            let (status, headers) = (response.status(), response.headers().clone());
            let mut body = Vec::new();
            while let Some(chunk) = response.chunk().await.map_err(offline)? {
                if body.len() + chunk.len() > max_bytes {
                    return Err(ApiError::Malformed {
                        reason: format!("more than {max_bytes} bytes"),
                    });
                }
                body.extend_from_slice(&chunk);
            }
            Ok((status, headers, body))
        };
        timeout(patience, exchange)
            .await
            .unwrap_or_else(|_elapsed| {
                Err(ApiError::Offline {
                    reason: format!("no answer within {patience:?}"),
                })
            })
    }

    async fn send(
        &self,
        request: http::Request<Vec<u8>>,
        accept: &'static str,
    ) -> Result<reqwest::Response, ApiError> {
        let mut request = reqwest::Request::try_from(request).map_err(offline)?;
        request
            .headers_mut()
            .insert(ACCEPT, http::HeaderValue::from_static(accept));
        self.guard.check_url(request.url()).map_err(offline)?;
        let response = self.client.execute(request).await.map_err(offline)?;
        self.obey(response.status(), response.headers());
        Ok(response)
    }

    /// Opens a stream of events at an address of the server.
    pub(super) async fn open_events(&self, url: &str) -> Result<reqwest::Response, ApiError> {
        self.take(Urgency::Background).await?;
        let mut request = http::Request::get(url);
        if let Some(token) = self.token() {
            let value = http::HeaderValue::try_from(format!("Bearer {token}"));
            let mut value = value.map_err(offline)?;
            value.set_sensitive(true);
            request = request.header(http::header::AUTHORIZATION, value);
        }
        let request = request.body(Vec::new()).map_err(offline)?;
        let opening = self.send(request, "text/event-stream");
        let response = timeout(self.timing.connect_timeout, opening)
            .await
            .unwrap_or_else(|_elapsed| {
                Err(ApiError::Offline {
                    reason: "the streaming server does not answer".to_owned(),
                })
            })?;
        let (status, headers) = (response.status(), response.headers());
        let kind = headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
        if !status.is_success() {
            return Err(ApiError::from_answer(status, headers, &[]));
        }
        if !kind.unwrap_or_default().starts_with("text/event-stream") {
            return Err(ApiError::NotJson {
                excerpt: kind.unwrap_or("nothing that says what it is").to_owned(),
            });
        }
        Ok(response)
    }

    fn token(&self) -> Option<&str> {
        self.config.token.as_ref().map(|it| it.secret())
    }

    /// Closes the budget when the server says that it had enough, or nearly.
    fn obey(&self, status: http::StatusCode, headers: &http::HeaderMap) {
        let limit = RateLimit::from_headers(headers);
        let wait = limit
            .as_ref()
            .and_then(RateLimit::until)
            .map(|it| it.from_now(unix_millis()));
        let refused = status == http::StatusCode::TOO_MANY_REQUESTS;
        let paused =
            status == http::StatusCode::SERVICE_UNAVAILABLE && headers.contains_key(RETRY_AFTER);
        if refused || paused {
            self.close_for(
                wait.filter(|it| !it.is_zero())
                    .unwrap_or(self.timing.limited_for),
            );
        } else if limit.is_some_and(|it| it.remaining.is_some_and(|left| left < SPARE_REQUESTS))
            && let Some(wait) = wait
        {
            self.close_for(wait);
        }
    }

    /// How its budget stands.
    pub(super) fn standing(&self) -> Standing {
        self.budget(|budget| budget.standing(Instant::now()))
    }

    /// Asks nothing for so long.
    pub(super) fn close_for(&self, wait: Duration) {
        self.budget(|budget| budget.close_for(wait, Instant::now()));
    }

    fn budget<T>(&self, change: impl FnOnce(&mut Budget) -> T) -> T {
        change(&mut self.budget.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn offline(error: impl std::error::Error) -> ApiError {
    ApiError::Offline {
        reason: innermost(&error),
    }
}

/// What went wrong at the bottom of a chain of errors: "connection refused" rather than "error sending request".
fn innermost(error: &dyn std::error::Error) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}

/// The one client for all sources. Redirects are not followed from TLS into the open, nor far, nor to
/// where the guard lets nobody.
pub(super) fn client(config: &Config, guard: &Guard) -> Result<reqwest::Client, reqwest::Error> {
    let rules = guard.clone();
    let redirects = reqwest::redirect::Policy::custom(move |attempt| {
        let opened = attempt.url().scheme() != "https"
            && attempt
                .previous()
                .first()
                .is_some_and(|it| it.scheme() == "https");
        if let Err(blocked) = rules.check_url(attempt.url()) {
            attempt.error(blocked)
        } else if opened || attempt.previous().len() > MAX_REDIRECTS {
            attempt.stop()
        } else {
            attempt.follow()
        }
    });
    reqwest::Client::builder()
        .user_agent(config.user_agent())
        .connect_timeout(config.timing.connect_timeout)
        .redirect(redirects)
        .dns_resolver(std::sync::Arc::new(Resolver(guard.clone())))
        .no_proxy()
        .pool_max_idle_per_host(2)
        .http2_max_header_list_size(MAX_HEADER_BYTES)
        .build()
}

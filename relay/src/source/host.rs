//! One server over REST: every request of the relay to it goes through here, within one budget.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use http::header::{ACCEPT, RETRY_AFTER};
use mastodon::{Answer, ApiError, Endpoint, RateLimit};
use tokio::time::{Instant, sleep, timeout};

use super::{
    budget::{Budget, Urgency},
    guard::Guard,
    health::unix_millis,
    resolve::Resolver,
};
use crate::config::{Config, SourceConfig, Timing, is_loopback};

/// Longest body that is read: a page of posts is some hundred kilobytes.
const MAX_BODY_BYTES: usize = 8 << 20;
/// Redirects that are followed for one request.
const MAX_REDIRECTS: usize = 3;
/// Headers of one answer over HTTP/2, in bytes; HTTP/1 has a bound of its own in hyper.
const MAX_HEADER_BYTES: u32 = 64 << 10;
/// The wait after a "too many requests" that does not say how long.
const LIMITED_FOR: Duration = Duration::from_secs(60);
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
            budget: Mutex::new(budget),
            timing,
        }
    }

    /// Asks, when the budget allows it, and reads the answer.
    pub(super) async fn ask<E: Endpoint>(
        &self,
        endpoint: &E,
        urgency: Urgency,
    ) -> Result<Answer<E::Answer>, ApiError> {
        loop {
            let taken = self.budget(|budget| budget.take(urgency, Instant::now()));
            match taken {
                Ok(()) => break,
                // A wait of minutes is told rather than waited for.
                Err(wait) if wait > self.timing.request_spacing * 20 => {
                    return Err(ApiError::RateLimited {
                        until: Some(mastodon::rate_limit::Wait::For(wait)),
                    });
                }
                Err(wait) => sleep(wait).await,
            }
        }
        let answer = timeout(self.timing.request_timeout, self.fetch(endpoint)).await;
        answer.unwrap_or_else(|_elapsed| {
            Err(ApiError::Offline {
                reason: format!("no answer within {:?}", self.timing.request_timeout),
            })
        })
    }

    async fn fetch<E: Endpoint>(&self, endpoint: &E) -> Result<Answer<E::Answer>, ApiError> {
        let token = self.config.token.as_ref().map(|it| it.secret());
        let offline = |error: &dyn std::error::Error| ApiError::Offline {
            reason: innermost(error),
        };
        let request = endpoint
            .to_request(&self.config.url, token)
            .map_err(|error| offline(&error))?;
        let mut request = reqwest::Request::try_from(request).map_err(|error| offline(&error))?;
        request
            .headers_mut()
            .insert(ACCEPT, http::HeaderValue::from_static("application/json"));
        self.guard
            .check_url(request.url())
            .map_err(|error| offline(&error))?;
        let mut response = self
            .client
            .execute(request)
            .await
            .map_err(|error| offline(&error))?;
        let (status, headers) = (response.status(), response.headers().clone());
        self.obey(status, &headers);
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| offline(&error))? {
            if body.len() + chunk.len() > MAX_BODY_BYTES {
                return Err(ApiError::Malformed {
                    reason: format!("more than {MAX_BODY_BYTES} bytes"),
                });
            }
            body.extend_from_slice(&chunk);
        }
        mastodon::read::<E>(status, &headers, &body)
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
            self.close_for(wait.filter(|it| !it.is_zero()).unwrap_or(LIMITED_FOR));
        } else if limit.is_some_and(|it| it.remaining.is_some_and(|left| left < SPARE_REQUESTS))
            && let Some(wait) = wait
        {
            self.close_for(wait);
        }
    }

    /// Asks nothing for so long.
    pub(super) fn close_for(&self, wait: Duration) {
        self.budget(|budget| budget.close_for(wait, Instant::now()));
    }

    fn budget<T>(&self, change: impl FnOnce(&mut Budget) -> T) -> T {
        change(&mut self.budget.lock().unwrap_or_else(PoisonError::into_inner))
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

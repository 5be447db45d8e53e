//! A request out, bytes in: `fetch` with a time limit, without cookies, and with an answer to "was it the network?".

use gloo_net::http::{Headers, Method, RequestBuilder};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use web_sys::{AbortController, RequestCache, RequestCredentials};

use super::clock::Timer;

/// How long an answer may take, in milliseconds. A relay on a slow phone line answers within a few seconds.
const LIMIT_MILLIS: f64 = 20_000.0;

/// The headers that servers let scripts read and that mean something to us.
const READ_HEADERS: [HeaderName; 7] = [
    http::header::CONTENT_TYPE,
    http::header::LINK,
    http::header::RETRY_AFTER,
    HeaderName::from_static("x-ratelimit-limit"),
    HeaderName::from_static("x-ratelimit-remaining"),
    HeaderName::from_static("x-ratelimit-reset"),
    HeaderName::from_static("mastodon-async-refresh"),
];

/// What came back, whatever its status.
pub struct Answer {
    /// The HTTP status.
    pub status: StatusCode,
    /// Of the headers, those in [`READ_HEADERS`].
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Vec<u8>,
}

/// Why nothing came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// No network, no such host, refused, or forbidden by the browser's rules, which do not say which.
    Unreachable,
    /// The time limit.
    TimedOut,
}

/// Sends a request and reads the whole answer.
pub async fn send(request: http::Request<Vec<u8>>) -> Result<Answer, Trouble> {
    let controller = AbortController::new().map_err(unreachable)?;
    let aborted = controller.clone();
    let limit = Timer::new(LIMIT_MILLIS, move || aborted.abort());
    let result = exchange(request, &controller).await;
    drop(limit);
    match result {
        Ok(answer) => Ok(answer),
        Err(_) if controller.signal().aborted() => Err(Trouble::TimedOut),
        Err(trouble) => Err(trouble),
    }
}

async fn exchange(
    request: http::Request<Vec<u8>>,
    controller: &AbortController,
) -> Result<Answer, Trouble> {
    let (parts, body) = request.into_parts();
    let headers = Headers::new();
    headers.set("accept", "application/json");
    for (name, value) in &parts.headers {
        headers.set(name.as_str(), value.to_str().unwrap_or_default());
    }
    let builder = RequestBuilder::new(&parts.uri.to_string())
        .method(method(&parts.method))
        .headers(headers)
        .credentials(RequestCredentials::Omit)
        .cache(RequestCache::Default)
        .abort_signal(Some(&controller.signal()));
    let request = if body.is_empty() {
        builder.build()
    } else {
        builder.body(js_sys::Uint8Array::from(body.as_slice()))
    };
    let response = request
        .map_err(unreachable)?
        .send()
        .await
        .map_err(unreachable)?;
    let status = StatusCode::from_u16(response.status()).map_err(unreachable)?;
    let given = response.headers();
    let headers = READ_HEADERS
        .into_iter()
        .filter_map(|name| {
            let value = given.get(name.as_str())?;
            Some((name, HeaderValue::try_from(value).ok()?))
        })
        .collect();
    let body = response.binary().await.map_err(unreachable)?;
    Ok(Answer {
        status,
        headers,
        body,
    })
}

fn method(method: &http::Method) -> Method {
    match *method {
        http::Method::POST => Method::POST,
        http::Method::PUT => Method::PUT,
        http::Method::PATCH => Method::PATCH,
        http::Method::DELETE => Method::DELETE,
        _ => Method::GET,
    }
}

/// Whatever the browser says about it is for its console: a script is told on purpose nothing that tells causes apart.
fn unreachable<E>(_: E) -> Trouble {
    Trouble::Unreachable
}

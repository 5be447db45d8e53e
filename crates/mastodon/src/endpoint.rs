//! A request as data and the way back from bytes to its answer; whoever has a socket or `fetch` does the rest.

use std::borrow::Cow;

use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode,
    header::{AUTHORIZATION, CONTENT_TYPE},
};
use serde_json::Value;

pub use crate::page::Query;
use crate::{
    error::{ApiError, excerpt, is_html},
    lenient::{MAX_REJECTED, Notes, Rejected, Wire, json, quote},
    page::PageLinks,
    rate_limit::RateLimit,
};

/// The longest body that is read: the largest honest ones, a thread of thousands of statuses, stay below it.
pub const MAX_BODY_BYTES: usize = 32 * 1024 * 1024;

/// One request of the API.
pub trait Endpoint {
    /// What a success means.
    type Answer: Wire + Default;

    /// What the token must be allowed to do.
    const SCOPE: Scope;

    /// The HTTP method.
    fn method(&self) -> Method;

    /// The path from the root, each segment percent-encoded.
    fn path(&self) -> String;

    /// The parameters behind the path; lists are repeated as `name[]`, what is empty is left out.
    fn query(&self) -> Query {
        Query::new()
    }

    /// What is sent along.
    fn body(&self) -> Body {
        Body::None
    }

    /// A key that makes a repeated request count once (an hour, on Mastodon).
    fn idempotency_key(&self) -> Option<&str> {
        None
    }

    /// The path with its query.
    fn path_and_query(&self) -> String {
        let mut path = self.path();
        let query = self.query();
        if !query.is_empty() {
            path.push('?');
            path.push_str(&urlencoded(&query));
        }
        path
    }

    /// The whole request to a server, whose base is an address without a path such as `https://a.example`.
    ///
    /// # Errors
    /// When base or token cannot stand in a request.
    fn to_request(
        &self,
        base: &str,
        token: Option<&str>,
    ) -> Result<Request<Vec<u8>>, RequestError> {
        let url = format!("{}{}", base.trim_end_matches('/'), self.path_and_query());
        let (content_type, body) = self.body().encode();
        let mut request = Request::builder().method(self.method()).uri(url);
        if let Some(token) = token {
            let mut value =
                HeaderValue::try_from(format!("Bearer {token}")).map_err(RequestError::new)?;
            value.set_sensitive(true);
            request = request.header(AUTHORIZATION, value);
        }
        if let Some(content_type) = content_type {
            request = request.header(CONTENT_TYPE, content_type.as_ref());
        }
        if let Some(key) = self.idempotency_key() {
            request = request.header(HeaderName::from_static("idempotency-key"), key);
        }
        request.body(body).map_err(RequestError::new)
    }
}

/// What a token must be allowed to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// No token is needed, nor does one change anything.
    Public,
    /// A token is optional and adds what depends on the viewer; some servers require it all the same.
    Optional,
    /// Any token will do.
    Token,
    /// A person's token with this scope, or the broader one before the colon.
    Needs(&'static str),
}

/// What is sent along with a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// Nothing.
    None,
    /// JSON.
    Json(Value),
    /// URL-encoded pairs, for what is older than JSON (OAuth).
    Form(Query),
    /// Parts, for files.
    Multipart(Vec<Part>),
}

/// One part of a multipart body.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// The name of the field.
    pub name: Cow<'static, str>,
    /// Its content.
    pub content: Content,
}

/// The content of a part.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// Text.
    Text(String),
    /// A file.
    File(File),
}

/// A file to be sent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct File {
    /// The name that the server is told.
    pub name: String,
    /// Its media type, such as `image/png`.
    pub content_type: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

impl Body {
    /// The content type and the bytes.
    #[must_use]
    pub fn encode(self) -> (Option<Cow<'static, str>>, Vec<u8>) {
        match self {
            Self::None => (None, Vec::new()),
            Self::Json(value) => (
                Some("application/json".into()),
                value.to_string().into_bytes(),
            ),
            Self::Form(pairs) => (
                Some("application/x-www-form-urlencoded".into()),
                urlencoded(&pairs).into_bytes(),
            ),
            Self::Multipart(parts) => {
                let boundary = boundary(&parts);
                let body = multipart(&parts, &boundary);
                (
                    Some(format!("multipart/form-data; boundary={boundary}").into()),
                    body,
                )
            }
        }
    }
}

fn urlencoded(pairs: &Query) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

/// A line that occurs in no part.
fn boundary(parts: &[Part]) -> String {
    let mut number = 0_u64;
    loop {
        let boundary = format!("watersmeet-{number:020}");
        let occurs = |bytes: &[u8]| {
            bytes
                .windows(boundary.len())
                .any(|it| it == boundary.as_bytes())
        };
        let free = parts.iter().all(|part| match &part.content {
            Content::Text(text) => !occurs(text.as_bytes()),
            Content::File(file) => !occurs(&file.bytes),
        });
        if free {
            return boundary;
        }
        number = number.wrapping_add(1);
    }
}

fn multipart(parts: &[Part], boundary: &str) -> Vec<u8> {
    // Names stand in quotes in a header line, so what would end either is replaced, as browsers do.
    let escape = |name: &str| {
        name.replace('"', "%22")
            .replace('\r', "%0D")
            .replace('\n', "%0A")
    };
    let mut body = Vec::new();
    for part in parts {
        body.extend_from_slice(format!("--{boundary}\r\n").as_bytes());
        let name = escape(&part.name);
        match &part.content {
            Content::Text(text) => {
                body.extend_from_slice(
                    format!("Content-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}")
                        .as_bytes(),
                );
            }
            Content::File(file) => {
                let (file_name, kind) = (
                    escape(&file.name),
                    file.content_type.replace(['\r', '\n'], ""),
                );
                body.extend_from_slice(
                    format!(
                        "Content-Disposition: form-data; name=\"{name}\"; filename=\"{file_name}\"\r\n\
                         Content-Type: {kind}\r\n\r\n"
                    )
                    .as_bytes(),
                );
                body.extend_from_slice(&file.bytes);
            }
        }
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    body
}

/// Why a request cannot be made: an address or token that HTTP has no way to write.
#[derive(Debug)]
pub struct RequestError(http::Error);

impl RequestError {
    fn new(error: impl Into<http::Error>) -> Self {
        Self(error.into())
    }
}

impl std::fmt::Display for RequestError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the request cannot be written: {}", self.0)
    }
}

impl std::error::Error for RequestError {}

/// A success with what stood around it.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer<T> {
    /// What was asked for.
    pub value: T,
    /// The neighbouring pages.
    pub page: PageLinks,
    /// How much more one may ask.
    pub rate_limit: Option<RateLimit>,
    /// What was left out because it could not be read, at most [`MAX_REJECTED`] of it.
    pub rejected: Vec<Rejected>,
    /// Whether the server is done: `false` for 202 and 206, as of media in work or a home timeline being rebuilt.
    pub complete: bool,
    /// A job that will add to this answer, where the server names one.
    pub async_refresh: Option<AsyncRefreshHint>,
}

/// The header `Mastodon-Async-Refresh`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AsyncRefreshHint {
    /// The id of the job.
    pub id: String,
    /// How many seconds to wait before asking for it.
    pub retry_seconds: Option<u64>,
    /// How many results it has found so far.
    pub result_count: Option<u64>,
}

impl AsyncRefreshHint {
    /// Reads `id="…", retry=3, result_count=2`.
    #[must_use]
    pub fn from_headers(headers: &HeaderMap) -> Option<Self> {
        let text = headers.get("mastodon-async-refresh")?.to_str().ok()?;
        let mut hint = Self::default();
        for (name, value) in text.split(',').filter_map(|pair| pair.split_once('=')) {
            let value = value.trim().trim_matches('"');
            match name.trim() {
                "id" => value.clone_into(&mut hint.id),
                "retry" => hint.retry_seconds = value.parse().ok(),
                "result_count" => hint.result_count = value.parse().ok(),
                _ => {}
            }
        }
        (!hint.id.is_empty()).then_some(hint)
    }
}

/// Reads the answer to an endpoint.
///
/// # Errors
/// What the server refused, or what is wrong with its answer.
pub fn read<E: Endpoint>(
    status: StatusCode,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Answer<E::Answer>, ApiError> {
    read_as(status, headers, body)
}

/// Reads an answer as a type, whichever endpoint gave it.
///
/// # Errors
/// What the server refused, or what is wrong with its answer.
pub fn read_as<T: Wire + Default>(
    status: StatusCode,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Answer<T>, ApiError> {
    if !status.is_success() {
        return Err(ApiError::from_answer(status, headers, body));
    }
    let value = value(headers, body)?;
    if let Some(message) = refusal(&value) {
        return Err(ApiError::Unexpected {
            status: status.as_u16(),
            message,
        });
    }
    let mut notes = Notes::default();
    let mut answer = T::default();
    if !value.is_null() || answer.required() {
        answer
            .put(value, &mut notes)
            .map_err(|why| ApiError::Malformed {
                reason: why.to_string(),
            })?;
    }
    notes.rejected.truncate(MAX_REJECTED);
    Ok(Answer {
        value: answer,
        page: PageLinks::from_headers(headers),
        rate_limit: RateLimit::from_headers(headers),
        rejected: notes.rejected,
        complete: !matches!(status, StatusCode::ACCEPTED | StatusCode::PARTIAL_CONTENT),
        async_refresh: AsyncRefreshHint::from_headers(headers),
    })
}

/// The message of an error that a server sent as a success: an object that is little more than its `error`.
fn refusal(value: &Value) -> Option<String> {
    let map = value
        .as_object()
        .filter(|map| map.len() <= 3 && !map.contains_key("id"))?;
    Some(quote(map.get("error")?.as_str()?).to_owned())
}

/// The JSON of a body; no bytes at all are `null`, which some successes consist of.
fn value(headers: &HeaderMap, body: &[u8]) -> Result<Value, ApiError> {
    if body.len() > MAX_BODY_BYTES {
        return Err(ApiError::Malformed {
            reason: format!("it has {} bytes", body.len()),
        });
    }
    // PHP servers sometimes begin with a byte order mark.
    let body = body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(body);
    if body.trim_ascii().is_empty() {
        return Ok(Value::Null);
    }
    json(body).map_err(|reason| {
        if is_html(headers, body) {
            ApiError::NotJson {
                excerpt: excerpt(body),
            }
        } else {
            ApiError::Malformed { reason }
        }
    })
}

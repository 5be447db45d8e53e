//! Parameters out of a request's body, however a client writes them: URL-encoded, JSON or multipart, and beside it in the address.

use axum::{
    body::{Body, HttpBody as _, to_bytes},
    extract::{FromRequest, Multipart, Request},
    http::{HeaderMap, Method, StatusCode, Uri, header, request::Parts},
    middleware::Next,
    response::Response,
};
use bytes::Bytes;
use serde_json::Value;

use super::{error::ApiError, query::Query};

/// Longest body; a registration with many redirect addresses takes a tenth of it.
const MAX_BODY_BYTES: usize = 16 * 1024;

const JSON: &str = "application/json";
const MULTIPART: &str = "multipart/form-data";

/// What parameters are written in.
const KINDS: [&str; 3] = [JSON, MULTIPART, "application/x-www-form-urlencoded"];

/// The parameters of a request; one in the body wins over one of the same name in the address.
#[derive(Debug)]
pub(super) struct Form(pub(super) Query);

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let (head, body) = request.into_parts();
        let bytes = to_bytes(body, MAX_BODY_BYTES).await.map_err(|_too_long| {
            ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "The body is too long")
        })?;
        let in_address = head.uri.query().unwrap_or_default();
        let mut pairs = pairs_of(in_address.as_bytes());
        pairs.extend(body_pairs(head, bytes, state).await?);
        Query::of_pairs(pairs).map(Self)
    }
}

/// Some libraries send the parameters of a reading request in its body: Mastodon takes them there, so they are put where every
/// route looks for them, after those of the address. A body that cannot be read says nothing.
pub(super) async fn take_parameters_of_body(request: Request, next: Next) -> Response {
    let is_reading = matches!(*request.method(), Method::GET | Method::HEAD);
    let is_api = request.uri().path().starts_with("/api/");
    let kind = kind_of(request.headers());
    let has_parameters = KINDS.iter().any(|it| kind.starts_with(it));
    if !is_reading || !is_api || !has_parameters || request.body().is_end_stream() {
        return next.run(request).await;
    }
    let (mut head, body) = request.into_parts();
    if let Ok(bytes) = to_bytes(body, MAX_BODY_BYTES).await
        && let Ok(pairs) = body_pairs(head.clone(), bytes, &()).await
        && let Some(uri) = with_pairs(&head.uri, &pairs)
    {
        head.uri = uri;
    }
    next.run(Request::from_parts(head, Body::empty())).await
}

/// The type of a body, as its head says.
fn kind_of(headers: &HeaderMap) -> &str {
    let kind = headers.get(header::CONTENT_TYPE);
    kind.and_then(|it| it.to_str().ok()).unwrap_or_default()
}

/// An address with more parameters; nothing when there are none, or too much.
fn with_pairs(uri: &Uri, pairs: &[(String, String)]) -> Option<Uri> {
    if pairs.is_empty() {
        return None;
    }
    let known = uri.query().filter(|it| !it.is_empty());
    let mut query = known.map(|it| format!("{it}&")).unwrap_or_default();
    let mut more = form_urlencoded::Serializer::new(String::new());
    query.push_str(&more.extend_pairs(pairs).finish());
    Uri::try_from(format!("{}?{query}", uri.path())).ok()
}

/// The parameters in a body, by the type that its head says.
async fn body_pairs<S: Send + Sync>(
    head: Parts,
    bytes: Bytes,
    state: &S,
) -> Result<Vec<(String, String)>, ApiError> {
    let kind = kind_of(&head.headers);
    if kind.starts_with(JSON) {
        return json_pairs(&bytes);
    }
    if kind.starts_with(MULTIPART) {
        let request = Request::from_parts(head, Body::from(bytes));
        return multipart_pairs(request, state).await;
    }
    Ok(pairs_of(&bytes))
}

fn pairs_of(text: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(text).into_owned().collect()
}

/// The members of an object; lists are several parameters of one name, as in an address.
fn json_pairs(bytes: &Bytes) -> Result<Vec<(String, String)>, ApiError> {
    if bytes.is_empty() {
        return Ok(Vec::new());
    }
    let Ok(Value::Object(members)) = serde_json::from_slice(bytes) else {
        return Err(ApiError::bad_request("The body is no JSON object"));
    };
    let mut pairs = Vec::new();
    for (name, value) in members {
        match value {
            Value::Array(items) => {
                let texts = items.into_iter().filter_map(text_of);
                pairs.extend(texts.map(|it| (format!("{name}[]"), it)));
            }
            single => pairs.extend(text_of(single).map(|it| (name, it))),
        }
    }
    Ok(pairs)
}

fn text_of(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

async fn multipart_pairs<S: Send + Sync>(
    request: Request,
    state: &S,
) -> Result<Vec<(String, String)>, ApiError> {
    let broken = || ApiError::bad_request("The multipart body cannot be read");
    let mut parts = Multipart::from_request(request, state)
        .await
        .map_err(|_error| broken())?;
    let mut pairs = Vec::new();
    while let Some(part) = parts.next_field().await.map_err(|_error| broken())? {
        let name = part.name().unwrap_or_default().to_owned();
        let text = part.text().await.map_err(|_error| broken())?;
        pairs.push((name, text));
    }
    Ok(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(kind: &str, body: &str) -> Result<Query, ApiError> {
        let request = Request::post("/x?scope=read&a=address")
            .header("content-type", kind)
            .body(Body::from(body.to_owned()))
            .unwrap();
        Form::from_request(request, &()).await.map(|it| it.0)
    }

    #[tokio::test]
    async fn every_way_to_write_parameters_says_the_same() {
        let multipart = "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb c\r\n\
                         --x\r\nContent-Disposition: form-data; name=\"r[]\"\r\n\r\n1\r\n\
                         --x\r\nContent-Disposition: form-data; name=\"r[]\"\r\n\r\n2\r\n--x--\r\n";
        for (kind, body) in [
            ("application/x-www-form-urlencoded", "a=b+c&r%5B%5D=1&r[]=2"),
            (
                "application/json; charset=utf-8",
                r#"{"a":"b c","r":[1,"2"],"n":null}"#,
            ),
            ("multipart/form-data; boundary=x", multipart),
        ] {
            let query = read(kind, body).await.unwrap();
            assert_eq!(query.get("a"), Some("b c"), "{kind}");
            assert_eq!(query.list("r").collect::<Vec<_>>(), ["1", "2"], "{kind}");
            assert_eq!(query.get("scope"), Some("read"), "{kind}");
            assert_eq!(query.get("n"), None, "{kind}");
        }
    }

    #[tokio::test]
    async fn what_cannot_be_read_is_refused() {
        assert!(read("application/json", "[1]").await.is_err());
        assert!(
            read("multipart/form-data; boundary=x", "--x\r\nnope")
                .await
                .is_err()
        );
        let long = "a".repeat(MAX_BODY_BYTES + 1);
        assert!(
            read("application/x-www-form-urlencoded", &long)
                .await
                .is_err()
        );
    }
}

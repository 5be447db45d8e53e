//! What goes wrong between a client and a server, told by what a person can do about it.

use std::collections::BTreeMap;

use http::{HeaderMap, StatusCode};
use serde_json::{Map, Value};

use crate::{
    lenient::{Notes, Wire, json, quote, take},
    macros::part,
    rate_limit::{RateLimit, Wait},
};

/// Why a request did not give its answer. Texts are the server's, in its language, and at most 200 bytes long.
#[derive(Clone, Debug, PartialEq)]
pub enum ApiError {
    /// Nobody answered; whoever sends requests makes this one.
    Offline {
        /// What the transport said.
        reason: String,
    },
    /// The token is missing or no longer valid.
    Unauthorized {
        /// What the server said.
        message: String,
    },
    /// The token or account may not do this.
    Forbidden {
        /// What the server said.
        message: String,
    },
    /// There is no such thing, or not for this viewer.
    NotFound {
        /// What the server said.
        message: String,
    },
    /// It was there and will not come back.
    Gone {
        /// What the server said.
        message: String,
    },
    /// Somebody else changed it meanwhile.
    Conflict {
        /// What the server said.
        message: String,
    },
    /// Too many requests.
    RateLimited {
        /// When to ask again, where the server says it.
        until: Option<Wait>,
    },
    /// The request itself is refused. Anonymous requests for timelines that need a person are refused so, too.
    Validation {
        /// What the server said.
        message: String,
        /// The wrong fields, where the server names them.
        details: BTreeMap<String, Vec<ErrorDetail>>,
    },
    /// The server is in trouble (5xx).
    Server {
        /// The HTTP status.
        status: u16,
        /// What the server said.
        message: String,
    },
    /// An HTTP status that this endpoint has no meaning for.
    Unexpected {
        /// The HTTP status.
        status: u16,
        /// What the server said.
        message: String,
    },
    /// The answer says success but is a page for people, as from a login wall.
    NotJson {
        /// How it begins.
        excerpt: String,
    },
    /// The answer is JSON but not what this endpoint answers, or it is broken or too large.
    Malformed {
        /// What is wrong with it.
        reason: String,
    },
}

part! {
    /// What is wrong with one field.
    pub struct ErrorDetail {
        /// A word such as `ERR_TAKEN`, the same in every language.
        pub error: String,
        /// For people, in the server's language.
        pub description: String,
    }
}

/// What a person, or the program for them, can do about an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Sign in, or sign in again.
    SignIn,
    /// Sign in again with more rights, or use another account.
    GetRights,
    /// Change what was asked.
    Correct,
    /// Wait, then ask again.
    Wait(Option<Wait>),
    /// Ask again later.
    Retry,
    /// Let go of it: it is not there.
    LetGo,
    /// Tell the developers or the server's people.
    Report,
}

impl ApiError {
    /// Reads the error out of an answer that is no success.
    #[must_use]
    pub fn from_answer(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Self {
        let ErrorBody { message, details } = ErrorBody::read(status, headers, body);
        match status.as_u16() {
            401 => Self::Unauthorized { message },
            403 => Self::Forbidden { message },
            404 => Self::NotFound { message },
            410 => Self::Gone { message },
            409 => Self::Conflict { message },
            429 => Self::RateLimited {
                until: RateLimit::from_headers(headers).and_then(|it| it.until()),
            },
            400 | 422 => Self::Validation { message, details },
            status @ 500..=599 => Self::Server { status, message },
            status => Self::Unexpected { status, message },
        }
    }

    /// What can be done about it.
    #[must_use]
    pub fn remedy(&self) -> Remedy {
        match self {
            Self::Offline { .. } | Self::Server { .. } | Self::Conflict { .. } => Remedy::Retry,
            Self::Unauthorized { .. } => Remedy::SignIn,
            Self::Forbidden { .. } => Remedy::GetRights,
            Self::NotFound { .. } | Self::Gone { .. } => Remedy::LetGo,
            Self::RateLimited { until } => Remedy::Wait(*until),
            Self::Validation { .. } => Remedy::Correct,
            Self::Unexpected { .. } | Self::NotJson { .. } | Self::Malformed { .. } => {
                Remedy::Report
            }
        }
    }
}

impl std::fmt::Display for ApiError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Offline { reason } => write!(f, "the server cannot be reached: {reason}"),
            Self::Unauthorized { message } => {
                write!(f, "the server asks for a valid token: {message}")
            }
            Self::Forbidden { message } => write!(f, "the server forbids this: {message}"),
            Self::NotFound { message } => write!(f, "the server has no such thing: {message}"),
            Self::Gone { message } => write!(f, "this is gone: {message}"),
            Self::Conflict { message } => {
                write!(f, "somebody else changed this meanwhile: {message}")
            }
            Self::RateLimited { .. } => f.write_str("the server asks for a pause"),
            Self::Validation { message, .. } => {
                write!(f, "the server refuses the request: {message}")
            }
            Self::Server { status, message } => {
                write!(f, "the server is in trouble ({status}): {message}")
            }
            Self::Unexpected { status, message } => {
                write!(f, "the server answered {status}: {message}")
            }
            Self::NotJson { excerpt } => write!(
                f,
                "the server answered with a page instead of data: {excerpt}"
            ),
            Self::Malformed { reason } => write!(f, "the server's answer cannot be read: {reason}"),
        }
    }
}

impl std::error::Error for ApiError {}

/// The body of an error in any of the forms that servers write.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ErrorBody {
    /// For people: `error`, `error_description`, `message`, `errors`, plain text, or the name of the HTTP status.
    pub message: String,
    /// By field.
    pub details: BTreeMap<String, Vec<ErrorDetail>>,
}

impl ErrorBody {
    /// Reads a body. A page in HTML says nothing that a person should read, so the name of the status stands for it.
    #[must_use]
    pub fn read(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Self {
        let reason = || {
            status
                .canonical_reason()
                .unwrap_or("unknown status")
                .to_owned()
        };
        let mut read = match json(body) {
            Ok(Value::Object(map)) => Self::from_object(map, true),
            Ok(Value::String(text)) => Self::from_text(&text),
            Ok(_) => Self::default(),
            Err(_) if is_html(headers, body) => Self::default(),
            Err(_) => Self::from_text(&excerpt(body)),
        };
        if read.message.is_empty() {
            read.message = reason();
        }
        read
    }

    fn from_text(text: &str) -> Self {
        Self {
            message: quote(text.trim()).to_owned(),
            details: BTreeMap::new(),
        }
    }

    /// Collections nest the whole body once more in `error`, Pleroma an object or a list.
    fn from_object(mut map: Map<String, Value>, may_nest: bool) -> Self {
        let mut notes = Notes::default();
        let details = take(&mut map, "details", &mut notes).unwrap_or_default();
        let mut found = Self::default();
        for name in ["error_description", "error", "message", "errors"] {
            match map.remove(name) {
                Some(Value::Object(nested)) if may_nest => found = Self::from_object(nested, false),
                Some(Value::String(text)) => found = Self::from_text(&text),
                Some(Value::Array(list)) => {
                    let texts =
                        Vec::<String>::read(Value::Array(list), &mut notes).unwrap_or_default();
                    found = Self::from_text(&texts.join(", "));
                }
                _ => {}
            }
            if !found.message.is_empty() || !found.details.is_empty() {
                break;
            }
        }
        if found.details.is_empty() {
            found.details = details;
        }
        found
    }
}

/// Whether a body is a page for people.
#[must_use]
pub(crate) fn is_html(headers: &HeaderMap, body: &[u8]) -> bool {
    let kind = headers
        .get(http::header::CONTENT_TYPE)
        .and_then(|it| it.to_str().ok())
        .unwrap_or_default();
    kind.contains("html") || body.trim_ascii_start().first() == Some(&b'<')
}

/// The beginning of a body as text.
pub(crate) fn excerpt(body: &[u8]) -> String {
    let beginning = body.get(..crate::lenient::MAX_QUOTE_BYTES).unwrap_or(body);
    quote(&String::from_utf8_lossy(beginning)).to_owned()
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, StatusCode};
    use proptest::prelude::*;

    use super::{ApiError, ErrorBody, Remedy};

    #[track_caller]
    fn check(body: &str, message: &str) {
        let read = ErrorBody::read(StatusCode::NOT_FOUND, &HeaderMap::new(), body.as_bytes());
        assert_eq!(read.message, message, "{body}");
    }

    #[test]
    fn every_form_of_error_gives_its_message() {
        check(r#"{"error":"Record not found"}"#, "Record not found");
        check(
            r#"{"error":"invalid_grant","error_description":"The grant is spent"}"#,
            "The grant is spent",
        );
        check(
            r#"{"error":{"error":"Name too long","details":{}}}"#,
            "Name too long",
        );
        check(r#"{"message":"no"}"#, "no");
        check(r#"{"errors":["a","b"]}"#, "a, b");
        check(r#""just text""#, "just text");
        check("404 Not Found", "404 Not Found");
        check("", "Not Found");
        check("[]", "Not Found");
        check("<!doctype html><h1>nginx</h1>", "Not Found");
    }

    #[test]
    fn nested_details_reach_the_person() {
        let body = br#"{"error":{"error":"no","details":{"name":[{"error":"ERR_TOO_LONG","description":"long"}]}}}"#;
        let error =
            ApiError::from_answer(StatusCode::UNPROCESSABLE_ENTITY, &HeaderMap::new(), body);
        let ApiError::Validation { details, .. } = &error else {
            panic!("{error}")
        };
        assert_eq!(details["name"][0].error, "ERR_TOO_LONG");
        assert_eq!(error.remedy(), Remedy::Correct);
    }

    #[test]
    fn a_long_text_is_cut() {
        let body = "ü".repeat(100_000);
        let error = ErrorBody::read(StatusCode::BAD_GATEWAY, &HeaderMap::new(), body.as_bytes());
        assert!(error.message.len() <= 200 && !error.message.is_empty());
    }

    proptest! {
        #[test]
        fn no_body_breaks_the_reader(status in 300_u16..600, body in prop::collection::vec(any::<u8>(), 0..300)) {
            let error = ApiError::from_answer(StatusCode::from_u16(status).unwrap(), &HeaderMap::new(), &body);
            prop_assert!(!error.to_string().is_empty());
        }
    }
}

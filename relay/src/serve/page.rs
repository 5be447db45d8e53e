//! Pages that the relay itself writes, for people: plain HTML that needs no app and no script.

use std::{fmt::Display, sync::LazyLock};

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};

/// The one sheet of all these pages, inside each of them.
const STYLE: &str = include_str!("page.css");

/// What a page may do: show the sheet above and nothing else.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = STANDARD.encode(Sha256::digest(STYLE));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; frame-ancestors 'none'"
    )
});

/// A page. `title` is plain text, `head` and `body` are HTML in which strangers' words went through [`escaped`].
#[derive(Debug, Default)]
pub(super) struct Page<'a> {
    pub(super) title: &'a str,
    /// More elements of the head: links to feeds.
    pub(super) head: &'a str,
    pub(super) body: &'a str,
    /// Schemes, beside the relay itself, that its form may lead to; empty when it has no form.
    pub(super) form_leads_to: &'a [&'a str],
}

impl Page<'_> {
    /// The answer that shows it.
    pub(super) fn answer(&self, status: StatusCode) -> Response {
        let form = match self.form_leads_to {
            [] => "'none'".to_owned(),
            schemes => format!("'self' {}", schemes.join(" ")),
        };
        let policy = format!("{}; form-action {form}", *POLICY);
        let policy =
            HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"));
        let headers = [
            (
                header::CONTENT_TYPE,
                HeaderValue::from_static("text/html; charset=utf-8"),
            ),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
            (header::CONTENT_SECURITY_POLICY, policy),
        ];
        (status, headers, self.html()).into_response()
    }

    /// The whole document.
    pub(super) fn html(&self) -> String {
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n\
             <title>{title}</title>\n{head}<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n{body}</main>\n</body>\n</html>\n",
            title = escaped(self.title),
            head = self.head,
            body = self.body,
        )
    }
}

/// Text as HTML and as the value of an attribute in quotes.
pub(super) fn escaped(text: impl Display) -> String {
    quick_xml::escape::escape(text.to_string()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_runs_nothing_and_loads_nothing() {
        let page = Page {
            title: "<b>Title</b>",
            body: "<p>x</p>\n",
            ..Page::default()
        };
        assert!(page.html().contains("<h1>&lt;b&gt;Title&lt;/b&gt;</h1>"));
        let response = page.answer(StatusCode::OK);
        let policy = response.headers()["content-security-policy"].to_str();
        let policy = policy.unwrap();
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"));
        assert!(policy.ends_with("form-action 'none'"));
        assert!(!policy.contains("script"));
    }

    #[test]
    fn text_cannot_leave_its_element_or_its_attribute() {
        assert_eq!(
            escaped("<a href=\"x\">'&"),
            "&lt;a href=&quot;x&quot;&gt;&apos;&amp;"
        );
    }
}

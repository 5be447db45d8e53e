//! An answer before the server's faults and headers are laid over it.
use bytes::Bytes;
use serde_json::Value;

/// Status, headers and body.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) content_type: &'static str,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn json(value: impl Into<Value>) -> Self {
        let value: Value = value.into();
        Self {
            status: 200,
            content_type: "application/json; charset=utf-8",
            headers: Vec::new(),
            body: value.to_string().into(),
        }
    }

    /// `{}`
    pub(crate) fn empty() -> Self {
        Self::json(serde_json::json!({}))
    }

    pub(crate) fn html(text: String) -> Self {
        Self {
            status: 200,
            content_type: "text/html; charset=utf-8",
            headers: Vec::new(),
            body: text.into(),
        }
    }

    pub(crate) fn plain(text: impl Into<Bytes>) -> Self {
        Self {
            status: 200,
            content_type: "text/plain; charset=utf-8",
            headers: Vec::new(),
            body: text.into(),
        }
    }

    pub(crate) fn file(content_type: &'static str, body: Bytes) -> Self {
        let headers = vec![(
            "cache-control",
            "public, max-age=2592000, immutable".to_owned(),
        )];
        Self {
            status: 200,
            content_type,
            headers,
            body,
        }
    }

    pub(crate) fn redirect(status: u16, to: String) -> Self {
        Self {
            status,
            content_type: "text/html; charset=utf-8",
            headers: vec![("location", to)],
            body: Bytes::new(),
        }
    }

    pub(crate) fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// With a `Link` header when there is one.
    pub(crate) fn link(self, link: Option<String>) -> Self {
        match link {
            Some(link) => self.header("link", link),
            None => self,
        }
    }
}

//! Serves the built app, from a folder or from inside the binary, so that one program is a whole site.

mod asset;
#[cfg(test)]
mod tests;

use std::{path::PathBuf, sync::Arc};

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};

use self::asset::Asset;
use super::{
    csp::content_security_policy_header,
    encoding::{Encoding, accepted, names_etag},
};

/// Where the built app is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AppFiles {
    /// In this folder, as `trunk build` leaves it, with `.br` and `.gz` beside a file where wanted.
    Folder(PathBuf),
    /// Inside this binary, which was built with the feature `embed-app`.
    Embedded,
    /// Nowhere: the relay serves its API and a page that says so.
    None,
}

impl AppFiles {
    /// The app inside this binary, or none when it was built without.
    pub fn built_in() -> Self {
        if cfg!(feature = "embed-app") {
            Self::Embedded
        } else {
            Self::None
        }
    }
}

/// The app with the headers that every page of it carries.
#[derive(Debug)]
pub(super) struct Site {
    files: AppFiles,
    policy: HeaderValue,
}

impl Site {
    /// `loopback` says that sources on this machine are configured, so that the page may load their pictures.
    pub(super) fn new(files: AppFiles, loopback: bool) -> Self {
        let policy = HeaderValue::try_from(content_security_policy_header(loopback))
            .unwrap_or(HeaderValue::from_static("default-src 'none'"));
        Self { files, policy }
    }

    /// Whether there is an app to be served.
    pub(super) fn has_app(&self) -> bool {
        self.files != AppFiles::None
    }

    /// The answer to a GET or HEAD of `uri`.
    pub(super) async fn answer(self: Arc<Self>, uri: &Uri, asked: &HeaderMap) -> Response {
        let response = self.find(uri.path(), asked).await;
        self.with_headers(response)
    }

    fn with_headers(&self, mut response: Response) -> Response {
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_SECURITY_POLICY, self.policy.clone());
        headers.insert(
            "cross-origin-opener-policy",
            HeaderValue::from_static("same-origin"),
        );
        headers.insert(
            "permissions-policy",
            HeaderValue::from_static(PERMISSIONS_POLICY),
        );
        response
    }

    /// The app's page with words of ours for whoever has no scripts: its first `noscript` begins with `html`.
    pub(super) async fn answer_with(self: Arc<Self>, html: &str) -> Response {
        let Some(page) = asset::load(&self.files, INDEX, Encoding::Identity).await else {
            return no_app(StatusCode::NOT_FOUND);
        };
        let page = String::from_utf8_lossy(&page.bytes);
        let page = page.replacen(NOSCRIPT, &format!("{NOSCRIPT}{html}"), 1);
        let headers = [
            (header::CONTENT_TYPE, "text/html; charset=utf-8"),
            (header::CACHE_CONTROL, "no-cache"),
        ];
        self.with_headers((headers, page).into_response())
    }

    async fn find(&self, path: &str, asked: &HeaderMap) -> Response {
        if !self.has_app() {
            return match path {
                "/" => no_app(StatusCode::OK),
                _ => no_app(StatusCode::NOT_FOUND),
            };
        }
        let Some(name) = asset::name_of(path) else {
            return not_found();
        };
        let name = if name.is_empty() { INDEX } else { &name };
        if let Some(asset) = self.load(name, asked).await {
            return deliver(name, asset, asked);
        }
        if is_app_route(path) && wants_html(asked) {
            if let Some(asset) = self.load(INDEX, asked).await {
                return deliver(INDEX, asset, asked);
            }
            return no_app(StatusCode::NOT_FOUND);
        }
        not_found()
    }

    /// The best form of the file that the client takes.
    async fn load(&self, name: &str, asked: &HeaderMap) -> Option<Asset> {
        for encoding in accepted(asked) {
            if let Some(asset) = asset::load(&self.files, name, encoding).await {
                return Some(asset);
            }
        }
        // A client that refuses every form that exists gets the plain one: that is better than 406 for a person.
        asset::load(&self.files, name, Encoding::Identity).await
    }
}

/// The page that every address of the app begins with.
const INDEX: &str = "index.html";

/// Begins what browsers without scripts show.
const NOSCRIPT: &str = "<noscript>";

/// What the app never asks the browser for.
const PERMISSIONS_POLICY: &str =
    "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()";

/// Name endings of files that a build contains. Addresses of the app may contain dots too (`/@ada@a.example`),
/// so a dot alone does not make a path a file.
const FILE_ENDINGS: &[&str] = &[
    "avif",
    "br",
    "css",
    "gif",
    "gz",
    "html",
    "ico",
    "jpeg",
    "jpg",
    "js",
    "json",
    "map",
    "mjs",
    "png",
    "svg",
    "txt",
    "wasm",
    "webmanifest",
    "webp",
    "woff2",
    "xml",
];

/// Whether `path` may be a page of the app rather than a file of the build or a path of the API.
fn is_app_route(path: &str) -> bool {
    let reserved = ["api", "oauth", ".well-known", "health", "nodeinfo"];
    let first = path.trim_start_matches('/').split('/').next();
    if first.is_some_and(|it| reserved.contains(&it)) {
        return false;
    }
    let last = path.rsplit('/').next().unwrap_or_default();
    let ending = last.rsplit_once('.').map(|(_, ending)| ending);
    last.starts_with('@') || ending.is_none_or(|it| !FILE_ENDINGS.contains(&it))
}

fn wants_html(asked: &HeaderMap) -> bool {
    let Some(accept) = asked.get(header::ACCEPT) else {
        return true;
    };
    accept
        .to_str()
        .is_ok_and(|it| it.contains("text/html") || it.contains("*/*"))
}

fn deliver(name: &str, asset: Asset, asked: &HeaderMap) -> Response {
    let cached = if asset::is_hashed(name) {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let mut headers = HeaderMap::new();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cached));
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if let Ok(etag) = HeaderValue::try_from(&asset.etag) {
        headers.insert(header::ETAG, etag);
    }
    if names_etag(asked, &asset.etag) {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    headers.insert(header::CONTENT_TYPE, asset::content_type(name));
    headers.insert(header::CONTENT_LENGTH, asset.bytes.len().into());
    if let Some(encoding) = asset.encoding.header() {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    (headers, Body::from(asset.bytes)).into_response()
}

fn not_found() -> Response {
    let plain = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
    (StatusCode::NOT_FOUND, plain, "There is no such file.\n").into_response()
}

fn no_app(status: StatusCode) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (status, headers, NO_APP).into_response()
}

/// What a person sees who opens a relay that has no app.
const NO_APP: &str = r#"<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Watersmeet relay</title>
<h1>This relay runs, but it has no app inside</h1>
<p>Its API answers: see <a href="/api/v1/timelines/public">the combined timeline</a>,
<a href="/api/watersmeet/sources">its sources</a> and <a href="/health">its health</a>.</p>
<p>To read it here, do one of these:</p>
<ul>
<li>start it with <code>cargo xtask run</code>, which builds the app and puts it inside;</li>
<li>start it with <code>--app-dir FOLDER</code>, where the folder holds a built app;</li>
<li>build it with <code>cargo xtask dist</code>, which leaves one program with everything inside.</li>
</ul>
"#;

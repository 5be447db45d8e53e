//! The app as a browser, a cache and an intruder ask for it.

use axum::body::to_bytes;

use super::*;

/// A build as Trunk leaves it, in a folder that goes away with the value.
fn build() -> (tempfile::TempDir, Arc<Site>) {
    let folder = tempfile::tempdir().unwrap();
    let dist = folder.path().join("dist");
    std::fs::create_dir_all(dist.join("icons")).unwrap();
    for (name, text) in [
        ("dist/index.html", "<!doctype html><title>app</title>"),
        ("dist/app-0123456789abcdef.js", "plain script"),
        ("dist/app-0123456789abcdef.js.br", "brotli script"),
        ("dist/app-0123456789abcdef.js.gz", "gzip script"),
        ("dist/app-0123456789abcdef_bg.wasm", "wasm"),
        ("dist/manifest.webmanifest", "{}"),
        ("dist/sw.js", "worker"),
        ("dist/icons/192.png", "png"),
        ("dist/.secret", "hidden"),
        ("outside.txt", "outside"),
    ] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let site = Arc::new(Site::new(AppFiles::Folder(dist), false));
    (folder, site)
}

async fn ask(site: &Arc<Site>, path: &str, headers: &[(&'static str, &str)]) -> Response {
    let mut asked = HeaderMap::new();
    for (name, value) in headers {
        asked.insert(*name, value.parse().unwrap());
    }
    Arc::clone(site)
        .answer(&path.parse().unwrap(), &asked)
        .await
}

async fn text(response: Response) -> String {
    let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[tokio::test]
async fn the_smallest_form_that_the_browser_takes_is_sent() {
    let (_folder, site) = build();
    for (accepts, encoding, body) in [
        ("gzip, deflate, br", Some("br"), "brotli script"),
        ("gzip", Some("gzip"), "gzip script"),
        ("identity", None, "plain script"),
    ] {
        let response = ask(
            &site,
            "/app-0123456789abcdef.js",
            &[("accept-encoding", accepts)],
        )
        .await;
        let headers = response.headers();
        assert_eq!(
            headers
                .get("content-encoding")
                .map(|it| it.to_str().unwrap()),
            encoding
        );
        assert_eq!(headers["content-type"], "text/javascript; charset=utf-8");
        assert_eq!(headers["vary"], "Accept-Encoding");
        assert_eq!(text(response).await, body);
    }
}

#[tokio::test]
async fn a_file_named_after_its_contents_is_kept_for_ever_and_others_are_asked_for_again() {
    let (_folder, site) = build();
    for path in ["/app-0123456789abcdef.js", "/app-0123456789abcdef_bg.wasm"] {
        let response = ask(&site, path, &[]).await;
        assert_eq!(
            response.headers()["cache-control"],
            "public, max-age=31536000, immutable"
        );
    }
    for path in ["/", "/sw.js", "/manifest.webmanifest", "/icons/192.png"] {
        let response = ask(&site, path, &[]).await;
        assert_eq!(response.headers()["cache-control"], "no-cache", "{path}");
    }
}

#[tokio::test]
async fn a_browser_that_has_the_file_is_told_so() {
    let (_folder, site) = build();
    let first = ask(&site, "/sw.js", &[]).await;
    let etag = first.headers()["etag"].to_str().unwrap().to_owned();
    let second = ask(&site, "/sw.js", &[("if-none-match", &etag)]).await;
    assert_eq!(second.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(second.headers()["etag"], etag.as_str());
    assert_eq!(text(second).await, "");
}

#[tokio::test]
async fn the_forms_of_one_file_have_different_etags() {
    let (_folder, site) = build();
    let path = "/app-0123456789abcdef.js";
    let brotli = ask(&site, path, &[("accept-encoding", "br")]).await;
    let plain = ask(&site, path, &[]).await;
    assert_ne!(brotli.headers()["etag"], plain.headers()["etag"]);
}

#[tokio::test]
async fn types_are_those_that_browsers_insist_on() {
    let (_folder, site) = build();
    for (path, expected) in [
        ("/", "text/html; charset=utf-8"),
        ("/app-0123456789abcdef_bg.wasm", "application/wasm"),
        ("/manifest.webmanifest", "application/manifest+json"),
        ("/icons/192.png", "image/png"),
    ] {
        let response = ask(&site, path, &[]).await;
        assert_eq!(response.headers()["content-type"], expected, "{path}");
    }
}

#[tokio::test]
async fn an_address_of_the_app_gives_its_page() {
    let (_folder, site) = build();
    for path in [
        "/tags/rust",
        "/@ada@a.example",
        "/@ada@a.example/115",
        "/sources/",
        "/search?q=x.js",
    ] {
        let response = ask(&site, path, &[("accept", "text/html,*/*;q=0.8")]).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        assert_eq!(text(response).await, "<!doctype html><title>app</title>");
    }
}

#[tokio::test]
async fn a_missing_file_is_missing() {
    let (_folder, site) = build();
    for path in [
        "/app-fedcba9876543210.js",
        "/icons/512.png",
        "/api/v9/nothing",
        "/.well-known/nothing",
        "/health/nothing",
    ] {
        let response = ask(&site, path, &[("accept", "text/html")]).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
    }
    let picture = ask(&site, "/nothing", &[("accept", "image/png")]).await;
    assert_eq!(picture.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn nothing_outside_the_folder_and_nothing_hidden_can_be_read() {
    let (folder, site) = build();
    #[cfg(unix)]
    std::os::unix::fs::symlink(
        folder.path().join("outside.txt"),
        folder.path().join("dist/link.txt"),
    )
    .unwrap();
    for path in [
        "/../outside.txt",
        "/%2e%2e/outside.txt",
        "/..%2foutside.txt",
        "/icons/../../outside.txt",
        "/icons/%2e%2e/%2e%2e/outside.txt",
        "/..%5coutside.txt",
        "//outside.txt",
        "/.secret",
        "/link.txt",
        "/sw.js%00.txt",
        "/%ff",
    ] {
        let response = ask(&site, path, &[("accept", "text/html")]).await;
        let status = response.status();
        let body = text(response).await;
        assert!(
            status == StatusCode::NOT_FOUND
                && !body.contains("outside")
                && !body.contains("hidden"),
            "{path}: {status} {body}"
        );
    }
    drop(folder);
}

#[tokio::test]
async fn every_page_carries_the_policy() {
    let (_folder, site) = build();
    let response = ask(&site, "/", &[]).await;
    let policy = response.headers()["content-security-policy"].to_str();
    assert!(policy.unwrap().ends_with("frame-ancestors 'none'"));
    assert_eq!(
        response.headers()["cross-origin-opener-policy"],
        "same-origin"
    );
    assert!(response.headers().contains_key("permissions-policy"));
}

#[tokio::test]
async fn a_relay_without_an_app_says_how_to_get_one() {
    let site = Arc::new(Site::new(AppFiles::None, false));
    let response = ask(&site, "/", &[]).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert!(text(response).await.contains("cargo xtask run"));
    let other = ask(&site, "/tags/rust", &[]).await;
    assert_eq!(other.status(), StatusCode::NOT_FOUND);
}

#[test]
fn only_a_whole_hash_makes_a_file_eternal() {
    for (name, hashed) in [
        ("app-0123456789abcdef.js", true),
        ("app-0123456789abcdef_bg.wasm", true),
        ("snippets/dom-0123456789abcdef.js", true),
        ("app-23456789abcdef_bg.wasm", true),
        ("app-0123456789a.js", false),
        ("app-0123456789abcdef0.js", false),
        ("app-0123456789ABCDEF.js", false),
        ("app-0123456789abcdef/plain.js", false),
        ("index.html", false),
    ] {
        assert_eq!(asset::is_hashed(name), hashed, "{name}");
    }
}

#[tokio::test]
async fn the_page_may_say_more_to_browsers_without_scripts() {
    let folder = tempfile::tempdir().unwrap();
    let page = "<body><noscript><p>Needs scripts.</p></noscript></body>";
    std::fs::write(folder.path().join("index.html"), page).unwrap();
    let site = Arc::new(Site::new(AppFiles::Folder(folder.path().into()), false));
    let response = site.answer_with("<p>Run by Ada.</p>").await;
    assert!(response.headers().contains_key("content-security-policy"));
    assert_eq!(
        text(response).await,
        "<body><noscript><p>Run by Ada.</p><p>Needs scripts.</p></noscript></body>"
    );
}

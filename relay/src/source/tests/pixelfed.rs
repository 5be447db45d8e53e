//! A server like Pixelfed: no streaming, pages instead of errors, null where others have words, and a list that ends with a link to nowhere.

use axum::{http::header, response::Html};

use super::*;

fn photo(domain: &str, number: u32) -> Value {
    json!({
        "id": (700_000_000_000_000_000_u64 + u64::from(number)).to_string(), "uri": format!("http://{domain}/p/ann/{number}"),
        "url": format!("http://{domain}/p/ann/{number}"), "visibility": "public", "content": null, "spoiler_text": null,
        "created_at": mastodon::Timestamp::from_unix_millis(unix_millis() - 60_000 + i64::from(number)), "language": null, "favourited": null,
        "reblogged": null, "muted": null, "bookmarked": null, "sensitive": null, "emojis": null, "mentions": null, "card": null, "poll": null,
        "in_reply_to_id": null, "in_reply_to_account_id": null, "application": null, "replies_count": null, "reblogs_count": null,
        "favourites_count": null, "tags": [{"name": "cats", "url": format!("http://{domain}/discover/tags/cats")}],
        "account": {"id": "7", "username": "ann", "acct": "ann", "url": format!("http://{domain}/ann"), "note": null, "fields": null, "bot": null,
                    "emojis": null, "locked": null, "header": null, "last_status_at": null},
        "media_attachments": [{"id": "1", "type": "image", "url": format!("http://{domain}/a.jpg"), "preview_url": null, "remote_url": null,
                               "text_url": null, "description": null, "blurhash": null, "meta": null}],
    })
}

fn page(domain: &str, query: Option<String>) -> Response {
    let older = query.unwrap_or_default().contains("max_id");
    let numbers = if older { 1..=2 } else { 3..=4 };
    let last = numbers.clone().next().unwrap();
    let posts: Vec<Value> = numbers.rev().map(|it| photo(domain, it)).collect();
    let next = if older {
        String::new()
    } else {
        photo(domain, last)["id"].as_str().unwrap().to_owned()
    };
    let link = format!("<http://{domain}/api/v1/timelines/public?max_id={next}>; rel=\"next\"");
    ([(header::LINK, link)], Json(posts)).into_response()
}

async fn pixelfed() -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let domain = format!("alpha.localhost:{}", listener.local_addr().unwrap().port());
    let instance = json!({"uri": domain, "title": "Photos", "version": "3.5.3 (compatible; Pixelfed 0.12.5)",
                          "urls": {"streaming_api": null}, "configuration": {"statuses": null}});
    let log_in = || async { Html("<!doctype html><title>Log in</title>") };
    let (public, tag) = (domain.clone(), domain.clone());
    let router = Router::new()
        .route("/api/v1/instance", get(async || Json(instance)))
        .route(
            "/api/v1/timelines/public",
            get(async move |query: axum::extract::RawQuery| page(&public, query.0)),
        )
        .route(
            "/api/v1/timelines/tag/{tag}",
            get(async move |query: axum::extract::RawQuery| page(&tag, query.0)),
        )
        .fallback(log_in);
    let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    Server {
        script: Script::default(),
        domain,
        task,
    }
}

#[tokio::test]
async fn its_photos_are_polled_to_the_end_whatever_is_null() {
    let server = pixelfed().await;
    let config = Config {
        archive: ArchivePlace::Memory,
        contact: Some("https://me.example".to_owned()),
        sources: vec![SourceConfig {
            domain: server.domain.clone(),
            url: format!("http://{}", server.domain),
            token: Some(Token::new("secret")),
            hashtags: vec!["cats".to_owned()],
            ..SourceConfig::default()
        }],
        timing: Timing::nearby(),
        ..Config::default()
    };
    let engine = Engine::start(&config).await.unwrap();
    reported(&engine, State::Polling).await;
    count(&engine, 4).await;
    let report = engine.sources.snapshot().remove(0);
    assert_eq!(report.software.as_deref(), Some("Pixelfed 0.12.5"));
    assert_eq!(report.refused, 0);
    let (all, first) = (Selection::default(), Paging::default());
    let newest = engine.archive.timeline(&all, &first).await.unwrap();
    let newest: Value = serde_json::from_slice(&newest[0].json).unwrap();
    assert_eq!(newest["content"], "");
    assert_eq!(newest["media_attachments"].as_array().unwrap().len(), 1);
    engine.shutdown().await;
}

//! Feeds, read back by a library that nobody here wrote.

use feed_rs::{model::Feed, parser};

use super::*;

const FORMS: [&str; 3] = ["rss", "atom", "json"];

/// The post of a second with these members changed.
fn told(second: u32, tags: &[&str], change: Value) -> Row {
    let mut row = post(second, tags);
    let mut status: Value = serde_json::from_slice(&row.json).unwrap();
    let Value::Object(change) = change else {
        panic!("{change}")
    };
    for (name, value) in change {
        status[name] = value;
    }
    row.json = Bytes::from(status.to_string());
    row
}

fn rich(second: u32) -> Row {
    let change = json!({
        "url": "https://a.example/@ada/1",
        "content": "<p>Hi <script>alert(1)</script><a href=\"javascript:x()\" onclick=\"x()\">there</a> ]]> \u{7} \
                    <a href=\"https://a.example/?b=1&amp;c=2\" class=\"mention\">#<span>rust</span></a></p>",
        "account": {
            "id": "1", "username": "ada", "acct": "ada@a.example", "display_name": "Ada <b> & co",
            "url": "https://a.example/@ada", "avatar_static": "https://a.example/ada.png",
        },
        "tags": [{"name": "rust", "url": "https://a.example/tags/rust"}],
        "language": "en",
        "edited_at": "1970-01-01T00:10:00.000Z",
        "media_attachments": [
            {"id": "1", "type": "image", "url": "https://a.example/1.png?x=1&y=2", "description": "A \"river\""},
            {"id": "2", "type": "video", "url": "https://a.example/2", "description": null},
            {"id": "3", "type": "image", "url": "javascript:x()"},
        ],
    });
    told(second, &["rust"], change)
}

async fn feed(relay: &TestRelay, path: &str) -> (Got, Feed) {
    let got = relay.get(path).await;
    let text = String::from_utf8_lossy(&got.body).into_owned();
    assert_eq!(got.status, StatusCode::OK, "{path}: {text}");
    let feed = parser::parse(&got.body[..]);
    let feed = feed.unwrap_or_else(|error| panic!("{path}: {error}: {text}"));
    (got, feed)
}

fn seconds(feed: &Feed) -> Vec<String> {
    feed.entries.iter().map(|it| it.id.clone()).collect()
}

#[tokio::test]
async fn a_hashtag_a_view_and_any_selection_are_feeds_in_three_forms() {
    let relay = TestRelay::with(&[
        post(1, &["rust"]),
        post(2, &["rustlang", "picture"]),
        post(3, &["wasm"]),
    ])
    .await;
    for form in FORMS {
        for (path, expected) in [
            (format!("/tags/Rust.{form}"), vec![1]),
            (format!("/tags/rust+wasm.{form}"), vec![3, 1]),
            (format!("/views/rust.{form}"), vec![2, 1]),
            (format!("/feed.{form}"), vec![3, 2, 1]),
            (
                format!("/feed.{form}?any[]=wasm&any[]=rust&limit=1"),
                vec![3],
            ),
            (
                format!("/feed.{form}?any[]=rust&none[]=jobs&languages[]=en"),
                vec![],
            ),
            (format!("/feed.{form}?only_media=true"), vec![2]),
            (format!("/tags/nothing.{form}"), vec![]),
        ] {
            let (got, feed) = feed(&relay, &path).await;
            let expected: Vec<_> = expected.into_iter().map(uri).collect();
            assert_eq!(seconds(&feed), expected, "{path}");
            assert!(!feed.title.unwrap().content.is_empty(), "{path}");
            assert_eq!(got.header("access-control-allow-origin"), "*");
            let kind = match form {
                "json" => "application/feed+json; charset=utf-8".to_owned(),
                form => format!("application/{form}+xml; charset=utf-8"),
            };
            assert_eq!(got.header("content-type"), kind);
        }
    }
}

#[tokio::test]
async fn what_is_no_feed_or_asked_wrong_is_said() {
    let relay = TestRelay::with(&[]).await;
    for (path, status) in [
        ("/views/nobody.rss", StatusCode::NOT_FOUND),
        ("/tags/%21.rss", StatusCode::NOT_FOUND),
        ("/feed.rss?wrods[]=x", StatusCode::BAD_REQUEST),
        ("/views/rust.rss?only_medai=true", StatusCode::BAD_REQUEST),
    ] {
        let got = relay.get(path).await;
        assert_eq!(got.status, status, "{path}");
        assert!(got.json()["error"].is_string(), "{path}");
    }
    let page = relay.get("/tags/rust.html").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_post_is_told_whole_and_nothing_in_it_is_dangerous() {
    let relay = TestRelay::with(&[rich(1)]).await;
    for form in FORMS {
        let path = format!("/tags/rust.{form}");
        let (got, feed) = feed(&relay, &path).await;
        let text = String::from_utf8(got.body.to_vec()).unwrap();
        for bad in [
            "<script",
            "&lt;script",
            "alert",
            "javascript",
            "onclick",
            "\u{7}",
        ] {
            assert!(!text.contains(bad), "{bad}: {text}");
        }
        let entry = &feed.entries[0];
        let title = &entry.title.as_ref().unwrap().content;
        assert!(
            title
                .replace('‹', "<")
                .replace('›', ">")
                .starts_with("Ada <b> & co (@ada@a.example): Hi "),
            "{title}"
        );
        // What is HTML to some readers of RSS and text to others holds neither.
        assert_eq!(title.contains('<'), form != "rss", "{title}");
        assert_eq!(entry.published.unwrap().timestamp(), 1, "{form}");
        assert_eq!(entry.links[0].href, "https://a.example/@ada/1", "{form}");
        let html = match form {
            "rss" => entry.summary.as_ref().unwrap().content.clone(),
            _ => entry.content.as_ref().unwrap().body.clone().unwrap(),
        };
        assert!(
            html.contains("href=\"https://a.example/?b=1&amp;c=2\""),
            "{html}"
        );
        assert!(text.contains("https://a.example/2"), "{text}");
        assert!(text.contains("image/png"), "{text}");
        assert!(text.contains("video/mp4"), "{text}");
    }
}

#[tokio::test]
async fn the_forms_keep_to_their_rules() {
    let relay = TestRelay::with(&[rich(1)]).await;
    let rss = relay.get("/tags/rust.rss").await;
    let rss = String::from_utf8(rss.body.to_vec()).unwrap();
    for part in [
        "<atom:link href=\"https://relay.example/tags/rust.rss\" rel=\"self\" type=\"application/rss+xml\"/>",
        "<pubDate>Thu, 01 Jan 1970 00:00:01 GMT</pubDate>",
        "<guid isPermaLink=\"false\">https://a.example/users/ada/statuses/1</guid>",
        "<enclosure url=\"https://a.example/1.png?x=1&amp;y=2\" length=\"0\" type=\"image/png\"/>",
        "<media:description type=\"plain\">A &quot;river&quot;</media:description>",
        "<link>https://relay.example/tags/rust</link>",
    ] {
        assert!(rss.contains(part), "{part}: {rss}");
    }
    assert_eq!(rss.matches("<enclosure ").count(), 1);
    assert_eq!(rss.matches("<media:content ").count(), 2);
    let atom = relay.get("/tags/rust.atom").await;
    let atom = String::from_utf8(atom.body.to_vec()).unwrap();
    for part in [
        "<id>https://relay.example/tags/rust.atom</id>",
        "<link rel=\"self\" href=\"https://relay.example/tags/rust.atom\"",
        "<updated>1970-01-01T00:10:00.000Z</updated>",
        "<name>Ada &lt;b&gt; &amp; co (@ada@a.example)</name>",
        "<content type=\"html\" xml:lang=\"en\">",
    ] {
        assert!(atom.contains(part), "{part}: {atom}");
    }
    let json = relay.get("/tags/rust.json").await.json();
    assert_eq!(json["version"], "https://jsonfeed.org/version/1.1");
    assert_eq!(json["feed_url"], "https://relay.example/tags/rust.json");
    let item = &json["items"][0];
    assert_eq!(item["authors"][0]["avatar"], "https://a.example/ada.png");
    assert_eq!(item["attachments"][0]["title"], "A \"river\"");
    assert_eq!(item["date_modified"], "1970-01-01T00:10:00.000Z");
    assert_eq!(item["tags"], json!(["rust"]));
}

#[tokio::test]
async fn a_warning_comes_first_and_what_it_hides_is_not_in_the_title() {
    let relay = TestRelay::with(&[
        told(
            1,
            &["rust"],
            json!({"spoiler_text": "Spiders", "sensitive": true}),
        ),
        told(2, &["rust"], json!({"sensitive": true})),
    ])
    .await;
    for form in FORMS {
        let (_, feed) = feed(&relay, &format!("/tags/rust.{form}")).await;
        let title = |n: usize| feed.entries[n].title.clone().unwrap().content;
        assert!(title(0).starts_with("Sensitive media: "), "{}", title(0));
        assert!(
            title(1).starts_with("Content warning: Spiders"),
            "{}",
            title(1)
        );
        assert!(!title(1).contains(": x"), "{}", title(1));
    }
    let rss = relay.get("/tags/rust.rss").await;
    let rss = String::from_utf8(rss.body.to_vec()).unwrap();
    assert!(
        rss.contains("&lt;strong&gt;Content warning: Spiders&lt;/strong&gt;"),
        "{rss}"
    );
}

#[tokio::test]
async fn who_asks_search_engines_to_stay_away_is_not_in_feeds() {
    let hidden = |second| {
        let account = json!({"account": {"id": "7", "acct": "eve@a.example", "noindex": true}});
        told(second, &["rust"], account)
    };
    // More of them than one page, so that the feed has to look further back.
    let mut rows: Vec<_> = (10..60).map(hidden).collect();
    rows.push(post(1, &["rust"]));
    let relay = TestRelay::with(&rows).await;
    for form in FORMS {
        let (_, feed) = feed(&relay, &format!("/tags/rust.{form}")).await;
        assert_eq!(seconds(&feed), [uri(1)], "{form}");
    }
    let page = relay.get(&format!("/posts/{}", id(10))).await;
    assert_eq!(page.header("x-robots-tag"), "noindex");
    let page = relay.get(&format!("/posts/{}", id(1))).await;
    assert_eq!(page.header("x-robots-tag"), "");
}

#[tokio::test]
async fn posts_that_not_everybody_may_see_are_in_no_feed_even_with_the_key() {
    let mut guarded = post(1, &["rust"]);
    guarded.keys.is_guarded = true;
    let relay = TestRelay::with(&[guarded, post(2, &["rust"])]).await;
    let path = "/tags/rust.rss?access_token=an-access-key-of-the-relay";
    let (got, feed) = feed(&relay, path).await;
    assert_eq!(seconds(&feed), [uri(2)]);
    let text = String::from_utf8(got.body.to_vec()).unwrap();
    assert!(!text.contains("access"), "{text}");
}

#[tokio::test]
async fn who_has_the_feed_gets_no_second_copy() {
    let relay = TestRelay::with(&[post(1, &["rust"])]).await;
    for form in FORMS {
        let path = format!("/tags/rust.{form}");
        let first = relay.get(&path).await;
        let (etag, modified) = (first.header("etag"), first.header("last-modified"));
        assert!(httpdate::parse_http_date(modified).is_ok(), "{modified}");
        for (name, value, status) in [
            ("if-none-match", etag, StatusCode::NOT_MODIFIED),
            ("if-modified-since", modified, StatusCode::NOT_MODIFIED),
            ("if-none-match", "\"other\"", StatusCode::OK),
            (
                "if-modified-since",
                "Thu, 01 Jan 1970 00:00:01 GMT",
                StatusCode::OK,
            ),
        ] {
            let got = relay.ask("GET", &path, &[(name, value)]).await;
            assert_eq!(got.status, status, "{path} {name}: {value}");
            assert_eq!(got.header("last-modified"), modified);
        }
        // The ETag says more than the date, so it decides.
        let both = [
            ("if-none-match", "\"other\""),
            ("if-modified-since", modified),
        ];
        let got = relay.ask("GET", &path, &both).await;
        assert_eq!(got.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn pages_lead_to_their_feeds() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("index.html"), "<!doctype html>").unwrap();
    let relay = TestRelay::with(&[]).await;
    let files = AppFiles::Folder(folder.path().to_owned());
    let relay = relay.with_app(files);
    for (page, feed) in [
        ("/", "https://relay.example/feed.rss"),
        ("/tags/rust", "https://relay.example/tags/rust.rss"),
        (
            "/tags/rust+wasm/",
            "https://relay.example/tags/rust+wasm.rss",
        ),
        (
            "/tags/caf%C3%A9",
            "https://relay.example/tags/caf%C3%A9.rss",
        ),
        ("/views/rust", "https://relay.example/views/rust.rss"),
    ] {
        let got = relay.get(page).await;
        assert_eq!(got.status, StatusCode::OK, "{page}");
        let link = got.header("link");
        let expected = format!("<{feed}>; rel=\"alternate\"; type=\"application/rss+xml\"");
        assert!(link.starts_with(&expected), "{page}: {link}");
        assert!(link.contains("type=\"application/feed+json\""), "{link}");
    }
    assert_eq!(relay.get("/sources").await.header("link"), "");
}

#[tokio::test]
async fn an_old_post_that_came_late_is_in_the_feed() {
    let rows: Vec<_> = (1..=4).map(|it| post(it, &["rust"])).collect();
    let relay = TestRelay::with(&rows).await;
    let log = &relay.engine.log;
    // The second's comes after the others; the first's came before all.
    for second in [1, 3, 4, 2] {
        let row = post(second, &["rust"]);
        log.append(crate::log::Draft::appeared(row.id, row.json, row.keys));
    }
    for form in FORMS {
        let (_, feed) = feed(&relay, &format!("/tags/rust.{form}?limit=2")).await;
        assert_eq!(seconds(&feed), [4, 3, 2].map(uri), "{form}");
    }
}

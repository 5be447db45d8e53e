//! Reading by REST as Mastodon answers it.
use fake_instance::{AccountSpec, Fediverse, Options, PostSpec};
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{client, encode, get, still};

fn ids(value: &Value) -> Vec<String> {
    value
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["id"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn one_post_has_one_uri_everywhere_and_everything_else_differs() {
    let fed = still(&["alpha", "beta"]).await;
    let at = fed.now_ms() / 1_000 * 1_000 - 5_000 + 477;
    fed.account("bob@beta", &AccountSpec::default()).unwrap();
    let spec = PostSpec::text("Hello @bob@beta #Tide")
        .image("a hill")
        .created_at(at);
    let published = fed.server("alpha").publish("ada", &spec);
    assert!(fed.settle(std::time::Duration::from_secs(5)).await);
    let one = get(fed.server("alpha"), "/api/v1/timelines/public", None)
        .await
        .json()[0]
        .clone();
    let other = get(fed.server("beta"), "/api/v1/timelines/public", None)
        .await
        .json()[0]
        .clone();
    assert_eq!(
        (&one["uri"], &other["uri"]),
        (&json!(published.uri), &json!(published.uri))
    );
    assert_ne!(one["id"], other["id"]);
    assert!(one["created_at"].as_str().unwrap().ends_with(".477Z"));
    assert!(
        other["created_at"].as_str().unwrap().ends_with(".000Z"),
        "copies are cut to whole seconds"
    );
    assert_eq!(one["account"]["acct"], "ada");
    assert_eq!(
        other["account"]["acct"],
        format!("ada@{}", fed.server("alpha").domain())
    );
    assert_ne!(
        one["media_attachments"][0]["url"],
        other["media_attachments"][0]["url"]
    );
    assert_eq!(one["tags"][0]["name"], "tide");
    assert_eq!(
        one["mentions"][0]["acct"],
        format!("bob@{}", fed.server("beta").domain()).as_str()
    );
    assert_eq!(other["mentions"][0]["acct"], "bob");
    let id: u64 = one["id"].as_str().unwrap().parse().unwrap();
    assert_eq!(
        i64::try_from(id >> 16).unwrap(),
        at,
        "an id is a snowflake of created_at"
    );
}

#[tokio::test]
async fn cursors_page_as_mastodon_pages_and_links_keep_only_what_mastodon_keeps() {
    let fed = still(&["alpha"]).await;
    let alpha = fed.server("alpha");
    let now = fed.now_ms();
    for number in 0..10 {
        alpha.publish(
            "ada",
            &PostSpec::text(format!("{number} #tea")).created_at(now - 10_000 + number * 100),
        );
    }
    let all = ids(&get(alpha, "/api/v1/timelines/public?limit=40", None)
        .await
        .json());
    assert_eq!(all.len(), 10);
    let page = get(
        alpha,
        "/api/v1/timelines/public?limit=3&local=1&nonsense=1",
        None,
    )
    .await;
    assert_eq!(ids(&page.json()), all[..3]);
    let address = format!("{}/api/v1/timelines/public", alpha.url());
    assert_eq!(
        page.header("link"),
        format!(
            "<{address}?limit=3&local=1&max_id={}>; rel=\"next\", <{address}?limit=3&local=1&min_id={}>; rel=\"prev\"",
            all[2], all[0]
        )
    );
    let older = get(
        alpha,
        &format!("/api/v1/timelines/public?limit=3&max_id={}", all[2]),
        None,
    )
    .await;
    assert_eq!(ids(&older.json()), all[3..6]);
    let since = get(
        alpha,
        &format!("/api/v1/timelines/public?limit=3&since_id={}", all[7]),
        None,
    )
    .await;
    assert_eq!(ids(&since.json()), all[..3], "since_id leaves a gap");
    let min = get(
        alpha,
        &format!("/api/v1/timelines/public?limit=3&min_id={}", all[7]),
        None,
    )
    .await;
    assert_eq!(
        ids(&min.json()),
        all[4..7],
        "min_id does not, and stays newest first"
    );
    let empty = get(
        alpha,
        &format!("/api/v1/timelines/public?max_id={}", all[9]),
        None,
    )
    .await;
    assert_eq!((empty.text.as_str(), empty.header("link")), ("[]", ""));
    let tag = get(
        alpha,
        "/api/v1/timelines/tag/TEA?limit=2&remote=0&any[]=x&only_media=0",
        None,
    )
    .await;
    assert!(
        tag.header("link")
            .contains("/timelines/tag/TEA?limit=2&max_id="),
        "{}",
        tag.header("link")
    );
    assert!(!tag.header("link").contains("any") && !tag.header("link").contains("remote"));
    assert_eq!(
        ids(&get(alpha, "/api/v1/timelines/public?limit=-2", None)
            .await
            .json())
        .len(),
        2
    );
    assert_eq!(
        ids(&get(alpha, "/api/v1/timelines/public?limit=9999", None)
            .await
            .json())
        .len(),
        10
    );
}

#[tokio::test]
async fn a_tag_timeline_takes_any_all_and_none() {
    let fed = still(&["alpha"]).await;
    let alpha = fed.server("alpha");
    for text in ["#tea", "#tea #milk", "#coffee", "#tea #sugar"] {
        alpha.publish("ada", &PostSpec::text(text));
    }
    for (query, count) in [
        ("", 3),
        ("?any[]=coffee", 4),
        ("?all[]=milk", 1),
        ("?none[]=sugar&none[]=milk", 1),
    ] {
        let found = get(alpha, &format!("/api/v1/timelines/tag/Tea{query}"), None)
            .await
            .json();
        assert_eq!(found.as_array().unwrap().len(), count, "{query}");
    }
}

#[tokio::test]
async fn headers_tell_of_limits_in_iso_time_and_let_browsers_read_them() {
    let fed = still(&["alpha"]).await;
    let alpha = fed.server("alpha");
    let answer = get(alpha, "/api/v1/timelines/public", None).await;
    assert_eq!(
        (
            answer.header("x-ratelimit-limit"),
            answer.header("x-ratelimit-remaining")
        ),
        ("300", "299")
    );
    let reset = answer.header("x-ratelimit-reset");
    assert!(
        reset.ends_with('Z') && reset.len() == "2026-10-14T19:05:00.887052Z".len(),
        "{reset}"
    );
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert!(
        answer
            .header("access-control-expose-headers")
            .contains("Link")
    );
    assert_eq!(
        answer.header("cache-control"),
        "public, max-age=15, stale-while-revalidate=30"
    );
    let signed = get(alpha, "/api/v1/timelines/public", Some(&alpha.token())).await;
    assert_eq!(signed.header("cache-control"), "private, no-store");
    let asked = client()
        .request(Method::OPTIONS, format!("{}/api/v1/statuses", alpha.url()))
        .header(
            "access-control-request-headers",
            "authorization,idempotency-key",
        )
        .send()
        .await
        .unwrap();
    assert_eq!(
        asked.headers()["access-control-allow-headers"],
        "authorization,idempotency-key"
    );
    assert!(
        get(alpha, "/health", None)
            .await
            .headers
            .get("access-control-allow-origin")
            .is_none()
    );
}

#[tokio::test]
async fn error_texts_are_in_the_servers_or_the_readers_language() {
    let fed = Fediverse::start(Options::new(1, ["alpha", "beta:mastodon:ja"]).without_history())
        .await
        .unwrap();
    let english = get(fed.server("alpha"), "/api/v1/statuses/1", None).await;
    assert_eq!(
        (english.status, english.json()["error"].clone()),
        (404, "Record not found".into())
    );
    let japanese = get(fed.server("beta"), "/api/v1/statuses/1", None).await;
    assert_eq!(
        (japanese.status, japanese.json()["error"].clone()),
        (404, "見つかりませんでした".into())
    );
    let url = format!("{}/api/v1/timelines/home", fed.server("alpha").url());
    let german = client()
        .get(url)
        .header("accept-language", "de-DE,en;q=0.5")
        .send()
        .await
        .unwrap();
    assert!(german.text().await.unwrap().contains("ungültig"));
}

#[tokio::test]
async fn threads_are_deep_and_wide_and_short_for_anonymous_readers() {
    let fed = Fediverse::start(Options::new(5, ["alpha", "beta"]))
        .await
        .unwrap();
    let alpha = fed.server("alpha");
    let truth = fed.truth();
    let wide = truth
        .posts
        .iter()
        .find(|post| post.text.contains("Roll call!"))
        .unwrap();
    let deep = truth
        .posts
        .iter()
        .find(|post| post.text.contains("forty parts"))
        .unwrap();
    let context = async |post: &fake_instance::TruePost, token: Option<&str>| {
        get(
            alpha,
            &format!("/api/v1/statuses/{}/context", post.copies["alpha"].id),
            token,
        )
        .await
        .json()
    };
    let token = alpha.token();
    let count = |value: &Value| value["descendants"].as_array().unwrap().len();
    assert_eq!(count(&context(wide, None).await), 50);
    assert_eq!(
        count(&context(deep, None).await),
        20,
        "anonymous readers get twenty levels"
    );
    assert_eq!(count(&context(deep, Some(&token)).await), 40);
    let last = truth
        .posts
        .iter()
        .filter(|post| post.created_ms > deep.created_ms)
        .rfind(|post| {
            post.copies.contains_key("alpha")
                && truth
                    .posts
                    .iter()
                    .all(|other| other.in_reply_to.as_ref() != Some(&post.uri))
                && post.in_reply_to.is_some()
                && !post.deleted
                && post.in_reply_to.as_ref() != Some(&wide.uri)
        });
    let ancestors = context(last.unwrap(), Some(&token)).await["ancestors"]
        .as_array()
        .unwrap()
        .len();
    assert_eq!(ancestors, 40);
}

#[tokio::test]
async fn search_resolves_a_uri_for_signed_in_people_only() {
    let fed = still(&["alpha", "beta"]).await;
    let only_alpha = PostSpec::text("here alone").servers(Vec::<String>::new());
    let published = fed.server("alpha").publish("ada", &only_alpha);
    let beta = fed.server("beta");
    let path = format!("/api/v2/search?resolve=true&q={}", encode(&published.uri));
    assert_eq!(get(beta, &path, None).await.status, 401);
    let found = get(beta, &path, Some(&beta.token())).await.json();
    assert_eq!(found["statuses"][0]["uri"], published.uri.as_str());
    assert!(found["collections"].is_array());
}

#[tokio::test]
async fn the_same_seed_and_start_give_the_same_world() {
    let world = async || {
        let mut options = Options::new(11, ["alpha", "beta"]);
        options.start_time = Some(1_790_000_000_000);
        let fed = Fediverse::start(options).await.unwrap();
        let ports: Vec<String> = fed.servers().iter().map(|server| server.domain()).collect();
        let texts = fed.truth().posts.into_iter().map(|post| {
            let text = ports
                .iter()
                .enumerate()
                .fold(post.text, |text, (number, port)| {
                    text.replace(port, &number.to_string())
                });
            (text, post.version, post.deleted, post.copies.len())
        });
        texts.collect::<Vec<_>>()
    };
    assert_eq!(world().await, world().await);
}

#[tokio::test]
async fn the_seeded_world_has_every_feature_of_a_status() {
    let fed = Fediverse::start(Options::new(2, ["alpha", "beta", "gamma"]))
        .await
        .unwrap();
    let alpha = fed.server("alpha");
    let mut all = Vec::new();
    let mut path = "/api/v1/timelines/public?limit=40".to_owned();
    loop {
        let page = get(alpha, &path, None).await.json();
        let Some(last) = page.as_array().and_then(|rows| rows.last()) else {
            break;
        };
        path = format!(
            "/api/v1/timelines/public?limit=40&max_id={}",
            last["id"].as_str().unwrap()
        );
        all.extend(page.as_array().unwrap().clone());
    }
    let has = |what: &str, test: &dyn Fn(&Value) -> bool| {
        assert!(all.iter().any(test), "no post with {what}")
    };
    has("a content warning", &|post| post["spoiler_text"] != "");
    has("a poll", &|post| post["poll"].is_object());
    has("a card", &|post| post["card"]["image"].is_string());
    has("a quote", &|post| {
        post["quote"]["quoted_status"]["uri"].is_string()
    });
    has("an edit", &|post| post["edited_at"].is_string());
    has("code", &|post| {
        post["content"].as_str().unwrap().contains("<pre><code>")
    });
    has("ruby", &|post| {
        post["content"].as_str().unwrap().contains("<ruby>")
    });
    has("Arabic", &|post| post["language"] == "ar");
    has("no words but a picture", &|post| {
        post["content"] == "" && post["media_attachments"][0]["type"] == "image"
    });
    has("several pictures", &|post| {
        post["media_attachments"].as_array().unwrap().len() > 1
    });
    for kind in ["image", "gifv", "video", "audio"] {
        has(kind, &|post| post["media_attachments"][0]["type"] == kind);
    }
    has("a focus", &|post| {
        post["media_attachments"][0]["meta"]["focus"].is_object()
    });
    has("a custom emoji", &|post| {
        post["emojis"][0]["url"].is_string()
    });
    has("a bot", &|post| post["account"]["bot"] == true);
    has("a local author", &|post| {
        !post["account"]["acct"].as_str().unwrap().contains('@')
    });
    let finn = get(alpha, "/api/v1/accounts/lookup?acct=finn_old", None)
        .await
        .json();
    assert!(finn["moved"]["id"].is_string());
}

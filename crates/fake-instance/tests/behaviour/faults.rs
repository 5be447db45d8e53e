//! Everything that can be made to go wrong.
use std::time::Duration;

use fake_instance::{Fediverse, Options, PostSpec};
use serde_json::json;

use crate::harness::{Socket, control, get, still};

#[tokio::test]
async fn streams_are_cut_without_a_close_frame_and_connections_refused_for_a_while() {
    let fed = still(&["alpha"]).await;
    let alpha = fed.server("alpha");
    let mut socket = Socket::open(alpha, "?stream=public").await;
    assert!(alpha.heard_by(1).await);
    alpha.refuse_for(Duration::from_millis(300));
    assert_eq!(alpha.cut_streams(), 1);
    assert_eq!(socket.close_code().await, None);
    let url = format!("{}/api/v2/instance", alpha.url());
    assert!(crate::harness::client().get(&url).send().await.is_err());
    tokio::time::sleep(Duration::from_millis(350)).await;
    assert_eq!(get(alpha, "/api/v2/instance", None).await.status, 200);
}

#[tokio::test]
async fn updates_are_lost_doubled_and_overtaken_by_their_deletes() {
    let fed = still(&["alpha"]).await;
    let alpha = fed.server("alpha");
    let mut socket = Socket::open(alpha, "?stream=public").await;
    assert!(alpha.heard_by(1).await);
    alpha.fault(|faults| faults.drop_updates = 1.0);
    alpha.publish("ada", &PostSpec::text("lost"));
    assert!(socket.quiet().await);
    alpha.set_faults(fake_instance::Faults {
        duplicate: 1.0,
        ..Default::default()
    });
    alpha.publish("ada", &PostSpec::text("twice"));
    assert_eq!(socket.next().await, socket.next().await);
    alpha.set_faults(fake_instance::Faults {
        update_lag_ms: 100,
        ..Default::default()
    });
    let post = alpha.publish("ada", &PostSpec::text("overtaken"));
    fed.delete(&post.uri).unwrap();
    assert_eq!(socket.next().await.unwrap()["event"], "delete");
    assert_eq!(socket.next().await.unwrap()["event"], "update");
    alpha.set_faults(fake_instance::Faults {
        malformed_frames: 1.0,
        ..Default::default()
    });
    alpha.publish("ada", &PostSpec::text("broken"));
    assert!(serde_json::from_str::<serde_json::Value>(&socket.text().await.unwrap()).is_err());
}

#[tokio::test]
async fn reordered_events_all_come() {
    let fed = still(&["alpha"]).await;
    let alpha = fed.server("alpha");
    let mut socket = Socket::open(alpha, "?stream=public").await;
    assert!(alpha.heard_by(1).await);
    alpha.fault(|faults| faults.reorder_ms = 300);
    let sent: Vec<String> = (0..20)
        .map(|n| alpha.publish("ada", &PostSpec::text(n.to_string())).uri)
        .collect();
    let mut heard = Vec::new();
    for _ in 0..20 {
        heard.push(socket.status().await["uri"].as_str().unwrap().to_owned());
    }
    assert_ne!(heard, sent);
    heard.sort();
    let mut sent = sent;
    sent.sort();
    assert_eq!(heard, sent);
}

#[tokio::test]
async fn silent_streams_and_silent_hashtags_say_nothing() {
    let fed = still(&["alpha"]).await;
    let alpha = fed.server("alpha");
    let mut tagged = Socket::open(alpha, "?stream=hashtag&tag=tea").await;
    let mut public = Socket::open(alpha, "?stream=public").await;
    assert!(alpha.heard_by(2).await);
    alpha.fault(|faults| faults.silent_hashtag_streams = true);
    alpha.publish("ada", &PostSpec::text("#tea"));
    assert!(public.next().await.is_some());
    assert!(tagged.quiet().await);
    alpha.fault(|faults| faults.silent_streams = true);
    alpha.publish("ada", &PostSpec::text("#tea"));
    assert!(public.quiet().await);
}

#[tokio::test]
async fn a_disabled_feed_takes_subscriptions_filters_updates_and_lets_deletes_through() {
    let fed = still(&["alpha"]).await;
    let alpha = fed.server("alpha");
    alpha.fault(|faults| faults.live_feeds = Some("disabled".to_owned()));
    let mut socket = Socket::open(alpha, "?stream=public").await;
    assert!(alpha.heard_by(1).await);
    let post = alpha.publish("ada", &PostSpec::text("unheard"));
    assert!(socket.quiet().await);
    fed.delete(&post.uri).unwrap();
    assert_eq!(socket.next().await.unwrap()["event"], "delete");
    let anonymous = get(alpha, "/api/v1/timelines/public", None).await;
    assert_eq!(anonymous.status, 422);
    assert_eq!(
        anonymous.json()["error"],
        "This method requires an authenticated user"
    );
    assert_eq!(
        get(alpha, "/api/v1/timelines/public", Some(&alpha.token()))
            .await
            .text,
        "[]"
    );
    let access =
        &get(alpha, "/api/v2/instance", None).await.json()["configuration"]["timelines_access"];
    assert_eq!(
        access["live_feeds"],
        json!({ "local": "disabled", "remote": "disabled" })
    );
}

#[tokio::test]
async fn answers_are_429_5xx_html_broken_huge_or_slow_when_told_so() {
    let fed = still(&["alpha"]).await;
    let alpha = fed.server("alpha");
    alpha.publish("ada", &PostSpec::text("hello"));
    let path = "/api/v1/timelines/public";
    alpha.fault(|faults| {
        (
            faults.too_many_requests,
            faults.server_errors,
            faults.server_error_status,
        ) = (1, 1, 502)
    });
    let limited = get(alpha, path, None).await;
    assert_eq!(
        (limited.status, limited.header("x-ratelimit-remaining")),
        (429, "0")
    );
    assert!(
        limited.headers.get("retry-after").is_none()
            && limited.header("access-control-allow-origin") == "*"
    );
    let proxy = get(alpha, path, None).await;
    assert_eq!(
        (proxy.status, proxy.header("access-control-allow-origin")),
        (502, "")
    );
    assert_eq!(get(alpha, path, None).await.status, 200);
    alpha.set_faults(fake_instance::Faults {
        html_with_200: true,
        ..Default::default()
    });
    let page = get(alpha, path, None).await;
    assert_eq!(
        (page.status, page.header("content-type")),
        (200, "text/html; charset=utf-8")
    );
    alpha.set_faults(fake_instance::Faults {
        malformed_json: true,
        ..Default::default()
    });
    assert!(serde_json::from_str::<serde_json::Value>(&get(alpha, path, None).await.text).is_err());
    alpha.set_faults(fake_instance::Faults {
        huge_json_bytes: 500_000,
        ..Default::default()
    });
    assert!(get(alpha, path, None).await.text.len() > 900_000);
    alpha.set_faults(fake_instance::Faults {
        slow_bytes_ms: 10,
        ..Default::default()
    });
    let before = std::time::Instant::now();
    assert_eq!(
        get(alpha, path, None).await.json()[0]["content"],
        "<p>hello</p>"
    );
    assert!(before.elapsed() > Duration::from_millis(100));
    alpha.set_faults(fake_instance::Faults {
        regenerating_home: true,
        ..Default::default()
    });
    let home = get(alpha, "/api/v1/timelines/home", Some(&alpha.token())).await;
    assert_eq!((home.status, home.text.as_str()), (206, "[]"));
}

#[tokio::test]
async fn a_wrong_clock_dates_posts_ids_and_answers() {
    let fed = still(&["alpha"]).await;
    let alpha = fed.server("alpha");
    alpha.fault(|faults| faults.clock_skew_ms = 3_600_000);
    let post = alpha.publish("ada", &PostSpec::text("from the future"));
    let truth = fed.truth();
    let ahead = truth.post(&post.uri).unwrap().created_ms - truth.now_ms;
    assert!((3_590_000..=3_600_000).contains(&ahead), "{ahead}");
    let id: i64 = post.id.parse().unwrap();
    assert_eq!(id >> 16, truth.post(&post.uri).unwrap().created_ms);
    let date = get(alpha, "/api/v2/instance", None)
        .await
        .header("date")
        .to_owned();
    alpha.clear_faults();
    assert_ne!(
        get(alpha, "/api/v2/instance", None).await.header("date"),
        date
    );
}

#[tokio::test]
async fn a_liar_changes_others_words_and_authors_and_claims_their_addresses() {
    let fed = still(&["alpha", "beta"]).await;
    let (alpha, beta) = (fed.server("alpha"), fed.server("beta"));
    let post = alpha.publish("ada", &PostSpec::text("my words"));
    let own = beta.publish("bob", &PostSpec::text("his words"));
    assert!(fed.settle(Duration::from_secs(5)).await);
    let seen = async |uri: String| {
        let page = get(beta, "/api/v1/timelines/public", None).await.json();
        page.as_array()
            .unwrap()
            .iter()
            .find(|row| row["uri"] == uri || row["url"] == uri)
            .cloned()
    };
    beta.fault(|faults| faults.lie = Some("text".to_owned()));
    let copy = seen(post.uri.clone()).await.unwrap();
    assert!(!copy["content"].as_str().unwrap().contains("my words"));
    beta.fault(|faults| faults.lie = Some("author".to_owned()));
    assert!(
        !seen(post.uri.clone()).await.unwrap()["account"]["acct"]
            .as_str()
            .unwrap()
            .contains("ada")
    );
    beta.fault(|faults| faults.lie = Some("uri".to_owned()));
    let claimed = seen(own.url.clone()).await.unwrap();
    assert!(
        claimed["uri"].as_str().unwrap().starts_with(&alpha.url()),
        "{}",
        claimed["uri"]
    );
}

#[tokio::test]
async fn a_late_post_arrives_with_its_old_date_below_newer_ids() {
    let fed = still(&["alpha", "beta"]).await;
    let hour_ago = fed.now_ms() - 3_600_000;
    let spec = PostSpec::text("late")
        .created_at(hour_ago)
        .delay_ms(3_000_000);
    let late = fed.server("alpha").publish("ada", &spec);
    fed.server("beta").publish("bob", &PostSpec::text("new"));
    let mut socket = Socket::open(fed.server("beta"), "?stream=public").await;
    assert!(fed.server("beta").heard_by(1).await);
    fed.deliver(&late.uri, "beta").unwrap();
    assert_eq!(socket.status().await["uri"], late.uri.as_str());
    let page = get(fed.server("beta"), "/api/v1/timelines/public", None)
        .await
        .json();
    assert_eq!(page[1]["uri"], late.uri.as_str());
}

#[tokio::test]
async fn the_control_api_does_what_the_rust_api_does() {
    let fed = still(&["alpha", "beta"]).await;
    let wish = json!({ "who": "ada@alpha", "text": "by JSON #tea", "delay_ms": 0, "media": [{ "description": "a hill" }] });
    let post = control(&fed, "publish", wish).await;
    let uri = post["uri"].as_str().unwrap();
    assert_eq!(
        get(fed.server("beta"), "/api/v1/timelines/tag/tea", None)
            .await
            .json()[0]["uri"],
        uri
    );
    assert_eq!(
        control(
            &fed,
            "edit",
            json!({ "uri": uri, "text": "edited", "delay_ms": 0 })
        )
        .await["done"],
        true
    );
    let truth = control(&fed, "truth", json!({})).await;
    assert_eq!(
        (&truth["posts"][0]["version"], &truth["posts"][0]["text"]),
        (&json!(1), &json!("edited"))
    );
    let faults = control(
        &fed,
        "faults",
        json!({ "server": "beta", "too_many_requests_for_ms": 60_000 }),
    )
    .await;
    assert!(faults["too_many_requests_until"].as_i64().unwrap() > 0);
    assert_eq!(
        get(fed.server("beta"), "/api/v2/instance", None)
            .await
            .status,
        429
    );
    control(&fed, "clear_faults", json!({})).await;
    assert_eq!(
        get(fed.server("beta"), "/api/v2/instance", None)
            .await
            .status,
        200
    );
    let wrong = control(
        &fed,
        "faults",
        json!({ "server": "beta", "no_such_fault": 1 }),
    )
    .await;
    assert!(wrong["error"].as_str().unwrap().contains("no_such_fault"));
    assert_eq!(
        control(&fed, "delete", json!({ "uri": uri })).await["done"],
        true
    );
    control(&fed, "reset", json!({})).await;
    assert_eq!(control(&fed, "truth", json!({})).await["posts"], json!([]));
}

#[tokio::test]
async fn a_boost_never_brings_a_deleted_post_back() {
    let fed = still(&["alpha", "beta"]).await;
    let nowhere = PostSpec::text("soon gone").servers(Vec::<String>::new());
    let post = fed.server("alpha").publish("ada", &nowhere);
    fed.server("beta")
        .fault(|faults| faults.late_arrivals_ms = 100);
    fed.boost("bob@alpha", &post.uri).unwrap();
    fed.delete(&post.uri).unwrap();
    assert!(fed.settle(Duration::from_secs(5)).await);
    assert_eq!(
        get(fed.server("beta"), "/api/v1/timelines/public", None)
            .await
            .text,
        "[]"
    );
}

#[tokio::test]
async fn a_living_world_lives_and_stops_when_dropped() {
    let fed = Fediverse::start(
        Options::new(3, ["alpha", "beta"])
            .without_history()
            .living(6_000.0),
    )
    .await
    .unwrap();
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert!(fed.truth().posts.len() > 10);
    let url = format!("{}/api/v2/instance", fed.server("alpha").url());
    drop(fed);
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(crate::harness::client().get(&url).send().await.is_err());
}

#[tokio::test]
async fn gotosocial_and_hollo_have_their_own_manners() {
    let options = Options::new(1, ["alpha:gotosocial", "beta:hollo"]).without_history();
    let fed = Fediverse::start(options).await.unwrap();
    let (alpha, beta) = (fed.server("alpha"), fed.server("beta"));
    let agent = "fake-instance tests";
    let request = |url: String| {
        crate::harness::client()
            .get(url)
            .header("user-agent", agent)
    };
    let bare = get(alpha, "/api/v2/instance", None).await;
    assert_eq!(bare.status, 418);
    let post = alpha.publish("ada", &PostSpec::text("#tea").delay_ms(0));
    assert_eq!(post.id.len(), 26);
    let tag = |token: Option<String>| {
        let wish = request(format!("{}/api/v1/timelines/tag/tea", alpha.url()));
        token
            .into_iter()
            .fold(wish, |wish, token| wish.bearer_auth(token))
    };
    assert_eq!(tag(None).send().await.unwrap().status(), 401);
    assert_eq!(tag(Some(alpha.token())).send().await.unwrap().status(), 200);
    let mut socket = Socket::open(alpha, "?stream=hashtag&tag=tea").await;
    alpha.publish("ada", &PostSpec::text("#tea again"));
    assert!(socket.quiet().await, "accepted and silent");
    let page = get(beta, "/api/v1/timelines/public", Some(&beta.token())).await;
    assert_eq!(page.json()[0]["id"].as_str().unwrap().len(), 36);
    assert!(!page.header("link").contains("prev"));
    assert_eq!(get(beta, "/api/v1/streaming", None).await.status, 404);
}

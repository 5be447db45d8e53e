//! Writing by REST with the checks that Mastodon makes.
use fake_instance::{EditSpec, PostSpec};
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{call, client, get, post, still};

#[tokio::test]
async fn writing_is_checked_as_mastodon_checks_it() {
    let fed = still(&["alpha"]).await;
    let alpha = fed.server("alpha");
    let token = alpha.token_of("ada", "read write");
    let write =
        async |form: &[(&str, &str)]| post(alpha, "/api/v1/statuses", Some(&token), form).await;
    assert_eq!(write(&[("status", " ")]).await.status, 422);
    assert_eq!(write(&[("status", &"x".repeat(501))]).await.status, 422);
    let link = format!("https://example.org/{}", "x".repeat(600));
    assert_eq!(
        write(&[("status", &link)]).await.status,
        200,
        "a link counts 23 whatever its length"
    );
    assert_eq!(
        write(&[("status", "x"), ("visibility", "loud")])
            .await
            .status,
        422
    );
    assert_eq!(
        write(&[("status", "x"), ("in_reply_to_id", "1")])
            .await
            .status,
        404
    );
    let poll = write(&[
        ("status", "tea?"),
        ("poll[options][]", "yes"),
        ("poll[options][]", "no"),
        ("poll[expires_in]", "300"),
    ])
    .await
    .json();
    assert_eq!(poll["poll"]["options"].as_array().unwrap().len(), 2);
    let votes = format!(
        "/api/v1/polls/{}/votes",
        poll["poll"]["id"].as_str().unwrap()
    );
    let bob = alpha.token_of("bob", "read write");
    let voted = post(alpha, &votes, Some(&bob), &[("choices[]", "1")])
        .await
        .json();
    assert_eq!(
        (&voted["own_votes"], &voted["options"][1]["votes_count"]),
        (&json!([1]), &json!(1))
    );
    assert_eq!(
        post(alpha, &votes, Some(&bob), &[("choices[]", "0")])
            .await
            .status,
        422
    );
    let warned = write(&[("spoiler_text", "only this")]).await.json();
    assert_eq!(
        (&warned["spoiler_text"], &warned["content"]),
        (&json!(""), &json!("<p>only this</p>"))
    );
    let later = write(&[
        ("status", "later"),
        ("scheduled_at", "4000-01-01T14:23:14.000Z"),
        ("sensitive", "0"),
    ])
    .await
    .json();
    assert_eq!(
        later["params"]["sensitive"], "0",
        "a scheduled post echoes what it was sent"
    );
    assert_eq!(
        get(alpha, "/api/v1/scheduled_statuses", Some(&token))
            .await
            .json()
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn an_idempotency_key_makes_one_post() {
    let fed = still(&["alpha"]).await;
    let alpha = fed.server("alpha");
    let token = alpha.token_of("ada", "write");
    let mut seen = Vec::new();
    for _ in 0..2 {
        let request = client()
            .post(format!("{}/api/v1/statuses", alpha.url()))
            .bearer_auth(&token);
        let request = request
            .header("idempotency-key", "k")
            .header("content-type", "application/json");
        let text = request
            .body(r#"{"status":"once"}"#)
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap();
        seen.push(serde_json::from_str::<Value>(&text).unwrap()["id"].clone());
    }
    assert_eq!(seen[0], seen[1]);
}

#[tokio::test]
async fn an_edit_has_a_history_and_a_delete_gives_the_source_back() {
    let fed = still(&["alpha"]).await;
    let alpha = fed.server("alpha");
    let token = alpha.token_of("ada", "read write");
    let status = post(
        alpha,
        "/api/v1/statuses",
        Some(&token),
        &[("status", "one #tea")],
    )
    .await
    .json();
    let path = format!("/api/v1/statuses/{}", status["id"].as_str().unwrap());
    let edited = call(
        alpha,
        Method::PUT,
        &path,
        Some(&token),
        &[("status", "two #tea")],
    )
    .await
    .json();
    assert!(edited["edited_at"].is_string());
    let history = get(alpha, &format!("{path}/history"), None).await.json();
    assert_eq!(history.as_array().unwrap().len(), 2);
    assert_eq!(
        get(alpha, &format!("{path}/source"), Some(&token))
            .await
            .json()["text"],
        "two #tea"
    );
    let gone = call(alpha, Method::DELETE, &path, Some(&token), &[])
        .await
        .json();
    assert_eq!(gone["text"], "two #tea");
    assert!(gone.get("content").is_none());
    assert_eq!(get(alpha, &path, None).await.status, 404);
}

#[tokio::test]
async fn a_boost_is_a_wrapper_and_taps_come_back_with_the_viewers_state() {
    let fed = still(&["alpha"]).await;
    let alpha = fed.server("alpha");
    let published = alpha.publish("ada", &PostSpec::text("tap me"));
    let token = alpha.token_of("bob", "read write");
    let path = format!("/api/v1/statuses/{}", published.id);
    let tap = async |action: &str| {
        post(alpha, &format!("{path}/{action}"), Some(&token), &[])
            .await
            .json()
    };
    let boost = tap("reblog").await;
    assert_ne!(boost["id"], published.id.as_str());
    assert_eq!(
        (&boost["reblog"]["id"], &boost["reblog"]["reblogged"]),
        (&json!(published.id), &json!(true))
    );
    assert_eq!(tap("favourite").await["favourited"], true);
    assert_eq!(tap("bookmark").await["bookmarked"], true);
    let anonymous = get(alpha, &path, None).await.json();
    assert_eq!(
        (&anonymous["reblogs_count"], &anonymous["favourites_count"]),
        (&json!(1), &json!(1))
    );
    assert!(anonymous.get("favourited").is_none());
    let ada = alpha.token_of("ada", "read");
    let notes = get(alpha, "/api/v1/notifications", Some(&ada)).await.json();
    let kinds: Vec<&str> = notes
        .as_array()
        .unwrap()
        .iter()
        .map(|note| note["type"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["favourite", "reblog"]);
    let groups = get(alpha, "/api/v2/notifications", Some(&ada)).await.json();
    assert!(groups["notification_groups"][0]["most_recent_notification_id"].is_number());
    assert_eq!(tap("unreblog").await["reblogged"], false);
    assert_eq!(
        get(alpha, &format!("{path}/favourited_by"), None)
            .await
            .json()[0]["username"],
        "bob"
    );
}

#[tokio::test]
async fn media_is_ready_at_once_or_with_202_and_206() {
    let fed = still(&["alpha"]).await;
    let alpha = fed.server("alpha");
    let token = alpha.token_of("ada", "read write");
    alpha.fault(|faults| faults.media_processing_ms = 300);
    let body = "--X\r\nContent-Disposition: form-data; name=\"file\"; filename=\"c.png\"\r\nContent-Type: image/png\r\n\r\nBYTES\r\n--X--\r\n";
    let request = client()
        .post(format!("{}/api/v2/media", alpha.url()))
        .bearer_auth(&token);
    let request = request
        .header("content-type", "multipart/form-data; boundary=X")
        .body(body);
    let answer = crate::harness::Answer::of(request.send().await.unwrap()).await;
    assert_eq!((answer.status, &answer.json()["url"]), (202, &Value::Null));
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/media/{id}");
    assert_eq!(get(alpha, &path, Some(&token)).await.status, 206);
    let early = post(
        alpha,
        "/api/v1/statuses",
        Some(&token),
        &[("media_ids[]", &id)],
    )
    .await;
    assert_eq!(early.status, 422);
    tokio::time::sleep(std::time::Duration::from_millis(350)).await;
    assert_eq!(get(alpha, &path, Some(&token)).await.status, 200);
    let status = post(
        alpha,
        "/api/v1/statuses",
        Some(&token),
        &[("media_ids[]", &id)],
    )
    .await
    .json();
    let url = status["media_attachments"][0]["url"]
        .as_str()
        .unwrap()
        .replace(&alpha.url(), "");
    assert_eq!(get(alpha, &url, None).await.text, "BYTES");
}

#[tokio::test]
async fn an_edit_and_a_delete_reach_the_other_servers_and_a_delete_may_come_first() {
    let fed = still(&["alpha", "beta"]).await;
    let published = fed
        .server("alpha")
        .publish("ada", &PostSpec::text("one").delay_ms(200));
    fed.edit(
        &published.uri,
        &EditSpec {
            delay_ms: Some(400),
            ..EditSpec::text("two")
        },
    )
    .unwrap();
    assert!(fed.settle(std::time::Duration::from_secs(5)).await);
    let copy = get(fed.server("beta"), "/api/v1/timelines/public", None)
        .await
        .json();
    assert_eq!(copy[0]["content"], "<p>two</p>");
    let short = fed
        .server("alpha")
        .publish("ada", &PostSpec::text("never there").delay_ms(400));
    fed.delete(&short.uri).unwrap();
    assert!(fed.settle(std::time::Duration::from_secs(5)).await);
    let there = get(fed.server("beta"), "/api/v1/timelines/public", None)
        .await
        .json();
    assert_eq!(
        there.as_array().unwrap().len(),
        1,
        "a post whose end came first never comes"
    );
}

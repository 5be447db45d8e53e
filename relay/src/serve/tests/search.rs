//! `/api/v2/search` and `/api/v1/tags/…`.

use std::time::{SystemTime, UNIX_EPOCH};

use super::*;

/// A post with these words, by an author who allows that they are searched.
fn written(name: &str, number: u32, text: &str) -> Value {
    let mut status = said(name, number);
    status["content"] = json!(format!("<p>{text}</p>"));
    status["account"]["indexable"] = json!(true);
    status
}

async fn uris(relay: &TestRelay, q: &str) -> Vec<String> {
    let q: String = form_urlencoded::byte_serialize(q.as_bytes()).collect();
    let got = relay
        .get(&format!("/api/v2/search?type=statuses&q={q}"))
        .await;
    assert_eq!(got.status, StatusCode::OK, "{q}");
    let uri = |it: &Value| {
        it["uri"]
            .as_str()
            .unwrap()
            .rsplit_once('/')
            .unwrap()
            .1
            .to_owned()
    };
    got.json()["statuses"]
        .as_array()
        .unwrap()
        .iter()
        .map(uri)
        .collect()
}

#[tokio::test]
async fn every_word_and_phrase_must_be_in_a_post_and_no_excluded_one() {
    let relay = TestRelay::with(&[]).await;
    relay
        .hear(
            "a.example",
            &written("ada", 1, "The old bridge by the river"),
        )
        .await;
    relay
        .hear("a.example", &written("ben", 2, "A river without a bridge"))
        .await;
    let mut hidden = written("eve", 3, "bridge river");
    hidden["account"]["indexable"] = json!(false);
    relay.hear("a.example", &hidden).await;
    let mut poll = written("ada", 4, "A question of ovens");
    poll["sensitive"] = json!(true);
    poll["tags"] = json!([{"name": "Oven", "url": "https://a.example/tags/oven"}]);
    poll["language"] = json!("en");
    relay.hear("a.example", &poll).await;
    for (q, found) in [
        ("RIVER bridge", vec!["2", "1"]),
        ("\"old bridge\" river", vec!["1"]),
        ("\"bridge old\"", vec![]),
        ("river -old", vec!["2"]),
        ("-river", vec!["4"]),
        ("river from:@ada@a.example", vec!["1"]),
        ("from:nobody@nowhere.example river", vec![]),
        ("#oven", vec!["4"]),
        ("question language:en", vec!["4"]),
        ("ovens is:sensitive", vec!["4"]),
        ("ovens is:reply", vec![]),
        ("ovens has:media", vec![]),
        ("ovens -has:poll", vec!["4"]),
        ("ovens has:link", vec![]),
        // The posts are of the 14th of November 2023.
        ("river before:2023-11-15", vec!["2", "1"]),
        ("river before:2023-11-14", vec![]),
        ("river after:2023-11-13", vec!["2", "1"]),
        ("river after:2023-11-14", vec![]),
        ("strange:operator", vec![]),
        ("https://a.example/users/ada/statuses/1", vec!["1"]),
        ("https://a.example/@ada/ada-1", vec!["1"]),
        ("https://b.example/@ada/7", vec![]),
    ] {
        assert_eq!(uris(&relay, q).await, found, "{q}");
    }
    for q in ["before:2023-02-30", "after:yesterday"] {
        let got = relay.get(&format!("/api/v2/search?q={q}")).await;
        assert_eq!(got.status, StatusCode::BAD_REQUEST, "{q}");
        let day = q.split_once(':').unwrap().1;
        assert!(got.json()["error"].as_str().unwrap().contains(day));
    }
    for path in ["/api/v2/search", "/api/v2/search?q=x&type=posts"] {
        assert_eq!(
            relay.get(path).await.status,
            StatusCode::BAD_REQUEST,
            "{path}"
        );
    }
    let page = relay
        .get("/api/v2/search?q=river&type=statuses&limit=1&offset=1")
        .await
        .json();
    assert_eq!(page["statuses"].as_array().unwrap().len(), 1);
    assert!(page["statuses"][0]["uri"].as_str().unwrap().ends_with("/1"));
}

#[tokio::test]
async fn a_guarded_post_is_found_with_the_key_alone() {
    let relay = TestRelay::with(&[]).await;
    let status = serde_json::from_value(written("ada", 1, "secret river")).unwrap();
    let status = Heard::Status(Box::new(status));
    relay.tell_at(HEARD_AT, "a.example", status, true).await;
    assert_eq!(uris(&relay, "river").await, Vec::<String>::new());
    let own = "https://a.example/users/ada/statuses/1";
    assert_eq!(uris(&relay, own).await, Vec::<String>::new());
    let key = [("authorization", "Bearer an-access-key-of-the-relay")];
    let got = relay.ask("GET", "/api/v2/search?q=river", &key).await;
    assert_eq!(got.json()["statuses"].as_array().unwrap().len(), 1);
    assert_eq!(got.header("cache-control"), "private, no-store");
}

#[tokio::test]
async fn people_are_found_by_name_and_those_who_said_no_by_full_handle_alone() {
    let relay = TestRelay::with(&[]).await;
    relay.hear("a.example", &said("ada", 1)).await;
    let mut shy = said("adam", 2);
    shy["account"]["discoverable"] = json!(false);
    relay.hear("a.example", &shy).await;
    for (q, names) in [
        ("ada", vec!["ada"]),
        ("first%20ad", vec!["ada"]),
        ("adam", vec![]),
        ("@adam@a.example", vec!["adam"]),
        ("https://a.example/@ada", vec!["ada"]),
        ("%22", vec![]),
    ] {
        let got = relay
            .get(&format!("/api/v2/search?q={q}&type=accounts"))
            .await
            .json();
        let name = |it: &Value| it["username"].as_str().unwrap().to_owned();
        let found: Vec<_> = got["accounts"]
            .as_array()
            .unwrap()
            .iter()
            .map(name)
            .collect();
        assert_eq!(found, names, "{q}");
    }
    let got = relay.get("/api/v1/accounts/search?q=ada").await.json();
    assert_eq!(got[0]["username"], "ada");
}

#[tokio::test]
async fn hashtags_are_found_by_their_beginning_with_a_week_of_history() {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs();
    let row = post(u32::try_from(now).unwrap(), &["Rust", "rustlang", "other"]);
    let relay = TestRelay::with(&[row, post(1, &["rust"])]).await;
    let got = relay
        .get("/api/v2/search?q=%23RUST&type=hashtags")
        .await
        .json();
    let name = |it: &Value| it["name"].as_str().unwrap().to_owned();
    let found: Vec<_> = got["hashtags"]
        .as_array()
        .unwrap()
        .iter()
        .map(name)
        .collect();
    assert_eq!(found, ["rust", "rustlang"]);
    let plain = relay.get("/api/v1/search?q=rust").await.json();
    assert_eq!(plain["hashtags"], json!(["rust", "rustlang"]));
    let tag = relay.get("/api/v1/tags/Rust").await.json();
    assert_eq!(tag["url"], "https://relay.example/tags/rust");
    assert_eq!(tag["following"], false);
    let history = tag["history"].as_array().unwrap();
    assert_eq!(history.len(), 7);
    // Midnight may pass between the post and the question.
    let uses: Vec<_> = history
        .iter()
        .map(|it| it["uses"].as_str().unwrap())
        .collect();
    assert_eq!(uses.iter().filter(|it| **it == "1").count(), 1);
    assert!(uses[0] == "1" || uses[1] == "1");
}

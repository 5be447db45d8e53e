//! Timelines read by a cursor of the log.

use mastodon::StatusId;

use super::*;

const PUBLIC: &str = "/api/v1/timelines/public";

/// Reads everything from a cursor on, a few events at a time; what is held in the end, by id, as its text.
async fn follow(
    relay: &TestRelay,
    held: &mut std::collections::BTreeMap<String, String>,
    cursor: &mut String,
) {
    loop {
        let got = relay
            .get(&format!("{PUBLIC}?limit=2&cursor={cursor}"))
            .await;
        assert_eq!(got.header("watersmeet-gap"), "");
        for status in got.json().as_array().unwrap() {
            let text = |name: &str| status[name].as_str().unwrap().to_owned();
            held.insert(text("id"), text("content"));
        }
        for id in got.header("watersmeet-deleted").split(',') {
            held.remove(id);
        }
        let next = got.header("watersmeet-cursor").to_owned();
        if next == *cursor {
            return;
        }
        *cursor = next;
    }
}

#[tokio::test]
async fn a_reader_with_a_cursor_gets_late_posts_edits_and_deletions() {
    let relay = TestRelay::with(&[]).await;
    relay.hear("a.example", &said("ada", 50)).await;
    let first = relay.get(PUBLIC).await;
    let mut cursor = first.header("watersmeet-cursor").to_owned();
    let mut held = std::collections::BTreeMap::new();
    // Written before what the reader has: paging by id would never show them.
    for number in 1..=5 {
        relay.hear("a.example", &said("ada", number)).await;
    }
    let mut edited = said("ada", 50);
    edited["content"] = json!("<p>Better words</p>");
    edited["edited_at"] = json!(Timestamp::from_unix_millis(1_700_000_900_000));
    relay.hear("a.example", &edited).await;
    relay
        .tell("a.example", Heard::Gone(StatusId::new("ada-2")))
        .await;
    follow(&relay, &mut held, &mut cursor).await;
    let kept = relay.get(PUBLIC).await.json();
    let expected: std::collections::BTreeMap<_, _> = kept
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            let text = |name: &str| it[name].as_str().unwrap().to_owned();
            (text("id"), text("content"))
        })
        .collect();
    assert_eq!(held, expected);
    assert_eq!(held.len(), 5);
    assert!(held.values().any(|it| it == "<p>Better words</p>"));
    let nothing_new = relay.get(&format!("{PUBLIC}?cursor={cursor}")).await;
    assert_eq!(nothing_new.json(), json!([]));
    assert_eq!(nothing_new.header("watersmeet-cursor"), cursor);
}

#[tokio::test]
async fn a_page_of_news_stands_newest_first_and_names_what_is_gone() {
    let relay = TestRelay::with(&[]).await;
    let cursor = relay.engine.log.cursor(relay.engine.log.end()).to_string();
    for number in [7, 9, 8] {
        relay.hear("a.example", &said("ada", number)).await;
    }
    let before = relay.get(PUBLIC).await.ids();
    relay
        .tell("a.example", Heard::Gone(StatusId::new("ada-8")))
        .await;
    let got = relay.get(&format!("{PUBLIC}?cursor={cursor}")).await;
    assert_eq!(got.ids(), [before[0].clone(), before[2].clone()]);
    assert_eq!(got.header("watersmeet-deleted"), before[1]);
    assert!(
        got.header("access-control-expose-headers")
            .contains("Watersmeet-Gap")
    );
}

#[tokio::test]
async fn a_cursor_of_another_run_or_off_the_log_gets_the_newest_page_and_is_told_so() {
    let relay = TestRelay::with(&[post(1, &[])]).await;
    let end = relay.engine.log.cursor(relay.engine.log.end()).to_string();
    let ahead = end.replace("-1", "-99");
    for cursor in ["5-1", ahead.as_str()] {
        let got = relay.get(&format!("{PUBLIC}?cursor={cursor}")).await;
        assert_eq!(got.ids(), ids([1]), "{cursor}");
        let gap = got.header("watersmeet-gap");
        assert_eq!(gap, format!("from={cursor}; to={end}"));
        assert_eq!(got.header("watersmeet-cursor"), end);
    }
    let mut number = 0;
    while matches!(
        relay.engine.log.read_from(
            crate::log::Seq::FIRST,
            &crate::views::Interest::default(),
            1
        ),
        crate::log::Read::Entries(..)
    ) {
        number += 1;
        relay.hear("a.example", &said("ada", number)).await;
    }
    let got = relay.get(&format!("{PUBLIC}?cursor={end}")).await;
    assert!(
        got.header("watersmeet-gap")
            .starts_with(&format!("from={end}; to="))
    );
    assert_eq!(got.ids().len(), 20);
}

#[tokio::test]
async fn a_cursor_that_is_none_or_stands_beside_an_id_is_refused_by_name() {
    let relay = TestRelay::with(&[]).await;
    for (query, said) in [
        ("cursor=x", "cursor is not one that this relay gave"),
        (
            "cursor=1-1&max_id=5",
            "max_id cannot be asked for together with cursor",
        ),
    ] {
        let got = relay.get(&format!("{PUBLIC}?{query}")).await;
        assert_eq!(got.status, StatusCode::BAD_REQUEST);
        assert_eq!(got.json(), json!({"error": said}));
    }
}

//! `/api/v1/timelines/…`.

use super::*;

#[tokio::test]
async fn the_newest_posts_come_first_and_link_to_the_pages_around_them() {
    let rows: Vec<_> = (1..=25).map(|it| post(it, &[])).collect();
    let relay = TestRelay::with(&rows).await;
    let got = relay.get("/api/v1/timelines/public").await;
    assert_eq!(got.ids(), ids((6..=25).rev()));
    let (newest, oldest) = (id(25), id(6));
    let path = "https://relay.example/api/v1/timelines/public";
    assert_eq!(
        got.header("link"),
        format!("<{path}?max_id={oldest}>; rel=\"next\", <{path}?min_id={newest}>; rel=\"prev\"")
    );
}

#[tokio::test]
async fn a_walk_by_the_links_meets_every_post_once() {
    let rows: Vec<_> = (1..=25).map(|it| post(it, &["rust"])).collect();
    let relay = TestRelay::with(&rows).await;
    let mut path = "/api/v1/timelines/tag/Rust?limit=7&any[]=wasm".to_owned();
    let mut walked = Vec::new();
    loop {
        let got = relay.get(&path).await;
        let page = got.ids();
        if page.is_empty() {
            assert_eq!(got.header("link"), "");
            break;
        }
        walked.extend(page);
        let link = got.header("link").split_once('>').unwrap().0;
        path = link
            .strip_prefix("<https://relay.example")
            .unwrap()
            .to_owned();
        assert!(path.contains("limit=7&any%5B%5D=wasm"), "{path}");
    }
    assert_eq!(walked, ids((1..=25).rev()));
}

#[tokio::test]
async fn min_id_gives_the_posts_right_above_it() {
    let rows: Vec<_> = (1..=9).map(|it| post(it, &[])).collect();
    let relay = TestRelay::with(&rows).await;
    let path = format!("/api/v1/timelines/public?min_id={}&limit=2", id(3));
    assert_eq!(relay.get(&path).await.ids(), ids([5, 4]));
    let path = format!("/api/v1/timelines/public?since_id={}&limit=2", id(3));
    assert_eq!(relay.get(&path).await.ids(), ids([9, 8]));
}

#[tokio::test]
async fn hashtags_are_combined_as_mastodon_does() {
    let rows = [
        post(1, &["rust"]),
        post(2, &["wasm"]),
        post(3, &["rust", "wasm"]),
        post(4, &["rust", "jobs", "picture"]),
    ];
    let relay = TestRelay::with(&rows).await;
    for (path, expected) in [
        ("rust", vec![4, 3, 1]),
        ("RUST?any[]=wasm", vec![4, 3, 2, 1]),
        ("rust?all[]=wasm", vec![3]),
        ("rust?none[]=jobs", vec![3, 1]),
        ("rust?only_media=true", vec![4]),
        ("rust?remote=true", vec![]),
        ("rust?local=true", vec![4, 3, 1]),
    ] {
        let got = relay.get(&format!("/api/v1/timelines/tag/{path}")).await;
        assert_eq!(got.ids(), ids(expected), "{path}");
    }
    let nothing = relay.get("/api/v1/timelines/tag/!%3F").await;
    assert_eq!(nothing.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_page_says_where_in_the_log_it_was_read() {
    let relay = TestRelay::with(&[]).await;
    let got = relay.get("/api/v1/timelines/public").await;
    let expected = relay.engine.log.cursor(relay.engine.log.end());
    assert_eq!(got.header("watersmeet-cursor"), expected.to_string());
    assert!(
        got.header("access-control-expose-headers")
            .contains("Watersmeet-Cursor")
    );
}

#[tokio::test]
async fn a_page_that_the_reader_holds_is_not_sent_again() {
    let relay = TestRelay::with(&[post(1, &[])]).await;
    let path = "/api/v1/timelines/public";
    let first = relay.get(path).await;
    let held = [("if-none-match", first.header("etag"))];
    let second = relay.ask("GET", path, &held).await;
    assert_eq!(second.status, StatusCode::NOT_MODIFIED);
    assert!(second.body.is_empty());
}

#[tokio::test]
async fn a_cursor_of_another_server_is_told_so() {
    let relay = TestRelay::with(&[]).await;
    let got = relay.get("/api/v1/timelines/public?max_id=01HXYZ").await;
    assert_eq!(got.status, StatusCode::BAD_REQUEST);
    assert_eq!(
        got.json(),
        json!({"error": "max_id is not an id of this relay"})
    );
}

#[tokio::test]
async fn a_timeline_takes_the_whole_grammar_and_names_what_it_does_not_know() {
    let mut german = post(2, &["rust"]);
    german.keys.language = "de".into();
    let relay = TestRelay::with(&[post(1, &["rust"]), german, post(3, &["wasm"])]).await;
    let found = async |query: &str| relay.get(&format!("/api/v1/timelines/{query}")).await.ids();
    assert_eq!(found("public?languages[]=de").await, ids([2]));
    assert_eq!(found("public?any[]=rust&any[]=wasm").await, ids([3, 2, 1]));
    assert_eq!(
        found("tag/rust?languages[]=de&with_muted=1").await,
        ids([2])
    );
    let all = found("list/rust").await;
    let german = found("list/rust?languages[]=de").await;
    assert!(german.len() < all.len() && german.iter().all(|it| all.contains(it)));
    for (query, said) in [
        ("public?colour=red", "colour is not known"),
        (
            "tag/rust?max_hashtags=x",
            "max_hashtags is \"x\"; write a whole number from 0 to 1000000000",
        ),
        ("list/rust?colour=red", "colour is not known"),
    ] {
        let got = relay.get(&format!("/api/v1/timelines/{query}")).await;
        assert_eq!(got.status, StatusCode::BAD_REQUEST);
        assert_eq!(got.json(), json!({"error": said}));
    }
}

#[tokio::test]
async fn a_view_is_read_as_a_list_by_id_or_name() {
    let relay = TestRelay::with(&[post(1, &["rustlang"]), post(2, &["wasm"])]).await;
    let id = relay.shared.config.views[0].list_id();
    for list in [id.as_str(), "rust"] {
        let got = relay.get(&format!("/api/v1/timelines/list/{list}")).await;
        assert_eq!(got.ids(), ids([1]));
    }
    let got = relay.get("/api/v1/timelines/list/none").await;
    assert_eq!(got.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_guarded_post_is_shown_to_readers_with_the_key_alone() {
    let mut guarded = post(2, &["rust"]);
    guarded.keys.is_guarded = true;
    let relay = TestRelay::with(&[post(1, &["rust"]), guarded]).await;
    let key = [("authorization", "Bearer an-access-key-of-the-relay")];
    let one = format!("/api/v1/statuses/{}", id(2));
    let context = format!("/api/v1/statuses/{}/context", id(2));
    for path in [&one, &context] {
        assert_eq!(relay.get(path).await.status, StatusCode::NOT_FOUND);
        assert_eq!(relay.ask("GET", path, &key).await.status, StatusCode::OK);
    }
    let page = "/api/v1/timelines/tag/rust";
    assert_eq!(relay.get(page).await.ids(), ids([1]));
    let opened = relay.ask("GET", page, &key).await;
    assert_eq!(opened.ids(), ids([2, 1]));
    assert_eq!(opened.header("cache-control"), "private, no-store");
}

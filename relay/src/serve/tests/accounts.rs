//! `/api/v1/accounts/…` and what else is fetched by an id that a post names.

use mastodon::{Account, Status, StatusEdit, StatusId};

use super::*;

async fn account(relay: &TestRelay, path: &str) -> Option<Account> {
    let got = relay.get(&format!("/api/v1/accounts/{path}")).await;
    match got.status {
        StatusCode::OK => Some(serde_json::from_slice(&got.body).unwrap()),
        StatusCode::NOT_FOUND => None,
        other => panic!("{path}: {other}"),
    }
}

pub(super) async fn first(relay: &TestRelay, path: &str) -> Status {
    let got = relay.get(path).await;
    let mut page: Vec<Status> = serde_json::from_slice(&got.body).unwrap();
    page.remove(0)
}

#[tokio::test]
async fn an_author_is_found_by_id_handle_and_name() {
    let relay = TestRelay::with(&[]).await;
    relay.hear("a.example", &said("ada", 1)).await;
    let author = first(&relay, "/api/v1/timelines/public").await.account;
    for path in [
        author.id.as_str(),
        "lookup?acct=ada@a.example",
        "lookup?acct=@Ada@A.example",
        "lookup?acct=ada",
    ] {
        assert_eq!(account(&relay, path).await, Some(author.clone()), "{path}");
    }
    for path in [
        "1",
        "x",
        "lookup?acct=bob@a.example",
        "lookup?acct=bob",
        "lookup",
    ] {
        assert_eq!(account(&relay, path).await, None, "{path}");
    }
    let several = relay
        .get(&format!("/api/v1/accounts?id[]=7&id[]={}", author.id))
        .await;
    assert_eq!(several.ids(), [author.id.as_str()]);
    let many: String = (0..41).map(|it| format!("id[]={it}&")).collect();
    let got = relay.get(&format!("/api/v1/accounts?{many}")).await;
    assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_name_that_two_have_is_nobodys() {
    let relay = TestRelay::with(&[]).await;
    relay.hear("a.example", &said("ada", 1)).await;
    let text = said("ada", 2).to_string().replace("a.example", "b.example");
    let other: Value = serde_json::from_str(&text).unwrap();
    relay.hear("b.example", &other).await;
    assert_eq!(account(&relay, "lookup?acct=ada").await, None);
    assert!(account(&relay, "lookup?acct=ada@b.example").await.is_some());
}

#[tokio::test]
async fn what_a_servers_own_people_are_like_is_its_own_word() {
    let relay = TestRelay::with(&[]).await;
    relay.hear("a.example", &said("ada", 1)).await;
    let mut other = said("ada", 2);
    other["account"]["acct"] = json!("ada@a.example");
    other["account"]["display_name"] = json!("Ada the Worst");
    relay.hear("b.example", &other).await;
    let found = account(&relay, "lookup?acct=ada@a.example").await.unwrap();
    assert_eq!(found.display_name, "ada the First");
    let mut own = said("ada", 3);
    own["account"]["display_name"] = json!("Ada II");
    relay.hear("a.example", &own).await;
    let found = account(&relay, "lookup?acct=ada@a.example").await.unwrap();
    assert_eq!(found.display_name, "Ada II");
}

#[tokio::test]
async fn a_strangers_server_does_not_speak_for_a_handle() {
    let relay = TestRelay::with(&[]).await;
    let mut lie = said("eve", 1);
    lie["account"]["acct"] = json!("bob@b.example");
    relay.hear("a.example", &lie).await;
    let mut mention = said("ada", 2);
    mention["mentions"] = json!([{"id": "5", "username": "bob", "acct": "bob@b.example", "url": "https://b.example/@bob"}]);
    relay.hear("a.example", &mention).await;
    let named = &first(&relay, "/api/v1/timelines/public").await.mentions[0];
    let found = account(&relay, named.id.as_str()).await.unwrap();
    assert_eq!(found.url, "https://b.example/@bob");
}

#[tokio::test]
async fn every_account_that_a_post_names_can_be_fetched() {
    let relay = TestRelay::with(&[]).await;
    let mut status = said("ada", 1);
    status["in_reply_to_id"] = json!("77");
    status["in_reply_to_account_id"] = json!("5");
    status["mentions"] = json!([{"id": "5", "username": "bob", "acct": "bob@c.example", "url": "https://c.example/@bob"}]);
    status["account"]["moved"] = said("cyd", 1)["account"].clone();
    status["card"] = json!({"url": "https://c.example/x", "title": "X", "type": "link", "authors": [
        {"name": "Dan", "url": "", "account": said("dan", 1)["account"]}
    ]});
    relay.hear("a.example", &status).await;
    let author = account(&relay, "lookup?acct=ada").await.unwrap().id;
    let status = first(&relay, &format!("/api/v1/accounts/{author}/statuses")).await;
    let linked = status.card.unwrap().authors.remove(0).account.unwrap();
    let ids = [
        status.account.id.clone(),
        status.account.moved.unwrap().id,
        status.mentions[0].id.clone(),
        status.in_reply_to_account_id.unwrap(),
        linked.id,
    ];
    for id in ids {
        assert!(account(&relay, id.as_str()).await.is_some(), "{id}");
    }
    assert_eq!(status.in_reply_to_id, None);
    let named = account(&relay, "lookup?acct=bob@c.example").await.unwrap();
    assert_eq!(named.url, "https://c.example/@bob");
}

#[tokio::test]
async fn what_an_account_wrote_is_paged_and_sifted() {
    let relay = TestRelay::with(&[]).await;
    for number in 1..=3 {
        relay.hear("a.example", &said("ada", number)).await;
    }
    relay.hear("a.example", &said("bob", 4)).await;
    let mut reply = said("ada", 5);
    reply["in_reply_to_id"] = json!("bob-4");
    reply["in_reply_to_account_id"] = json!("bob");
    relay.hear("a.example", &reply).await;
    let mut tagged = said("ada", 6);
    tagged["tags"] = json!([{"name": "Rust", "url": ""}]);
    tagged["media_attachments"] =
        json!([{"id": "1", "type": "image", "url": "https://a.example/x.png"}]);
    relay.hear("a.example", &tagged).await;
    let id = account(&relay, "lookup?acct=ada@a.example")
        .await
        .unwrap()
        .id;
    let base = format!("/api/v1/accounts/{id}/statuses");
    let numbers = async |query: &str| {
        let got = relay.get(&format!("{base}{query}")).await;
        let page: Vec<Status> = serde_json::from_slice(&got.body).unwrap();
        page.iter()
            .map(|it| it.uri.rsplit_once('/').unwrap().1.parse::<u32>().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(numbers("").await, [6, 5, 3, 2, 1]);
    assert_eq!(numbers("?exclude_replies=true").await, [6, 3, 2, 1]);
    assert_eq!(numbers("?only_media=true").await, [6]);
    assert_eq!(numbers("?tagged=RUST").await, [6]);
    assert_eq!(numbers("?pinned=true").await, [0_u32; 0]);
    let page = relay.get(&format!("{base}?limit=2")).await;
    let next = page.header("link").split_once('>').unwrap().0;
    let next = next.strip_prefix("<https://relay.example").unwrap();
    assert_eq!(
        numbers(next.strip_prefix(base.as_str()).unwrap()).await,
        [3, 2]
    );
    for path in [
        "followers",
        "following",
        "featured_tags",
        "endorsements",
        "lists",
    ] {
        let got = relay.get(&format!("/api/v1/accounts/{id}/{path}")).await;
        assert_eq!(got.json(), json!([]), "{path}");
        let got = relay.get(&format!("/api/v1/accounts/1/{path}")).await;
        assert_eq!(got.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn somebody_who_asks_not_to_be_collected_is_not_shown_nor_brought_back_by_a_mention() {
    let relay = TestRelay::with(&[]).await;
    relay.hear("a.example", &said("ada", 1)).await;
    let id = account(&relay, "lookup?acct=ada@a.example")
        .await
        .unwrap()
        .id;
    let mut wish = said("ada", 2);
    wish["account"]["note"] = json!("<p>#nobot</p>");
    relay.hear("a.example", &wish).await;
    let mut mention = said("bob", 3);
    mention["mentions"] =
        json!([{"id": "ada", "username": "ada", "acct": "ada", "url": "https://a.example/@ada"}]);
    relay.hear("a.example", &mention).await;
    for path in [id.as_str(), "lookup?acct=ada@a.example", "lookup?acct=ada"] {
        assert_eq!(account(&relay, path).await, None, "{path}");
    }
}

#[tokio::test]
async fn the_guest_is_an_account_that_writes_nothing() {
    let relay = TestRelay::with(&[]).await;
    let guest = account(&relay, "lookup?acct=guest").await.unwrap();
    assert_eq!(
        account(&relay, guest.id.as_str()).await,
        Some(guest.clone())
    );
    let path = format!("/api/v1/accounts/{}/statuses", guest.id);
    assert_eq!(relay.get(&path).await.json(), json!([]));
}

#[tokio::test]
async fn what_mastodon_says_beside_a_post_is_there_for_posts_that_there_are() {
    let relay = TestRelay::with(&[]).await;
    relay.hear("a.example", &said("ada", 1)).await;
    let status = first(&relay, "/api/v1/timelines/public").await;
    let base = format!("/api/v1/statuses/{}", status.id);
    for path in ["reblogged_by", "favourited_by", "quotes"] {
        let got = relay.get(&format!("{base}/{path}")).await;
        assert_eq!(got.json(), json!([]), "{path}");
    }
    let got = relay.get(&format!("{base}/history")).await;
    let versions: Vec<StatusEdit> = serde_json::from_slice(&got.body).unwrap();
    assert_eq!(versions.len(), 1);
    assert_eq!(Some(&versions[0].content), status.content.as_ref());
    let source = relay.get(&format!("{base}/source")).await.json();
    assert_eq!(source["text"], "Hello there");
    for path in [
        "reblogged_by",
        "favourited_by",
        "quotes",
        "history",
        "source",
    ] {
        let got = relay.get(&format!("/api/v1/statuses/1/{path}")).await;
        assert_eq!(got.status, StatusCode::NOT_FOUND, "{path}");
    }
    let many: String = (0..21).map(|it| format!("id[]={it}&")).collect();
    let got = relay.get(&format!("/api/v1/statuses?{many}")).await;
    assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn an_answer_to_a_post_that_is_not_kept_says_whom_and_not_what_it_answers() {
    let relay = TestRelay::with(&[]).await;
    relay.hear("a.example", &said("bob", 1)).await;
    relay.hear("a.example", &said("bob", 3)).await;
    let mut reply = said("ada", 2);
    reply["in_reply_to_id"] = json!("bob-1");
    reply["in_reply_to_account_id"] = json!("bob");
    relay.hear("a.example", &reply).await;
    let author = account(&relay, "lookup?acct=ada").await.unwrap().id;
    let path = format!("/api/v1/accounts/{author}/statuses");
    let parent = first(&relay, &path).await.in_reply_to_id.unwrap();
    assert_eq!(
        relay
            .get(&format!("/api/v1/statuses/{parent}"))
            .await
            .status,
        StatusCode::OK
    );
    relay
        .tell("a.example", Heard::Gone(StatusId::new("bob-1")))
        .await;
    let orphan = first(&relay, &path).await;
    assert_eq!(orphan.in_reply_to_id, None);
    let answered = orphan.in_reply_to_account_id.unwrap();
    assert!(account(&relay, answered.as_str()).await.is_some());
}

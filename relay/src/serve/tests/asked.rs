//! What readers ask for and the relay does not have: asked of servers that should know, while the reader waits.

use std::collections::BTreeSet;

use fake_instance::{Fediverse, Options, PostSpec, Published};
use tokio::time::{Instant, sleep};

use super::*;
use crate::config::{Show, SourceConfig, Token};

/// How long something may take to happen; only a failing test waits so long.
const PATIENCE: Duration = Duration::from_secs(20);

/// Servers on which nobody has written anything.
async fn servers<const N: usize>(names: [&str; N]) -> Fediverse {
    let options = Options::new(11, names).without_history().without_limits();
    Fediverse::start(options).await.unwrap()
}

/// A relay over the servers of these names that hears nothing but what has the hashtag `heard`.
async fn relay_over(fediverse: &Fediverse, names: &[&str]) -> TestRelay {
    let source = |name: &&str| {
        let server = fediverse.server(name);
        SourceConfig {
            domain: server.domain(),
            url: server.url(),
            token: Some(Token::new(server.token())),
            hashtags: vec!["heard".to_owned()],
            streams: Vec::new(),
            // Hollo shows its people's posts to those who are signed in.
            show: Show::Everybody,
            ..SourceConfig::default()
        }
    };
    let config = Config {
        public_url: "https://relay.example".to_owned(),
        contact: Some("https://relay.example/about".to_owned()),
        sources: names.iter().map(source).collect(),
        timing: Timing::nearby(),
        ..Config::default()
    };
    TestRelay::start(config, &[]).await
}

/// Writes a post that is on the servers of these names beside its own, at once.
fn write(fediverse: &Fediverse, who: &str, text: &str, on: &[&str]) -> Published {
    let spec = PostSpec::text(text).servers(on.iter().copied());
    publish(fediverse, who, spec)
}

fn publish(fediverse: &Fediverse, who: &str, mut spec: PostSpec) -> Published {
    spec.delay_ms = Some(0);
    fediverse.publish(who, &spec).unwrap()
}

/// Waits until the relay has heard so many posts.
async fn heard(relay: &TestRelay, count: usize) -> Vec<Value> {
    let until = Instant::now() + PATIENCE;
    loop {
        let page = relay.get("/api/v1/timelines/tag/heard?limit=40").await;
        let posts = page.json().as_array().unwrap().clone();
        if posts.len() == count {
            return posts;
        }
        assert!(Instant::now() < until, "{} posts, not {count}", posts.len());
        sleep(Duration::from_millis(20)).await;
    }
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// The `uri`s of posts that a search finds.
async fn found(relay: &TestRelay, q: &str, more: &str) -> Vec<Value> {
    let path = format!("/api/v2/search?q={}{more}", encoded(q));
    let got = relay.get(&path).await;
    assert_eq!(got.status, StatusCode::OK, "{path}");
    uris(&got.json()["statuses"])
}

fn uris(posts: &Value) -> Vec<Value> {
    let posts = posts.as_array().unwrap().iter();
    posts.map(|it| it["uri"].clone()).collect()
}

#[tokio::test]
async fn an_address_that_nobody_heard_of_is_asked_for_where_it_leads() {
    let fediverse = servers(["alpha", "beta:gotosocial", "gamma:hollo", "delta:pleroma"]).await;
    let relay = relay_over(&fediverse, &["alpha", "beta", "gamma", "delta"]).await;
    for name in ["alpha", "beta", "gamma", "delta"] {
        let who = format!("ann@{name}");
        let by_url = write(&fediverse, &who, "found by url", &[]);
        let nothing: [Value; 0] = [];
        assert_eq!(found(&relay, &by_url.url, "").await, nothing, "{name}");
        let got = found(&relay, &by_url.url, "&resolve=true").await;
        assert_eq!(got, [json!(by_url.uri)], "{}", by_url.url);
        // From then on it is known, by either address.
        for address in [&by_url.url, &by_url.uri] {
            let got = found(&relay, address, "").await;
            assert_eq!(got, [json!(by_url.uri)], "{address}");
        }
        let status = relay
            .get(&format!("/api/v2/search?q={}", encoded(&by_url.uri)))
            .await
            .json()["statuses"][0]
            .clone();
        let path = format!("/api/v1/statuses/{}", status["id"].as_str().unwrap());
        assert_eq!(relay.get(&path).await.json()["uri"], json!(by_url.uri));
    }
    // On no timeline: nobody listens to what it is part of.
    let timeline = relay.get("/api/v1/timelines/public").await;
    assert_eq!(timeline.json(), json!([]));
}

#[tokio::test]
async fn a_copys_address_leads_to_the_post_where_it_was_written() {
    let fediverse = servers(["alpha", "beta"]).await;
    let relay = relay_over(&fediverse, &["alpha", "beta"]).await;
    let written = write(&fediverse, "ann@alpha", "everywhere", &["beta"]);
    assert!(fediverse.settle(PATIENCE).await);
    let truth = fediverse.truth();
    let post = truth.post(&written.uri).unwrap();
    let id = &post.copies["beta"].id;
    let acct = format!("ann@{}", fediverse.server("alpha").domain());
    let address = format!("{}/@{acct}/{id}", fediverse.server("beta").url());
    let got = found(&relay, &address, "&resolve=true").await;
    assert_eq!(got, [json!(written.uri)], "{address}");
}

#[tokio::test]
async fn what_is_not_public_or_leads_nowhere_is_not_found_by_asking() {
    let fediverse = servers(["alpha"]).await;
    let relay = relay_over(&fediverse, &["alpha"]).await;
    let alpha = fediverse.server("alpha");
    let mut addresses = vec![
        format!("{}/@ann/1", alpha.url()),
        format!("{}/@ann", alpha.url()),
        alpha.url(),
        "http://127.0.0.1:9/@ann/1".to_owned(),
        "https://nobody.example/@ann/1".to_owned(),
    ];
    for visibility in ["unlisted", "private"] {
        let spec = PostSpec::text("not for everybody").visibility(visibility);
        let written = publish(&fediverse, "ann@alpha", spec);
        addresses.extend([written.url, written.uri]);
    }
    for address in addresses {
        let got = found(&relay, &address, "&resolve=true&type=statuses").await;
        assert!(got.is_empty(), "{address}: {got:?}");
    }
}

#[tokio::test]
async fn a_handle_that_nobody_heard_of_is_asked_for_at_its_own_server() {
    let fediverse = servers(["alpha", "beta:gotosocial", "gamma:hollo", "delta:pleroma"]).await;
    let relay = relay_over(&fediverse, &["alpha", "beta", "gamma", "delta"]).await;
    for name in ["alpha", "beta", "gamma", "delta"] {
        let who = format!("ann@{name}");
        let written = write(&fediverse, &who, "my first", &[]);
        let acct = format!("ann@{}", fediverse.server(name).domain());
        let search = format!("/api/v2/search?type=accounts&q=%40{}", encoded(&acct));
        let got = relay.get(&search).await.json();
        assert_eq!(got["accounts"], json!([]), "{name}");
        let got = relay.get(&format!("{search}&resolve=true")).await.json();
        assert_eq!(got["accounts"][0]["acct"], json!(acct), "{name}");
        let id = got["accounts"][0]["id"].as_str().unwrap();
        let account = relay.get(&format!("/api/v1/accounts/{id}")).await.json();
        assert_eq!(account["acct"], json!(acct));
        // What it wrote came along.
        let posts = relay.get(&format!("/api/v1/accounts/{id}/statuses")).await;
        assert_eq!(uris(&posts.json()), [json!(written.uri)], "{name}");
    }
    let nobody = format!("nobody@{}", fediverse.server("alpha").domain());
    let path = format!("/api/v1/accounts/lookup?acct={}", encoded(&nobody));
    assert_eq!(relay.get(&path).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_accounts_posts_come_from_its_own_server_page_by_page() {
    let fediverse = servers(["alpha"]).await;
    let relay = relay_over(&fediverse, &["alpha"]).await;
    let mut owed = BTreeSet::new();
    let begun = fediverse.now_ms() - 1_000_000;
    for number in 0..95 {
        let spec = PostSpec::text(format!("number {number}")).created_at(begun + number * 1_000);
        owed.insert(publish(&fediverse, "ann@alpha", spec).uri);
    }
    let last = PostSpec::text("number 95 #heard").created_at(begun + 95_000);
    owed.insert(publish(&fediverse, "ann@alpha", last).uri);
    let posts = heard(&relay, 1).await;
    let id = posts[0]["account"]["id"].as_str().unwrap();
    let mut walked = Vec::new();
    let mut path = format!("/api/v1/accounts/{id}/statuses?limit=40");
    loop {
        let page = relay.get(&path).await;
        walked.extend(uris(&page.json()));
        let link = page.header("link");
        let Some((next, _)) = link.split_once(">; rel=\"next\"") else {
            break;
        };
        path = next
            .strip_prefix("<https://relay.example")
            .unwrap()
            .to_owned();
    }
    assert_eq!(walked.len(), owed.len());
    let walked: BTreeSet<String> = walked
        .iter()
        .map(|it| it.as_str().unwrap().to_owned())
        .collect();
    assert_eq!(walked, owed);
}

#[tokio::test]
async fn an_author_whose_server_is_no_source_is_asked_for_where_one_knows_them() {
    let fediverse = servers(["alpha", "beta"]).await;
    let relay = relay_over(&fediverse, &["beta"]).await;
    let one = write(&fediverse, "ann@alpha", "one #heard", &["beta"]);
    let two = write(&fediverse, "ann@alpha", "two", &["beta"]);
    let _unknown = write(&fediverse, "ann@alpha", "three", &[]);
    let posts = heard(&relay, 1).await;
    let id = posts[0]["account"]["id"].as_str().unwrap();
    let got = relay.get(&format!("/api/v1/accounts/{id}/statuses")).await;
    let got: BTreeSet<String> = uris(&got.json())
        .iter()
        .map(|it| it.as_str().unwrap().to_owned())
        .collect();
    assert_eq!(got, BTreeSet::from([one.uri, two.uri]));
}

/// A thread of which each server knows a part: a post of alpha's that all have; an answer that beta told alpha alone; an
/// answer to that which is known on gamma and beta; and one to that which gamma alone has. The `uri`s, from the top.
async fn thread(fediverse: &Fediverse) -> [String; 4] {
    let root = write(fediverse, "ann@alpha", "root #heard", &["beta", "gamma"]);
    assert!(fediverse.settle(PATIENCE).await);
    let answer = |to: &str, on: &[&str]| {
        PostSpec::text("an answer")
            .reply_to(to)
            .servers(on.iter().copied())
    };
    let first = publish(fediverse, "ben@beta", answer(&root.uri, &["alpha"]));
    let second = publish(fediverse, "cyd@gamma", answer(&first.uri, &["beta"]));
    assert!(fediverse.settle(PATIENCE).await);
    let third = publish(fediverse, "dan@gamma", answer(&second.uri, &[]));
    assert!(fediverse.settle(PATIENCE).await);
    [root.uri, first.uri, second.uri, third.uri]
}

/// The id of the one post that is heard, once three servers have told of it.
async fn told_by_three(relay: &TestRelay) -> String {
    let id = heard(relay, 1).await[0]["id"].as_str().unwrap().to_owned();
    let until = Instant::now() + PATIENCE;
    loop {
        let status = relay.get(&format!("/api/v1/statuses/{id}")).await.json();
        if status["relay"]["seen_on"].as_array().unwrap().len() == 3 {
            return id;
        }
        assert!(Instant::now() < until, "{status}");
        sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_thread_is_put_together_from_servers_that_know_parts_of_it() {
    let fediverse = servers(["alpha", "beta", "gamma"]).await;
    let owed = thread(&fediverse).await;
    let relay = relay_over(&fediverse, &["alpha", "beta", "gamma"]).await;
    let root = told_by_three(&relay).await;
    let path = format!("/api/v1/statuses/{root}/context");
    let context = relay.get(&path).await.json();
    assert_eq!(uris(&context["descendants"]), owed[1..]);
    assert_eq!(context["ancestors"], json!([]));
    let last = context["descendants"][2]["id"].as_str().unwrap();
    let path = format!("/api/v1/statuses/{last}/context");
    let above = relay.get(&path).await.json();
    assert_eq!(uris(&above["ancestors"]), owed[..3]);
}

#[tokio::test]
async fn a_server_that_is_down_or_slow_costs_a_thread_its_own_part_alone() {
    let fediverse = servers(["alpha", "beta", "gamma"]).await;
    let owed = thread(&fediverse).await;
    let relay = relay_over(&fediverse, &["alpha", "beta", "gamma"]).await;
    let root = told_by_three(&relay).await;
    let far = fediverse.now_ms() + 3_600_000;
    fediverse
        .server("gamma")
        .fault(|it| it.server_errors_until = far);
    fediverse
        .server("alpha")
        .fault(|it| it.slow_bytes_ms = 2_000);
    let path = format!("/api/v1/statuses/{root}/context");
    let asked = Instant::now();
    let context = relay.get(&path).await.json();
    assert!(asked.elapsed() < Duration::from_secs(8));
    let told = uris(&context["descendants"]);
    // Beta has its own answer, and the one that gamma sent it.
    assert_eq!(told, owed[1..3]);
}

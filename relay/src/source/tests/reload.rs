//! Another configuration while the relay runs: who is left, who is new, and who notices nothing.

use super::*;

fn config(servers: &[&Server]) -> Config {
    let source = |it: &&Server| SourceConfig {
        domain: it.domain.clone(),
        url: format!("http://{}", it.domain),
        token: Some(Token::new("secret")),
        ..SourceConfig::default()
    };
    Config {
        archive: ArchivePlace::Memory,
        contact: Some("https://me.example".to_owned()),
        sources: servers.iter().map(source).collect(),
        timing: Timing::nearby(),
        ..Config::default()
    }
}

async fn live() -> Server {
    let script = Script {
        greets: true,
        ..Script::default()
    };
    serve(script).await
}

/// Waits until all of these, and no others, are live.
async fn all_live(engine: &Engine, servers: &[&Server]) {
    let until = Instant::now() + PATIENCE;
    loop {
        let reports = engine.sources.snapshot();
        let is_live = |it: &&Server| {
            reports
                .iter()
                .any(|report| report.domain == it.domain && report.state == State::Live)
        };
        if reports.len() == servers.len() && servers.iter().all(is_live) {
            return;
        }
        assert!(Instant::now() < until, "{reports:?}");
        sleep(Duration::from_millis(10)).await;
    }
}

fn opened(server: &Server) -> usize {
    server.script.opened.load(Ordering::Relaxed)
}

#[tokio::test]
async fn a_source_that_did_not_change_notices_nothing_of_a_reload() {
    let (stays, goes, comes) = (live().await, live().await, live().await);
    let engine = Engine::start(&config(&[&stays, &goes])).await.unwrap();
    all_live(&engine, &[&stays, &goes]).await;
    let told = engine.sources.get(&stays.domain).unwrap().report().posts;
    engine.reload(&config(&[&stays, &comes])).await;
    all_live(&engine, &[&stays, &comes]).await;
    assert_eq!((opened(&stays), opened(&goes), opened(&comes)), (1, 1, 1));
    assert!(engine.sources.get(&stays.domain).unwrap().report().posts >= told.max(1));
    engine.shutdown().await;
}

#[tokio::test]
async fn a_source_that_changed_is_listened_to_anew() {
    let (one, other) = (live().await, live().await);
    let mut config = config(&[&one, &other]);
    let engine = Engine::start(&config).await.unwrap();
    all_live(&engine, &[&one, &other]).await;
    config.sources[0].hashtags = vec!["rust".to_owned()];
    engine.reload(&config).await;
    all_live(&engine, &[&one, &other]).await;
    assert_eq!((opened(&one), opened(&other)), (2, 1));
    let hashtags = engine.sources.get(&one.domain).unwrap().report().hashtags;
    assert_eq!(hashtags, ["rust"]);
    engine.shutdown().await;
}

#[tokio::test]
async fn another_token_is_taken_by_its_source_alone() {
    let (one, other) = (live().await, live().await);
    let mut config = config(&[&one, &other]);
    let engine = Engine::start(&config).await.unwrap();
    all_live(&engine, &[&one, &other]).await;
    config.sources[1].token = Some(Token::new("another"));
    engine.reload(&config).await;
    all_live(&engine, &[&one, &other]).await;
    assert_eq!((opened(&one), opened(&other)), (1, 2));
    engine.shutdown().await;
}

#[tokio::test]
async fn how_many_hashtags_readers_may_want_changes_without_a_source_noticing() {
    let server = live().await;
    let mut config = config(&[&server]);
    config.on_demand.max_hashtags = 0;
    let engine = Engine::start(&config).await.unwrap();
    all_live(&engine, &[&server]).await;
    let reader: std::net::IpAddr = "192.0.2.1".parse().unwrap();
    let tags = ["a".to_owned(), "b".to_owned()];
    assert_eq!(engine.follow(&tags, reader).refused().len(), 2);
    config.on_demand.max_hashtags = 1;
    engine.reload(&config).await;
    let following = engine.follow(&tags, reader);
    assert_eq!(following.refused(), ["b"]);
    assert_eq!(engine.followed().len(), 1);
    // What is read by now stays, whatever is said later.
    config.on_demand.max_hashtags = 0;
    engine.reload(&config).await;
    assert_eq!(engine.followed().len(), 1);
    assert_eq!(opened(&server), 1);
    engine.shutdown().await;
}

#[tokio::test]
async fn how_much_is_kept_and_what_is_never_shown_changes_at_once() {
    let server = serve(Script::default()).await;
    let mut config = config(&[&server]);
    let engine = Engine::start(&config).await.unwrap();
    server.script.posts.lock().unwrap().extend([5, 4, 3, 2, 1]);
    count(&engine, 5).await;
    config.keep.max_posts = 3;
    engine.reload(&config).await;
    count(&engine, 3).await;
    // Every post says it; which three are kept of one second, their ids decide.
    config.moderation.words = ["post".to_owned()].into();
    engine.reload(&config).await;
    count(&engine, 0).await;
    config.moderation.words.clear();
    engine.reload(&config).await;
    count(&engine, 3).await;
    assert_eq!(opened(&server), 1);
    engine.shutdown().await;
}

#[tokio::test]
async fn views_are_those_of_the_last_configuration() {
    let server = live().await;
    let mut config = config(&[&server]);
    let engine = Engine::start(&config).await.unwrap();
    assert!(engine.views().is_empty());
    let view = "[[view]]\nname = \"tea\"\nhashtags = [\"tea\"]";
    config.views = Config::parse(view).unwrap().views;
    engine.reload(&config).await;
    assert_eq!(engine.views()[0].name, "tea");
    engine.shutdown().await;
}

#[tokio::test]
async fn after_a_reload_the_new_sources_word_about_its_own_posts_counts() {
    let (one, other) = (
        serve(Script::default()).await,
        serve(Script::default()).await,
    );
    let engine = Engine::start(&config(&[&one])).await.unwrap();
    engine.reload(&config(&[&one, &other])).await;
    other.script.posts.lock().unwrap().push(3);
    count(&engine, 1).await;
    let local = Selection::public(crate::views::Reach::Local, false);
    let local = engine.archive.timeline(&local, &Paging::default()).await;
    assert_eq!(local.unwrap().len(), 1, "its author is nobody's");
    engine.shutdown().await;
}

//! Sources of every kind, as `fake-instance` plays them: how each is heard best, and what is not taken from it.

use std::net::IpAddr;

use fake_instance::{Fediverse, Options, PostSpec, Published, ServerHandle};

use super::*;
use crate::{
    config::{OnDemand, Show},
    source::SourceReport,
};

/// A still fediverse of one server of some software.
async fn fediverse(software: &str) -> Fediverse {
    let options = Options::new(11, [format!("alpha:{software}").as_str()]);
    let options = options.without_history().without_limits();
    Fediverse::start(options).await.unwrap()
}

fn source(server: &ServerHandle, token: Option<String>) -> SourceConfig {
    SourceConfig {
        domain: server.domain(),
        url: server.url(),
        token: token.map(Token::new),
        streams: vec![PublicStream::Public],
        ..SourceConfig::default()
    }
}

async fn start(source: SourceConfig) -> Engine {
    start_with(source, Timing::nearby().socket_again).await
}

/// The same, with sockets tried again after another time.
async fn start_with(source: SourceConfig, socket_again: Duration) -> Engine {
    let timing = Timing {
        socket_again,
        settle: Duration::from_millis(300),
        poll_interval: Duration::from_millis(100),
        verify_interval: Duration::from_millis(100),
        ..Timing::nearby()
    };
    let config = Config {
        archive: ArchivePlace::Memory,
        contact: Some("https://me.example".to_owned()),
        on_demand: OnDemand {
            linger: Duration::from_millis(300),
            ..OnDemand::default()
        },
        sources: vec![source],
        timing,
        ..Config::default()
    };
    Engine::start(&config).await.unwrap()
}

fn write(server: &ServerHandle, text: &str) -> Published {
    let spec = PostSpec {
        text: text.to_owned(),
        ..PostSpec::default()
    };
    server.publish("ada", &spec)
}

fn report(engine: &Engine) -> SourceReport {
    engine.sources.snapshot().remove(0)
}

async fn until(what: &str, engine: &Engine, holds: impl Fn(&SourceReport) -> bool) {
    let end = Instant::now() + PATIENCE;
    while !holds(&report(engine)) {
        assert!(Instant::now() < end, "never {what}: {:?}", report(engine));
        sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn where_no_socket_comes_up_events_are_heard_until_one_does() {
    let fediverse = fediverse("mastodon").await;
    let alpha = fediverse.server("alpha");
    alpha.fault(|faults| faults.no_sockets = true);
    alpha.fault(|faults| faults.old_heartbeat = true);
    let engine = start(source(alpha, Some(alpha.token()))).await;
    assert!(
        reported(&engine, State::Live)
            .await
            .contains("server-sent events")
    );
    let written = write(alpha, "by events");
    until("streamed", &engine, |it| it.streamed == 1).await;
    count(&engine, 1).await;
    fediverse.delete(&written.uri).unwrap();
    count(&engine, 0).await;
    alpha.fault(|faults| faults.no_sockets = false);
    until("heard by a socket again", &engine, |it| it.reason.is_none()).await;
    assert_eq!(report(&engine).state, State::Live);
    write(alpha, "by socket");
    until("streamed", &engine, |it| it.streamed == 2).await;
    engine.shutdown().await;
}

#[tokio::test]
async fn pleroma_streams_to_strangers_and_its_deletes_need_no_label() {
    let fediverse = fediverse("pleroma").await;
    let alpha = fediverse.server("alpha");
    let config = SourceConfig {
        hashtags: vec!["katzen".to_owned()],
        ..source(alpha, None)
    };
    let engine = start(config).await;
    assert_eq!(reported(&engine, State::Live).await, "");
    assert_eq!(report(&engine).software.as_deref(), Some("Pleroma 2.9.1"));
    // It confirms the second stream of a socket.
    let is_told = |it: &SourceReport| it.streamed >= 2;
    let written = write(alpha, "two streams #katzen");
    until("told by both streams", &engine, is_told).await;
    count(&engine, 1).await;
    fediverse.delete(&written.uri).unwrap();
    count(&engine, 0).await;
    engine.shutdown().await;
}

#[tokio::test]
async fn gotosocials_hashtags_are_polled_and_its_silent_streams_are_no_streams() {
    let fediverse = fediverse("gotosocial").await;
    let alpha = fediverse.server("alpha");
    let config = SourceConfig {
        streams: vec![PublicStream::PublicLocal],
        hashtags: vec!["katzen".to_owned()],
        ..source(alpha, Some(alpha.token()))
    };
    let engine = start(config).await;
    reported(&engine, State::Live).await;
    for number in 0..6 {
        write(alpha, &format!("post {number} #katzen"));
        sleep(Duration::from_millis(120)).await;
    }
    count(&engine, 6).await;
    sleep(Duration::from_millis(600)).await;
    let report = report(&engine);
    assert_eq!((report.state, report.only_by_poll), (State::Live, 0));
    assert_eq!(report.loss, Some(0.0));
    assert!(report.lag.unwrap() < 60_000);
    assert_eq!(alpha.subscriptions().len(), 1);
    assert_eq!(
        alpha.subscriptions()[0].len(),
        1,
        "only what it sends is asked for"
    );
    engine.shutdown().await;
}

#[tokio::test]
async fn hollo_is_read_by_its_links_and_nothing_is_taken_for_deleted() {
    let fediverse = fediverse("hollo").await;
    let alpha = fediverse.server("alpha");
    let written: Vec<Published> = (0..90)
        .map(|it| write(alpha, &format!("post {it}")))
        .collect();
    let engine = start(source(alpha, Some(alpha.token()))).await;
    assert!(
        reported(&engine, State::Polling)
            .await
            .contains("streaming")
    );
    until("read to the end", &engine, |it| it.posts == 90).await;
    fediverse.delete(&written[3].uri).unwrap();
    until("told", &engine, |it| it.deletes == 1).await;
    sleep(Duration::from_millis(500)).await;
    assert_eq!(report(&engine).deletes, 1);
    engine.shutdown().await;
}

#[tokio::test]
async fn robots_are_asked_where_the_relay_comes_as_a_stranger() {
    let fediverse = fediverse("mastodon").await;
    let alpha = fediverse.server("alpha");
    alpha.fault(|faults| {
        faults.robots = Some("User-agent: *\nDisallow: /api/v1/timelines\n".to_owned())
    });
    write(alpha, "not for robots");
    let engine = start(source(alpha, None)).await;
    let reason = reported(&engine, State::Refused).await;
    assert!(
        reason.contains("robots.txt") && reason.contains("sign-in"),
        "{reason}"
    );
    count(&engine, 0).await;
    engine.shutdown().await;
    let engine = start(source(alpha, Some(alpha.token()))).await;
    count(&engine, 1).await;
    engine.shutdown().await;
}

#[tokio::test]
async fn words_are_searched_for_with_a_token() {
    let fediverse = fediverse("mastodon").await;
    let alpha = fediverse.server("alpha");
    let spec = fake_instance::AccountSpec {
        indexable: true,
        ..fake_instance::AccountSpec::default()
    };
    fediverse.account("indexed@alpha", &spec).unwrap();
    for text in ["the open web is ours", "something else"] {
        let spec = PostSpec {
            text: text.to_owned(),
            ..PostSpec::default()
        };
        alpha.publish("indexed", &spec);
    }
    let config = |token| SourceConfig {
        streams: Vec::new(),
        words: vec!["open web".to_owned()],
        ..source(alpha, token)
    };
    let engine = start(config(Some(alpha.token()))).await;
    reported(&engine, State::Polling).await;
    count(&engine, 1).await;
    engine.shutdown().await;
    let engine = start(config(None)).await;
    assert!(reported(&engine, State::Refused).await.contains("token"));
    assert!(report(&engine).hint.unwrap().contains("searched"));
    engine.shutdown().await;
}

#[tokio::test]
async fn a_hashtag_that_a_reader_wants_is_refilled_streamed_and_let_go() {
    let fediverse = fediverse("mastodon").await;
    let alpha = fediverse.server("alpha");
    let config = SourceConfig {
        streams: Vec::new(),
        hashtags: vec!["rust".to_owned()],
        ..source(alpha, Some(alpha.token()))
    };
    write(alpha, "before anybody asked #Katzen");
    let engine = start(config).await;
    reported(&engine, State::Live).await;
    count(&engine, 0).await;
    let reader: IpAddr = "192.0.2.1".parse().unwrap();
    let following = engine.follow(&["Katzen".to_owned(), "rust".to_owned()], reader);
    following.filled(PATIENCE).await;
    count(&engine, 1).await;
    assert_eq!(engine.followed().len(), 1);
    assert!(alpha.heard_by(2).await);
    let streamed = report(&engine).streamed;
    write(alpha, "now #katzen");
    until("streamed", &engine, |it| it.streamed == streamed + 1).await;
    count(&engine, 2).await;
    drop(following);
    let end = Instant::now() + PATIENCE;
    while alpha.subscriptions()[0].len() > 1 || !engine.followed().is_empty() {
        assert!(Instant::now() < end, "never let go");
        sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(report(&engine).state, State::Live);
    engine.shutdown().await;
}

#[tokio::test]
async fn a_hashtag_that_a_reader_wants_is_streamed_by_events_too_and_let_go() {
    let fediverse = fediverse("mastodon").await;
    let alpha = fediverse.server("alpha");
    alpha.fault(|faults| faults.no_sockets = true);
    let config = SourceConfig {
        streams: Vec::new(),
        hashtags: vec!["rust".to_owned()],
        ..source(alpha, Some(alpha.token()))
    };
    let engine = start_with(config, Duration::from_secs(60)).await;
    let told = reported(&engine, State::Live).await;
    assert!(told.contains("server-sent events"), "{told}");
    let reader: IpAddr = "192.0.2.1".parse().unwrap();
    let following = engine.follow(&["Katzen".to_owned()], reader);
    assert!(alpha.heard_by(2).await, "one more stream is opened");
    following.filled(PATIENCE).await;
    write(alpha, "now #katzen");
    until("streamed", &engine, |it| it.streamed == 1).await;
    count(&engine, 1).await;
    drop(following);
    let end = Instant::now() + PATIENCE;
    while alpha.listeners() > 1 || !engine.followed().is_empty() {
        assert!(Instant::now() < end, "never let go");
        // A server finds out that nobody listens when it writes.
        write(alpha, "later #katzen");
        sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(report(&engine).state, State::Live);
    let streamed = report(&engine).streamed;
    write(alpha, "still #rust");
    until("streamed", &engine, |it| it.streamed > streamed).await;
    engine.shutdown().await;
}

#[tokio::test]
async fn a_pause_that_a_server_asks_for_is_told_with_its_end() {
    let fediverse = fediverse("mastodon").await;
    let alpha = fediverse.server("alpha");
    let engine = start(source(alpha, None)).await;
    reported(&engine, State::Polling).await;
    let until = fediverse.now_ms() + 60_000;
    alpha.fault(|faults| faults.too_many_requests_until = until);
    reported(&engine, State::Limited).await;
    assert!(report(&engine).until.is_some());
    engine.shutdown().await;
}

#[tokio::test]
async fn what_a_server_shows_only_to_its_own_people_is_guarded() {
    let fediverse = fediverse("mastodon").await;
    let alpha = fediverse.server("alpha");
    alpha.fault(|faults| faults.live_feeds = Some("authenticated".to_owned()));
    write(alpha, "for members");
    write(alpha, "for members, but for the #hashtag");
    let engine = start(source(alpha, Some(alpha.token()))).await;
    until("read", &engine, |it| it.posts == 2).await;
    // Strangers see the one with the hashtag there.
    count(&engine, 1).await;
    engine.shutdown().await;
    let config = SourceConfig {
        show: Show::Everybody,
        ..source(alpha, Some(alpha.token()))
    };
    let engine = start(config).await;
    count(&engine, 2).await;
    engine.shutdown().await;
}

#[tokio::test]
async fn a_server_whose_first_answers_cannot_be_read_is_asked_again_what_it_shows() {
    let fediverse = fediverse("mastodon").await;
    let alpha = fediverse.server("alpha");
    alpha.fault(|faults| faults.html_with_200 = true);
    let engine = start(source(alpha, Some(alpha.token()))).await;
    until("tried", &engine, |it| it.state != State::Starting).await;
    alpha.fault(|faults| faults.html_with_200 = false);
    write(alpha, "for everybody");
    // What it shows to strangers is not known until then, and what is not known is guarded.
    count(&engine, 1).await;
    until("known", &engine, |it| it.software.is_some()).await;
    engine.shutdown().await;
}

#[tokio::test]
async fn a_server_that_opens_its_timelines_is_shown_to_everybody() {
    let fediverse = fediverse("mastodon").await;
    let alpha = fediverse.server("alpha");
    alpha.fault(|faults| faults.live_feeds = Some("authenticated".to_owned()));
    write(alpha, "for members, then for everybody");
    let engine = start(source(alpha, Some(alpha.token()))).await;
    until("read", &engine, |it| it.posts == 1).await;
    count(&engine, 0).await;
    assert!(report(&engine).hint.unwrap().contains("access_keys"));
    alpha.fault(|faults| faults.live_feeds = None);
    count(&engine, 1).await;
    until("open", &engine, |it| it.hint.is_none()).await;
    engine.shutdown().await;
}

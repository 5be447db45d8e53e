//! The page of metrics, read as strictly as a scraper would.

use crate::metrics::tests::{Sample, read};

use super::*;

fn find<'a>(samples: &'a [Sample], name: &str, labels: &[(&str, &str)]) -> &'a Sample {
    let is_it = |it: &&Sample| {
        it.name == name
            && labels
                .iter()
                .all(|(label, text)| it.labels.get(*label).is_some_and(|it| it == text))
    };
    samples.iter().find(is_it).unwrap()
}

#[tokio::test]
async fn the_metrics_are_valid_and_count_what_happened() {
    let relay = TestRelay::with(&[post(1, &["rust"])]).await;
    relay.get("/api/v1/timelines/public").await;
    relay.get("/api/v1/statuses/1").await;
    let got = relay.get("/metrics").await;
    assert_eq!(got.status, StatusCode::OK);
    assert_eq!(
        got.header("content-type"),
        "text/plain; version=0.0.4; charset=utf-8"
    );
    let samples = read(std::str::from_utf8(&got.body).unwrap()).unwrap();
    let value = |name, labels: &[_]| find(&samples, name, labels).value;
    assert_eq!(
        value("watersmeet_requests_total", &[("status", "2xx")]),
        1.0
    );
    assert_eq!(
        value("watersmeet_requests_total", &[("status", "4xx")]),
        1.0
    );
    assert_eq!(
        value(
            "watersmeet_source_state",
            &[("source", "a.example"), ("state", "down")]
        ),
        1.0
    );
    assert_eq!(
        value(
            "watersmeet_source_state",
            &[("source", "a.example"), ("state", "live")]
        ),
        0.0
    );
    assert_eq!(
        value("watersmeet_source_posts_total", &[("source", "b.example")]),
        0.0
    );
    assert_eq!(value("watersmeet_streams", &[("kind", "websocket")]), 0.0);
    assert_eq!(
        value(
            "watersmeet_build_info",
            &[("version", env!("CARGO_PKG_VERSION"))]
        ),
        1.0
    );
    assert!(value("watersmeet_archive_bytes", &[]) > 0.0);
    assert_eq!(value("watersmeet_archive_posts", &[]), 1.0);
    assert_eq!(
        value("watersmeet_archive_trouble", &[("trouble", "full")]),
        0.0
    );
    assert!(value("watersmeet_uptime_seconds", &[]) < 60.0);
}

#[tokio::test]
async fn strangers_do_not_read_the_metrics() {
    let relay = TestRelay::with(&[]).await;
    let proxied = [("x-forwarded-for", "203.0.113.5")];
    let far = |headers| relay.ask_from([203, 0, 113, 5], "/metrics", headers);
    assert_eq!(far(&[]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(
        relay
            .ask_from([127, 0, 0, 1], "/metrics", &proxied)
            .await
            .status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        relay.ask_from([127, 0, 0, 1], "/metrics", &[]).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_relay_that_runs_is_alive_and_one_that_can_serve_is_ready() {
    let relay = TestRelay::with(&[]).await;
    assert_eq!(
        relay.get("/health/live").await.json(),
        json!({"live": true})
    );
    assert_eq!(relay.get("/health/ready").await.json()["ready"], true);
}

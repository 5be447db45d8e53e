//! Executes every example of `docs/relay-protocol.md`, in order, against one relay over a small world.
//!
//! The document's own section "The examples" says how they are written. A fenced block in another language than those
//! is a failure, so that nothing stands there untried; settings (`toml`) must be a valid relay.toml.

mod block;
mod pattern;
mod perform;

use std::{
    path::Path,
    time::{Duration, Instant},
};

use relay::{
    config::{Config, Timing},
    serve::AppFiles,
};
use serde_json::Value;
use tokio::{net::TcpListener, time::sleep};

use self::{
    block::{Kind, blocks},
    perform::Stage,
};
use crate::world::World;

/// The document.
fn document() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/relay-protocol.md");
    std::fs::read_to_string(path).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_example_of_the_protocols_document_is_true() {
    let blocks = blocks(&document()).unwrap();
    assert!(
        blocks.iter().any(|it| it.kind == Kind::Http),
        "the document has examples"
    );
    let world = World::start().await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let config = Config {
        timing: Timing::nearby(),
        ..Config::parse(&world.relay_toml(&base)).unwrap()
    };
    let relay = tokio::spawn(relay::run(
        listener,
        config,
        AppFiles::None,
        std::future::pending(),
    ));
    world.shown_by(&base).await.unwrap();
    seen_by_all(&world, &base).await;
    let mut stage = Stage::new(&world, &base);
    let mut failures = Vec::new();
    for block in &blocks {
        if let Err(why) = stage.perform(block).await {
            failures.push(format!("docs/relay-protocol.md:{}: {why}", block.line));
        }
    }
    relay.abort();
    println!("{} examples, {} failed", blocks.len(), failures.len());
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

/// Waits until the relay shows the film on every server: who else has a post is written a moment after the post.
async fn seen_by_all(world: &World, base: &str) {
    let until = Instant::now() + Duration::from_secs(20);
    let servers = world.fediverse.servers().len();
    loop {
        let address = format!("{base}/api/v1/timelines/tag/river?limit=1");
        let answer = reqwest::get(address).await.unwrap();
        let page: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
        let seen_on = page[0]["relay"]["seen_on"].as_array();
        let count = seen_on.map_or(0, Vec::len);
        if count == servers {
            return;
        }
        assert!(Instant::now() < until, "seen on {count} of {servers}");
        sleep(Duration::from_millis(100)).await;
    }
}

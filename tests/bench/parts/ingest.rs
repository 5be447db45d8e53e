//! Taking posts in: parse the frame, merge by `uri`, encode, append; on one core, as the relay does it.

use std::{hint::black_box, time::Instant};

use mastodon::streaming::{Event, Frame};
use relay::{
    log::{Draft, Log},
    views::Keys,
};
use serde_json::json;
use timeline::merge::{Arrival, Change, Heard, How, Merger, Window};

use crate::posts;

/// How many servers tell of every post when duplicates are measured.
pub(crate) const SOURCES: usize = 20;

/// How many posts are made ahead of a round, so that making them is not measured and memory stays small.
const ROUND: usize = 1_000;

/// Measures `count` new posts, then the same posts told by nineteen more servers.
pub(crate) fn measure(count: usize) {
    let mut relay = Ingest::new();
    let (mut parse_only, mut read) = (0.0, 0.0);
    let (mut fresh, mut again, mut appended) = (0.0, 0.0, 0);
    for round in 0..count / ROUND {
        let numbers = round * ROUND..(round + 1) * ROUND;
        let frames: Vec<String> = numbers
            .clone()
            .map(|number| frame(number, &domain(0)))
            .collect();
        parse_only += seconds(|| {
            frames
                .iter()
                .for_each(|text| drop(black_box(serde_json::from_str::<serde_json::Value>(text))))
        });
        read += seconds(|| {
            frames
                .iter()
                .for_each(|text| drop(black_box(Frame::parse(text))));
        });
        fresh += seconds(|| {
            frames
                .iter()
                .for_each(|text| appended += relay.take(0, text))
        });
        let source = 1 + round % (SOURCES - 1);
        let copies: Vec<String> = numbers
            .map(|number| frame(number, &domain(source)))
            .collect();
        again += seconds(|| {
            copies
                .iter()
                .for_each(|text| appended += relay.take(source, text))
        });
    }
    let taken = (count / ROUND * ROUND) as f64;
    assert_eq!(appended as f64, taken, "every post once, no post twice");
    println!("\ningest of 3 KB posts on one core, log of 64 MB");
    println!(
        "new posts (parse, de-duplicate, encode, append): {:>9.0} statuses/s",
        taken / fresh
    );
    println!(
        "duplicates from other servers:                   {:>9.0} statuses/s, {:.2} of the cost of a new post",
        taken / again,
        again / fresh
    );
    println!(
        "of that, reading the frame with its status:      {:>9.0} statuses/s",
        taken / read
    );
    println!(
        "baseline, reading the outer frame as JSON only:  {:>9.0} statuses/s",
        taken / parse_only
    );
}

struct Ingest {
    merger: Merger,
    window: Window,
    log: Log,
}

impl Ingest {
    fn new() -> Self {
        let sources = (0..SOURCES).map(|number| (domain(number), Vec::new()));
        Self {
            merger: Merger::new(sources, Default::default()),
            window: Window::new(100_000),
            log: Log::new(1, 64 << 20),
        }
    }

    /// Takes one frame in and gives how many posts appeared by it.
    fn take(&mut self, source: usize, text: &str) -> usize {
        let Ok(Frame::Event {
            event: Event::Update(status),
            ..
        }) = Frame::parse(text)
        else {
            return 0;
        };
        let arrival = Arrival {
            source: domain(source),
            how: How::Stream,
            event: Heard::Status(status),
            at: 1_800_000_000_000,
            is_guarded: false,
        };
        let mut appeared = 0;
        for change in self.merger.apply(&mut self.window, arrival).changes {
            let Change::Appeared(post) = change else {
                continue;
            };
            let Some(status) = post.status() else {
                continue;
            };
            let payload = serde_json::to_vec(&status)
                .expect("a status is JSON")
                .into();
            let keys = Keys::of(&post, &[]);
            self.log.append(Draft::appeared(post.id, payload, keys));
            appeared += 1;
        }
        appeared
    }
}

pub(crate) fn domain(source: usize) -> String {
    format!("server{source}.example")
}

pub(crate) fn frame(number: usize, domain: &str) -> String {
    let status = posts::status(number as u64, domain, 0).to_string();
    json!({ "stream": ["public"], "event": "update", "payload": status }).to_string()
}

fn seconds(work: impl FnOnce()) -> f64 {
    let began = Instant::now();
    work();
    began.elapsed().as_secs_f64()
}

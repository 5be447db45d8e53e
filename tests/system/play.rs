//! What happens in one seeded run: people write, edit and delete on three servers while their streams break in every way.

use fake_instance::{AccountSpec, EditSpec, Faults, Fediverse, PostSpec};
use rand::{Rng as _, SeedableRng as _, rngs::StdRng, seq::IndexedRandom as _};
use std::time::Duration;
use tokio::time::sleep;

/// The hashtag that the relay follows on every server.
pub(crate) const TAG: &str = "river";

/// The three servers of the play.
pub(crate) const SERVERS: [&str; 3] = ["alpha", "beta", "gamma"];

/// The servers of a seed as they are started: in some the third has other manners.
pub(crate) fn software(seed: u64) -> [&'static str; 3] {
    match seed % 5 {
        2 => ["alpha", "beta", "gamma:gotosocial"],
        4 => ["alpha", "beta", "gamma:hollo"],
        _ => SERVERS,
    }
}

/// Who writes on each of them.
const WRITERS: [&str; 2] = ["ann", "bo"];

/// How many things happen in one run.
const STEPS: usize = 60;

/// A post the play may come back to.
struct Written {
    uri: String,
    number: usize,
    version: usize,
}

/// Gives every server its writers.
pub(crate) fn cast(fediverse: &Fediverse) {
    for server in SERVERS {
        for writer in WRITERS {
            fediverse
                .account(&format!("{writer}@{server}"), &AccountSpec::default())
                .expect("a new account");
        }
    }
}

/// Plays one run to its end. Faults may still hold when it returns; [`heal`] ends them.
pub(crate) async fn play(fediverse: &Fediverse, seed: u64) {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut living: Vec<Written> = Vec::new();
    for number in 0..STEPS {
        match rng.random_range(0..100) {
            0..52 => {
                let post = write(fediverse, &mut rng, number, &living);
                living.push(post);
            }
            52..64 => edit(fediverse, &mut rng, &mut living),
            64..76 => delete(fediverse, &mut rng, &mut living),
            76..92 => hurt(fediverse, &mut rng),
            92..95 => drop(fediverse.server(pick(&mut rng, &SERVERS)).cut_streams()),
            _ => heal(fediverse),
        }
        sleep(Duration::from_millis(rng.random_range(0..40))).await;
    }
}

/// Ends every fault on every server.
pub(crate) fn heal(fediverse: &Fediverse) {
    for name in SERVERS {
        fediverse.server(name).clear_faults();
    }
}

fn write(fediverse: &Fediverse, rng: &mut StdRng, number: usize, living: &[Written]) -> Written {
    let tag = if rng.random_bool(0.4) {
        format!(" #{TAG}")
    } else {
        String::new()
    };
    let mut spec = PostSpec::text(format!("«p{number}v0» by the water{tag}"));
    match rng.random_range(0..20) {
        0 => spec = spec.visibility(pick(rng, &["unlisted", "private", "direct"])),
        // Written a while ago and only now on its way: its id lies below those already shown.
        1..4 => spec = spec.created_at(fediverse.now_ms() - rng.random_range(1_000..600_000)),
        4..7 => {
            let home = pick(rng, &SERVERS);
            spec = spec.servers([home]);
        }
        7..10 => {
            if let Some(parent) = living.choose(rng) {
                spec = spec.reply_to(&parent.uri);
            }
        }
        10..12 => spec = spec.image("A river between two hills"),
        12..14 => spec = spec.delay_ms(rng.random_range(200..900)),
        14..17 => spec.quote = living.choose(rng).map(|it| it.uri.clone()),
        _ => {}
    }
    let published = fediverse
        .server(pick(rng, &SERVERS))
        .publish(pick(rng, &WRITERS), &spec);
    Written {
        uri: published.uri,
        number,
        version: 0,
    }
}

fn edit(fediverse: &Fediverse, rng: &mut StdRng, living: &mut [Written]) {
    if living.is_empty() {
        return;
    }
    let at = rng.random_range(0..living.len());
    let post = &mut living[at];
    // An edit that a wrong clock dates before an earlier one is not the newest in anybody's eyes.
    let has_wrong_clock = SERVERS.iter().any(|name| {
        let server = fediverse.server(name);
        post.uri.starts_with(&server.url()) && server.faults().clock_skew_ms != 0
    });
    if has_wrong_clock {
        return;
    }
    post.version += 1;
    // An edit may bring a post into the hashtag's views and may take it out of them.
    let tag = if rng.random_bool(0.6) {
        format!(" #{TAG}")
    } else {
        String::new()
    };
    let spec = EditSpec::text(format!(
        "«p{}v{}» by the water, edited{tag}",
        post.number, post.version
    ));
    fediverse
        .edit(&post.uri, &spec)
        .expect("a living post can be edited");
}

fn delete(fediverse: &Fediverse, rng: &mut StdRng, living: &mut Vec<Written>) {
    if living.is_empty() {
        return;
    }
    let at = rng.random_range(0..living.len());
    fediverse
        .delete(&living.swap_remove(at).uri)
        .expect("a living post can be deleted");
}

fn hurt(fediverse: &Fediverse, rng: &mut StdRng) {
    let kind = rng.random_range(0..FAULTS);
    let faults = fault(kind, fediverse.now_ms(), rng);
    let server = fediverse.server(pick(rng, &SERVERS));
    // A fault of how streams begin shows only in those that begin.
    let is_of_the_beginning = faults.separate_streaming_host
        || faults.no_sockets
        || faults.refuse_streams_until > 0
        || faults.live_feeds.is_some();
    server.set_faults(faults);
    if is_of_the_beginning {
        server.cut_streams();
    }
}

/// How many faults [`fault`] knows.
const FAULTS: u32 = 30;

/// One thing that goes wrong; at `now` in the world's milliseconds.
fn fault(kind: u32, now: i64, rng: &mut StdRng) -> Faults {
    let mut faults = Faults::default();
    match kind {
        0 => faults.drop_updates = 0.5,
        1 => faults.drop_deletes = 0.7,
        2 => faults.duplicate = 0.7,
        3 => faults.update_lag_ms = rng.random_range(50..400),
        4 => faults.delay_ms = rng.random_range(50..400),
        5 => faults.reorder_ms = rng.random_range(50..400),
        6 => faults.malformed_frames = 0.3,
        7 => faults.too_many_requests = rng.random_range(1..6),
        8 => faults.too_many_requests_until = now + rng.random_range(100..900),
        9 => faults.server_errors = rng.random_range(1..8),
        10 => {
            faults.server_errors_until = now + rng.random_range(100..900);
            faults.server_error_status = *[500, 502, 503].choose(rng).expect("a status");
        }
        11 => faults.silent_streams = true,
        12 => faults.silent_hashtag_streams = true,
        13 => faults.refuse_until = now + rng.random_range(100..900),
        14 => faults.refuse_streams_until = now + rng.random_range(100..900),
        15 => faults.html_with_200 = true,
        16 => faults.malformed_json = true,
        17 => faults.late_arrivals_ms = rng.random_range(50..600),
        18 => faults.slow_bytes_ms = rng.random_range(1..6),
        19 => faults.huge_json_bytes = rng.random_range(20_000..120_000),
        // Ahead by less than what the relay holds back until its time has come.
        20 => faults.clock_skew_ms = rng.random_range(-600_000..200_000),
        21 => faults.live_feeds = Some(pick(rng, &["authenticated", "disabled"]).to_owned()),
        22 => faults.hashtag_feeds = Some(pick(rng, &["authenticated", "disabled"]).to_owned()),
        23 => faults.separate_streaming_host = true,
        24 => faults.no_sockets = true,
        25 => {
            faults.no_sockets = true;
            faults.old_heartbeat = true;
        }
        kind => {
            let lies = ["text", "author", "uri", "url"];
            let lie = lies[usize::try_from(kind % 4).expect("a small number")];
            faults.lie = Some(lie.to_owned());
            faults.lie_share = Some(0.5);
        }
    }
    faults
}

fn pick<'a>(rng: &mut StdRng, from: &[&'a str]) -> &'a str {
    from.choose(rng).expect("something to pick from")
}

/// Those that a relay, which uploads nothing and has no home timeline, never meets, and a wish that it keeps to for a day.
#[cfg(test)]
const NOT_OF_A_RUN: [&str; 3] = ["regenerating_home", "media_processing_ms", "robots"];

#[test]
fn every_fault_that_a_relay_can_meet_in_a_run_is_played() {
    let set = |faults: &Faults| match serde_json::to_value(faults).unwrap() {
        serde_json::Value::Object(fields) => fields,
        _ => unreachable!("faults are an object"),
    };
    let none = set(&Faults::default());
    let mut rng = StdRng::seed_from_u64(1);
    let mut played = std::collections::BTreeSet::new();
    for kind in 0..FAULTS {
        let faults = set(&fault(kind, 1_000, &mut rng));
        let changed: Vec<String> = faults
            .into_iter()
            .filter(|(name, value)| none[name] != *value)
            .map(|(name, _)| name)
            .collect();
        assert!(!changed.is_empty(), "{kind} is a fault");
        played.extend(changed);
    }
    let missing: Vec<&String> = none
        .keys()
        .filter(|it| !played.contains(*it) && !NOT_OF_A_RUN.contains(&it.as_str()))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

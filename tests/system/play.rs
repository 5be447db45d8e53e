//! What happens in one seeded run: people write, edit and delete on three servers while their streams break in every way.

use fake_instance::{AccountSpec, EditSpec, Faults, Fediverse, PostSpec};
use rand::{Rng as _, SeedableRng as _, rngs::StdRng, seq::IndexedRandom as _};
use std::time::Duration;
use tokio::time::sleep;

/// The hashtag that the relay follows on every server.
pub(crate) const TAG: &str = "river";

/// The three servers of the play.
pub(crate) const SERVERS: [&str; 3] = ["alpha", "beta", "gamma"];

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
    post.version += 1;
    let spec = EditSpec::text(format!(
        "«p{}v{}» by the water, edited #{TAG}",
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
    let now = fediverse.now_ms();
    let mut faults = Faults::default();
    match rng.random_range(0..14) {
        0 => faults.drop_updates = 0.5,
        1 => faults.drop_deletes = 0.7,
        2 => faults.duplicate = 0.7,
        3 => faults.update_lag_ms = rng.random_range(50..400),
        4 => faults.delay_ms = rng.random_range(50..400),
        5 => faults.reorder_ms = rng.random_range(50..400),
        6 => faults.malformed_frames = 0.3,
        7 => faults.too_many_requests = rng.random_range(1..6),
        8 => faults.server_errors = rng.random_range(1..8),
        9 => faults.silent_streams = true,
        10 => faults.refuse_until = now + rng.random_range(100..900),
        11 => faults.html_with_200 = true,
        12 => faults.malformed_json = true,
        _ => faults.late_arrivals_ms = rng.random_range(50..600),
    }
    fediverse.server(pick(rng, &SERVERS)).set_faults(faults);
}

fn pick<'a>(rng: &mut StdRng, from: &[&'a str]) -> &'a str {
    from.choose(rng).expect("something to pick from")
}

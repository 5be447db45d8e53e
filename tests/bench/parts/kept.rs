//! Taking posts in for good: parse the frame, merge by `uri`, index, write to the file, append; through the relay's own merge.
//!
//! First one server tells of new posts alone. Then twenty servers do: each tells what the one before it told a moment earlier,
//! so copies come spread over time as they do in the network, and never all in one batch. What such a run costs beyond the new
//! posts in it is the copies' cost, with everything that is written because of them.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use mastodon::streaming::Brief;
use relay::{
    archive::Archive,
    config::{ArchivePlace, Keep},
    log::Log,
    merge::{Inlet, Merge, Parts},
    moderation::Moderation,
    source::Registry,
};
use timeline::merge::{Arrival, Heard, How, Merger};

use crate::{
    ingest::{SOURCES, domain, frame},
    machine,
};

/// Posts of one server in a row.
const ROUND: usize = 100;
/// So many posts are new before anything is counted: the log and the caches are full then, and the file is no longer small.
const WARM: usize = 25_000;
/// When posts are told, in milliseconds since 1970.
const NOW: i64 = 1_800_000_000_000;

/// Measures `count` new posts, then a fifth as many with nineteen copies of each, in CPU time of all threads together.
pub(crate) async fn measure(count: usize) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let place = ArchivePlace::File(folder.path().join("posts.db"));
    let (archive, mut ledger) = Archive::open(&place).map_err(|error| error.to_string())?;
    ledger.set_bounds(Keep::default());
    let sources = (0..SOURCES).map(|number| (domain(number), Vec::new()));
    let log = Log::new(archive.epoch(), 64 << 20);
    let parts = Parts {
        merger: Merger::new(sources, Default::default()),
        hosts: Vec::new(),
        ledger,
        log: log.clone(),
        sources: Registry::default(),
        moderation: Moderation::default(),
        late_after: 60_000,
    };
    let (merge, inlet) = Merge::start(parts).map_err(|error| error.to_string())?;
    let mut feed = Feed {
        inlet,
        next: 0,
        ticked: Instant::now(),
        making: 0,
    };
    let warm = WARM.min(count);
    feed.run(warm / ROUND, 1).await?;
    let fresh = feed.run(count / ROUND, 1).await? / count as f64;
    let told = count / 5;
    let both = feed.run(told / ROUND, SOURCES).await? / told as f64;
    let again = (both - fresh) / (SOURCES - 1) as f64;
    println!("\ningest of 3 KB posts into a file, CPU time of all threads together");
    println!(
        "new posts (parse, de-duplicate, append, index, archive): {:>7.0} statuses/s",
        1e6 / fresh
    );
    println!(
        "duplicates from {} more servers:                         {:>7.0} statuses/s, {:.2} of the cost of a new post",
        SOURCES - 1,
        1e6 / again,
        again / fresh
    );
    println!(
        "all that {SOURCES} servers tell, new or not:                  {:>7.0} statuses/s",
        1e6 * SOURCES as f64 / both
    );
    let kept = archive.count().await.map_err(|error| error.to_string())?;
    assert_eq!(kept, (warm + count + told) as u64, "every post once");
    drop(feed);
    merge.join();
    Ok(())
}

/// Tells posts as sources do, and the time.
struct Feed {
    inlet: Inlet,
    /// The first post that nobody has told yet.
    next: usize,
    ticked: Instant,
    /// CPU microseconds that went into making frames, which no relay does.
    making: u64,
}

impl Feed {
    /// So many rounds of new posts, and each of `sources` servers tells all of them, one round after the one before it.
    /// What that cost, in CPU microseconds, until all of it is in the archive.
    async fn run(&mut self, rounds: usize, sources: usize) -> Result<f64, String> {
        let (before, made) = (machine::cpu_micros(), self.making);
        let mut behind: VecDeque<usize> = VecDeque::new();
        for round in 0..rounds + sources - 1 {
            behind.push_front(self.next);
            if round < rounds {
                self.next += ROUND;
            }
            behind.truncate(sources);
            for (source, first) in behind.clone().into_iter().enumerate() {
                // The first servers are through when the last ones still tell.
                if source <= round && round - source < rounds {
                    self.tell(source, first).await?;
                }
            }
        }
        let flushed = self.inlet.flush().await;
        flushed.map_err(|_stopped| "the merge stopped".to_owned())?;
        Ok((machine::cpu_micros() - before) as f64 - (self.making - made) as f64)
    }

    async fn tell(&mut self, source: usize, first: usize) -> Result<(), String> {
        let stopped = |_stopped| "the merge stopped".to_owned();
        let began = machine::own_micros();
        let numbers = first..first + ROUND;
        let frames: Vec<String> = numbers.map(|it| frame(it, &domain(source))).collect();
        self.making += machine::own_micros() - began;
        for text in &frames {
            let Some(brief) = Brief::of_frame(text) else {
                return Err("a frame was not read".to_owned());
            };
            let arrival = Arrival {
                source: domain(source),
                how: How::Stream,
                event: Heard::Status(brief.status),
                at: NOW,
                is_guarded: false,
            };
            let told = self.inlet.tell_brief(arrival, brief.text).await;
            told.map_err(stopped)?;
        }
        if self.ticked.elapsed() > Duration::from_secs(1) {
            self.ticked = Instant::now();
            self.inlet.tick(NOW).await.map_err(stopped)?;
        }
        Ok(())
    }
}

//! Taking posts in for good: parse the frame, merge by `uri`, index, write to the file, append; through the relay's own merge.

use mastodon::streaming::{Event, Frame};
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

/// New posts in one round; their copies from all other servers follow at once, as they do in the network.
const ROUND: usize = 100;

/// Measures `count` new posts and the nineteen copies of each, in CPU time of all threads together.
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
    let (mut fresh, mut again) = (0, 0);
    for round in 0..count / ROUND {
        let numbers = || round * ROUND..(round + 1) * ROUND;
        let frames = numbers().map(|number| frame(number, &domain(0))).collect();
        fresh += take(&inlet, 0, frames).await?;
        let copies = |source: usize| numbers().map(move |number| frame(number, &domain(source)));
        for source in 1..SOURCES {
            again += take(&inlet, source, copies(source).collect()).await?;
        }
    }
    let taken = (count / ROUND * ROUND) as f64;
    let (fresh, again) = (
        fresh as f64 / taken,
        again as f64 / taken / (SOURCES - 1) as f64,
    );
    println!("\ningest of 3 KB posts into a file, CPU time of all threads");
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
    assert_eq!(
        archive.count().await.map_err(|error| error.to_string())? as f64,
        taken
    );
    drop(inlet);
    merge.join();
    Ok(())
}

/// Takes frames in and gives what that cost, in CPU microseconds.
async fn take(inlet: &Inlet, source: usize, frames: Vec<String>) -> Result<u64, String> {
    let before = machine::cpu_micros();
    for text in &frames {
        let Ok(Frame::Event {
            event: Event::Update(status),
            ..
        }) = Frame::parse(text)
        else {
            return Err("a frame was not read".to_owned());
        };
        let arrival = Arrival {
            source: domain(source),
            how: How::Stream,
            event: Heard::Status(status),
            at: 1_800_000_000_000,
            is_guarded: false,
        };
        let told = inlet.tell(arrival).await;
        told.map_err(|_stopped| "the merge stopped".to_owned())?;
    }
    let flushed = inlet.flush().await;
    flushed.map_err(|_stopped| "the merge stopped".to_owned())?;
    Ok(machine::cpu_micros() - before)
}

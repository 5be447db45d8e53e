//! A large archive: what it takes on the disk, how soon it is open, and how long a page takes.

use std::time::{Duration, Instant};

use relay::{
    archive::{Archive, Ledger, Paging, Row},
    config::ArchivePlace,
    log::{Draft, Log, Seq},
    views::{Keys, Selection, Sift, keys_of},
};
use timeline::public_id::PublicId;

use crate::posts;

/// Pages of each kind that are read.
const PAGES: usize = 300;
/// Posts in one commit.
const BATCH: u64 = 500;
/// Posts that the log holds when the relay stops: what goes into 64 MB.
const EVENTS: u64 = 6_000;
/// Of how many hashtags a post has three, each half as frequent as the one before.
const TAGS: u64 = 12;

/// Measures an archive of `count` posts in a temporary folder.
pub(crate) async fn measure(count: u64) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let path = folder.path().join("posts.db");
    let place = ArchivePlace::File(path.clone());
    let (_, ledger) = Archive::open(&place).map_err(|error| error.to_string())?;
    let began = Instant::now();
    for start in (0..count).step_by(usize::try_from(BATCH).expect("small")) {
        let end = (start + BATCH).min(count);
        write(&ledger, start..end, end + EVENTS > count).map_err(|error| error.to_string())?;
    }
    let written = began.elapsed().as_secs_f64();
    drop(ledger);
    let bytes = std::fs::metadata(&path)
        .map_err(|error| error.to_string())?
        .len();
    let began = Instant::now();
    let (archive, ledger) = Archive::open(&place).map_err(|error| error.to_string())?;
    let kept = ledger.events().map_err(|error| error.to_string())?;
    let log = Log::resumed(archive.epoch(), 64 << 20, kept.first, kept.drafts);
    let opened = began.elapsed();
    let resumed = log.depth().entries;
    println!("\narchive of {count} posts of 3 KB in a file");
    println!(
        "written, on one core:     {:>9.0} posts/s",
        count as f64 / written
    );
    println!(
        "on the disk:              {:>9.0} bytes/post",
        bytes as f64 / count as f64
    );
    println!(
        "open after a restart:     {:>9.1} ms, with {resumed} events of the log",
        millis(opened)
    );
    println!(
        "{:<44} {:>8} {:>8}",
        "a page of 20, at places all over", "p50 ms", "p99 ms"
    );
    for (name, selection) in questions() {
        let mut times = Vec::new();
        for number in 0..PAGES {
            let place = count * (number as u64 + 1) / PAGES as u64;
            let paging = Paging {
                max_id: PublicId::of(second(place), "", 0),
                ..Paging::default()
            };
            let began = Instant::now();
            let page = archive.timeline(&selection, &paging).await;
            times.push(began.elapsed());
            page.map_err(|error| error.to_string())?;
        }
        times.sort_unstable();
        let at = |share: f64| millis(times[((times.len() - 1) as f64 * share) as usize]);
        println!("{name:<44} {:>8.2} {:>8.2}", at(0.5), at(0.99));
    }
    Ok(())
}

fn questions() -> Vec<(&'static str, Selection)> {
    let tagged = |any: &[&str], all: &[&str], none: &[&str]| {
        let mut selection = Selection::hashtags(any.iter().copied(), Default::default());
        selection.tags.all = keys_of(all.iter().copied());
        selection.tags.none = keys_of(none.iter().copied());
        selection
    };
    let worded = |words: &str| Selection {
        words: vec![words.to_owned()],
        ..Selection::default()
    };
    let server = Selection {
        servers: Sift {
            only: vec!["server3.example".to_owned(), "server4.example".to_owned()],
            ..Sift::default()
        },
        ..Selection::default()
    };
    vec![
        ("everything", Selection::default()),
        ("one frequent hashtag", tagged(&["tag0"], &[], &[])),
        ("one rare hashtag", tagged(&["tag11"], &[], &[])),
        (
            "any of two, all of two, none of one",
            tagged(&["tag1", "tag2"], &["tag0", "tag9"], &["tag3"]),
        ),
        (
            "any of four",
            tagged(&["tag3", "tag5", "tag7", "tag9"], &[], &[]),
        ),
        ("posts of two servers", server),
        ("a word that all have", worded("river")),
        ("a rare word", worded("number77")),
        ("a phrase of frequent words", worded("do not hurry")),
    ]
}

fn write(
    ledger: &Ledger,
    numbers: std::ops::Range<u64>,
    in_log: bool,
) -> Result<(), relay::archive::ArchiveError> {
    ledger.begin()?;
    for number in numbers {
        let row = row(number);
        if in_log {
            let draft = Draft::appeared(row.id, row.json.clone(), row.keys.clone());
            ledger.note_events(Seq(number + 1), &[draft])?;
        }
        ledger.learn("server0.example", &number.to_string(), &row.uri)?;
        ledger.put(&row)?;
    }
    ledger.commit()
}

/// A post as the merge would keep it; what the merge knows of it is not much longer than what is served.
fn row(number: u64) -> Row {
    let status = posts::status(number, "home.example", 0);
    let json = status.to_string();
    let uri = status["uri"].as_str().expect("a uri").to_owned();
    // Every second of these is taken by 2^-(n+1) of the posts.
    let mixed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23);
    let mut tags: Vec<String> = (0..TAGS)
        .filter(|tag| mixed.is_multiple_of(2 << tag))
        .map(|tag| format!("tag{tag}"))
        .collect();
    tags.sort();
    let words = format!(
        "sent ns 0 number{} {}",
        number % 5_000,
        "rivers do not hurry and yet they arrive and whoever follows one long enough meets another river ".repeat(5)
    );
    Row {
        id: PublicId::of(second(number), &uri, 0).expect("an id"),
        keys: Keys {
            tags,
            servers: vec![format!("server{}.example", number % 50)],
            account: format!("writer{}@home.example", number % 500),
            language: "en".to_owned(),
            words: words.trim_end().to_owned(),
            ..Keys::default()
        },
        listed: true,
        parent_uri: None,
        state: json.clone().into_bytes(),
        json: json.into(),
        uri,
    }
}

fn second(number: u64) -> i64 {
    1_790_000_000 + i64::try_from(number / 50).expect("small")
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

//! The merge while the archive takes nothing.

use super::*;
use crate::archive::Trouble;

/// A merge without its thread, so that the archive can be meddled with between two batches.
fn merging() -> (Archive, Log, Loop, watch::Receiver<i64>) {
    let (archive, ledger) = Archive::open(&ArchivePlace::Memory).unwrap();
    let log = Log::new(1, 1 << 20);
    let keeper = Keeper::new();
    let lost = keeper.lost();
    let merging = Loop {
        merger: Merger::new([("a.example".to_owned(), Vec::new())], Patience::default()),
        store: Store::new(ledger, Vec::new()).unwrap(),
        log: log.clone(),
        sources: Registry::default(),
        late_after: 60_000,
        keeper,
        pace: Arc::default(),
        refused: Recent::default(),
        pruned_at: 0,
        is_behind: false,
        moderation: Moderation::default(),
        sweep: Sweep::default(),
    };
    (archive, log, merging, lost)
}

fn batch(numbers: std::ops::Range<u32>) -> Vec<Input> {
    let posts = numbers.map(|number| {
        let content = Some(format!("{number:>2000}"));
        Status {
            content,
            ..status("a.example", number)
        }
    });
    let arrivals = posts.map(|it| told("a.example", Heard::Status(Box::new(it))));
    arrivals.map(|it| Input::Arrival(Box::new(it))).collect()
}

async fn shown(archive: &Archive) -> usize {
    let everything = Selection::hashtag("rust", Reach::All);
    let page = Paging {
        limit: 80,
        ..Paging::default()
    };
    archive.timeline(&everything, &page).await.unwrap().len()
}

#[tokio::test]
async fn on_a_full_disk_nobody_is_shown_what_is_not_kept_and_all_goes_on_when_there_is_room() {
    let (archive, log, mut merging, mut lost) = merging();
    let failing = merging.keeper.failing();
    assert!(merging.keep(&mut batch(0..5)));
    merging.store.ledger().limit_pages(0);
    assert!(!merging.keep(&mut batch(5..60)));
    assert_eq!((shown(&archive).await, kinds(&log).len()), (5, 5));
    assert_eq!(failing.borrow().unwrap().trouble, Trouble::Full);
    assert!(!lost.has_changed().unwrap(), "it would only be lost again");
    merging.store.ledger().limit_pages(1 << 30);
    assert!(merging.keep(&mut batch(60..65)));
    assert_eq!(*failing.borrow(), None);
    assert_eq!((shown(&archive).await, kinds(&log).len()), (10, 10));
    assert!(lost.has_changed().unwrap(), "sources are asked again");
    lost.borrow_and_update();
    assert!(
        merging.keep(&mut batch(5..60)),
        "what they then tell is taken"
    );
    assert_eq!((shown(&archive).await, kinds(&log).len()), (65, 65));
    assert!(!lost.has_changed().unwrap());
}

#[test]
fn an_archive_that_fails_is_tried_until_it_takes_something_or_the_relay_stops() {
    let (_archive, _log, mut merging, _lost) = merging();
    let (sender, receiver) = mpsc::channel(1);
    assert!(merging.keep(&mut batch(0..1)));
    merging.store.ledger().limit_pages(0);
    assert!(!merging.keep(&mut batch(1..60)));
    let failing = merging.keeper.failing();
    merging.store.ledger().limit_pages(1 << 30);
    let Loop { keeper, store, .. } = &mut merging;
    assert!(keeper.await_room(store, &receiver));
    assert!(failing.borrow().is_some(), "until posts are kept");
    store.ledger().limit_pages(0);
    drop(sender);
    let asked = Instant::now();
    assert!(!keeper.await_room(store, &receiver));
    assert!(asked.elapsed() < std::time::Duration::from_millis(400));
}

//! The log's promises.

use bytes::Bytes;
use timeline::public_id::PublicId;

use super::*;
use crate::views::{Keys, Reach, Selection};

fn draft(tags: &[&str], size: usize) -> Draft {
    let keys = Keys {
        tags: tags.iter().map(|it| (*it).to_owned()).collect(),
        ..Keys::default()
    };
    Draft::appeared(PublicId::floor(1), Bytes::from(vec![b'x'; size]), keys)
}

fn everything() -> Interest {
    Interest(vec![Selection::default()])
}

fn about(tag: &str) -> Interest {
    Interest(vec![Selection::hashtag(tag, Reach::All)])
}

fn numbers(read: Read) -> (Vec<u64>, u64) {
    match read {
        Read::Entries(entries, next) => (entries.iter().map(|it| it.seq.0).collect(), next.0),
        Read::Gap { from, to } => panic!("gap {from}..{to}"),
    }
}

#[test]
fn numbers_start_at_one_and_a_cursor_is_inclusive() {
    let log = Log::new(7, 1 << 20);
    assert_eq!(log.end(), Seq(1));
    assert_eq!(log.append(draft(&[], 1)), Seq(1));
    assert_eq!(log.append(draft(&[], 1)), Seq(2));
    assert_eq!(
        numbers(log.read_from(Seq(2), &everything(), 9)),
        (vec![2], 3)
    );
    assert_eq!(log.cursor(Seq(3)).to_string(), "7-3");
    assert_eq!("7-3".parse(), Ok(log.cursor(Seq(3))));
}

#[test]
fn what_is_no_cursor_is_refused() {
    for text in ["", "7", "7-", "-3", "7-+3", "a-b", "7-3-1"] {
        assert!(text.parse::<Cursor>().is_err(), "{text}");
    }
}

#[test]
fn a_reader_takes_what_it_can_and_goes_on_there() {
    let log = Log::new(1, 1 << 20);
    log.append_all((0..5).map(|_| draft(&[], 1)));
    assert_eq!(
        numbers(log.read_from(Seq(1), &everything(), 2)),
        (vec![1, 2], 3)
    );
    assert_eq!(
        numbers(log.read_from(Seq(3), &everything(), 9)),
        (vec![3, 4, 5], 6)
    );
    assert_eq!(
        numbers(log.read_from(Seq(6), &everything(), 9)),
        (vec![], 6)
    );
}

#[test]
fn a_reader_of_a_tag_gets_its_entries_only_and_its_cursor_moves_past_the_rest() {
    let log = Log::new(1, 1 << 20);
    for n in 0..10 {
        log.append(draft(
            if n % 3 == 0 {
                &["rust", "x"]
            } else {
                &["other"]
            },
            1,
        ));
    }
    assert_eq!(
        numbers(log.read_from(Seq(1), &about("rust"), 9)),
        (vec![1, 4, 7, 10], 11)
    );
    assert_eq!(
        numbers(log.read_from(Seq(1), &about("rust"), 2)),
        (vec![1, 4], 7)
    );
    assert_eq!(
        numbers(log.read_from(Seq(1), &about("nothing"), 2)),
        (vec![], 11)
    );
}

#[test]
fn the_oldest_fall_off_and_a_slow_reader_is_told_which() {
    let log = Log::new(1, 10_000);
    log.append_all((0..100).map(|_| draft(&["rust"], 500)));
    let Read::Gap { from, to } = log.read_from(Seq(3), &everything(), 9) else {
        panic!("no gap")
    };
    assert_eq!(from, Seq(3));
    let (read, next) = numbers(log.read_from(to.next(), &about("rust"), 1_000));
    assert_eq!(read.first(), Some(&to.next().0));
    assert_eq!(next, 101);
    assert!(read.len() <= 10_000 / 2_500 && !read.is_empty());
}

#[test]
fn one_entry_larger_than_the_bound_is_still_read() {
    let log = Log::new(1, 10);
    log.append(draft(&[], 5_000));
    assert_eq!(
        numbers(log.read_from(Seq(1), &everything(), 9)),
        (vec![1], 2)
    );
}

#[test]
fn every_form_is_made_once() {
    let log = Log::new(1, 1 << 20);
    log.append(draft(&[], 1));
    let Read::Entries(entries, _) = log.read_from(Seq(1), &everything(), 1) else {
        panic!()
    };
    let made = entries[0].form(Form::Event, Tell::Update, |_| Bytes::from_static(b"one"));
    assert_eq!(
        entries[0].form(Form::Event, Tell::Update, |_| Bytes::from_static(b"two")),
        made
    );
}

#[tokio::test]
async fn a_waiting_reader_is_woken_by_what_it_wants_and_by_nothing_else() {
    let log = Log::new(1, 1 << 20);
    let (rust, all) = (log.listen(&about("rust")), log.listen(&everything()));
    assert!(rust.take() && all.take(), "who begins has read nothing");
    log.append(draft(&["other"], 1));
    assert!(!rust.take());
    all.called().await;
    let wait = tokio::spawn(async move { rust.called().await });
    tokio::task::yield_now().await;
    assert!(!wait.is_finished());
    log.append(draft(&["rust"], 1));
    wait.await.unwrap();
    all.called().await;
    assert!(!all.take());
}

#[test]
fn readers_of_rare_tags_are_carried_along_by_the_tide() {
    let log = Log::new(1, 1 << 20);
    let rare = log.listen(&about("rare"));
    assert!(rare.take());
    log.append_all((1..TIDE).map(|_| draft(&["other"], 1)));
    assert!(!rare.take());
    log.append(draft(&["other"], 1));
    assert!(rare.take());
}

#[test]
fn nobody_is_called_for_a_reader_that_left() {
    let log = Log::new(1, 1 << 20);
    let both = Interest([about("rust").0, about("water").0].concat());
    let (left, stays) = (log.listen(&both), log.listen(&both));
    drop(left);
    assert!(stays.take());
    log.append(draft(&["water"], 1));
    assert!(stays.take());
    drop(stays);
    assert!(log.shared.listeners.is_empty());
}

fn told(log: &Log, selection: &Selection) -> Vec<Tell> {
    let interest = Interest(vec![selection.clone()]);
    let Read::Entries(entries, _) = log.read_from(Seq::FIRST, &interest, 100) else {
        panic!("gap")
    };
    entries.iter().filter_map(|it| it.tell(selection)).collect()
}

#[test]
fn a_reader_is_told_of_a_change_by_what_it_means_for_its_selection() {
    let log = Log::new(1, 1 << 20);
    let change = |kind, before: &[&str], after: &[&str]| Draft {
        kind,
        before: draft(before, 0).after,
        after: draft(after, 0).after,
        ..draft(&[], 1)
    };
    log.append(draft(&["a"], 1));
    log.append(change(Kind::Updated, &["a"], &["a", "b"]));
    log.append(change(Kind::Shifted, &["a", "b"], &["a", "b"]));
    log.append(change(Kind::Updated, &["a", "b"], &["b"]));
    log.append(Draft::deleted(
        PublicId::floor(1),
        draft(&["b"], 0).after.unwrap(),
    ));
    let about = |tag| Selection::hashtag(tag, Reach::All);
    assert_eq!(
        told(&log, &about("a")),
        [Tell::Update, Tell::StatusUpdate, Tell::Delete]
    );
    assert_eq!(
        told(&log, &about("b")),
        [Tell::Update, Tell::StatusUpdate, Tell::Delete]
    );
    assert_eq!(
        told(&log, &Selection::default()),
        [
            Tell::Update,
            Tell::StatusUpdate,
            Tell::StatusUpdate,
            Tell::Delete
        ]
    );
    assert_eq!(told(&log, &about("c")), []);
}

#[test]
fn a_reader_of_words_is_woken_by_them_alone() {
    let log = Log::new(1, 1 << 20);
    let saying = |words: &str| {
        let keys = Keys {
            words: words.to_owned(),
            ..Keys::default()
        };
        Draft::appeared(PublicId::floor(1), Bytes::from_static(b"x"), keys)
    };
    let interest = Interest(vec![Selection {
        words: vec!["rust book".into()],
        ..Selection::default()
    }]);
    let reader = log.listen(&interest);
    assert!(reader.take());
    log.append(saying("the cook"));
    assert!(!reader.take());
    log.append(saying("the rust book"));
    assert!(reader.take());
    assert_eq!(numbers(log.read_from(Seq(1), &interest, 9)), (vec![2], 3));
}

#[test]
fn counts_matter_only_while_somebody_waits_for_them() {
    let log = Log::new(1, 1 << 20);
    let boosted = |reblogs| Keys {
        reblogs,
        ..Keys::default()
    };
    let interest = Interest(vec![Selection {
        min_reblogs: 5,
        ..Selection::default()
    }]);
    assert!(!log.is_awaited(&boosted(4), &boosted(5)));
    let attendance = log.attend(&interest);
    assert!(log.is_awaited(&boosted(4), &boosted(5)));
    assert!(log.is_awaited(&boosted(9), &boosted(1)));
    assert!(!log.is_awaited(&boosted(5), &boosted(6)));
    drop(attendance);
    assert!(!log.is_awaited(&boosted(4), &boosted(5)));
}

#[test]
fn what_came_last_is_told_first_whenever_it_was_written() {
    let log = Log::new(7, 1 << 20);
    let post = |second, tag: &str| Draft {
        id: PublicId::floor(second),
        ..draft(&[tag], 1)
    };
    log.append_all([
        post(9, "rust"),
        post(5, "rust"),
        post(7, "wasm"),
        post(1, "rust"),
    ]);
    let rust = Selection::hashtag("rust", Reach::All);
    let floors =
        |seconds: &[u32]| -> Vec<_> { seconds.iter().map(|it| PublicId::floor(*it)).collect() };
    assert_eq!(log.arrivals(&rust, 9), floors(&[1, 5, 9]));
    assert_eq!(log.arrivals(&rust, 2), floors(&[1, 5]));
    assert_eq!(log.arrivals(&Selection::default(), 2), floors(&[1, 7]));
}

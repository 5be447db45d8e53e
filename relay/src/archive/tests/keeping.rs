//! What the archive promises about how much it keeps.

use std::time::Duration;

use super::*;
use crate::config::Keep;

fn bounded(keep: Keep, rows: &[Row]) -> (Archive, Ledger) {
    let (archive, mut ledger) = written(rows);
    ledger.set_bounds(keep);
    (archive, ledger)
}

fn prune_all(ledger: &Ledger, now: i64) -> usize {
    let mut gone = 0;
    loop {
        ledger.begin().unwrap();
        let pruned = ledger.prune(now).unwrap();
        ledger.commit().unwrap();
        gone += pruned.uris.len();
        if !pruned.more {
            return gone;
        }
    }
}

#[tokio::test]
async fn beyond_the_number_of_posts_the_oldest_leave_with_their_names() {
    let rows: Vec<Row> = (1..=1_300).map(|n| row(n, &format!("u{n}"))).collect();
    let keep = Keep {
        max_posts: 100,
        ..Keep::default()
    };
    let (archive, ledger) = bounded(keep, &rows);
    ledger.learn("a.example", "1", "u1").unwrap();
    ledger.learn("a.example", "1300", "u1300").unwrap();
    assert_eq!(prune_all(&ledger, 2_000), 1_200);
    assert_eq!(archive.count().await.unwrap(), 100);
    assert!(archive.by_uri("u1200").await.unwrap().is_none());
    assert!(archive.by_uri("u1201").await.unwrap().is_some());
    assert_eq!(ledger.uri_of("a.example", "1").unwrap(), None);
    assert!(ledger.uri_of("a.example", "1300").unwrap().is_some());
    assert_eq!(ledger.horizon(2_000), 1_201);
}

#[tokio::test]
async fn posts_leave_when_they_are_too_old_however_few_there_are() {
    let rows: Vec<Row> = [10, 500, 1_000].map(|n| row(n, &format!("u{n}"))).to_vec();
    let keep = Keep {
        max_age: Some(Duration::from_secs(600)),
        ..Keep::default()
    };
    let (archive, ledger) = bounded(keep, &rows);
    assert_eq!(prune_all(&ledger, 1_100), 1);
    assert_eq!(
        uris(&archive, &Selection::default(), Paging::default()).await,
        ["u1000", "u500"]
    );
    assert_eq!(ledger.horizon(1_100), 500);
}

#[tokio::test]
async fn an_archive_that_grew_too_large_shrinks_on_the_disk() {
    let noise = |n: u32| -> Vec<u8> {
        (0..2_000_u32)
            .flat_map(|it| (it ^ n).wrapping_mul(2_654_435_761).to_le_bytes())
            .collect()
    };
    let rows: Vec<Row> = (1..=3_000)
        .map(|n| Row {
            state: noise(n),
            ..row(n, &format!("u{n}"))
        })
        .collect();
    let keep = Keep {
        max_bytes: 6 << 20,
        ..Keep::default()
    };
    let (archive, ledger) = bounded(keep, &rows);
    let before = archive.bytes();
    assert!(prune_all(&ledger, 5_000) >= 2_000);
    for _ in 0..20 {
        ledger.give_back().unwrap();
    }
    drop(ledger);
    let after = archive.bytes();
    assert!(
        after < before / 2 && after < 16 << 20,
        "{before} -> {after}"
    );
    assert!(archive.by_uri("u3000").await.unwrap().is_some());
}

//! What the archive promises to readers.

use super::{ledger::Row, *};
use crate::views::{
    Keys, Reach, grammar, keys_of,
    tests::{keys, parameters_of_a_query},
};
use proptest::prelude::*;

mod keeping;
mod lasting;
mod trends;
mod trouble;

fn row(second: u32, uri: &str) -> Row {
    let id = PublicId::of(i64::from(second), uri, 0).unwrap();
    Row {
        id,
        uri: uri.to_owned(),
        listed: true,
        keys: Keys::default(),
        parent_uri: None,
        json: Bytes::from(format!("{{\"id\":\"{id}\"}}")),
        state: b"{}".to_vec(),
    }
}

fn written(rows: &[Row]) -> (Archive, Ledger) {
    let (archive, ledger) = Archive::open(&ArchivePlace::Memory).unwrap();
    ledger.begin().unwrap();
    for row in rows {
        ledger.put(row).unwrap();
    }
    ledger.commit().unwrap();
    (archive, ledger)
}

async fn uris(archive: &Archive, selection: &Selection, paging: Paging) -> Vec<String> {
    archive
        .timeline(selection, &paging)
        .await
        .unwrap()
        .into_iter()
        .map(|it| it.uri)
        .collect()
}

#[tokio::test]
async fn a_walk_by_max_id_meets_every_post_once_newest_first() {
    let rows: Vec<Row> = (1..=25).map(|n| row(n, &format!("u{n}"))).collect();
    let (archive, _ledger) = written(&rows);
    let mut walked = Vec::new();
    let mut paging = Paging {
        limit: 10,
        ..Paging::default()
    };
    loop {
        let page = archive
            .timeline(&Selection::default(), &paging)
            .await
            .unwrap();
        let Some(last) = page.last() else { break };
        paging.max_id = Some(last.id);
        walked.extend(page.into_iter().map(|it| it.uri));
    }
    let expected: Vec<String> = (1..=25).rev().map(|n| format!("u{n}")).collect();
    assert_eq!(walked, expected);
}

#[tokio::test]
async fn min_id_reads_upwards_and_since_id_from_the_top() {
    let rows: Vec<Row> = (1..=9).map(|n| row(n, &format!("u{n}"))).collect();
    let (archive, _ledger) = written(&rows);
    let above = Some(rows[2].id);
    let all = Selection::default();
    let min = Paging {
        min_id: above,
        limit: 2,
        ..Paging::default()
    };
    assert_eq!(uris(&archive, &all, min).await, ["u5", "u4"]);
    let since = Paging {
        since_id: above,
        limit: 2,
        ..Paging::default()
    };
    assert_eq!(uris(&archive, &all, since).await, ["u9", "u8"]);
    let between = Paging {
        min_id: above,
        max_id: Some(rows[4].id),
        ..Paging::default()
    };
    assert_eq!(uris(&archive, &all, between).await, ["u4"]);
}

#[tokio::test]
async fn the_archive_selects_as_the_log_does() {
    let mut rows = Vec::new();
    for n in 0..64_u32 {
        let mut row = row(n, &format!("u{n}"));
        let tags = ["a", "b", "c"].into_iter().enumerate();
        row.keys.tags = tags
            .filter(|(bit, _)| n & (1 << bit) != 0)
            .map(|(_, tag)| tag.to_owned())
            .collect();
        row.keys.local = n & 8 != 0;
        row.keys.has_media = n & 16 != 0;
        row.keys.reply_to_other = n & 32 != 0;
        rows.push(row);
    }
    let (archive, _ledger) = written(&rows);
    let tag_lists = [vec![], vec!["a"], vec!["a", "b"]];
    for any in &tag_lists {
        for all in &tag_lists {
            for none in [vec![], vec!["c"]] {
                for reach in [Reach::All, Reach::Local, Reach::Remote] {
                    for (only_media, replies_to_others) in
                        [(true, true), (false, false), (false, true)]
                    {
                        let mut selection = Selection {
                            reach,
                            only_media,
                            replies_to_others,
                            ..Selection::default()
                        };
                        selection.tags.any = keys_of(any.iter().copied());
                        selection.tags.all = keys_of(all.iter().copied());
                        selection.tags.none = keys_of(none.iter().copied());
                        let expected: Vec<String> = rows
                            .iter()
                            .rev()
                            .filter(|it| selection.matches(&it.keys))
                            .map(|it| it.uri.clone())
                            .collect();
                        let paging = Paging {
                            limit: 80,
                            ..Paging::default()
                        };
                        assert_eq!(
                            uris(&archive, &selection, paging).await,
                            expected,
                            "{selection:?}"
                        );
                    }
                }
            }
        }
    }
}

#[tokio::test]
async fn an_id_once_served_stays_as_an_alias() {
    let (archive, ledger) = written(&[row(5, "u")]);
    let old = row(5, "u").id;
    let new = row(9, "u");
    ledger.put(&new).unwrap();
    assert_eq!(
        archive.status(old).await.unwrap().map(|it| it.id),
        Some(new.id)
    );
    ledger.remove("u").unwrap();
    assert_eq!(archive.status(old).await.unwrap(), None);
    assert_eq!(archive.status(new.id).await.unwrap(), None);
}

#[tokio::test]
async fn posts_seen_only_in_threads_are_in_no_timeline() {
    let (archive, _ledger) = written(&[Row {
        listed: false,
        ..row(1, "u")
    }]);
    assert_eq!(
        uris(&archive, &Selection::default(), Paging::default()).await,
        Vec::<String>::new()
    );
    assert!(archive.by_uri("u").await.unwrap().is_some());
}

#[tokio::test]
async fn a_thread_stands_in_reading_order_and_circles_end() {
    let child = |second, uri: &str, parent: &str| Row {
        parent_uri: Some(parent.to_owned()),
        ..row(second, uri)
    };
    let (archive, _ledger) = written(&[
        row(1, "root"),
        child(2, "focus", "root"),
        child(3, "a", "focus"),
        child(4, "b", "focus"),
        child(5, "a1", "a"),
        child(6, "a2", "a1"),
        child(7, "x", "y"),
        child(8, "y", "x"),
    ]);
    let names = |list: Vec<StoredStatus>| list.into_iter().map(|it| it.uri).collect::<Vec<_>>();
    let context = archive.context("focus").await.unwrap();
    assert_eq!(names(context.ancestors), ["root"]);
    assert_eq!(names(context.descendants), ["a", "a1", "a2", "b"]);
    let circle = archive.context("x").await.unwrap();
    assert_eq!(names(circle.ancestors), ["y"]);
}

#[tokio::test]
async fn an_edit_moves_a_post_between_hashtags() {
    let tagged = |tags: &[&str]| Row {
        keys: Keys {
            tags: tags.iter().map(|it| (*it).to_owned()).collect(),
            ..Keys::default()
        },
        ..row(1, "u")
    };
    let (archive, ledger) = written(&[tagged(&["a", "b"])]);
    ledger.put(&tagged(&["b", "c"])).unwrap();
    for (tag, found) in [("a", 0), ("b", 1), ("c", 1)] {
        let selection = Selection::hashtag(tag, Reach::All);
        assert_eq!(
            uris(&archive, &selection, Paging::default()).await.len(),
            found,
            "{tag}"
        );
    }
}

#[tokio::test]
async fn an_archive_on_disk_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let place = ArchivePlace::File(folder.path().join("a.db"));
    {
        let (_archive, ledger) = Archive::open(&place).unwrap();
        ledger.begin().unwrap();
        ledger.put(&row(1, "u")).unwrap();
        ledger.set_gone("a.example", "7").unwrap();
        ledger.bury("dead").unwrap();
        ledger.commit().unwrap();
    }
    let (archive, ledger) = Archive::open(&place).unwrap();
    assert_eq!(archive.count().await.unwrap(), 1);
    assert!(ledger.is_gone("a.example", "7").unwrap());
    assert!(ledger.is_buried("dead").unwrap());
    assert!(!ledger.prune(2_000).unwrap().more);
}

#[test]
fn who_quotes_a_post_is_known_for_as_long_as_the_quoting_post_is_kept() {
    let (_archive, ledger) = written(&[row(1, "one"), row(2, "two")]);
    for uri in ["one", "two", "two"] {
        ledger.note_quote("quoted", uri).unwrap();
    }
    assert_eq!(ledger.quoting("quoted").unwrap(), ["one", "two"]);
    ledger.remove("one").unwrap();
    assert_eq!(ledger.quoting("quoted").unwrap(), ["two"]);
    assert!(ledger.quoting("two").unwrap().is_empty());
}

#[test]
fn a_file_of_a_newer_version_is_refused_with_a_reason() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    Connection::open(&path)
        .unwrap()
        .pragma_update(None, "user_version", 99)
        .unwrap();
    let error = Archive::open(&ArchivePlace::File(path))
        .unwrap_err()
        .to_string();
    assert!(error.contains("newer version"), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn a_page_holds_what_the_selection_matches(
        kept in prop::collection::vec(keys(), 1..12),
        query in parameters_of_a_query(),
        with_guarded: bool,
    ) {
        let selection = grammar::parse(query.iter().map(|(name, value)| (*name, value.as_str())))
            .unwrap()
            .seen_by(with_guarded);
        let rows: Vec<Row> = (1..)
            .zip(kept)
            .map(|(second, keys)| Row { keys, ..row(second, &format!("u{second}")) })
            .collect();
        let (archive, _ledger) = written(&rows);
        let expected: Vec<String> = rows
            .iter()
            .rev()
            .filter(|it| selection.matches(&it.keys))
            .map(|it| it.uri.clone())
            .collect();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        prop_assert_eq!(runtime.block_on(uris(&archive, &selection, Paging::default())), expected);
    }
}

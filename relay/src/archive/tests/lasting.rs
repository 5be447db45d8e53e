//! What the archive promises across restarts, versions and copies.

use std::{fs, path::Path};

use timeline::merge::{Arrival, Heard, How, Merger, Patience, Window};

use super::*;
use crate::{
    archive::lock::beside,
    log::{Draft, Kind, Seq},
};

/// The tables of the first format, as people have them.
const FORMAT_1: &str = include_str!("format1.sql");

fn place(folder: &Path) -> ArchivePlace {
    ArchivePlace::File(folder.join("a.db"))
}

/// What is on the disk if the relay is killed now, in a folder of its own.
fn killed(folder: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    for name in ["a.db", "a.db-wal"] {
        if folder.join(name).exists() {
            fs::copy(folder.join(name), copy.path().join(name)).unwrap();
        }
    }
    copy
}

/// A post as the merge keeps it.
fn merged(number: u32) -> std::sync::Arc<timeline::merge::Post> {
    let status = mastodon::Status {
        id: mastodon::StatusId::new(number.to_string()),
        uri: format!("https://a.example/statuses/{number}"),
        created_at: mastodon::Timestamp::from_unix_millis(1_700_000_000_000),
        content: Some("<p>Gr\u{fc}\u{df}e aus K\u{f6}ln</p>".into()),
        language: Some("de".into()),
        account: mastodon::Account {
            id: mastodon::AccountId::new("7"),
            acct: "ann".into(),
            indexable: Some(true),
            ..mastodon::Account::default()
        },
        tags: vec![mastodon::StatusTag {
            name: "Rust".into(),
            ..mastodon::StatusTag::default()
        }],
        ..mastodon::Status::default()
    };
    let arrival = Arrival {
        source: "a.example".into(),
        how: How::Stream,
        event: Heard::Status(Box::new(status)),
        at: 1_700_000_100_000,
        is_guarded: false,
    };
    let mut merger = Merger::new([("a.example".to_owned(), Vec::new())], Patience::default());
    let outcome = merger.apply(&mut Window::new(10), arrival);
    match outcome.changes.into_iter().next() {
        Some(timeline::merge::Change::Appeared(post)) => post,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_archive_of_the_first_format_is_asked_everything_that_a_new_one_is() {
    let folder = tempfile::tempdir().unwrap();
    let posts: Vec<_> = (1..=3).map(merged).collect();
    {
        let db = Connection::open(folder.path().join("a.db")).unwrap();
        db.pragma_update(None, "journal_mode", "WAL").unwrap();
        db.execute_batch(FORMAT_1).unwrap();
        for post in &posts {
            db.execute(
                "INSERT INTO posts (id, uri, listed, local, media, reply_to_other, parent_uri, json, state)
                 VALUES (?1, ?2, 1, 1, 0, 0, NULL, ?3, ?4)",
                rusqlite::params![
                    post.id.as_i64(),
                    post.uri,
                    serde_json::to_vec(&post.status().unwrap()).unwrap(),
                    serde_json::to_vec(&**post).unwrap()
                ],
            )
            .unwrap();
            db.execute(
                "INSERT INTO local_ids VALUES ('a.example', ?1, ?2)",
                [&post.witnesses[0].local_id, &post.uri],
            )
            .unwrap();
        }
        db.execute_batch(
            "INSERT INTO tags VALUES ('rust', 1);
             INSERT INTO gone (source, local_id) VALUES ('b.example', '9');
             INSERT INTO tombstones (uri) VALUES ('dead');
             INSERT INTO orphans VALUES ('b.example', '8', 'child');
             INSERT INTO quotes VALUES ('quoted', 'quoting');
             INSERT INTO aliases VALUES (5, 'https://a.example/statuses/1');
             PRAGMA user_version = 1;",
        )
        .unwrap();
    }
    let (archive, ledger) = Archive::open(&place(folder.path())).unwrap();
    for query in [
        vec![("all", "rust")],
        vec![("q", "k\u{f6}ln")],
        vec![("language", "de")],
        vec![("from", "ann@a.example")],
        vec![("server", "a.example")],
    ] {
        let Ok(selection) = grammar::parse(query.iter().copied()) else {
            continue;
        };
        let found = uris(&archive, &selection, Paging::default()).await;
        assert_eq!(found.len(), 3, "{query:?}");
    }
    let local = Selection::hashtag("rust", Reach::Local);
    assert_eq!(uris(&archive, &local, Paging::default()).await.len(), 3);
    let german = Selection {
        words: vec!["koln".to_owned()],
        languages: vec!["de".to_owned()],
        accounts: crate::views::Sift {
            only: vec!["ann@a.example".to_owned()],
            ..crate::views::Sift::default()
        },
        ..Selection::default()
    };
    assert_eq!(uris(&archive, &german, Paging::default()).await.len(), 3);
    assert_eq!(archive.count().await.unwrap(), 3);
    let alias = archive
        .status(PublicId::from_i64(5).unwrap())
        .await
        .unwrap();
    assert_eq!(alias.unwrap().uri, posts[0].uri);
    let state = ledger.state(&posts[1].uri).unwrap().unwrap();
    let state: timeline::merge::Post = serde_json::from_slice(&state).unwrap();
    assert_eq!(state, *posts[1]);
    assert_eq!(
        ledger.uri_of("a.example", "2").unwrap().as_ref(),
        Some(&posts[1].uri)
    );
    assert!(ledger.is_gone("b.example", "9").unwrap());
    assert!(ledger.is_buried("dead").unwrap());
    assert_eq!(ledger.take_waiting("b.example", "8").unwrap(), ["child"]);
    assert_eq!(ledger.quoting("quoted").unwrap(), ["quoting"]);
    drop(ledger);
    let db = Connection::open(folder.path().join("a.db")).unwrap();
    let gives_back: i64 = db
        .query_row("PRAGMA auto_vacuum", [], |row| row.get(0))
        .unwrap();
    assert_eq!(gives_back, 2, "space can be given back");
}

fn appeared(row: &Row) -> Draft {
    Draft::appeared(row.id, row.json.clone(), row.keys.clone())
}

#[test]
fn numbers_and_events_go_on_after_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let (archive, ledger) = Archive::open(&place(folder.path())).unwrap();
    let rows = [row(1, "one"), row(2, "two"), row(3, "three")];
    ledger.begin().unwrap();
    let drafts: Vec<Draft> = rows.iter().map(appeared).collect();
    rows.iter().for_each(|it| ledger.put(it).unwrap());
    ledger.note_events(Seq(1), &drafts).unwrap();
    ledger.commit().unwrap();
    ledger.begin().unwrap();
    ledger.remove("two").unwrap();
    ledger
        .note_events(Seq(4), &[Draft::deleted(rows[1].id, Keys::default())])
        .unwrap();
    ledger.forget_events(Seq(2)).unwrap();
    ledger.commit().unwrap();
    let copy = killed(folder.path());
    let (again, ledger) = Archive::open(&place(copy.path())).unwrap();
    assert_eq!(again.epoch(), archive.epoch());
    assert_eq!(again.secret(), archive.secret());
    let kept = ledger.events().unwrap();
    assert_eq!(kept.first, Seq(2));
    let [two, three, deleted] = kept.drafts.as_slice() else {
        panic!("{kept:?}")
    };
    assert_eq!(
        (two.id, &two.before, &two.after),
        (rows[1].id, &None, &None)
    );
    assert_eq!(three.payload, rows[2].json);
    assert_eq!(three.after, Some(rows[2].keys.clone()));
    assert_eq!(deleted.kind, Kind::Deleted);
    assert_eq!(deleted.before, Some(Keys::default()));
}

#[test]
fn a_reader_is_told_that_a_post_left_also_when_it_is_deleted_before_the_restart() {
    let (_archive, ledger) = Archive::open(&ArchivePlace::Memory).unwrap();
    let row = row(1, "u");
    let moved = Draft {
        kind: Kind::Updated,
        before: Some(Keys {
            tags: vec!["a".into()],
            ..Keys::default()
        }),
        ..appeared(&row)
    };
    let deleted = Draft::deleted(row.id, row.keys.clone());
    ledger
        .note_events(Seq(1), &[moved.clone(), deleted])
        .unwrap();
    let kept = ledger.events().unwrap();
    assert_eq!(kept.drafts[0].before, moved.before);
    assert_eq!(kept.drafts[0].after, None);
}

#[test]
fn a_run_that_may_have_lost_something_begins_a_new_epoch() {
    let folder = tempfile::tempdir().unwrap();
    let first = {
        let (archive, ledger) = Archive::open(&place(folder.path())).unwrap();
        ledger
            .note_events(Seq(1), &[appeared(&row(1, "u"))])
            .unwrap();
        archive.epoch()
    };
    let in_order = Archive::open(&place(folder.path())).unwrap();
    assert_eq!(in_order.0.epoch(), first);
    assert_eq!(in_order.1.events().unwrap().drafts.len(), 1);
    let copy = killed(folder.path());
    let db = Connection::open(copy.path().join("a.db")).unwrap();
    meta::put(&db, "running", "another start of the machine").unwrap();
    drop(db);
    let (archive, ledger) = Archive::open(&place(copy.path())).unwrap();
    assert!(archive.epoch() > first);
    assert!(ledger.events().unwrap().drafts.is_empty());
}

#[tokio::test]
async fn a_backup_of_a_running_archive_comes_back_whole_and_under_another_epoch() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let (archive, ledger) = Archive::open(&place(folder.path())).unwrap();
    ledger.begin().unwrap();
    ledger.put(&row(1, "kept")).unwrap();
    ledger.commit().unwrap();
    let copy = folder.path().join("copy.db");
    backup(&path, &copy).unwrap();
    assert!(
        backup(&path, &copy)
            .unwrap_err()
            .to_string()
            .contains("exists")
    );
    ledger.begin().unwrap();
    ledger.put(&row(2, "after")).unwrap();
    ledger.commit().unwrap();
    let in_use = restore(&copy, &path).unwrap_err().to_string();
    assert!(in_use.contains("another relay"), "{in_use}");
    let epoch = archive.epoch();
    drop((archive, ledger));
    let aside = restore(&copy, &path).unwrap().unwrap();
    let (archive, _ledger) = Archive::open(&place(folder.path())).unwrap();
    assert_eq!(
        uris(&archive, &Selection::default(), Paging::default()).await,
        ["kept"]
    );
    assert_ne!(archive.epoch(), epoch);
    let (old, _ledger) = Archive::open(&ArchivePlace::File(aside)).unwrap();
    assert_eq!(
        uris(&old, &Selection::default(), Paging::default()).await,
        ["after", "kept"]
    );
}

#[test]
fn what_is_no_whole_archive_is_not_restored() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    drop(Archive::open(&place(folder.path())).unwrap());
    let other = folder.path().join("other");
    fs::write(&other, "nothing of ours, only a text that is long enough").unwrap();
    for from in [&other, &folder.path().join("missing")] {
        assert!(restore(from, &path).is_err());
    }
    Connection::open(folder.path().join("newer"))
        .unwrap()
        .pragma_update(None, "user_version", 99)
        .unwrap();
    let error = restore(&folder.path().join("newer"), &path)
        .unwrap_err()
        .to_string();
    assert!(error.contains("format is 99"), "{error}");
    assert!(path.is_file() && !beside(&path, ".partial").exists());
}

#[test]
fn two_relays_cannot_use_one_archive() {
    let folder = tempfile::tempdir().unwrap();
    let _first = Archive::open(&place(folder.path())).unwrap();
    let error = Archive::open(&place(folder.path()))
        .unwrap_err()
        .to_string();
    assert!(error.contains("another relay"), "{error}");
}

#[test]
fn a_command_writes_rules_beside_a_running_relay_and_ends_no_run() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let (archive, ledger) = Archive::open(&place(folder.path())).unwrap();
    let beside = Ledger::beside(&path).unwrap();
    beside.begin().unwrap();
    beside.add_rule("post", "u", "").unwrap();
    beside.commit().unwrap();
    drop(beside);
    assert!(ledger.rules().unwrap().forgotten.posts.contains("u"));
    let copy = killed(folder.path());
    let db = Connection::open(copy.path().join("a.db")).unwrap();
    assert!(meta::get::<String>(&db, "running").unwrap().is_some());
    drop(db);
    assert_eq!(
        Archive::open(&place(copy.path())).unwrap().0.epoch(),
        archive.epoch()
    );
}

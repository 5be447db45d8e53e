//! What the archive says about a place or a file that it cannot work with; it never changes such a file.

use std::{fs, io::Write as _, path::Path};

use super::*;

fn refusal(path: &Path) -> ArchiveError {
    Archive::open(&ArchivePlace::File(path.to_owned())).unwrap_err()
}

/// An archive with so many posts, closed in order.
fn filled(path: &Path, posts: u32) {
    let (_archive, ledger) = Archive::open(&ArchivePlace::File(path.to_owned())).unwrap();
    ledger.begin().unwrap();
    for n in 1..=posts {
        ledger
            .put(&row(n, &format!("https://a.example/{n}")))
            .unwrap();
    }
    ledger.commit().unwrap();
}

#[test]
fn a_file_that_is_no_database_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let text = "Dear diary, today I pointed a relay at you. ".repeat(100);
    fs::write(&path, &text).unwrap();
    let error = refusal(&path);
    assert_eq!(error.trouble(), Trouble::Foreign);
    let told = error.to_string();
    assert!(
        told.contains("a.db") && told.contains("name another one"),
        "{told}"
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
}

#[test]
fn the_database_of_another_program_is_left_as_it_is() {
    for format in [0, 2] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let db = Connection::open(&path).unwrap();
        db.execute_batch("CREATE TABLE recipes (name TEXT)")
            .unwrap();
        db.pragma_update(None, "user_version", format).unwrap();
        drop(db);
        let before = fs::read(&path).unwrap();
        assert_eq!(refusal(&path).trouble(), Trouble::Foreign);
        assert_eq!(fs::read(&path).unwrap(), before);
    }
}

#[test]
fn a_folder_that_is_not_there_and_a_folder_instead_of_a_file_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let told = refusal(&folder.path().join("none/a.db")).to_string();
    assert!(told.contains("does the folder exist"), "{told}");
    let path = folder.path().join("b.db");
    fs::create_dir(&path).unwrap();
    assert_eq!(refusal(&path).trouble(), Trouble::Unreachable);
}

#[test]
fn a_file_that_was_cut_short_is_told_with_the_way_out() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    filled(&path, 500);
    let length = fs::metadata(&path).unwrap().len();
    fs::File::options()
        .write(true)
        .open(&path)
        .unwrap()
        .set_len(length / 2)
        .unwrap();
    let error = refusal(&path);
    assert_eq!(error.trouble(), Trouble::Damaged);
    assert!(error.to_string().contains("watersmeet restore"), "{error}");
    assert_eq!(fs::metadata(&path).unwrap().len(), length / 2);
}

#[tokio::test]
async fn what_is_broken_in_the_middle_fails_alone_and_is_remembered() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    filled(&path, 2_000);
    let (archive, _ledger) = Archive::open(&ArchivePlace::File(path.clone())).unwrap();
    assert!(!archive.is_damaged());
    // The pages of `posts` alone.
    let root: u64 = Connection::open(&path)
        .unwrap()
        .query_row(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'bodies'",
            [],
            |row| row.get::<_, i64>(0),
        )
        .unwrap()
        .try_into()
        .unwrap();
    let mut bytes = fs::read(&path).unwrap();
    let at = usize::try_from((root - 1) * 4_096).unwrap();
    bytes[at..at + 4_096].fill(0xA5);
    fs::File::options()
        .write(true)
        .open(&path)
        .unwrap()
        .write_all(&bytes)
        .unwrap();
    let page = archive
        .timeline(&Selection::default(), &Paging::default())
        .await;
    assert_eq!(page.unwrap_err().trouble(), Trouble::Damaged);
    assert!(archive.is_damaged());
    assert!(archive.is_open().await, "what is whole can be read");
}

#[test]
fn a_full_disk_keeps_nothing_of_a_batch_and_all_of_those_before_and_after() {
    let (archive, ledger) = Archive::open(&ArchivePlace::Memory).unwrap();
    let put = |numbers: std::ops::Range<u32>| {
        ledger.begin()?;
        let mut batch = numbers.map(|n| Row {
            state: vec![7; 3_000],
            json: Bytes::from(format!("{n:>3000}")),
            ..row(n, &format!("u{n}"))
        });
        let kept = batch.try_for_each(|it| ledger.put(&it));
        let kept = kept.and_then(|()| ledger.commit());
        kept.inspect_err(|_error| ledger.roll_back())
    };
    put(0..10).unwrap();
    ledger.limit_pages(0);
    let error = put(10..500).unwrap_err();
    assert_eq!(error.trouble(), Trouble::Full);
    assert_eq!(ledger.try_out().unwrap_err().trouble(), Trouble::Full);
    assert_eq!(ledger.posts(), 10);
    ledger.limit_pages(1 << 30);
    ledger.try_out().unwrap();
    put(500..510).unwrap();
    assert_eq!(ledger.posts(), 20);
    drop(archive);
}

#[test]
fn of_a_batch_that_failed_nothing_is_kept_whatever_is_done_after() {
    let (_archive, ledger) = Archive::open(&ArchivePlace::Memory).unwrap();
    ledger.begin().unwrap();
    ledger.limit_pages(0);
    let large = |n: u32| Row {
        json: Bytes::from(format!("{n:>9000}")),
        state: vec![7; 90_000],
        ..row(n, &format!("u{n}"))
    };
    let failed = (0..50).find_map(|n| ledger.put(&large(n)).err()).unwrap();
    assert_eq!(failed.trouble(), Trouble::Full);
    ledger.give_up();
    let error = ledger.put(&row(99, "u99")).unwrap_err();
    assert_eq!(error.trouble(), Trouble::ReadOnly);
    ledger.roll_back();
    assert_eq!(ledger.state("u99").unwrap(), None);
    ledger.limit_pages(1 << 30);
    ledger.try_out().unwrap();
}

#[test]
fn beginning_anew_keeps_what_was_there_and_no_relay_loses_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    filled(&path, 3);
    let running = Archive::open(&ArchivePlace::File(path.clone())).unwrap();
    assert!(begin_anew(&path).is_err());
    drop(running);
    let before = fs::read(&path).unwrap();
    let aside = begin_anew(&path).unwrap().unwrap();
    assert!(!path.exists());
    assert_eq!(fs::read(aside).unwrap(), before);
    assert_eq!(begin_anew(&path).unwrap(), None);
}

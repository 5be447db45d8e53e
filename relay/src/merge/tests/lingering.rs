//! What need not be written at once: who else has a post, and its counts.

use std::time::Duration;

use super::*;

/// A post that was written on neither of the sources.
fn foreign(source: &str) -> Status {
    Status {
        uri: "https://x.example/statuses/1".into(),
        account: Account {
            id: AccountId::new("7"),
            acct: "ann@x.example".into(),
            ..Account::default()
        },
        ..status(source, 1)
    }
}

#[tokio::test]
async fn who_has_a_post_is_known_after_a_restart_however_shortly_before_it_was_said() {
    let folder = tempfile::tempdir().unwrap();
    let place = ArchivePlace::File(folder.path().join("a.db"));
    let first = rig(&place);
    for source in ["a.example", "b.example"] {
        let event = Heard::Status(Box::new(foreign(source)));
        first.inlet.tell(told(source, event)).await.unwrap();
    }
    let Rig { merge, inlet, .. } = first;
    drop(inlet);
    merge.join();
    let second = rig(&place);
    let kept = second.archive.by_uri("https://x.example/statuses/1").await;
    let json = String::from_utf8(kept.unwrap().unwrap().json.to_vec()).unwrap();
    assert!(
        json.contains(r#""seen_on":["a.example","b.example"]"#),
        "{json}"
    );
    let names = second.archive.names_of("https://x.example/statuses/1");
    assert_eq!(names.await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_source_takes_back_a_word_that_was_not_written_yet() {
    let rig = rig(&ArchivePlace::Memory);
    for source in ["a.example", "b.example"] {
        let event = Heard::Status(Box::new(foreign(source)));
        rig.inlet.tell(told(source, event)).await.unwrap();
    }
    for source in ["b.example", "a.example"] {
        let event = Heard::Gone(foreign(source).id);
        rig.inlet.tell(told(source, event)).await.unwrap();
    }
    rig.inlet.flush().await.unwrap();
    assert_eq!(kinds(&rig.log), [Kind::Appeared, Kind::Deleted]);
    let late = Heard::Status(Box::new(foreign("b.example")));
    rig.inlet.tell(told("b.example", late)).await.unwrap();
    rig.inlet.flush().await.unwrap();
    assert_eq!(kinds(&rig.log).len(), 2, "what a source deleted stays so");
}

#[tokio::test]
async fn counts_that_a_reader_is_told_of_are_in_the_archive_at_once() {
    let rig = rig(&ArchivePlace::Memory);
    let popular = Selection {
        min_reblogs: 3,
        ..Selection::default()
    };
    let _attendance = rig.log.attend(&Interest(vec![popular.clone()]));
    for (source, reblogs_count) in [("a.example", 1), ("b.example", 5)] {
        let status = Status {
            reblogs_count,
            ..foreign(source)
        };
        let event = Heard::Status(Box::new(status));
        rig.inlet.tell(told(source, event)).await.unwrap();
    }
    while tells(&rig.log, &popular).is_empty() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let page = rig.archive.timeline(&popular, &Paging::default()).await;
    assert_eq!(page.unwrap().len(), 1);
}

#[tokio::test]
async fn a_post_that_all_its_sources_took_back_is_gone_however_often_they_say_it() {
    let rig = rig(&ArchivePlace::Memory);
    for source in ["a.example", "b.example", "b.example"] {
        let event = Heard::Status(Box::new(foreign(source)));
        rig.inlet.tell(told(source, event)).await.unwrap();
        rig.inlet.flush().await.unwrap();
    }
    for source in ["a.example", "a.example", "b.example", "b.example"] {
        let event = Heard::Gone(foreign(source).id);
        rig.inlet.tell(told(source, event)).await.unwrap();
    }
    rig.inlet.flush().await.unwrap();
    assert_eq!(kinds(&rig.log), [Kind::Appeared, Kind::Deleted]);
    let kept = rig.archive.by_uri("https://x.example/statuses/1").await;
    assert!(kept.unwrap().is_none());
}

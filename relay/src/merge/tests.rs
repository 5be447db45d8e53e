//! The merge with its archive and its log.

mod lingering;

use mastodon::{Account, AccountId, Quote, QuoteState, Status, StatusId, StatusTag, Timestamp};
use timeline::merge::{Heard, Patience};

use super::*;
use crate::{
    archive::{Archive, Paging},
    config::ArchivePlace,
    log::{Kind, Read, Seq, Tell},
    views::{Interest, Reach, Selection},
};

mod brief;
mod leaving;
mod trouble;

const T0: i64 = 1_700_000_000_000;

struct Rig {
    archive: Archive,
    log: Log,
    inlet: Inlet,
    merge: Merge,
}

fn rig(place: &ArchivePlace) -> Rig {
    let (archive, ledger) = Archive::open(place).unwrap();
    let log = Log::new(1, 1 << 20);
    let names = ["a.example", "b.example"];
    let parts = Parts {
        merger: Merger::new(
            names.map(|it| (it.to_owned(), Vec::new())),
            Patience::default(),
        ),
        hosts: names.map(str::to_owned).to_vec(),
        ledger,
        log: log.clone(),
        sources: Registry::default(),
        moderation: Moderation::default(),
        late_after: 60_000,
    };
    let (merge, inlet) = Merge::start(parts).unwrap();
    Rig {
        archive,
        log,
        inlet,
        merge,
    }
}

fn status(source: &str, number: u32) -> Status {
    Status {
        id: StatusId::new(format!("{source}-{number}")),
        uri: format!("https://a.example/statuses/{number}"),
        created_at: Timestamp::from_unix_millis(T0 + 1_000 * i64::from(number)),
        account: Account {
            id: AccountId::new("7"),
            acct: "ann@a.example".into(),
            ..Account::default()
        },
        tags: vec![StatusTag {
            name: "Rust".into(),
            ..StatusTag::default()
        }],
        ..Status::default()
    }
}

fn told(source: &str, event: Heard) -> Arrival {
    Arrival {
        source: source.into(),
        how: How::Stream,
        event,
        at: T0 + 3_600_000,
        is_guarded: false,
    }
}

/// What a reader of this selection is told.
fn tells(log: &Log, selection: &Selection) -> Vec<Tell> {
    let interest = Interest(vec![selection.clone()]);
    let Read::Entries(entries, _) = log.read_from(Seq::FIRST, &interest, 100) else {
        panic!("gap")
    };
    entries.iter().filter_map(|it| it.tell(selection)).collect()
}

fn kinds(log: &Log) -> Vec<Kind> {
    let everything = Interest(vec![Selection {
        replies_to_others: true,
        ..Selection::default()
    }]);
    let Read::Entries(entries, _) = log.read_from(Seq::FIRST, &everything, 100) else {
        panic!("gap")
    };
    entries.iter().map(|it| it.kind).collect()
}

#[tokio::test]
async fn a_post_seen_twice_is_kept_and_told_once() {
    let rig = rig(&ArchivePlace::Memory);
    for (source, delay) in [("b.example", 0), ("a.example", 5)] {
        let mut arrival = told(source, Heard::Status(Box::new(status(source, 1))));
        arrival.at += delay;
        rig.inlet.tell(arrival).await.unwrap();
    }
    rig.inlet.flush().await.unwrap();
    let page = rig
        .archive
        .timeline(
            &Selection::hashtag("rust", Reach::Local),
            &Paging::default(),
        )
        .await
        .unwrap();
    let [post] = page.as_slice() else {
        panic!("{page:?}")
    };
    let json = String::from_utf8(post.json.to_vec()).unwrap();
    assert!(
        json.contains(r#""seen_on":["b.example","a.example"]"#),
        "{json}"
    );
    assert_eq!(kinds(&rig.log), [Kind::Appeared]);
    assert_eq!(*rig.merge.failing.borrow(), None);
}

#[tokio::test]
async fn edits_and_deletions_reach_readers_of_archive_and_log_alike() {
    let rig = rig(&ArchivePlace::Memory);
    let edited = Status {
        edited_at: Some(Timestamp::from_unix_millis(T0 + 9_000)),
        tags: Vec::new(),
        content: Some("new".into()),
        ..status("a.example", 1)
    };
    rig.inlet
        .tell(told(
            "a.example",
            Heard::Status(Box::new(status("a.example", 1))),
        ))
        .await
        .unwrap();
    rig.inlet
        .tell(told("a.example", Heard::Edited(Box::new(edited))))
        .await
        .unwrap();
    rig.inlet.flush().await.unwrap();
    let rust = Selection::hashtag("rust", Reach::All);
    assert!(
        rig.archive
            .timeline(&rust, &Paging::default())
            .await
            .unwrap()
            .is_empty()
    );
    // Who had it under the old hashtag hears of the edit.
    let Read::Entries(entries, _) = rig.log.read_from(Seq(2), &Interest(vec![rust]), 9) else {
        panic!("gap")
    };
    assert_eq!(entries.len(), 1);
    rig.inlet
        .tell(told("a.example", Heard::Gone(StatusId::new("a.example-1"))))
        .await
        .unwrap();
    rig.inlet.flush().await.unwrap();
    assert_eq!(
        kinds(&rig.log),
        [Kind::Appeared, Kind::Updated, Kind::Deleted]
    );
    assert!(
        rig.archive
            .by_uri("https://a.example/statuses/1")
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn a_reply_that_one_server_took_for_a_post_of_its_own_leaves_the_public_view_only() {
    let rig = rig(&ArchivePlace::Memory);
    let unaware = status("b.example", 1);
    let aware = Status {
        in_reply_to_id: Some(StatusId::new("a.example-0")),
        in_reply_to_account_id: Some(AccountId::new("8")),
        ..status("a.example", 1)
    };
    for (source, status) in [("b.example", unaware), ("a.example", aware)] {
        let arrival = told(source, Heard::Status(Box::new(status)));
        rig.inlet.tell(arrival).await.unwrap();
    }
    rig.inlet.flush().await.unwrap();
    assert_eq!(
        tells(&rig.log, &Selection::public(Reach::All, false)),
        [Tell::Update, Tell::Delete]
    );
    assert_eq!(
        tells(&rig.log, &Selection::hashtag("rust", Reach::All)),
        [Tell::Update]
    );
}

#[tokio::test]
async fn readers_of_a_hashtag_that_an_edit_took_away_are_told_to_take_the_post_away() {
    let rig = rig(&ArchivePlace::Memory);
    let edited = Status {
        edited_at: Some(Timestamp::from_unix_millis(T0 + 60_000)),
        content: Some("<p>without</p>".into()),
        tags: Vec::new(),
        ..status("a.example", 1)
    };
    for event in [
        Heard::Status(Box::new(status("a.example", 1))),
        Heard::Edited(Box::new(edited)),
        Heard::Gone(StatusId::new("a.example-1")),
    ] {
        rig.inlet.tell(told("a.example", event)).await.unwrap();
    }
    rig.inlet.flush().await.unwrap();
    assert_eq!(
        tells(&rig.log, &Selection::hashtag("rust", Reach::All)),
        [Tell::Update, Tell::Delete]
    );
    assert_eq!(
        tells(&rig.log, &Selection::default()),
        [Tell::Update, Tell::StatusUpdate, Tell::Delete]
    );
}

#[tokio::test]
async fn what_was_merged_is_still_known_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let place = ArchivePlace::File(folder.path().join("a.db"));
    let first = rig(&place);
    for number in [1, 2] {
        first
            .inlet
            .tell(told(
                "a.example",
                Heard::Status(Box::new(status("a.example", number))),
            ))
            .await
            .unwrap();
    }
    first
        .inlet
        .tell(told("a.example", Heard::Gone(StatusId::new("a.example-2"))))
        .await
        .unwrap();
    first.inlet.flush().await.unwrap();
    let Rig { merge, inlet, .. } = first;
    drop(inlet);
    merge.join();
    let second = rig(&place);
    for number in [1, 2] {
        second
            .inlet
            .tell(told(
                "b.example",
                Heard::Status(Box::new(status("b.example", number))),
            ))
            .await
            .unwrap();
    }
    second.inlet.flush().await.unwrap();
    assert!(
        kinds(&second.log).is_empty(),
        "one was known, the other is deleted"
    );
    let page = second
        .archive
        .timeline(&Selection::default(), &Paging::default())
        .await
        .unwrap();
    assert_eq!(page.len(), 1);
}

#[tokio::test]
async fn readers_are_told_when_a_quote_is_accepted() {
    let rig = rig(&ArchivePlace::Memory);
    let quoting = |state, quoted: Option<Status>| Status {
        quote: Some(Quote {
            state,
            quoted_status: quoted.map(Box::new),
            quoted_status_id: None,
        }),
        ..status("a.example", 1)
    };
    let quoted = Status {
        content: Some("quoted words".into()),
        ..status("a.example", 2)
    };
    for status in [
        quoting(QuoteState::Pending, None),
        quoting(QuoteState::Accepted, Some(quoted)),
        quoting(QuoteState::Pending, None),
        quoting(QuoteState::Revoked, None),
    ] {
        let arrival = Arrival {
            how: How::Poll,
            ..told("a.example", Heard::Status(Box::new(status)))
        };
        rig.inlet.tell(arrival).await.unwrap();
    }
    rig.inlet.flush().await.unwrap();
    let everything = Interest(vec![Selection::default()]);
    let Read::Entries(entries, _) = rig.log.read_from(Seq::FIRST, &everything, 9) else {
        panic!("gap")
    };
    let told: Vec<(Kind, &str, bool)> = entries
        .iter()
        .map(|it| {
            let json = std::str::from_utf8(&it.payload).unwrap();
            let state = ["pending", "accepted", "revoked"]
                .into_iter()
                .find(|state| json.contains(&format!("\"state\":\"{state}\"")))
                .unwrap();
            (it.kind, state, json.contains("quoted words"))
        })
        .collect();
    assert_eq!(
        told,
        [
            (Kind::Appeared, "pending", false),
            (Kind::Updated, "accepted", true),
            (Kind::Updated, "revoked", false),
        ]
    );
}

#[tokio::test]
async fn a_post_that_is_boosted_often_enough_comes_to_readers_who_wait_for_that() {
    let rig = rig(&ArchivePlace::Memory);
    let popular = Selection {
        min_reblogs: 3,
        ..Selection::default()
    };
    let _attendance = rig.log.attend(&Interest(vec![popular.clone()]));
    for (number, reblogs_count) in [1, 2, 4, 5].into_iter().enumerate() {
        let status = Status {
            reblogs_count,
            ..status("a.example", 1)
        };
        let mut arrival = told("a.example", Heard::Status(Box::new(status)));
        arrival.at += i64::try_from(number).unwrap();
        rig.inlet.tell(arrival).await.unwrap();
    }
    rig.inlet.flush().await.unwrap();
    assert_eq!(tells(&rig.log, &popular), [Tell::Update]);
    assert_eq!(tells(&rig.log, &Selection::default()), [Tell::Update]);
    let page = rig.archive.timeline(&popular, &Paging::default()).await;
    assert_eq!(page.unwrap().len(), 1);
}

#[tokio::test]
async fn a_guarded_post_is_for_everybody_once_a_source_shows_it_to_everybody() {
    let rig = rig(&ArchivePlace::Memory);
    let everybody = Selection::default();
    let with_key = Selection::default().seen_by(true);
    for (source, is_guarded) in [("b.example", true), ("a.example", false)] {
        let event = Heard::Status(Box::new(status(source, 1)));
        let arrival = Arrival {
            is_guarded,
            ..told(source, event)
        };
        rig.inlet.tell(arrival).await.unwrap();
        rig.inlet.flush().await.unwrap();
        let seen = |it: &Selection| tells(&rig.log, it).len();
        assert_eq!(seen(&with_key), 1);
        assert_eq!(seen(&everybody), usize::from(!is_guarded));
        let page = rig.archive.timeline(&everybody, &Paging::default()).await;
        assert_eq!(page.unwrap().len(), usize::from(!is_guarded));
    }
}

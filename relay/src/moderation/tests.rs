//! What the operator and authors can rely on, with a relay that runs and one that does not.

use std::path::PathBuf;

use mastodon::{Account, AccountId, Status, StatusId, StatusTag, Timestamp};
use timeline::merge::{Arrival, Heard, How, Merger, Patience};

use super::*;
use crate::{
    archive::{Archive, Paging},
    config::{ArchivePlace, Config},
    log::{Kind, Log, Read, Seq},
    merge::{Inlet, Merge, Parts},
    source::Registry,
    views::{Interest, Selection},
};

const T0: i64 = 1_700_000_000_000;

struct Rig {
    path: PathBuf,
    archive: Archive,
    log: Log,
    inlet: Inlet,
    moderation: Moderation,
    merge: Merge,
}

impl Rig {
    fn start(path: PathBuf, unwanted: &Unwanted) -> Self {
        let (archive, ledger) = Archive::open(&ArchivePlace::File(path.clone())).unwrap();
        let kept = ledger.events().unwrap();
        let log = Log::resumed(1, 1 << 20, kept.first, kept.drafts);
        let moderation = Moderation::new(unwanted);
        let voices = [("a.example".to_owned(), Vec::new())];
        let (merge, inlet) = Merge::start(Parts {
            merger: Merger::new(voices, Patience::default()),
            hosts: vec!["a.example".to_owned()],
            ledger,
            log: log.clone(),
            sources: Registry::default(),
            moderation: moderation.clone(),
            late_after: 60_000,
        })
        .unwrap();
        Self {
            path,
            archive,
            log,
            inlet,
            moderation,
            merge,
        }
    }

    async fn tell(&self, host: &str, number: u32) {
        let status = Status {
            id: StatusId::new(format!("{host}-{number}")),
            uri: format!("https://{host}/users/ann/statuses/{number}"),
            url: Some(format!("https://{host}/@ann/{number}")),
            created_at: Timestamp::from_unix_millis(T0 + 1_000 * i64::from(number)),
            content: Some(format!("<p>Word{number} of many</p>")),
            account: Account {
                id: AccountId::new("7"),
                username: "ann".into(),
                acct: format!("ann@{host}"),
                uri: format!("https://{host}/users/ann"),
                url: format!("https://{host}/@ann"),
                ..Account::default()
            },
            tags: vec![StatusTag {
                name: format!("Tag{number}"),
                ..StatusTag::default()
            }],
            ..Status::default()
        };
        let arrival = Arrival {
            source: "a.example".into(),
            how: How::Stream,
            event: Heard::Status(Box::new(status)),
            at: T0 + 3_600_000,
            is_guarded: false,
        };
        self.inlet.tell(arrival).await.unwrap();
        self.inlet.flush().await.unwrap();
    }

    /// What readers see after the next tick.
    async fn seen(&self) -> Vec<String> {
        self.inlet.tick(T0).await.unwrap();
        self.inlet.flush().await.unwrap();
        self.now().await
    }

    async fn now(&self) -> Vec<String> {
        let page = self
            .archive
            .timeline(&Selection::default(), &Paging::default())
            .await;
        let name = |uri: &str| {
            uri.replace("https://", "")
                .replace("/users/ann/statuses/", " ")
        };
        page.unwrap().iter().map(|it| name(&it.uri)).collect()
    }

    fn deletions(&self) -> usize {
        let everything = Interest(vec![Selection::default()]);
        let Read::Entries(entries, _) = self.log.read_from(Seq::FIRST, &everything, 100) else {
            panic!("gap")
        };
        entries.iter().filter(|it| it.kind == Kind::Deleted).count()
    }

    fn stop(self) -> PathBuf {
        drop(self.inlet);
        self.merge.join();
        self.path
    }
}

async fn filled(folder: &tempfile::TempDir) -> Rig {
    let rig = Rig::start(folder.path().join("w.db"), &Unwanted::default());
    for (host, number) in [
        ("a.example", 1),
        ("a.example", 2),
        ("b.example", 3),
        ("x.b.example", 4),
    ] {
        rig.tell(host, number).await;
    }
    rig
}

fn configured(toml: &str) -> Unwanted {
    Config::parse(&format!("[moderation]\n{toml}\n"))
        .unwrap()
        .moderation
}

#[tokio::test]
async fn what_is_forgotten_beside_a_running_relay_leaves_its_readers_and_stays_away_until_undone() {
    let folder = tempfile::tempdir().unwrap();
    let rig = filled(&folder).await;
    for (what, left) in [
        (
            "https://a.example/@ann/1",
            vec!["x.b.example 4", "b.example 3", "a.example 2"],
        ),
        ("@Ann@a.example", vec!["x.b.example 4", "b.example 3"]),
        ("b.example", vec![]),
    ] {
        forget(&rig.path, what).unwrap();
        assert_eq!(rig.seen().await, left, "{what}");
    }
    assert_eq!(rig.deletions(), 4);
    rig.tell("x.b.example", 4).await;
    assert!(rig.now().await.is_empty());
    assert!(rig.moderation.counts().contains(&("forgotten", 1)));
    assert!(undo(&rig.path, "b.example").unwrap());
    assert!(!undo(&rig.path, "b.example").unwrap());
    rig.seen().await;
    rig.tell("x.b.example", 4).await;
    assert_eq!(rig.now().await, ["x.b.example 4"]);
}

#[tokio::test]
async fn what_is_forgotten_while_nothing_runs_is_gone_before_anybody_is_served() {
    let folder = tempfile::tempdir().unwrap();
    let path = filled(&folder).await.stop();
    forget(&path, "https://b.example/users/ann").unwrap();
    let rig = Rig::start(path, &Unwanted::default());
    assert_eq!(
        rig.now().await,
        ["x.b.example 4", "a.example 2", "a.example 1"]
    );
    let by_id = rig
        .archive
        .by_uri("https://a.example/users/ann/statuses/1")
        .await
        .unwrap()
        .unwrap();
    forget(&rig.path, &by_id.id.to_string()).unwrap();
    assert_eq!(rig.seen().await, ["x.b.example 4", "a.example 2"]);
}

#[tokio::test]
async fn an_imported_blocklist_holds_until_it_is_removed() {
    let folder = tempfile::tempdir().unwrap();
    let rig = filled(&folder).await;
    let list = Blocklist::parse(b"#domain,#severity\nb.example,suspend\na.example,silence\n");
    import_blocklist(&rig.path, &list).unwrap();
    assert!(rig.seen().await.is_empty());
    let uri = "https://a.example/users/ann/statuses/1";
    assert!(rig.archive.by_uri(uri).await.unwrap().is_some());
    assert_eq!(remove_blocklist(&rig.path, &list).unwrap(), 2);
    assert_eq!(rig.seen().await, ["a.example 2", "a.example 1"]);
}

#[tokio::test]
async fn the_configuration_hides_words_hashtags_and_accounts_and_shows_the_first_two_again() {
    let folder = tempfile::tempdir().unwrap();
    let rig = filled(&folder).await;
    let hide = |toml: &str| rig.moderation.reload(&configured(toml));
    hide(
        "hide_words = [\"WORD1 of\"]\nhide_hashtags = [\"#tag2\"]\nhide_accounts = [\"@ann@b.example\"]",
    );
    assert_eq!(rig.seen().await, ["x.b.example 4"]);
    let uri = "https://a.example/users/ann/statuses/1";
    assert!(rig.archive.by_uri(uri).await.unwrap().is_none());
    hide("");
    assert_eq!(
        rig.seen().await,
        ["x.b.example 4", "a.example 2", "a.example 1"]
    );
}

#[test]
fn a_text_that_names_nobody_is_told_so_and_an_archive_that_is_not_there_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("w.db");
    let error = forget(&path, "b.example").unwrap_err().to_string();
    assert!(error.contains("w.db"));
    drop(Archive::open(&ArchivePlace::File(path.clone())).unwrap());
    for wrong in ["", "ann", "@ann", "12345", "two words"] {
        assert!(forget(&path, wrong).is_err(), "{wrong}");
    }
    assert_eq!(listed(&path).unwrap(), Rules::default());
}

#[test]
fn a_wrong_list_is_told_with_its_key() {
    for toml in [
        "hide_accounts = [\"ann\"]",
        "hide_words = [\"…\"]",
        "blocklists = [\"no-such.csv\"]",
    ] {
        let text = format!("[moderation]\n{toml}\n");
        let error = Config::parse(&text).unwrap_err().to_string();
        let key = toml.split(' ').next().unwrap();
        assert!(error.contains(key), "{error}");
    }
}

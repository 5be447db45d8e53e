//! Posts that leave: by their author's wish, and by their age.

use super::*;
use crate::config::Keep;

fn everything() -> Selection {
    Selection {
        replies_to_others: true,
        ..Selection::default()
    }
}

async fn shown(rig: &Rig) -> usize {
    rig.inlet.flush().await.unwrap();
    let (all, newest) = (everything(), Paging::default());
    rig.archive.timeline(&all, &newest).await.unwrap().len()
}

async fn hear(rig: &Rig, number: u32, note: &str, at: i64) {
    let mut status = status("a.example", number);
    status.account.note = note.into();
    status.account.uri = "https://a.example/users/ann".into();
    let arrival = Arrival {
        at,
        ..told("a.example", Heard::Status(Box::new(status)))
    };
    rig.inlet.tell(arrival).await.unwrap();
}

#[tokio::test]
async fn posts_of_an_author_who_takes_the_wish_back_are_shown_again() {
    const MINUTE: i64 = 60_000;
    let rig = rig(&ArchivePlace::Memory);
    let now = T0 + 60 * MINUTE;
    hear(&rig, 1, "", now).await;
    assert_eq!(shown(&rig).await, 1);
    hear(&rig, 2, "<p>#nobot</p>", now + MINUTE).await;
    assert_eq!(shown(&rig).await, 0);
    for number in [1, 2, 3] {
        hear(&rig, number, "<p>Welcome</p>", now + 10 * MINUTE).await;
    }
    assert_eq!(shown(&rig).await, 3);
    let told = tells(&rig.log, &everything());
    let deleted = told.iter().filter(|it| **it == Tell::Delete).count();
    assert_eq!((deleted, told.len()), (1, 5), "{told:?}");
    let account = rig.archive.account_called("ann@a.example").await.unwrap();
    let json = String::from_utf8(account.unwrap().json.to_vec()).unwrap();
    assert!(json.contains("Welcome"), "{json}");
}

#[tokio::test]
async fn a_post_that_left_for_its_age_does_not_come_again_and_again() {
    let rig = rig(&ArchivePlace::Memory);
    let age = std::time::Duration::from_secs(3_600);
    let keep = Keep {
        max_age: Some(age),
        ..Keep::default()
    };
    rig.inlet.keep(keep).await.unwrap();
    let now = T0 + 1_800_000;
    hear(&rig, 1, "", now).await;
    assert_eq!(shown(&rig).await, 1);
    let later = T0 + 2 * 3_600_000;
    rig.inlet.tick(later).await.unwrap();
    assert_eq!(shown(&rig).await, 0);
    for turn in 1..5 {
        hear(&rig, 1, "", later + turn).await;
        rig.inlet.tick(later + turn).await.unwrap();
        assert_eq!(shown(&rig).await, 0);
    }
    assert_eq!(
        kinds(&rig.log),
        [Kind::Appeared],
        "nobody is told of it again"
    );
}

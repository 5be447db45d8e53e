//! What is not taken, or not yet.

use super::*;
use crate::key::Distrust;

#[test]
fn what_is_not_for_us_is_refused() {
    let mut world = World::new();
    let honest = copy("a.example", "a.example", 1, 0);
    let account = |note: &str, uri: &str| Account {
        note: note.into(),
        uri: uri.into(),
        ..honest.account.clone()
    };
    let own = honest.account.uri.clone();
    let time = |at| Timestamp::from_unix_millis(at);
    for (status, refusal) in [
        (
            Status {
                visibility: "unlisted".into(),
                ..honest.clone()
            },
            Refusal::NotPublic,
        ),
        (
            Status {
                uri: "tag:x".into(),
                ..honest.clone()
            },
            Refusal::Distrusted(Distrust::NoUri),
        ),
        (
            Status {
                account: account("", "https://b.example/users/x"),
                ..honest.clone()
            },
            Refusal::Distrusted(Distrust::HostsDisagree),
        ),
        (
            Status {
                account: account("<p>#NoBot</p>", &own),
                ..honest.clone()
            },
            Refusal::OptedOut,
        ),
        (
            Status {
                created_at: Timestamp::new("soon"),
                ..honest.clone()
            },
            Refusal::ImpossibleTime,
        ),
        (
            Status {
                created_at: time(-1),
                ..honest.clone()
            },
            Refusal::ImpossibleTime,
        ),
        (
            Status {
                created_at: time(T0 * 2),
                ..honest.clone()
            },
            Refusal::ImpossibleTime,
        ),
        (
            Status {
                edited_at: Some(time(T0 * 2)),
                ..honest.clone()
            },
            Refusal::ImpossibleTime,
        ),
    ] {
        assert_eq!(
            world.hear(told("a.example", status, 0)).verdict,
            Verdict::Refused(refusal)
        );
    }
    assert!(view(&world.memory).is_empty());
}

#[test]
fn a_post_from_the_future_waits_for_its_time_and_can_be_deleted_meanwhile() {
    let mut world = World::new();
    let hour = 3_600_000;
    for number in [1, 2] {
        let status = Status {
            created_at: Timestamp::from_unix_millis(T0 + hour),
            ..copy("a.example", "a.example", number, 0)
        };
        assert_eq!(
            world.hear(told("a.example", status, 0)).verdict,
            Verdict::Held
        );
    }
    world.hear(gone("a.example", 2, 1));
    assert!(world.merger.due(T0 + hour - 300_001).is_empty());
    let due = world.merger.due(T0 + hour - 300_000);
    assert_eq!(due.len(), 2);
    for arrival in due {
        world.hear(arrival);
    }
    assert_eq!(view(&world.memory).len(), 1);
    assert!(world.text("a.example", 1).is_some());
}

#[test]
fn a_boost_is_followed_to_the_post_it_carries() {
    let mut world = World::new();
    let boosted = copy("a.example", "a.example", 1, 0);
    let boost = Status {
        reblog: Some(Box::new(boosted.clone())),
        ..copy("a.example", "a.example", 50, 0)
    };
    world.hear(told("a.example", boost, 0));
    world.hear(gone("a.example", 50, 1));
    assert_eq!(view(&world.memory)[0].0, boosted.uri);
}

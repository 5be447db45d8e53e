//! Whose word is shown, by example.

use super::{post::MAX_TOLD, *};

#[test]
fn an_edit_replaces_and_an_old_version_does_not() {
    let mut world = World::new();
    world.hear(told("a.example", copy("a.example", "a.example", 1, 0), 0));
    assert_eq!(
        kinds(&world.hear(told("a.example", copy("a.example", "a.example", 1, 2), 1))),
        ["updated"]
    );
    assert_eq!(
        kinds(&world.hear(told("a.example", copy("a.example", "a.example", 1, 1), 2))),
        ["witnessed"]
    );
    assert_eq!(
        world.text("a.example", 1).as_deref(),
        Some("<p>version 2</p>")
    );
}

#[test]
fn a_lie_about_another_servers_post_is_not_shown() {
    let mut world = World::new();
    for source in SOURCES {
        world.hear(told(source, copy(source, "a.example", 1, 0), 0));
    }
    let mut lie = copy("b.example", "a.example", 1, 5);
    lie.content = Some("<p>lie</p>".into());
    assert_eq!(
        kinds(&world.hear(told("b.example", lie.clone(), 1))),
        ["witnessed"]
    );
    assert_eq!(
        world.text("a.example", 1).as_deref(),
        Some("<p>version 0</p>")
    );
    // Where nobody can ask the origin, two independent sources outweigh the first.
    for source in ["b.example", "c.example"] {
        world.hear(told(source, copy(source, "far.example", 2, 0), 0));
    }
    world.hear(told(
        "c.example",
        Status {
            content: Some("<p>lie</p>".into()),
            ..copy("c.example", "far.example", 2, 3)
        },
        1,
    ));
    assert_eq!(
        world.text("far.example", 2).as_deref(),
        Some("<p>version 0</p>")
    );
    let same = Status {
        content: Some("<p>lie</p>".into()),
        ..copy("a.example", "far.example", 2, 3)
    };
    world.hear(told("a.example", same, 2));
    assert_eq!(world.text("far.example", 2).as_deref(), Some("<p>lie</p>"));
}

#[test]
fn a_lie_that_came_first_is_refuted_by_reading_the_origin() {
    let mut world = World::new();
    let lie = Status {
        content: Some("<p>lie</p>".into()),
        ..copy("b.example", "a.example", 1, 5)
    };
    world.hear(told("b.example", lie, 0));
    world.hear(told("a.example", copy("a.example", "a.example", 1, 0), 1));
    assert_eq!(
        world.text("a.example", 1).as_deref(),
        Some("<p>lie</p>"),
        "a stream may merely be late"
    );
    let read = Arrival {
        how: How::Poll,
        ..told("a.example", copy("a.example", "a.example", 1, 0), 20_000)
    };
    assert_eq!(kinds(&world.hear(read)), ["updated"]);
    assert_eq!(
        world.text("a.example", 1).as_deref(),
        Some("<p>version 0</p>")
    );
}

#[test]
fn the_origins_time_of_writing_wins_and_moves_the_post() {
    let mut world = World::new();
    let off = Status {
        created_at: Timestamp::from_unix_millis(T0 - 90_000),
        ..copy("b.example", "a.example", 1, 0)
    };
    world.hear(told("b.example", off, 0));
    let outcome = world.hear(told("a.example", copy("a.example", "a.example", 1, 0), 1));
    assert_eq!(kinds(&outcome), ["deleted", "appeared"]);
    // Copies cut to whole seconds are no disagreement.
    let cut = Status {
        created_at: Timestamp::from_unix_millis(T0),
        ..copy("c.example", "a.example", 1, 0)
    };
    assert_eq!(kinds(&world.hear(told("c.example", cut, 2))), ["witnessed"]);
}

/// All orders of these.
fn orders<T: Clone>(things: &[T]) -> Vec<Vec<T>> {
    if things.is_empty() {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for first in 0..things.len() {
        let mut rest = things.to_vec();
        let chosen = rest.remove(first);
        all.extend(orders(&rest).into_iter().map(|mut order| {
            order.insert(0, chosen.clone());
            order
        }));
    }
    all
}

#[test]
fn what_another_told_before_its_own_server_spoke_is_believed_in_any_order() {
    let tell = |source, edit, at| told(source, copy(source, "a.example", 4, edit), at);
    // Version 3 came after the origin had spoken without knowing of it; version 2 came before.
    let arrivals = [
        tell("b.example", 2, 0),
        tell("a.example", 0, 1),
        tell("b.example", 3, 2),
    ];
    for order in orders(&arrivals) {
        let mut world = World::new();
        for arrival in order {
            world.hear(arrival);
        }
        assert_eq!(
            world.text("a.example", 4).as_deref(),
            Some("<p>version 2</p>")
        );
    }
}

#[test]
fn however_many_versions_one_source_makes_up_the_origins_stays() {
    let lies = (1..12).map(|edit| {
        told(
            "b.example",
            copy("b.example", "a.example", 1, edit),
            i64::from(edit),
        )
    });
    let honest = told("a.example", copy("a.example", "a.example", 1, 0), 0);
    let first: Vec<Arrival> = std::iter::once(honest.clone())
        .chain(lies.clone())
        .collect();
    let last: Vec<Arrival> = lies.chain([honest]).collect();
    for order in [first, last] {
        let mut world = World::new();
        for arrival in order {
            world.hear(arrival);
        }
        let text = world.text("a.example", 1);
        assert_eq!(text.as_deref(), Some("<p>version 0</p>"));
        let post = world.memory.posts().next().unwrap();
        assert!(post.copies.len() <= post.witnesses.len() * (MAX_TOLD + 1));
    }
}

//! The oracle notices each way to break a promise, and complains of nothing else.

use super::*;

fn post(uri: &str, content: &str, alive: bool) -> TruePost {
    TruePost {
        uri: uri.into(),
        content: content.into(),
        edits: 0,
        alive,
        place: Place::Inside,
    }
}

fn appeared(id: &str, uri: &str, content: &str) -> Seen {
    Seen::Appeared {
        id: id.into(),
        uri: uri.into(),
        content: content.into(),
    }
}

fn shown(id: &str, uri: &str, content: &str) -> Shown {
    Shown {
        id: id.into(),
        uri: uri.into(),
        content: content.into(),
    }
}

#[test]
fn a_faithful_stream_has_no_complaint() {
    let truth = [
        post("a", "one", true),
        post("b", "two!", true),
        post("c", "three", false),
    ];
    let seen = [
        appeared("1", "a", "one"),
        appeared("2", "b", "two"),
        Seen::Updated {
            id: "2".into(),
            uri: "b".into(),
            content: "two!".into(),
        },
        appeared("3", "c", "three"),
        Seen::Deleted { id: "3".into() },
    ];
    assert_eq!(check_stream(&truth, &seen), []);
}

#[test]
fn a_lost_post_is_noticed() {
    assert_eq!(
        check_stream(&[post("a", "one", true)], &[]),
        [Complaint::Lost("a".into())]
    );
    assert_eq!(
        check_walk(&[post("a", "one", true)], &[]),
        [Complaint::Lost("a".into())]
    );
}

#[test]
fn a_feed_that_is_not_the_truth_is_noticed() {
    let truth = [post("a", "one by ann", true), post("b", "two by bo", false)];
    let items = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        let owned = |(uri, mark): &(&str, &str)| ((*uri).to_owned(), (*mark).to_owned());
        pairs.iter().map(owned).collect()
    };
    assert_eq!(check_feed(&truth, &items(&[("a", "one")])), []);
    assert_eq!(check_feed(&truth, &[]), [Complaint::Lost("a".into())]);
    let wrong = items(&[("a", "old"), ("a", "one"), ("b", "two"), ("c", "three")]);
    let stale = Complaint::StaleContent {
        uri: "a".into(),
        shown: "old".into(),
        truth: "one by ann".into(),
    };
    let expected = [
        stale,
        Complaint::Twice("a".into()),
        Complaint::DeadShown("b".into()),
        Complaint::NotOfTheView("c".into()),
    ];
    assert_eq!(check_feed(&truth, &wrong), expected);
}

#[test]
fn a_post_that_comes_twice_is_noticed() {
    let truth = [post("a", "one", true)];
    assert_eq!(
        check_stream(
            &truth,
            &[appeared("1", "a", "one"), appeared("1", "a", "one")]
        ),
        [Complaint::Twice("a".into())]
    );
    let twice = [shown("2", "a", "one"), shown("1", "a", "one")];
    assert_eq!(check_walk(&truth, &twice), [Complaint::Twice("a".into())]);
}

#[test]
fn a_dead_post_is_noticed() {
    let truth = [post("a", "one", false)];
    assert_eq!(
        check_walk(&truth, &[shown("1", "a", "one")]),
        [Complaint::DeadShown("a".into())]
    );
    assert_eq!(
        check_stream(&truth, &[appeared("1", "a", "one")]),
        [Complaint::DeleteMissing("a".into())]
    );
}

#[test]
fn an_edit_before_its_post_or_after_its_deletion_is_noticed() {
    let truth = [post("a", "one", false)];
    let edit = Seen::Updated {
        id: "1".into(),
        uri: "a".into(),
        content: "one".into(),
    };
    let gone = Seen::Deleted { id: "1".into() };
    assert_eq!(
        check_stream(&truth, &[edit.clone(), gone.clone()]),
        [Complaint::UpdateBeforePost("a".into())]
    );
    assert_eq!(
        check_stream(&truth, &[appeared("1", "a", "one"), gone, edit]),
        [Complaint::EventAfterDelete("a".into())]
    );
}

#[test]
fn a_reader_who_filled_a_gap_is_owed_everything_again() {
    let truth = [
        post("a", "one", true),
        post("b", "two", true),
        post("c", "three", false),
    ];
    let before = [appeared("1", "a", "one"), appeared("3", "c", "three")];
    let told = |after: &[Seen]| {
        let seen: Vec<Seen> = before.iter().chain(after).cloned().collect();
        check_stream(&truth, &seen)
    };
    let read = Seen::Read(vec![shown("2", "b", "two"), shown("1", "a", "one")]);
    assert_eq!(
        told(&[Seen::Gap]),
        [Complaint::DeleteMissing("c".into())],
        "until it is filled, nothing is owed"
    );
    assert_eq!(told(&[Seen::Gap, read.clone()]), []);
    assert_eq!(
        told(&[Seen::Gap, read.clone(), appeared("2", "b", "two")]),
        [],
        "the stream went on before the page was read"
    );
    let twice = [appeared("2", "b", "two"), appeared("2", "b", "two")];
    let events: Vec<Seen> = [Seen::Gap, read].into_iter().chain(twice).collect();
    assert_eq!(told(&events), [Complaint::Twice("b".into())]);
    assert_eq!(
        told(&[Seen::Gap, Seen::Read(vec![shown("2", "b", "two")])]),
        [Complaint::Lost("a".into())]
    );
}

#[test]
fn stale_words_and_wrong_order_are_noticed() {
    let truth = [post("a", "new", true), post("b", "two", true)];
    let walked = [shown("9", "a", "old"), shown("10", "b", "two")];
    let complaints = check_walk(&truth, &walked);
    assert!(complaints.contains(&Complaint::OutOfOrder {
        before: "9".into(),
        after: "10".into()
    }));
    assert!(
        complaints
            .iter()
            .any(|it| matches!(it, Complaint::StaleContent { uri, .. } if uri == "a"))
    );
}

#[test]
fn the_words_of_a_deleted_post_inside_another_are_noticed() {
    let truth = |quoted_is_alive| [post("a", "one", true), post("b", "two", quoted_is_alive)];
    let walked = [shown("2", "b", "two"), shown("1", "a", "one❝b")];
    assert_eq!(check_walk(&truth(true), &walked), []);
    let complaints = check_walk(&truth(false), &walked[1..]);
    assert!(matches!(&complaints[..], [Complaint::StaleContent { uri, .. }] if uri == "a"));
    let seen = [appeared("1", "a", "one❝b")];
    assert_eq!(check_stream(&truth(false), &seen).len(), 1);
}

#[test]
fn a_reader_with_a_cursor_is_owed_only_what_lies_above_it() {
    let truth = [post("a", "one", true), post("b", "two", true)];
    let walked = [shown("2", "b", "two"), shown("1", "a", "one")];
    assert_eq!(
        check_above(&truth, &walked, "1", &[shown("2", "b", "two")]),
        []
    );
    assert_eq!(
        check_above(&truth, &walked, "1", &[]),
        [Complaint::Lost("b".into())]
    );
}

#[test]
fn a_post_of_nobody_is_noticed() {
    assert_eq!(
        check_walk(&[], &[shown("1", "x", "?")]),
        [Complaint::NotOfTheView("x".into())]
    );
}

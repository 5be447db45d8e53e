//! One entity, one signal; wishes over truth.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use content::{Block, Content, Hints, Inline};
use mastodon::StatusId;
use reactive_graph::computed::ArcMemo;
use reactive_graph::traits::{Get as _, GetUntracked as _};
use serde_json::json;

use crate::{Arrival, Intent, Origin, Outcome, Status, StatusRef, Store};

fn parse(html: &str, _: Hints) -> Content {
    let inlines = vec![Inline::Text(html.to_owned())];
    Content {
        blocks: vec![Block::Paragraph {
            lang: None,
            inlines,
        }],
        truncated: false,
    }
}

fn status(id: u32, more: serde_json::Value) -> Arrival {
    let mut wire = json!({
        "id": id.to_string(),
        "uri": format!("https://a.example/{id}"),
        "created_at": "2026-10-14T10:00:00.000Z",
        "content": "hello",
        "favourites_count": 5,
        "account": {"id": "1", "username": "alice", "acct": "alice", "url": "https://a.example/@alice"},
    });
    for (name, value) in more.as_object().unwrap() {
        wire[name] = value.clone();
    }
    Arrival::read(serde_json::from_value(wire).unwrap(), &mut parse)
}

fn origin() -> Origin {
    Origin::new("https://relay.example")
}

fn stored(more: serde_json::Value) -> (Store, StatusRef) {
    let store = Store::default();
    let status = store.merge(&origin(), status(1, more));
    (store, status)
}

fn favour(status: &Status) -> (bool, i64) {
    (status.favourited, status.favourites_count)
}

fn words(store: &Store, status: StatusRef) -> String {
    store.peek_status(status).text.plain()
}

#[test]
fn every_view_of_a_status_changes_at_once() {
    let (store, status) = stored(json!({}));
    let (one, other) = (
        store.status(status, favour),
        store.status(status, |it| it.favourites_count),
    );
    store.begin(status, Intent::Favourite(true)).unwrap();
    assert_eq!((one.get_untracked(), other.get_untracked()), ((true, 6), 6));
}

#[test]
fn a_failed_wish_takes_back_only_itself() {
    let (store, status) = stored(json!({}));
    let favourite = store.begin(status, Intent::Favourite(true)).unwrap();
    store.begin(status, Intent::Bookmark(true)).unwrap();
    let edited = super::tests::status(
        1,
        json!({"content": "edited", "edited_at": "2026-10-14T11:00:00.000Z", "favourites_count": 9}),
    );
    store.merge(&origin(), edited);
    store.settle(&origin(), favourite, Outcome::Failed);
    let shown = store.peek_status(status);
    assert_eq!(
        (shown.favourited, shown.favourites_count, shown.bookmarked),
        (false, 9, true)
    );
    assert_eq!(words(&store, status), "edited");
}

#[test]
fn a_double_tap_ends_where_it_started() {
    let (store, status) = stored(json!({}));
    let seen = store.status(status, favour);
    let first = store.begin(status, Intent::Favourite(true)).unwrap();
    let second = store.begin(status, Intent::Favourite(false)).unwrap();
    assert_eq!(seen.get_untracked(), (false, 5));
    let late = super::tests::status(1, json!({"favourited": true, "favourites_count": 6}));
    store.settle(&origin(), first, Outcome::Done(Box::new(late)));
    assert_eq!(seen.get_untracked(), (false, 5));
    let last = super::tests::status(1, json!({"favourited": false, "favourites_count": 5}));
    store.settle(&origin(), second, Outcome::Done(Box::new(last)));
    assert_eq!(seen.get_untracked(), (false, 5));
}

#[test]
fn wishes_on_one_status_are_bounded() {
    let (store, status) = stored(json!({}));
    let granted = (0..100)
        .filter_map(|_| store.begin(status, Intent::Reblog(true)))
        .count();
    assert_eq!(granted, crate::MAX_PENDING);
}

#[test]
fn toggling_one_status_of_many_runs_one_reader_again() {
    let store = Store::default();
    let statuses: Vec<_> = (0..2_000)
        .map(|id| store.merge(&origin(), status(id, json!({}))))
        .collect();
    let runs = Arc::new(AtomicUsize::new(0));
    let reader = |source: ArcMemo<bool>| {
        let runs = Arc::clone(&runs);
        ArcMemo::new(move |_| {
            runs.fetch_add(1, Ordering::Relaxed);
            source.get()
        })
    };
    let readers: Vec<_> = statuses
        .iter()
        .flat_map(|it| {
            [
                store.status(*it, |it| it.favourited),
                store.status(*it, |it| it.text.is_empty()),
            ]
        })
        .map(reader)
        .collect();
    let read_all = || readers.iter().filter(|it| it.get_untracked()).count();
    read_all();
    assert_eq!(runs.swap(0, Ordering::Relaxed), 4_000);
    store.begin(statuses[700], Intent::Favourite(true)).unwrap();
    read_all();
    assert_eq!(runs.swap(0, Ordering::Relaxed), 1);
    store.merge(&origin(), status(9_999, json!({})));
    read_all();
    assert_eq!(runs.load(Ordering::Relaxed), 0);
}

#[test]
fn what_a_public_stream_does_not_know_about_the_viewer_stays() {
    let (store, status) = stored(json!({"favourited": true, "bookmarked": true}));
    store.merge(
        &origin(),
        super::tests::status(1, json!({"favourites_count": 7})),
    );
    let shown = store.peek_status(status);
    assert_eq!(
        (shown.favourited, shown.bookmarked, shown.favourites_count),
        (true, true, 7)
    );
}

#[test]
fn an_edit_that_was_overtaken_does_not_win() {
    let (store, status) =
        stored(json!({"content": "second", "edited_at": "2026-10-14T12:00:00.000Z"}));
    store.merge(
        &origin(),
        super::tests::status(1, json!({"content": "first", "favourites_count": 8})),
    );
    assert_eq!(
        (
            words(&store, status),
            store.peek_status(status).favourites_count
        ),
        ("second".to_owned(), 8)
    );
}

#[test]
fn ids_of_two_servers_are_two_statuses() {
    let (store, here) = stored(json!({}));
    let there = store.merge(&Origin::new("https://other.example"), status(1, json!({})));
    assert_ne!(here, there);
}

#[test]
fn a_boost_and_a_quote_refer_to_one_status() {
    let inner = json!({
        "id": "2", "uri": "https://a.example/2", "created_at": "2026-10-14T09:00:00.000Z", "content": "inner",
        "account": {"id": "1", "username": "alice", "acct": "alice"},
    });
    let (store, boost) = stored(json!({"content": "", "reblog": inner}));
    let quote = store.merge(
        &origin(),
        status(
            3,
            json!({"quote": {"state": "accepted", "quoted_status": inner}}),
        ),
    );
    let boosted = store.peek_status(boost).reblog.unwrap();
    assert_eq!(
        store.peek_status(quote).quote.unwrap().status,
        Some(boosted)
    );
    assert_eq!(words(&store, boosted), "inner");
}

#[test]
fn a_reply_finds_its_parent_when_that_arrives_later() {
    let (store, reply) = stored(json!({"in_reply_to_id": "7"}));
    let parent = store.peek_status(reply).in_reply_to.unwrap();
    assert_eq!(store.peek_status(parent).id, StatusId::new("7"));
    let seen = store.status(parent, |it| it.text.plain());
    assert_eq!(seen.get_untracked(), "");
    store.merge(&origin(), status(7, json!({})));
    assert_eq!(seen.get_untracked(), "hello");
}

#[test]
fn a_deleted_status_stays_deleted() {
    let (store, _) = stored(json!({}));
    store.delete(&origin(), &StatusId::new("1"));
    let again = store.merge(&origin(), status(1, json!({"favourites_count": 9})));
    assert!(store.peek_status(again).gone);
}

#[test]
fn the_number_of_statuses_is_bounded_and_the_newest_stay() {
    let mut entities = super::Entities::default();
    let most = u32::try_from(super::MAX_STATUSES).unwrap();
    let mut last = StatusRef::default();
    for id in 1..=most + 10 {
        last = entities.merge(&origin(), status(id, json!({})));
    }
    let wished = StatusRef(1 + 1);
    entities.begin(wished, Intent::Bookmark(true)).unwrap();
    assert!(entities.is_over_full(0));
    entities.sweep(&std::collections::HashSet::new());
    assert!(!entities.is_over_full(0));
    assert!(entities.peek(last).is_some() && entities.peek(wished).is_some());
    assert!(entities.peek(StatusRef(3)).is_none());
}

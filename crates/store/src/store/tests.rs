//! Feeds as components see them: rows, conditions, bounds.

use content::Content;
use mastodon::StatusId;
use reactive_graph::traits::GetUntracked as _;
use serde_json::json;

use crate::{Arrival, Failure, FeedId, FeedState, MAX_FEEDS, Older, Origin, Row, Store, Want};

fn origin() -> Origin {
    Origin::new("https://relay.example")
}

fn arrival(id: u32, parent: Option<u32>) -> Arrival {
    let status = json!({
        "id": id.to_string(),
        "uri": format!("https://a.example/{id}"),
        "created_at": format!("2026-10-14T10:00:{id:02}.000Z"),
        "in_reply_to_id": parent.map(|it| it.to_string()),
        "account": {"id": "1", "username": "alice", "acct": "alice"},
    });
    Arrival::read(serde_json::from_value(status).unwrap(), &mut |_, _| {
        Content::default()
    })
}

fn loaded(store: &Store, feed: &FeedId, ids: &[u32], next: Option<&str>) {
    store.begin_request(feed, Want::Newest).unwrap();
    let page = ids.iter().map(|id| arrival(*id, None)).collect();
    store.merge_page(feed, &origin(), Want::Newest, page, next.map(str::to_owned));
}

fn ids(store: &Store, feed: &FeedId) -> Vec<String> {
    let id = |row| match row {
        Row::Status(status) => store.peek_status(status).id.to_string(),
        Row::Gap(_) => "gap".to_owned(),
    };
    store
        .feed(feed)
        .rows
        .get_untracked()
        .into_iter()
        .map(id)
        .collect()
}

#[test]
fn a_page_becomes_rows_and_a_live_post_waits() {
    let store = Store::default();
    let view = store.feed(&FeedId::Combined);
    assert_eq!(view.state.get_untracked(), FeedState::Loading);
    loaded(&store, &FeedId::Combined, &[3, 2], Some("2"));
    store.merge_live(&[FeedId::Combined], &origin(), arrival(4, None));
    assert_eq!(
        (view.state.get_untracked(), view.held.get_untracked()),
        (FeedState::Ready, 1)
    );
    assert_eq!(ids(&store, &FeedId::Combined), ["3", "2"]);
    store.release(&FeedId::Combined);
    assert_eq!(
        (ids(&store, &FeedId::Combined), view.held.get_untracked()),
        (vec!["4".to_owned(), "3".to_owned(), "2".to_owned()], 0)
    );
}

#[test]
fn a_deleted_post_leaves_every_feed_and_no_later_page_brings_it_back() {
    let store = Store::default();
    let tag = FeedId::hashtag("#Rust");
    for feed in [&FeedId::Combined, &tag] {
        loaded(&store, feed, &[3, 2], Some("2"));
    }
    store.delete(&origin(), &StatusId::new("3"));
    store.begin_request(&tag, Want::Newest).unwrap();
    store.merge_page(
        &tag,
        &origin(),
        Want::Newest,
        vec![arrival(3, None), arrival(2, None)],
        None,
    );
    store.release(&tag);
    assert_eq!(
        (ids(&store, &FeedId::Combined), ids(&store, &tag)),
        (vec!["2".to_owned()], vec!["2".to_owned()])
    );
}

#[test]
fn a_request_under_way_is_not_made_twice() {
    let store = Store::default();
    assert!(
        store
            .begin_request(&FeedId::Combined, Want::Newest)
            .is_some()
    );
    assert!(
        store
            .begin_request(&FeedId::Combined, Want::Newest)
            .is_none()
    );
    store.fail_request(&FeedId::Combined, Want::Newest, Failure::TimedOut);
    assert!(
        store
            .begin_request(&FeedId::Combined, Want::Newest)
            .is_some()
    );
}

#[test]
fn a_failed_first_page_says_why_and_a_failed_later_one_keeps_what_is_there() {
    let store = Store::default();
    let view = store.feed(&FeedId::Combined);
    store
        .begin_request(&FeedId::Combined, Want::Newest)
        .unwrap();
    store.fail_request(&FeedId::Combined, Want::Newest, Failure::Offline);
    assert_eq!(view.state.get_untracked(), FeedState::Offline);
    loaded(&store, &FeedId::Combined, &[3], Some("3"));
    store.begin_request(&FeedId::Combined, Want::Older).unwrap();
    assert_eq!(view.older.get_untracked(), Older::Loading);
    store.fail_request(&FeedId::Combined, Want::Older, Failure::Malformed);
    assert_eq!(
        view.older.get_untracked(),
        Older::Failed(Failure::Malformed)
    );
    assert_eq!(view.state.get_untracked(), FeedState::Ready);
}

#[test]
fn a_feed_without_posts_is_empty_and_at_its_end() {
    let store = Store::default();
    loaded(&store, &FeedId::Combined, &[], None);
    let view = store.feed(&FeedId::Combined);
    assert_eq!(
        (view.state.get_untracked(), view.older.get_untracked()),
        (FeedState::Empty, Older::Ended)
    );
}

#[test]
fn the_first_live_post_of_an_empty_feed_is_something_to_show() {
    let store = Store::default();
    loaded(&store, &FeedId::Combined, &[], None);
    let view = store.feed(&FeedId::Combined);
    store.merge_live(&[FeedId::Combined], &origin(), arrival(4, None));
    assert_eq!(
        (view.state.get_untracked(), view.held.get_untracked()),
        (FeedState::Ready, 1)
    );
}

#[test]
fn a_conversation_stands_in_reading_order_around_its_post() {
    let store = Store::default();
    let focus = store.merge(&origin(), arrival(2, Some(1)));
    let feed = FeedId::Thread(focus);
    let view = store.feed(&feed);
    store.begin_request(&feed, Want::Older).unwrap();
    store.set_thread(focus, &[], false);
    assert_eq!(
        (ids(&store, &feed), view.older.get_untracked()),
        (vec!["2".to_owned()], Older::Loading)
    );
    let around: Vec<_> = [(5, Some(3)), (4, Some(2)), (3, Some(2)), (1, None)]
        .map(|(id, parent)| store.merge(&origin(), arrival(id, parent)))
        .to_vec();
    store.set_thread(focus, &around, true);
    assert_eq!(
        (ids(&store, &feed), view.older.get_untracked()),
        (
            ["1", "2", "3", "5", "4"].map(str::to_owned).to_vec(),
            Older::Ended
        )
    );
}

#[test]
fn the_feed_unused_for_longest_is_forgotten_first() {
    let store = Store::default();
    loaded(&store, &FeedId::Combined, &[1], None);
    for number in 0..MAX_FEEDS {
        store.feed(&FeedId::Combined);
        loaded(&store, &FeedId::hashtag(&number.to_string()), &[1], None);
    }
    assert!(store.is_loaded(&FeedId::Combined));
    assert!(!store.is_loaded(&FeedId::hashtag("0")));
}

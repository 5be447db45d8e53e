//! The rules of a feed, each as a sentence.

use proptest::prelude::*;

use super::{Edge, Event, Feed, MAX_HELD, MAX_ROWS, Post, Row, Want};
use crate::gap::{GapId, Place};

fn post(n: u32) -> Post<u32> {
    Post {
        key: n,
        place: Place::new(n.to_string()),
    }
}

fn page(want: Want, ids: &[u32], next: Option<u32>) -> Event<u32> {
    let posts = ids.iter().copied().map(post).collect();
    Event::Page {
        want,
        posts,
        next: next.map(|it| Place::new(it.to_string())),
    }
}

fn loaded(ids: &[u32]) -> Feed<u32> {
    let mut feed = Feed::default();
    feed.apply(page(Want::Newest, ids, ids.last().copied()));
    feed
}

fn shown(feed: &Feed<u32>) -> Vec<u32> {
    let key = |row| match row {
        Row::Status(key) => key,
        Row::Gap(GapId(id)) => 1_000_000 + id,
    };
    feed.rows().into_iter().map(key).collect()
}

const GAP: u32 = 1_000_000;

#[test]
fn places_sort_by_length_first_as_ids_do() {
    assert!(Place::new("10") > Place::new("9"));
    assert!(Place::new("01KA") < Place::new("01KB"));
}

#[test]
fn a_page_from_further_down_leaves_a_gap_that_can_be_filled() {
    let mut feed = loaded(&[90, 89]);
    let below = |ids: &[u32], next: u32| Event::Below {
        posts: ids.iter().copied().map(post).collect(),
        next: Some(Place::new(next.to_string())),
    };
    feed.apply(below(&[50, 49], 49));
    assert_eq!(shown(&feed), [90, 89, GAP, 50, 49]);
    let gap = feed.next_request(Want::Gap(GapId(0))).unwrap();
    let cursor = |place: &Option<Place>| place.as_ref().unwrap().as_str().to_owned();
    assert_eq!(
        (cursor(&gap.max_id), cursor(&gap.since_id)),
        ("89".to_owned(), "50".to_owned())
    );
    let older = feed.next_request(Want::Older).unwrap();
    assert_eq!(cursor(&older.max_id), "49");
    feed.apply(page(Want::Gap(GapId(0)), &[70], None));
    feed.apply(page(Want::Gap(GapId(0)), &[], None));
    assert_eq!(shown(&feed), [90, 89, 70, 50, 49]);
}

#[test]
fn a_page_from_further_down_that_joins_leaves_no_gap() {
    let mut feed = loaded(&[90, 89]);
    feed.apply(Event::Below {
        posts: vec![post(89), post(88)],
        next: None,
    });
    assert_eq!(shown(&feed), [90, 89, 88]);
    assert_eq!(feed.older(), Edge::Ended);
}

#[test]
fn live_posts_wait_while_somebody_reads() {
    let mut feed = loaded(&[3, 2, 1]);
    let change = feed.apply(Event::Live(post(4)));
    assert!(change.held && !change.rows);
    assert_eq!((feed.held(), shown(&feed)), (1, vec![3, 2, 1]));
    feed.apply(Event::Released);
    assert_eq!((feed.held(), shown(&feed)), (0, vec![4, 3, 2, 1]));
}

#[test]
fn at_the_top_they_appear_at_once_unless_others_wait() {
    let mut feed = loaded(&[3]);
    feed.apply(Event::AtTop(true));
    assert!(feed.apply(Event::Live(post(4))).rows);
    feed.apply(Event::AtTop(false));
    feed.apply(Event::Live(post(5)));
    feed.apply(Event::AtTop(true));
    feed.apply(Event::Live(post(6)));
    assert_eq!((feed.held(), shown(&feed)), (2, vec![4, 3]));
}

#[test]
fn a_late_post_takes_its_own_place() {
    let mut feed = loaded(&[9, 5, 3]);
    feed.apply(Event::Live(post(7)));
    feed.apply(Event::Released);
    assert_eq!(shown(&feed), [9, 7, 5, 3]);
}

#[test]
fn a_post_below_the_end_is_left_to_the_pages_to_come() {
    let mut feed = loaded(&[9, 5]);
    assert_eq!(feed.apply(Event::Live(post(2))), super::Change::default());
    feed.apply(page(Want::Older, &[3, 2], None));
    assert_eq!(
        (shown(&feed), feed.older()),
        (vec![9, 5, 3, 2], Edge::Ended)
    );
}

#[test]
fn a_delete_that_overtakes_its_post_wins() {
    let mut feed = loaded(&[1]);
    feed.apply(Event::Deleted(2));
    feed.apply(Event::Live(post(2)));
    feed.apply(Event::Released);
    assert_eq!(shown(&feed), [1]);
}

#[test]
fn a_deleted_post_leaves_the_rows_and_those_that_wait() {
    let mut feed = loaded(&[2, 1]);
    feed.apply(Event::Live(post(3)));
    assert!(feed.apply(Event::Deleted(3)).held);
    assert!(feed.apply(Event::Deleted(2)).rows);
    assert_eq!((feed.held(), shown(&feed)), (0, vec![1]));
    assert!(
        feed.next_request(Want::Older)
            .is_some_and(|it| it.max_id == Some(Place::new("1")))
    );
}

#[test]
fn after_an_interruption_a_page_that_does_not_join_leaves_a_gap() {
    let mut feed = loaded(&[10, 9]);
    feed.apply(Event::Missed);
    // The stream is back before the page: this post must not hide the hole.
    feed.apply(Event::Live(post(31)));
    feed.apply(page(Want::Newest, &[31, 30, 29], Some(29)));
    feed.apply(Event::Released);
    assert_eq!(shown(&feed), [31, 30, 29, GAP, 10, 9]);
    let request = feed.next_request(Want::Gap(GapId(0))).unwrap();
    assert_eq!(request.max_id, Some(Place::new("29")));
    assert_eq!(request.since_id, Some(Place::new("10")));
}

#[test]
fn a_gap_is_filled_from_above_until_it_joins() {
    let mut feed = loaded(&[10]);
    feed.apply(Event::Missed);
    feed.apply(page(Want::Newest, &[30], Some(30)));
    feed.apply(Event::Released);
    feed.apply(page(Want::Gap(GapId(0)), &[25, 20], Some(20)));
    assert_eq!(shown(&feed), [30, 25, 20, GAP, 10]);
    feed.apply(page(Want::Gap(GapId(0)), &[15], None));
    feed.apply(page(Want::Gap(GapId(0)), &[], None));
    assert_eq!(shown(&feed), [30, 25, 20, 15, 10]);
}

#[test]
fn a_page_that_joins_leaves_no_gap() {
    let mut feed = loaded(&[10, 9]);
    feed.apply(Event::Missed);
    feed.apply(page(Want::Newest, &[12, 11, 10], Some(10)));
    feed.apply(Event::Released);
    assert_eq!(shown(&feed), [12, 11, 10, 9]);
}

#[test]
fn too_many_waiting_posts_become_a_gap() {
    let mut feed = loaded(&[1]);
    let most = u32::try_from(MAX_HELD).unwrap();
    for n in 2..=most + 11 {
        feed.apply(Event::Live(post(n)));
    }
    assert_eq!(feed.held(), MAX_HELD);
    feed.apply(Event::Released);
    let rows = shown(&feed);
    assert_eq!(rows[MAX_HELD..], [GAP, 1]);
}

#[test]
fn the_rows_are_bounded_and_the_end_opens_again() {
    let most = u32::try_from(MAX_ROWS).unwrap();
    let ids: Vec<u32> = (1..=most).rev().collect();
    let mut feed = loaded(&ids);
    feed.apply(Event::AtTop(true));
    for n in most + 1..=most + 5 {
        feed.apply(Event::Live(post(n)));
    }
    assert_eq!(feed.rows().len(), MAX_ROWS);
    assert_eq!(
        feed.next_request(Want::Older).unwrap().max_id,
        Some(Place::new("6"))
    );
}

proptest! {
    #[test]
    fn the_order_of_arrival_does_not_matter(
        ids in prop::collection::vec(1u32..60, 0..80),
        deleted in prop::collection::vec(1u32..60, 0..10),
        shuffle in prop::collection::vec(any::<prop::sample::Index>(), 80),
    ) {
        let events: Vec<Event<u32>> = ids.iter().copied().map(|n| Event::Live(post(n)))
            .chain(deleted.iter().copied().map(Event::Deleted)).collect();
        let mut shuffled = events.clone();
        for (at, to) in shuffle.iter().enumerate().take(events.len()) {
            let to = to.index(events.len());
            shuffled.swap(at, to);
        }
        let run = |events: Vec<Event<u32>>| {
            let mut feed = Feed::default();
            feed.apply(page(Want::Newest, &[30, 20], None));
            for event in events {
                feed.apply(event);
            }
            feed.apply(Event::Released);
            shown(&feed)
        };
        let rows = run(events);
        let mut sorted = rows.clone();
        sorted.sort_unstable_by(|a, b| b.cmp(a));
        sorted.dedup();
        prop_assert_eq!(&rows, &sorted, "newest first, each once");
        prop_assert!(deleted.iter().all(|it| !rows.contains(it)));
        prop_assert_eq!(rows, run(shuffled));
    }
}

//! Server-sent events, piece by piece.

use std::sync::Arc;

use futures_util::StreamExt as _;
use tokio::sync::{Semaphore, watch};

use super::{
    super::{
        super::readers::Place,
        tests::{draft, log},
    },
    *,
};
use crate::views::Reach;

/// A reader of events about `tag`, from `cursor` on.
fn reader(log: &Log, tag: &str, cursor: Option<Cursor>, stop: &watch::Sender<bool>) -> Reader {
    let slots = Arc::new(Semaphore::new(1));
    Reader {
        log: log.clone(),
        selection: Some(Selection::hashtag(tag, Reach::All)),
        cursor,
        stop: stop.subscribe(),
        following: None,
        slot: (
            slots.try_acquire_owned().unwrap(),
            Place::uncounted(),
            crate::metrics::Present::new(&Arc::default()),
        ),
    }
}

#[tokio::test(start_paused = true)]
async fn events_open_with_a_smile_carry_their_cursor_and_beat_when_it_is_quiet() {
    let log = log();
    let stop = watch::Sender::new(false);
    let mut pieces = Box::pin(events(reader(&log, "rust", None, &stop)));
    let mut next = async || {
        pieces
            .next()
            .await
            .map(|it| String::from_utf8(it.unwrap().to_vec()).unwrap())
    };
    assert_eq!(next().await.unwrap(), ":)\n");
    log.append(draft(1, &["other"]));
    log.append(draft(2, &["rust"]));
    assert_eq!(
        next().await.unwrap(),
        "event: update\nid: 7-2\ndata: {\"content\":\"<p>\\\"hi\\\"</p>\\n\",\"id\":\"2\"}\n\n"
    );
    assert_eq!(next().await.unwrap(), ":thump\n\n");
    stop.send_replace(true);
    assert_eq!(next().await.unwrap(), "retry: 2000\n\n");
    assert_eq!(next().await, None);
}

#[tokio::test(start_paused = true)]
async fn events_go_on_after_the_last_that_was_received() {
    let log = log();
    for id in 1..=3 {
        log.append(draft(id, &["rust"]));
    }
    let mut headers = axum::http::HeaderMap::new();
    headers.insert("last-event-id", "7-2".parse().unwrap());
    let cursor = cursor_of(None, &headers);
    assert_eq!(cursor, Some(log.cursor(Seq(3))));
    let stop = watch::Sender::new(false);
    let pieces: Vec<_> = events(reader(&log, "rust", cursor, &stop))
        .take(2)
        .map(|it| String::from_utf8(it.unwrap().to_vec()).unwrap())
        .collect()
        .await;
    assert!(
        pieces[1].starts_with("event: update\nid: 7-3\n"),
        "{pieces:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn events_name_a_gap_too() {
    let log = log();
    let strange = Cursor {
        epoch: 1,
        seq: Seq(5),
    };
    let stop = watch::Sender::new(false);
    let mut pieces = Box::pin(events(reader(&log, "rust", Some(strange), &stop)));
    assert_eq!(pieces.next().await.unwrap().unwrap(), ":)\n");
    assert_eq!(
        pieces.next().await.unwrap().unwrap(),
        "event: watersmeet.gap\ndata: {\"from\":\"1-5\",\"to\":\"7-1\",\"reset\":true}\n\n"
    );
}

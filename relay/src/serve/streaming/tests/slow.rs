//! Readers that take less than comes.

use super::*;

/// Reads on until the post numbered `last`; gives the posts that came and how many were lost.
async fn catch_up(client: &mut Client, last: u64) -> (Vec<u64>, u64) {
    let (mut got, mut lost) = (Vec::new(), 0);
    while got.last() != Some(&last) {
        let frame = client.hear().await;
        let payload: Value = serde_json::from_str(frame["payload"].as_str().unwrap()).unwrap();
        if frame["event"] == "watersmeet.gap" {
            assert_eq!(payload.get("reset"), None);
            let cursor = |name: &str| payload[name].as_str().unwrap().parse::<Cursor>().unwrap();
            lost += cursor("to").seq.0 - cursor("from").seq.0;
        } else {
            got.push(payload["id"].as_str().unwrap().parse().unwrap());
        }
    }
    (got, lost)
}

#[tokio::test(start_paused = true)]
async fn a_reader_that_stopped_reading_is_told_what_it_missed_and_goes_on() {
    let log = Log::new(EPOCH, 200 * 1024);
    let mut client = Client::with_room(&log, None, 512).await;
    client.subscribe("public").await;
    for id in 1..=1_000 {
        log.append(draft(id, &[]));
        tokio::task::yield_now().await;
    }
    let (got, lost) = catch_up(&mut client, 1_000).await;
    assert!(lost > 0);
    assert!(got.is_sorted());
    assert_eq!(got.len() as u64 + lost, 1_000);
    log.append(draft(1_001, &[]));
    assert_eq!(catch_up(&mut client, 1_001).await, (vec![1_001], 0));
}

#[tokio::test(start_paused = true)]
async fn a_reader_that_falls_off_the_log_again_and_again_is_let_go() {
    // About 150 of these posts.
    let log = Log::new(EPOCH, 200 * 1024);
    let mut client = Client::with_room(&log, None, 512).await;
    client.subscribe("public").await;
    let mut gaps = 0;
    for step in 0..10_000 {
        if step % 20 == 0 {
            log.append_all((0..300).map(|_| draft(1, &[])));
        }
        match client.next().await {
            Some(Message::Text(text)) => gaps += u32::from(text.contains("watersmeet.gap")),
            Some(Message::Close(Some(close))) => {
                assert_eq!(u16::from(close.code), 1008);
                assert_eq!(close.reason.as_str(), "consumer_too_slow");
                break;
            }
            other => panic!("neither a frame nor a close: {other:?}"),
        }
    }
    assert_eq!(gaps, MAX_FALLS);
}

#[tokio::test(start_paused = true)]
async fn a_reader_that_takes_nothing_for_a_minute_is_dropped() {
    let log = log();
    let mut client = Client::with_room(&log, None, 512).await;
    client.subscribe("public").await;
    for id in 1..=100 {
        log.append(draft(id, &[]));
    }
    tokio::time::sleep(Duration::from_secs(120)).await;
    let mut heard = 0;
    while client.next().await.is_some() {
        heard += 1;
    }
    assert!(heard < 100);
}

#[tokio::test(start_paused = true)]
async fn a_reader_that_takes_little_at_a_time_is_not_dropped() {
    let log = log();
    let mut client = Client::with_room(&log, None, 512).await;
    client.subscribe("public").await;
    for id in 1..=40 {
        log.append(draft(id, &[]));
    }
    for id in 1..=20 {
        tokio::time::sleep(Duration::from_secs(10)).await;
        assert_eq!(client.event().await.1, id.to_string());
    }
}

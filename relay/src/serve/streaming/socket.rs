//! One reader's WebSocket from its first frame to its close, over any sink and stream of frames.

use std::{fmt::Display, time::Duration};

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, close_code};
use futures_util::{Sink, SinkExt as _, Stream, StreamExt as _};
use tokio::{
    sync::watch,
    time::{Instant, MissedTickBehavior, interval_at, sleep_until, timeout},
};
use tracing::debug;

use super::{
    super::connections::stopped,
    session::{Batch, Session},
};

/// Time between pings, as Mastodon's. A connection that gave no sign of life by the next one is gone.
const PING_EVERY: Duration = Duration::from_secs(30);

/// Longest time to get rid of one batch of frames: a reader that takes nothing for so long is gone.
const STALL: Duration = Duration::from_secs(60);

/// For so long after connecting, subscriptions begin where the connection's cursor says.
const RESUMING: Duration = Duration::from_secs(10);

/// Longest time that the close frame may take.
const GOODBYE: Duration = Duration::from_secs(1);

/// Why a conversation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// The reader left, or its connection broke.
    Left,
    /// The reader sent what no client of Mastodon sends.
    Binary,
    /// The reader's frame could not be read: it is too long, or broken.
    Unreadable,
    /// The reader gave no sign of life.
    Silent,
    /// The relay stops.
    Stopping,
}

/// Serves one reader: obeys its frames, sends what it subscribed to, until either side ends it.
///
/// `opening` is said first. Nothing is queued here: the session reads the shared log as fast as the sink takes frames, so a slow reader
/// lags, and one that lags beyond the log's end hears of a gap.
pub(super) async fn converse<O, I, E>(
    mut sink: O,
    mut frames: I,
    mut session: Session,
    opening: Vec<Utf8Bytes>,
    mut stop: watch::Receiver<bool>,
) where
    O: Sink<Message> + Unpin,
    O::Error: Display,
    I: Stream<Item = Result<Message, E>> + Unpin,
    E: Display,
{
    let opening = Batch {
        frames: opening,
        is_last: true,
    };
    if !matches!(timeout(STALL, put(&mut sink, opening)).await, Ok(true)) {
        return;
    }
    let end = exchange(&mut sink, &mut frames, &mut session, &mut stop).await;
    let close = match end {
        End::Left | End::Silent => return,
        End::Binary => farewell(close_code::UNSUPPORTED, "text frames only"),
        End::Unreadable => farewell(close_code::SIZE, "the frame is too long or broken"),
        End::Stopping => farewell(close_code::AWAY, "the relay stops"),
    };
    // The reader may be gone already, or too slow to hear it; then the connection is simply dropped.
    if !matches!(timeout(GOODBYE, sink.send(close)).await, Ok(Ok(()))) {
        debug!("a reader left before it was told why");
    }
}

async fn exchange<O, I, E>(
    sink: &mut O,
    frames: &mut I,
    session: &mut Session,
    stop: &mut watch::Receiver<bool>,
) -> End
where
    O: Sink<Message> + Unpin,
    O::Error: Display,
    I: Stream<Item = Result<Message, E>> + Unpin,
    E: Display,
{
    let begun = Instant::now();
    let mut ping = interval_at(begun + PING_EVERY, PING_EVERY);
    ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut heard = true;
    let mut resuming = true;
    loop {
        let batch = session.next_batch();
        let is_drained = batch.is_last;
        let sent = tokio::select! {
            biased;
            () = stopped(stop) => return End::Stopping,
            sent = timeout(STALL, put(sink, batch)) => sent,
        };
        match sent {
            Ok(true) => {}
            Ok(false) => return End::Left,
            Err(_elapsed) => return End::Silent,
        }
        tokio::select! {
            biased;
            () = stopped(stop) => return End::Stopping,
            frame = frames.next() => {
                heard = true;
                let answer = match frame {
                    Some(Ok(Message::Text(text))) => session.obey(text.as_str()),
                    Some(Ok(Message::Binary(_))) => return End::Binary,
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => Vec::new(),
                    Some(Ok(Message::Close(_))) | None => return End::Left,
                    Some(Err(error)) => {
                        debug!(%error, "a reader's frame could not be read");
                        return End::Unreadable;
                    }
                };
                let answer = Batch { frames: answer, is_last: true };
                match timeout(STALL, put(sink, answer)).await {
                    Ok(true) => {}
                    Ok(false) => return End::Left,
                    Err(_elapsed) => return End::Silent,
                }
            }
            _ = ping.tick() => {
                if !std::mem::take(&mut heard) {
                    return End::Silent;
                }
                let ping = sink.send(Message::Ping(bytes::Bytes::new()));
                if !matches!(timeout(STALL, ping).await, Ok(Ok(()))) {
                    return End::Left;
                }
            }
            () = sleep_until(begun + RESUMING), if resuming => {
                resuming = false;
                session.end_resuming();
            }
            () = session.more(), if is_drained => {}
            () = std::future::ready(()), if !is_drained => {}
        }
    }
}

/// Feeds the frames; flushes when they are the last for now, so that a reader who is behind gets many in one write.
async fn put<O>(sink: &mut O, batch: Batch) -> bool
where
    O: Sink<Message> + Unpin,
    O::Error: Display,
{
    for text in batch.frames {
        if let Err(error) = sink.feed(Message::Text(text)).await {
            debug!(%error, "a reader's connection broke");
            return false;
        }
    }
    !batch.is_last || sink.flush().await.is_ok()
}

fn farewell(code: u16, reason: &'static str) -> Message {
    Message::Close(Some(CloseFrame {
        code,
        reason: Utf8Bytes::from_static(reason),
    }))
}

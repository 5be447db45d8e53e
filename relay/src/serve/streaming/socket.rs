//! One reader's WebSocket from its first frame to its close, over any connection of bytes.
//!
//! Nothing is queued here: the session reads the shared log as fast as the connection takes bytes, so a slow reader
//! lags, and one that lags beyond the log's end hears of a gap. One future does everything, and it makes no
//! timer and asks the log for nothing while nothing happens: with a thousand readers that is what costs.

use std::{
    future::poll_fn,
    io,
    mem::MaybeUninit,
    pin::{Pin, pin},
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf},
    sync::watch,
    time::{Instant, Interval, MissedTickBehavior, interval_at, timeout},
};
use tracing::debug;

use super::{
    super::connections::stopped,
    inbound::{Fault, Inbound, Said},
    outbox::Outbox,
    session::{Session, TOO_SLOW},
};

/// Time between pings, as Mastodon's. A connection that gave no sign of life by the next one is gone.
const PING_EVERY: Duration = Duration::from_secs(30);

/// Longest time that the closing may take.
const GOODBYE: Duration = Duration::from_secs(1);

/// What is read from a socket at once. Clients send next to nothing.
const READ_BYTES: usize = 1024;

/// So many writes a reader that is behind has before others have their turn, and before it is listened to.
const WRITES_A_TURN: usize = 4;

/// What a reader's connection came to.
#[derive(Debug)]
enum Event {
    /// The client said something.
    Said(Said),
    /// What the client sent cannot be understood.
    Fault(Fault),
    /// The reader fell off the log too often, or took nothing for too long.
    TooSlow,
    /// The connection broke or ended.
    Gone,
    /// It is time to see whether the reader lives.
    Ping,
    /// The relay stops.
    Stopping,
}

/// Serves one reader: obeys its frames, sends what it subscribed to, until either side ends it.
/// What `outbox` holds already is said first.
pub(super) async fn converse<S>(
    socket: S,
    outbox: Outbox,
    session: Session,
    mut stop: watch::Receiver<bool>,
) where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut ping = interval_at(Instant::now() + PING_EVERY, PING_EVERY);
    ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut conversation = Conversation {
        socket,
        inbound: Inbound::default(),
        outbox,
        session,
        ping,
    };
    if let Some((code, reason)) = conversation.exchange(&mut stop).await {
        conversation.outbox.close(code, reason);
        // The reader may be gone already, or too slow to hear it; then the connection is simply dropped.
        if !matches!(timeout(GOODBYE, conversation.end()).await, Ok(Ok(()))) {
            debug!("a reader left before it was told why");
        }
    }
}

struct Conversation<S> {
    socket: S,
    inbound: Inbound,
    outbox: Outbox,
    session: Session,
    ping: Interval,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Conversation<S> {
    /// Goes on until one side ends it; gives what the closing frame says, if there is anybody to read it.
    async fn exchange(
        &mut self,
        stop: &mut watch::Receiver<bool>,
    ) -> Option<(Option<u16>, &'static str)> {
        let mut stop = pin!(stopped(stop));
        let mut life = Life::default();
        loop {
            match poll_fn(|cx| self.poll_event(stop.as_mut(), cx)).await {
                Event::Said(said) => {
                    life.heard();
                    match said {
                        Said::Text(text) => self.session.obey(&text, &mut self.outbox),
                        Said::Ping(payload) => self.outbox.pong(payload),
                        Said::Pong => {}
                        Said::Close(code) => return Some((code, "")),
                    }
                }
                Event::Fault(fault) => {
                    let (code, reason) = fault.close();
                    debug!(code, reason, "a reader's frame is refused");
                    return Some((Some(code), reason));
                }
                Event::Ping => {
                    if !life.shows(&mut self.outbox) {
                        return None;
                    }
                }
                Event::TooSlow => return Some((Some(1008), TOO_SLOW)),
                Event::Stopping => return Some((Some(1001), "the relay stops: connect again")),
                Event::Gone => return None,
            }
        }
    }

    fn poll_event(
        &mut self,
        stop: Pin<&mut impl Future<Output = ()>>,
        cx: &mut Context<'_>,
    ) -> Poll<Event> {
        if stop.poll(cx).is_ready() {
            return Poll::Ready(Event::Stopping);
        }
        if let Poll::Ready(end) = self.poll_write(cx) {
            return Poll::Ready(end);
        }
        if self.ping.poll_tick(cx).is_ready() {
            return Poll::Ready(Event::Ping);
        }
        if self.outbox.is_full() {
            return Poll::Pending;
        }
        self.poll_read(cx)
    }

    /// Writes what waits and what the log has for this reader; ready only when that ends the conversation.
    fn poll_write(&mut self, cx: &mut Context<'_>) -> Poll<Event> {
        for _ in 0..WRITES_A_TURN {
            match self.outbox.poll_write(&mut self.socket, cx) {
                Poll::Ready(Ok(())) => {}
                // The connection itself knows when a reader takes nothing.
                Poll::Ready(Err(error)) if error.kind() == io::ErrorKind::TimedOut => {
                    return Poll::Ready(Event::TooSlow);
                }
                Poll::Ready(Err(error)) => {
                    debug!(%error, "a reader's connection broke");
                    return Poll::Ready(Event::Gone);
                }
                Poll::Pending => return Poll::Pending,
            }
            if self.session.fill(&mut self.outbox).is_err() {
                return Poll::Ready(Event::TooSlow);
            }
            if self.outbox.is_empty() {
                ready!(self.session.poll_more(cx));
            }
        }
        // There is more, and it is the others' turn.
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    fn poll_read(&mut self, cx: &mut Context<'_>) -> Poll<Event> {
        loop {
            match self.inbound.next() {
                Ok(Some(said)) => return Poll::Ready(Event::Said(said)),
                Ok(None) => {}
                Err(fault) => return Poll::Ready(Event::Fault(fault)),
            }
            let mut room = [const { MaybeUninit::uninit() }; READ_BYTES];
            let mut read = ReadBuf::uninit(&mut room);
            match ready!(Pin::new(&mut self.socket).poll_read(cx, &mut read)) {
                Ok(()) if !read.filled().is_empty() => self.inbound.take(read.filled()),
                Ok(()) => return Poll::Ready(Event::Gone),
                Err(error) => {
                    debug!(%error, "a reader's connection broke");
                    return Poll::Ready(Event::Gone);
                }
            }
        }
    }

    /// Writes the closing frame and the end of the bytes, and waits until the client has ended too: a connection
    /// that is dropped before would take the frame with it.
    async fn end(&mut self) -> io::Result<()> {
        poll_fn(|cx| self.outbox.poll_write(&mut self.socket, cx)).await?;
        self.socket.shutdown().await?;
        let mut rest = [0; READ_BYTES];
        while self.socket.read(&mut rest).await? > 0 {}
        Ok(())
    }
}

/// Whether a reader is still there.
#[derive(Debug, Default)]
struct Life {
    /// Whether a ping waits for its answer.
    asked: bool,
}

impl Life {
    /// The reader said something.
    fn heard(&mut self) {
        self.asked = false;
    }

    /// Whether it shows life; sends a ping when no frame waits.
    fn shows(&mut self, outbox: &mut Outbox) -> bool {
        if !outbox.is_empty() {
            // A ping would wait behind the frames, and that they are taken is sign enough.
            self.asked = false;
            return true;
        }
        if self.asked {
            return false;
        }
        self.asked = true;
        outbox.ping();
        true
    }
}

//! What waits to be written to one WebSocket: a few frames whose payloads belong to all readers, written many at a time.

use std::{
    collections::VecDeque,
    io::{self, IoSlice},
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::{Buf as _, BufMut as _, Bytes, BytesMut};
use tokio::io::AsyncWrite;

/// Most frames that go into one write: 200 KB of posts, as much as a socket takes at once.
pub(super) const FRAMES_A_WRITE: usize = 64;

/// A frame is in two pieces: what is this reader's own, and what is everybody's.
const PIECES_A_WRITE: usize = 2 * FRAMES_A_WRITE;

/// Above this room is given back when the frames are written; a reader that keeps up needs one or two places.
const ROOM_KEPT: usize = 4;

/// First byte of a whole text frame: the end of the message, and its kind (RFC 6455, 5.2).
const TEXT: u8 = 0x81;

/// First byte of a frame that closes.
const CLOSE: u8 = 0x88;

/// First byte of a ping.
const PING: u8 = 0x89;

/// First byte of the answer to one.
const PONG: u8 = 0x8a;

/// One frame; the part of it that is written is cut off.
#[derive(Debug)]
struct Frame {
    head: Bytes,
    body: Bytes,
}

/// The frames of one connection that are not written yet.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    frames: VecDeque<Frame>,
    /// Whether a part of the first one is written.
    is_begun: bool,
}

impl Outbox {
    /// A text frame whose text is `own` and then `shared`.
    pub(super) fn text(&mut self, own: &[u8], shared: Bytes) {
        let length = own.len() + shared.len();
        // To the byte: what is left over would cost a second allocation for each delivery.
        let mut head = BytesMut::with_capacity(header_bytes(length) + own.len());
        put_header(&mut head, TEXT, length);
        head.extend_from_slice(own);
        self.push(head.freeze(), shared);
    }

    /// A ping without a payload.
    pub(super) fn ping(&mut self) {
        self.push(Bytes::from_static(&[PING, 0]), Bytes::new());
    }

    /// The answer to a ping that carried `payload`.
    pub(super) fn pong(&mut self, payload: Bytes) {
        let mut head = BytesMut::with_capacity(2);
        put_header(&mut head, PONG, payload.len());
        self.push(head.freeze(), payload);
    }

    /// The last frame, in place of all that is not begun. `reason` has at most 123 bytes.
    pub(super) fn close(&mut self, code: Option<u16>, reason: &'static str) {
        self.frames.truncate(usize::from(self.is_begun));
        let mut body = BytesMut::new();
        if let Some(code) = code {
            body.put_u16(code);
            body.extend_from_slice(reason.as_bytes());
        }
        let mut head = BytesMut::with_capacity(2);
        put_header(&mut head, CLOSE, body.len());
        self.push(head.freeze(), body.freeze());
    }

    /// Whether everything is written.
    pub(super) fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }

    /// Whether so much waits that the client is not listened to, lest what it asks for piles up.
    pub(super) fn is_full(&self) -> bool {
        self.frames.len() >= 2 * FRAMES_A_WRITE
    }

    /// Writes until nothing waits; `Pending` when the socket takes no more for now.
    ///
    /// # Errors
    /// When the connection is broken.
    pub(super) fn poll_write<S: AsyncWrite + Unpin>(
        &mut self,
        socket: &mut S,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        while !self.frames.is_empty() {
            let mut slices = [IoSlice::new(&[]); PIECES_A_WRITE];
            let pieces = self.frames.iter().flat_map(|it| [&it.head, &it.body]);
            let mut used = 0;
            for (slice, piece) in slices.iter_mut().zip(pieces.filter(|it| !it.is_empty())) {
                *slice = IoSlice::new(piece);
                used += 1;
            }
            let slices = slices.get(..used).unwrap_or_default();
            let written = ready!(Pin::new(&mut *socket).poll_write_vectored(cx, slices))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.cut(written);
        }
        Poll::Ready(Ok(()))
    }

    fn push(&mut self, head: Bytes, body: Bytes) {
        self.frames.push_back(Frame { head, body });
    }

    /// Cuts off what is written.
    fn cut(&mut self, mut written: usize) {
        while let Some(first) = self.frames.front_mut() {
            let of_head = first.head.len().min(written);
            first.head.advance(of_head);
            let of_body = first.body.len().min(written - of_head);
            first.body.advance(of_body);
            written -= of_head + of_body;
            if !first.head.is_empty() || !first.body.is_empty() {
                self.is_begun |= of_head + of_body > 0;
                return;
            }
            self.is_begun = false;
            self.frames.pop_front();
        }
        if self.frames.capacity() > ROOM_KEPT {
            self.frames = VecDeque::new();
        }
    }
}

/// How long the header of a frame is that carries `length` bytes.
fn header_bytes(length: usize) -> usize {
    match length {
        0..=125 => 2,
        126..=0xffff => 4,
        _ => 10,
    }
}

/// The header of a frame that nothing masks, as a server's are.
fn put_header(head: &mut BytesMut, first: u8, length: usize) {
    head.put_u8(first);
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(short @ 0..=125), _) => head.put_u8(short),
        (_, Ok(long)) => {
            head.put_u8(126);
            head.put_u16(long);
        }
        _ => {
            head.put_u8(127);
            head.put_u64(length as u64);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use tokio::io::AsyncReadExt as _;

    use super::*;

    /// Everything that is written, through a socket that takes `room` bytes at a time.
    async fn written(outbox: &mut Outbox, room: usize) -> Vec<u8> {
        let (mut ours, mut theirs) = tokio::io::duplex(room);
        let read = tokio::spawn(async move {
            let mut bytes = Vec::new();
            theirs.read_to_end(&mut bytes).await.unwrap();
            bytes
        });
        poll_fn(|cx| outbox.poll_write(&mut ours, cx))
            .await
            .unwrap();
        drop(ours);
        read.await.unwrap()
    }

    #[tokio::test]
    async fn frames_come_out_whole_however_little_is_taken_at_a_time() {
        for room in [1, 3, 7, 1_000_000] {
            let mut outbox = Outbox::default();
            let shared = Bytes::from("y".repeat(300));
            outbox.text(b"x", shared.clone());
            outbox.text(b"", Bytes::from_static(b"z"));
            outbox.pong(Bytes::from_static(b"p"));
            let got = written(&mut outbox, room).await;
            let mut expected = vec![0x81, 126, 1, 45, b'x'];
            expected.extend_from_slice(&shared);
            expected.extend_from_slice(&[0x81, 1, b'z', 0x8a, 1, b'p']);
            assert_eq!(got, expected, "{room}");
            assert!(outbox.is_empty());
        }
    }

    #[tokio::test]
    async fn a_frame_above_64_kb_has_the_long_header() {
        let mut outbox = Outbox::default();
        outbox.text(b"", Bytes::from("x".repeat(70_000)));
        let got = written(&mut outbox, 1 << 20).await;
        assert_eq!(
            got.get(..10).unwrap(),
            [0x81, 127, 0, 0, 0, 0, 0, 1, 0x11, 0x70]
        );
        assert_eq!(got.len(), 70_010);
    }

    #[tokio::test]
    async fn a_goodbye_waits_for_the_frame_that_is_begun_and_for_no_other() {
        let (mut ours, mut theirs) = tokio::io::duplex(4);
        let mut outbox = Outbox::default();
        for _ in 0..3 {
            outbox.text(b"ab", Bytes::from_static(b"cd"));
        }
        let mut write = async |outbox: &mut Outbox| {
            poll_fn(|cx| Poll::Ready(outbox.poll_write(&mut ours, cx).is_ready())).await
        };
        assert!(!write(&mut outbox).await);
        outbox.close(Some(1001), "x");
        let mut got = Vec::new();
        while !write(&mut outbox).await {
            got.push(theirs.read_u8().await.unwrap());
        }
        while got.len() < 11 {
            got.push(theirs.read_u8().await.unwrap());
        }
        assert_eq!(got, b"\x81\x04abcd\x88\x03\x03\xe9x");
    }
}

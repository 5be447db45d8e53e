//! What a client's bytes on a WebSocket say, by RFC 6455 and no more kindly than it asks for: frames in, messages or the reason to close out.

use std::io::Cursor;

use bytes::{Buf as _, Bytes, BytesMut};
use tokio_tungstenite::tungstenite::protocol::frame::{
    FrameHeader,
    coding::{CloseCode, Control, Data, OpCode},
};

/// Biggest message that a client may send; a subscription with the longest hashtag takes a quarter of it.
pub(super) const MAX_MESSAGE_BYTES: usize = 4 * 1024;

/// Most bytes that a frame of control may carry (RFC 6455, 5.5).
const MAX_CONTROL_BYTES: u64 = 125;

/// A message from a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Said {
    /// Text, whole.
    Text(String),
    /// To be answered with the same bytes.
    Ping(Bytes),
    /// The answer to a ping.
    Pong,
    /// The client leaves, with the code that it gave.
    Close(Option<u16>),
}

/// Why a client's bytes end the conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// They are no frames, or not in an order that frames may have.
    Protocol(&'static str),
    /// A frame of bytes, where only text has a meaning.
    Binary,
    /// Text that is no UTF-8.
    NotText,
    /// A message above [`MAX_MESSAGE_BYTES`].
    TooBig,
}

impl Fault {
    /// The code and the reason of the frame that closes the socket.
    pub(super) fn close(self) -> (u16, &'static str) {
        match self {
            Self::Protocol(reason) => (1002, reason),
            Self::Binary => (1003, "text frames only"),
            Self::NotText => (1007, "the text is no UTF-8"),
            Self::TooBig => (1009, "a message has at most 4 KB"),
        }
    }
}

/// Bytes that are no whole message yet. Holds at most one message and one read from the socket.
#[derive(Debug, Default)]
pub(super) struct Inbound {
    /// What was received and not understood yet.
    received: BytesMut,
    /// The fragments so far of a message in fragments.
    fragments: Option<Vec<u8>>,
}

impl Inbound {
    /// Adds what was read. [`next`](Self::next) must have given `None` before.
    pub(super) fn take(&mut self, bytes: &[u8]) {
        self.received.extend_from_slice(bytes);
    }

    /// The next message, or `None` when more bytes are needed.
    ///
    /// # Errors
    /// What ends the conversation; nothing after it has a meaning.
    pub(super) fn next(&mut self) -> Result<Option<Said>, Fault> {
        loop {
            let mut start = Cursor::new(&self.received);
            let header = FrameHeader::parse(&mut start)
                .map_err(|_reserved| Fault::Protocol("unknown kind of frame"))?;
            let Some((header, length)) = header else {
                return Ok(None);
            };
            self.check(&header, length)?;
            let (start, length) = (start.position(), length);
            if (self.received.len() as u64) < start + length {
                return Ok(None);
            }
            // Both were just compared with the length of a buffer.
            self.received.advance(start as usize);
            let mut payload = self.received.split_to(length as usize);
            if self.received.is_empty() {
                // A silent reader, which most are, holds no memory here.
                self.received = BytesMut::new();
            }
            for (byte, mask) in payload.iter_mut().zip(header.mask.iter().flatten().cycle()) {
                *byte ^= mask;
            }
            if let Some(said) = self.understand(&header, payload)? {
                return Ok(Some(said));
            }
        }
    }

    /// What can be said against a frame before its payload is there.
    fn check(&self, header: &FrameHeader, length: u64) -> Result<(), Fault> {
        if header.rsv1 || header.rsv2 || header.rsv3 {
            return Err(Fault::Protocol("no extension was agreed on"));
        }
        if header.mask.is_none() {
            return Err(Fault::Protocol("a client masks its frames"));
        }
        match header.opcode {
            OpCode::Control(_) if !header.is_final || length > MAX_CONTROL_BYTES => Err(
                Fault::Protocol("a frame of control is whole and has at most 125 bytes"),
            ),
            OpCode::Control(_) => Ok(()),
            OpCode::Data(Data::Binary) => Err(Fault::Binary),
            OpCode::Data(Data::Continue) if self.fragments.is_none() => {
                Err(Fault::Protocol("there is no message to continue"))
            }
            OpCode::Data(Data::Text) if self.fragments.is_some() => {
                Err(Fault::Protocol("the message before is not ended"))
            }
            OpCode::Data(_) => {
                let before = self.fragments.as_ref().map_or(0, Vec::len);
                if length > (MAX_MESSAGE_BYTES - before.min(MAX_MESSAGE_BYTES)) as u64 {
                    return Err(Fault::TooBig);
                }
                Ok(())
            }
        }
    }

    /// The message that ends with this frame, if one does.
    fn understand(
        &mut self,
        header: &FrameHeader,
        payload: BytesMut,
    ) -> Result<Option<Said>, Fault> {
        match header.opcode {
            OpCode::Control(Control::Ping) => Ok(Some(Said::Ping(payload.freeze()))),
            OpCode::Control(Control::Pong) => Ok(Some(Said::Pong)),
            OpCode::Control(_) => closing(&payload).map(Some),
            OpCode::Data(_) => {
                let mut text = self.fragments.take().unwrap_or_default();
                text.extend_from_slice(&payload);
                if !header.is_final {
                    self.fragments = Some(text);
                    return Ok(None);
                }
                let text = String::from_utf8(text).map_err(|_bytes| Fault::NotText)?;
                Ok(Some(Said::Text(text)))
            }
        }
    }
}

fn closing(payload: &[u8]) -> Result<Said, Fault> {
    let Some((code, reason)) = payload.split_first_chunk::<2>() else {
        return if payload.is_empty() {
            Ok(Said::Close(None))
        } else {
            Err(Fault::Protocol("half a code"))
        };
    };
    let code = u16::from_be_bytes(*code);
    if !CloseCode::from(code).is_allowed() {
        return Err(Fault::Protocol("no such code"));
    }
    std::str::from_utf8(reason).map_err(|_bytes| Fault::NotText)?;
    Ok(Said::Close(Some(code)))
}

#[cfg(test)]
mod tests;

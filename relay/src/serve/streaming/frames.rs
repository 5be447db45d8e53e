//! Entries of the log in the two wire forms that readers get: texts of a WebSocket and server-sent events.

use bytes::Bytes;

use super::{outbox::Outbox, topic::Refusal};
use crate::log::{Cursor, Entry, Form, Log, Tell};

/// The event that tells a reader what it missed; ours, unknown names are ignored by Mastodon's clients.
const GAP: &str = "watersmeet.gap";

/// Puts the frame of `entry` into the box of a reader whose frames begin with `own`, of [`beginning`]:
/// `{"stream":[…],"event":"…","payload":"…","cursor":"…"}`. All after the beginning is made once for everybody.
pub(super) fn put(outbox: &mut Outbox, log: &Log, entry: &Entry, tell: Tell, own: &[u8]) {
    let shared = entry.form(Form::Frame, tell, |entry| {
        let payload = entry.payload_of(tell);
        // A quarter more than the payload, for the backslashes.
        let mut text = Vec::with_capacity(payload.len() + payload.len() / 4 + 96);
        text.extend_from_slice(br#""event":""#);
        text.extend_from_slice(tell.event_name().as_bytes());
        text.extend_from_slice(br#"","payload":"#);
        quote(&mut text, &payload);
        text.extend_from_slice(format!(r#","cursor":"{}"}}"#, log.cursor(entry.seq)).as_bytes());
        text.shrink_to_fit();
        Bytes::from(text)
    });
    outbox.text(own, shared);
}

/// What the frames of a subscription begin with; `label` is JSON.
pub(super) fn beginning(label: &str) -> Bytes {
    Bytes::from(format!(r#"{{"stream":{label},"#))
}

fn quote(text: &mut Vec<u8>, payload: &[u8]) {
    let start = text.len();
    let written = serde_json::to_writer(&mut *text, &String::from_utf8_lossy(payload));
    if written.is_err() {
        // Memory takes every byte; if it did not, the frame would still have to be JSON.
        text.truncate(start);
        text.extend_from_slice(b"\"\"");
    }
}

/// Puts the frame that says: what lies from `from` up to, but without, `to` may be missing on all streams of this connection.
pub(super) fn put_gap(outbox: &mut Outbox, own: &[u8], gap: Gap) {
    let payload = serde_json::Value::String(gap.payload());
    let to = gap.to;
    let rest = format!(r#""event":"{GAP}","payload":{payload},"cursor":"{to}"}}"#);
    outbox.text(own, Bytes::from(rest));
}

/// Puts the frame that says why a subscription was refused. As with Mastodon, it does not say which.
pub(super) fn put_error(outbox: &mut Outbox, refusal: &Refusal) {
    let Refusal { error, status } = refusal;
    let text = serde_json::json!({"error": error, "status": status}).to_string();
    outbox.text(b"", Bytes::from(text));
}

/// The server-sent event of `entry`; its `id` is the cursor, which browsers give back as `Last-Event-ID`.
pub(super) fn event(log: &Log, entry: &Entry, tell: Tell) -> Bytes {
    entry.form(Form::Event, tell, |entry| {
        let payload = entry.payload_of(tell);
        let (name, cursor) = (tell.event_name(), log.cursor(entry.seq));
        let mut text = Vec::with_capacity(payload.len() + 96);
        text.extend_from_slice(format!("event: {name}\nid: {cursor}\ndata: ").as_bytes());
        // A line break would end the field. JSON written by a program has none outside its strings, where it is escaped.
        text.extend(payload.iter().filter(|it| !matches!(it, b'\n' | b'\r')));
        text.extend_from_slice(b"\n\n");
        text.shrink_to_fit();
        Bytes::from(text)
    })
}

/// The gap as a server-sent event. It has no `id`: that would claim that something was received.
pub(super) fn gap_event(gap: Gap) -> Bytes {
    Bytes::from(format!("event: {GAP}\ndata: {}\n\n", gap.payload()))
}

/// The last event of a reader who is too slow.
pub(super) fn too_slow_event(name: &str) -> Bytes {
    Bytes::from(format!(
        "event: {name}\ndata: {{\"error\":\"You fell off the log again and again: read less, or faster\"}}\n\n"
    ))
}

/// What a reader missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Gap {
    /// The first that it missed, or the cursor that means nothing here.
    pub(super) from: Cursor,
    /// Where it goes on.
    pub(super) to: Cursor,
    /// Whether `from` is of another log, so that nothing the reader has can be trusted to be still so.
    pub(super) reset: bool,
}

impl Gap {
    fn payload(self) -> String {
        let Self { from, to, reset } = self;
        let reset = if reset { r#","reset":true"# } else { "" };
        format!(r#"{{"from":"{from}","to":"{to}"{reset}}}"#)
    }
}

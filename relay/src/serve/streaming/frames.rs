//! Entries of the log in the two wire forms that readers get: frames of a WebSocket and server-sent events.

use axum::extract::ws::Utf8Bytes;
use bytes::Bytes;

use super::topic::{Refusal, Topic};
use crate::log::{Cursor, Entry, Form, Log, Tell};

/// The event that tells a reader what it missed; ours, unknown names are ignored by Mastodon's clients.
const GAP: &str = "watersmeet.gap";

/// The WebSocket frame of `entry` for a reader of `topic`: `{"stream":[…],"event":"…","payload":"…","cursor":"…"}`.
pub(super) fn frame(log: &Log, entry: &Entry, tell: Tell, topic: &Topic, label: &str) -> Utf8Bytes {
    let encode = |entry: &Entry| {
        let cursor = log.cursor(entry.seq);
        let event = tell.event_name();
        let quoted = entry.quoted(tell);
        let mut text = Vec::with_capacity(quoted.len() + label.len() + 96);
        text.extend_from_slice(br#"{"stream":"#);
        text.extend_from_slice(label.as_bytes());
        text.extend_from_slice(br#","event":""#);
        text.extend_from_slice(event.as_bytes());
        text.extend_from_slice(br#"","payload":"#);
        text.extend_from_slice(&quoted);
        text.extend_from_slice(format!(r#","cursor":"{cursor}"}}"#).as_bytes());
        Bytes::from(text)
    };
    let bytes = match topic.form() {
        Some(form) => entry.form(form, tell, encode),
        None => encode(entry),
    };
    Utf8Bytes::try_from(bytes).unwrap_or_else(|_not_text| Utf8Bytes::from_static("{}"))
}

/// The frame that says: what lies from `from` up to, but without, `to` may be missing on all streams of this connection.
pub(super) fn gap_frame(label: &str, from: Cursor, to: Cursor) -> Utf8Bytes {
    let payload = serde_json::Value::String(gap(from, to));
    Utf8Bytes::from(format!(
        r#"{{"stream":{label},"event":"{GAP}","payload":{payload},"cursor":"{to}"}}"#
    ))
}

/// The frame that says why a subscription was refused. As with Mastodon, it does not say which.
pub(super) fn error_frame(refusal: Refusal) -> Utf8Bytes {
    let Refusal { error, status } = refusal;
    Utf8Bytes::from(serde_json::json!({"error": error, "status": status}).to_string())
}

/// The server-sent event of `entry`; its `id` is the cursor, which browsers give back as `Last-Event-ID`.
pub(super) fn event(log: &Log, entry: &Entry, tell: Tell) -> Bytes {
    entry.form(Form::Sse, tell, |entry| {
        let mut text = format!(
            "event: {}\nid: {}\ndata: ",
            tell.event_name(),
            log.cursor(entry.seq)
        )
        .into_bytes();
        // A line break would end the field. JSON written by a program has none outside its strings, where it is escaped.
        text.extend(
            entry
                .payload_of(tell)
                .iter()
                .copied()
                .filter(|it| !matches!(it, b'\n' | b'\r')),
        );
        text.extend_from_slice(b"\n\n");
        Bytes::from(text)
    })
}

/// The gap as a server-sent event. It has no `id`: that would claim that something was received.
pub(super) fn gap_event(from: Cursor, to: Cursor) -> Bytes {
    Bytes::from(format!("event: {GAP}\ndata: {}\n\n", gap(from, to)))
}

fn gap(from: Cursor, to: Cursor) -> String {
    format!(r#"{{"from":"{from}","to":"{to}"}}"#)
}

//! Reads one recording as what it is and writes it again.

use http::{HeaderMap, StatusCode};
use mastodon::{
    Announcement, ApiError, Conversation, Notification, Status,
    error::Remedy,
    lenient::{Shape, Wire as _, is_empty},
    streaming::{ClientFrame, Event, Frame, FrameError, Reaction, sse},
};
use serde_json::Value;

use crate::{
    compare::{Findings, compare},
    folders::{File, Folder},
    replay::{Step, Transcript},
    report::Report,
    table::{Row, find, find_entity, find_named, rows},
};

/// How many bytes the decoder of server-sent events gets at once: few, so that everything is cut somewhere.
const PIECE_BYTES: usize = 7;

/// Checks one recording and reports.
pub(crate) fn file(folder: &Folder, file: &File, report: &mut Report) {
    let bytes = folder.bytes(file);
    let result = if file.is_transcript() {
        transcript(&folder.text(file), report)
    } else if file.name.contains("streaming/sse/") || file.about.starts_with("SSE") {
        server_sent_events(file, &bytes, report)
    } else if let Some(name) = event_name(file) {
        report.read_as("payload of a stream event");
        event(&name, &String::from_utf8_lossy(&bytes), report)
    } else {
        rest(file, &folder.headers(file), &bytes, report)
    };
    if let Err(why) = result {
        report.fail(&file.name, &why);
    }
}

/// The name in `` stream event `update` payload `` or in `streaming/events/update_1.json`.
fn event_name(file: &File) -> Option<String> {
    if let Some((_, after)) = file.about.split_once("stream event `") {
        return after.split('`').next().map(str::to_owned);
    }
    let (_, name) = file.name.split_once("streaming/events/")?;
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    Some(
        stem.rsplit_once('_')
            .map_or(stem, |(name, _)| name)
            .to_owned(),
    )
}

fn rest(file: &File, headers: &HeaderMap, bytes: &[u8], report: &mut Report) -> Result<(), String> {
    let status = file
        .status
        .or_else(|| status_in_name(&file.name))
        .unwrap_or(200);
    let status = StatusCode::from_u16(status).map_err(|why| why.to_string())?;
    if !status.is_success() {
        report.read_as("error");
        return error(status, headers, bytes);
    }
    let rows = rows();
    match row_of(&rows, &file.about).or_else(|| find_named(&rows, &file.name)) {
        Some(row) => typed(row, status, headers, bytes, report),
        None if file.about.is_empty() => untyped(&file.name, headers, bytes, report),
        None => untyped(&file.about, headers, bytes, report),
    }
}

/// `GET /api/v1/x?limit=1` or `GET https://host/api/v1/x`, else the name of an entity.
fn row_of<'t>(rows: &'t [Row], about: &str) -> Option<&'t Row> {
    let mut words = about.split_whitespace();
    let (first, second) = (words.next()?, words.next().unwrap_or_default());
    let path = second.split(['?', '#']).next().unwrap_or_default();
    let path = match path.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("/", |at| &rest[at..]),
        None => path,
    };
    let path = if path.len() > 1 {
        path.trim_end_matches('/')
    } else {
        path
    };
    let path = if path.starts_with('/') {
        path.to_owned()
    } else {
        format!("/api/{path}")
    };
    find(rows, &first.to_uppercase(), &path).or_else(|| find_entity(rows, first))
}

fn typed(
    row: &Row,
    status: StatusCode,
    headers: &HeaderMap,
    bytes: &[u8],
    report: &mut Report,
) -> Result<(), String> {
    let read = match (row.reread)(status, headers, bytes) {
        Ok(read) => read,
        // Servers do answer so; the client is right to call it an error.
        Err(ApiError::NotJson { .. }) => return told("page for people instead of data", report),
        Err(ApiError::Unexpected { .. }) => {
            return told("error that calls itself a success", report);
        }
        Err(ApiError::Malformed { .. }) if is_plain_text(bytes) => {
            return told("plain text instead of data", report);
        }
        Err(ApiError::Malformed { .. }) if is_nothing(bytes) => {
            return told("nothing where a thing was promised", report);
        }
        Err(why) => return Err(format!("{}: {why}", row.name)),
    };
    report.read_as("answer");
    if let Some(rejected) = read.rejected.first() {
        return Err(format!(
            "{}: left out {}: {}",
            row.name, rejected.place, rejected.reason
        ));
    }
    if headers.get("link").is_some_and(|it| !it.is_empty()) {
        report.link();
        if read.page.next.is_none() && read.page.prev.is_none() && has_cursor(headers) {
            return Err(format!(
                "{}: no cursor in {:?}",
                row.name,
                headers.get("link")
            ));
        }
    }
    let value = serde_json::from_slice(bytes).unwrap_or_default();
    same(&(row.shape)(), &value, &read.value, &row.name, report)
}

fn told(kind: &str, report: &mut Report) -> Result<(), String> {
    report.read_as(kind);
    Ok(())
}

/// Text that does not even begin like JSON.
fn is_plain_text(bytes: &[u8]) -> bool {
    bytes
        .trim_ascii_start()
        .first()
        .is_some_and(|first| !b"{[\"".contains(first))
        && serde_json::from_slice::<Value>(bytes).is_err()
}

fn is_nothing(bytes: &[u8]) -> bool {
    bytes.trim_ascii().is_empty()
        || serde_json::from_slice::<Value>(bytes).is_ok_and(|it| is_empty(&it))
}

fn has_cursor(headers: &HeaderMap) -> bool {
    let link = headers
        .get("link")
        .and_then(|it| it.to_str().ok())
        .unwrap_or_default();
    ["max_id=", "min_id=", "since_id="].iter().any(|name| {
        link.split(name)
            .skip(1)
            .any(|after| after.starts_with(|it: char| it != '&' && it != '>'))
    })
}

fn untyped(
    about: &str,
    headers: &HeaderMap,
    bytes: &[u8],
    report: &mut Report,
) -> Result<(), String> {
    match mastodon::endpoint::read_as::<Value>(StatusCode::OK, headers, bytes) {
        Err(ApiError::Malformed { reason }) if !is_plain_text(bytes) => {
            Err(format!("{about}: {reason}"))
        }
        _ => {
            report.untyped(about);
            Ok(())
        }
    }
}

fn error(status: StatusCode, headers: &HeaderMap, bytes: &[u8]) -> Result<(), String> {
    let error = ApiError::from_answer(status, headers, bytes);
    let expected = match status.as_u16() {
        401 => matches!(error.remedy(), Remedy::SignIn),
        403 => matches!(error.remedy(), Remedy::GetRights),
        404 | 410 => matches!(error.remedy(), Remedy::LetGo),
        400 | 422 => matches!(error.remedy(), Remedy::Correct),
        429 => matches!(error.remedy(), Remedy::Wait(_)),
        409 | 500..=599 => matches!(error.remedy(), Remedy::Retry),
        _ => true,
    };
    if !expected {
        return Err(format!("{status} became {error:?}"));
    }
    // What the server says must reach the person.
    let said = serde_json::from_slice::<Value>(bytes).unwrap_or_default();
    let said = said
        .get("error_description")
        .or(said.get("error"))
        .and_then(Value::as_str)
        .unwrap_or_default();
    let said: String = said.trim().chars().take(40).collect();
    let text = error.to_string();
    if status != StatusCode::TOO_MANY_REQUESTS && !text.contains(&said) {
        return Err(format!("{status} says {said:?} and became {text:?}"));
    }
    Ok(())
}

fn transcript(text: &str, report: &mut Report) -> Result<(), String> {
    report.read_as("WebSocket transcript");
    for step in Transcript::read(text).steps {
        match step {
            Step::Send(text) => match ClientFrame::parse(&text) {
                Ok(frame) => {
                    let (sent, written) = (json(&text), json(&frame.to_json()));
                    if sent != written {
                        return Err(format!("{sent} became {written}"));
                    }
                }
                Err(_) => report.read_as("client frame that means nothing"),
            },
            Step::Receive(text) => {
                report.read_as("WebSocket frame");
                let frame = match Frame::parse(&text) {
                    // Some servers keep a socket awake by texts that are no frames.
                    Err(FrameError::NotJson(_)) => {
                        report.read_as("text that is no frame");
                        continue;
                    }
                    frame => frame.map_err(|why| why.to_string())?,
                };
                if let Frame::Event { event, .. } = &frame {
                    let payload = json(&text).get("payload").cloned().unwrap_or_default();
                    let payload = payload
                        .as_str()
                        .map_or_else(|| payload.to_string(), str::to_owned);
                    self::event(event.name(), &payload, report)?;
                }
                if Frame::parse(&frame.to_json()).map_err(|why| why.to_string())? != frame {
                    return Err(format!(
                        "a frame changes when it is written: {}",
                        frame.to_json()
                    ));
                }
            }
            Step::Refused { .. } | Step::Close => {}
        }
    }
    Ok(())
}

fn server_sent_events(file: &File, bytes: &[u8], report: &mut Report) -> Result<(), String> {
    if file.status.is_some_and(|status| status >= 400) {
        report.read_as("error");
        return error(
            StatusCode::from_u16(file.status.unwrap_or(400)).unwrap_or_default(),
            &HeaderMap::new(),
            bytes,
        );
    }
    report.read_as("body of server-sent events");
    let mut decoder = sse::Decoder::new();
    for item in bytes
        .chunks(PIECE_BYTES)
        .flat_map(|piece| decoder.push(piece))
    {
        match item {
            sse::Item::Event { name, data, .. } => {
                report.read_as("server-sent event");
                event(&name, &data, report)?;
            }
            sse::Item::Heartbeat => report.read_as("heartbeat"),
            sse::Item::TooLong => return Err("an event is longer than the bound".to_owned()),
        }
    }
    Ok(())
}

/// Reads the payload of an event and writes it again.
fn event(name: &str, payload: &str, report: &mut Report) -> Result<(), String> {
    let payload = payload.trim();
    let event = Event::parse(name, payload).map_err(|why| format!("{name}: {why}"))?;
    let shape = match &event {
        Event::Update(_) | Event::StatusUpdate(_) => Status::shape(),
        Event::Notification(_) => Notification::shape(),
        Event::Conversation(_) => Conversation::shape(),
        Event::Announcement(_) => Announcement::shape(),
        Event::AnnouncementReaction(_) => Reaction::shape(),
        Event::Delete(_) | Event::AnnouncementDelete(_) => Shape::Text,
        Event::NotificationsMerged | Event::FiltersChanged | Event::Unknown { .. } => return Ok(()),
    };
    let value = |text: &str| match shape {
        Shape::Text => Value::from(text.trim_matches('"')),
        _ => json(text),
    };
    same(
        &shape,
        &value(payload),
        &value(&event.payload()),
        name,
        report,
    )
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}

fn same(
    shape: &Shape,
    read: &Value,
    written: &Value,
    name: &str,
    report: &mut Report,
) -> Result<(), String> {
    let mut findings = Findings::default();
    compare(shape, read, written, name, &mut findings);
    findings
        .unknown
        .into_iter()
        .for_each(|field| report.unknown(field));
    if findings.lost.is_empty() {
        Ok(())
    } else {
        Err(findings.lost.join("; "))
    }
}

/// The status in `GET_v1_statuses_ID_404_1.json`.
fn status_in_name(name: &str) -> Option<u16> {
    name.split(['_', '.'])
        .filter_map(|it| it.parse().ok())
        .find(|it| (100..600).contains(it))
}

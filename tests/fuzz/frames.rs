//! Frames of WebSockets and server-sent events, as servers and clients send them.

use mastodon::streaming::{
    ClientFrame, Event, Frame,
    sse::{Decoder, Item},
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::in_time;

/// JSON that looks like what servers send: their keys, with whatever behind them.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,24}".prop_map(Value::from),
        "(https?://)?[a-z.:/@#%0-9]{0,24}".prop_map(Value::from),
        "[0-9T:.Z+-]{0,30}".prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((key(), inner), 0..10)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

fn key() -> impl Strategy<Value = String> {
    let known = [
        "id",
        "uri",
        "url",
        "account",
        "acct",
        "content",
        "created_at",
        "edited_at",
        "tags",
        "name",
        "media_attachments",
        "reblog",
        "quote",
        "quoted_status",
        "state",
        "poll",
        "options",
        "votes_count",
        "mentions",
        "emojis",
        "card",
        "in_reply_to_id",
        "visibility",
        "stream",
        "event",
        "payload",
        "error",
        "status",
        "type",
        "tag",
        "list",
        "cursor",
        "from",
        "to",
        "meta",
        "fields",
        "relay",
        "seen_on",
    ];
    prop_oneof![
        9 => prop::sample::select(known.to_vec()).prop_map(str::to_owned),
        1 => ".{0,8}",
    ]
}

fn event_name() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "update",
        "status.update",
        "delete",
        "notification",
        "conversation",
        "announcement",
        "announcement.reaction",
        "announcement.delete",
        "filters_changed",
        "notifications_merged",
        "watersmeet.gap",
        "consumer_too_slow",
        "strange",
    ])
}

proptest! {
    #[test]
    fn any_text_is_a_frame_or_an_error(text in "\\PC{0,400}") {
        in_time(|| (Frame::parse(&text).is_ok(), Frame::parse_public(&text).is_ok(), ClientFrame::parse(&text).is_ok()));
    }

    #[test]
    fn any_json_is_a_frame_or_an_error(value in any_json()) {
        let text = value.to_string();
        in_time(|| (Frame::parse(&text).is_ok(), Frame::parse_public(&text).is_ok(), ClientFrame::parse(&text).is_ok()));
    }

    #[test]
    fn a_frame_that_is_read_is_written_and_read_as_the_same(
        name in event_name(),
        payload in any_json(),
        stream in prop::collection::vec(".{0,10}", 0..4),
        cursor in prop::option::of(".{0,20}"),
        doubly: bool,
    ) {
        let payload = if doubly { Value::from(payload.to_string()) } else { payload };
        let text = json!({"stream": stream, "event": name, "payload": payload, "cursor": cursor}).to_string();
        if let Ok(frame) = in_time(|| Frame::parse(&text)) {
            let again = Frame::parse(&frame.to_json());
            prop_assert_eq!(again.map(|it| it.to_json()), Ok(frame.to_json()));
        }
        if let Ok(frame) = in_time(|| ClientFrame::parse(&text)) {
            prop_assert_eq!(ClientFrame::parse(&frame.to_json()), Ok(frame));
        }
    }

    #[test]
    fn any_payload_is_an_event_or_an_error(name in event_name(), payload in any_json()) {
        in_time(|| Event::parse(name, &payload.to_string()).is_ok());
    }

    #[test]
    fn events_come_out_as_they_were_written_in_whatever_pieces_they_arrive(
        events in prop::collection::vec(("[a-z.]{1,12}", "[^\r\n]{1,60}", "[0-9-]{1,12}", any::<bool>()), 0..8),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
    ) {
        let mut text = String::from(":)\n");
        let mut wanted = Vec::new();
        for (name, data, id, beats) in events {
            if beats {
                text.push_str(":thump\n");
                wanted.push(Item::Heartbeat);
            }
            text.push_str(&format!("event: {name}\nid: {id}\ndata: {data}\n\n"));
            wanted.push(Item::Event { name, data, id: Some(id) });
        }
        let bytes = text.as_bytes();
        let mut places: Vec<usize> = cuts.iter().map(|it| it.index(bytes.len())).collect();
        places.extend([0, bytes.len()]);
        places.sort_unstable();
        let mut decoder = Decoder::new();
        let found: Vec<Item> = places
            .windows(2)
            .flat_map(|pair| decoder.push(&bytes[pair[0]..pair[1]]))
            .collect();
        prop_assert_eq!(found, wanted);
    }

    #[test]
    fn any_bytes_are_events_or_nothing(bytes in prop::collection::vec(any::<u8>(), 0..4_000)) {
        let items = in_time(|| Decoder::new().push(&bytes));
        prop_assert!(items.len() <= bytes.len());
    }
}

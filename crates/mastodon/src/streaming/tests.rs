//! Frames in every form that servers write.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::StatusId;

fn event(text: &str) -> (Vec<String>, Event) {
    match Frame::parse(text).unwrap() {
        Frame::Event { stream, event, .. } => (stream, event),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_payload_is_encoded_twice() {
    let status = json!({"id": "7", "uri": "u", "account": {"id": "1"}}).to_string();
    let text =
        json!({"stream": ["hashtag", "Rust"], "event": "update", "payload": status}).to_string();
    let (stream, event) = event(&text);
    assert_eq!(
        Subscription::from_labels(&stream),
        Some(Subscription::to_tag("Rust"))
    );
    let Event::Update(status) = event else {
        panic!("{event:?}")
    };
    assert_eq!(status.id, StatusId::new("7"));
}

#[test]
fn a_delete_carries_a_bare_id_of_any_kind() {
    for (payload, id) in [
        (json!("117457746123239786"), "117457746123239786"),
        (json!("01J9ZBCD"), "01J9ZBCD"),
        (json!(42), "42"),
        (
            json!("99999999999999999999999999"),
            "99999999999999999999999999",
        ),
    ] {
        let text = json!({"stream": ["public"], "event": "delete", "payload": payload}).to_string();
        assert_eq!(event(&text).1, Event::Delete(StatusId::new(id)));
    }
}

#[test]
fn a_frame_without_stream_is_still_an_event() {
    let (stream, event) = event(r#"{"event":"delete","payload":"9xYz"}"#);
    assert!(stream.is_empty());
    assert_eq!(event, Event::Delete(StatusId::new("9xYz")));
    assert_eq!(Subscription::from_labels(&stream), None);
}

#[test]
fn an_error_frame_has_a_status_or_not() {
    let error = |text| Frame::parse(text).unwrap();
    assert_eq!(
        error(r#"{"error":"Unknown stream type","status":400}"#),
        Frame::Error {
            error: "Unknown stream type".into(),
            status: Some(400)
        }
    );
    assert_eq!(
        error(r#"{"error":"Error unsubscribing from channel"}"#),
        Frame::Error {
            error: "Error unsubscribing from channel".into(),
            status: None
        }
    );
}

#[test]
fn a_list_is_labelled_in_two_ways() {
    for labels in [
        vec!["list".to_owned(), "12".to_owned()],
        vec!["list:12".to_owned()],
    ] {
        assert_eq!(
            Subscription::from_labels(&labels),
            Some(Subscription::to_list("12"))
        );
    }
}

#[test]
fn an_unknown_event_keeps_its_payload() {
    let (_, event) = event(r#"{"event":"pleroma:respond","payload":"{\"result\":\"ignored\"}"}"#);
    assert_eq!(
        event,
        Event::Unknown {
            name: "pleroma:respond".into(),
            payload: r#"{"result":"ignored"}"#.into()
        }
    );
}

#[test]
fn events_without_payload_are_events() {
    assert_eq!(
        event(r#"{"stream":["user"],"event":"filters_changed"}"#).1,
        Event::FiltersChanged
    );
    assert_eq!(
        event(r#"{"stream":["user"],"event":"notifications_merged","payload":"1"}"#).1,
        Event::NotificationsMerged
    );
}

#[test]
fn the_frames_of_a_relay_carry_a_cursor_and_tell_of_gaps() {
    let frame = Frame::Event {
        stream: vec!["public".into()],
        event: Event::Delete(StatusId::new("1")),
        cursor: Some("4-17".into()),
    };
    assert_eq!(Frame::parse(&frame.to_json()), Ok(frame));
    let gap = r#"{"stream":["public"],"event":"watersmeet.gap","payload":"{\"from\":\"4-17\",\"to\":\"5-0\"}"}"#;
    assert_eq!(
        Frame::parse(gap),
        Ok(Frame::Gap(RelayGap {
            from: Some("4-17".into()),
            to: Some("5-0".into())
        }))
    );
}

#[test]
fn a_subscription_is_asked_for_by_frame_query_or_path() {
    let frame = ClientFrame::Subscribe(Subscription::to_tag("rust"));
    assert_eq!(
        frame.to_json(),
        r#"{"stream":"hashtag","tag":"rust","type":"subscribe"}"#
    );
    let local = Subscription {
        stream: StreamName::HashtagLocal,
        ..Subscription::to_tag("rust")
    };
    assert_eq!(local.sse_path(), "/api/v1/streaming/hashtag/local");
    assert_eq!(
        local.query(),
        [
            ("stream".into(), "hashtag:local".to_owned()),
            ("tag".into(), "rust".to_owned())
        ]
    );
}

#[test]
fn a_reader_of_public_streams_hears_of_statuses_what_every_reader_hears() {
    let status = json!({"id": "7", "uri": "u", "account": {"id": "1"}}).to_string();
    for (name, payload) in [
        ("update", status.as_str()),
        ("status.update", &status),
        ("delete", "99999999999999999999999999"),
        ("pleroma:respond", "{}"),
    ] {
        let text =
            json!({"stream": ["public"], "event": name, "payload": payload, "cursor": "4-1"})
                .to_string();
        let Ok(Frame::Event { event, cursor, .. }) = Frame::parse_public(&text) else {
            panic!("{text}")
        };
        assert_eq!(cursor.as_deref(), Some("4-1"));
        assert_eq!(Event::from(event), self::event(&text).1);
    }
}

#[test]
fn a_reader_of_public_streams_reads_nothing_into_what_is_sent_to_a_person() {
    let text = json!({"stream": ["user"], "event": "notification", "payload": "{}"}).to_string();
    assert!(Frame::parse(&text).is_err());
    let Ok(Frame::Event { event, .. }) = Frame::parse_public(&text) else {
        panic!("{text}")
    };
    let unknown = PublicEvent::Unknown {
        name: "notification".into(),
        payload: "{}".into(),
    };
    assert_eq!(event, unknown);
}

#[test]
fn nonsense_is_an_error() {
    for text in [
        "",
        "[]",
        "{}",
        "null",
        r#"{"event":""}"#,
        r#"{"event":"update","payload":"{}"}"#,
    ] {
        assert!(Frame::parse(text).is_err(), "{text}");
    }
    assert_eq!(
        ClientFrame::parse(r#"{"type":"sing"}"#),
        Err(FrameError::UnknownType)
    );
}

proptest! {
    #[test]
    fn any_subscription_survives_the_wire(stream in "[a-z:]{1,12}", tag in prop::option::of(".{0,9}"), subscribe: bool) {
        let subscription = Subscription { stream: StreamName::from(stream.as_str()), tag, list: None };
        let frame = if subscribe { ClientFrame::Subscribe(subscription) } else { ClientFrame::Unsubscribe(subscription) };
        prop_assert_eq!(ClientFrame::parse(&frame.to_json()), Ok(frame));
    }

    #[test]
    fn no_text_breaks_the_parsers(text in ".{0,80}", name in "[a-z._]{0,20}") {
        let _: (bool, bool, bool) =
            (Frame::parse(&text).is_ok() && Frame::parse_public(&text).is_ok(), ClientFrame::parse(&text).is_ok(), Event::parse(&name, &text).is_ok());
    }

    #[test]
    fn no_frame_breaks_the_parser(
        event in prop::sample::select(vec!["update", "delete", "notification", "conversation", "announcement", "watersmeet.gap"]),
        payload in "[{}\\[\\]\":,a-z0-9]{0,40}",
    ) {
        let text = json!({"stream": payload, "event": event, "payload": payload}).to_string();
        if let Ok(frame) = Frame::parse(&text) {
            prop_assert!(Frame::parse(&frame.to_json()).is_ok());
        }
    }
}

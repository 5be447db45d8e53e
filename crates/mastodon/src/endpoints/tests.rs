//! What endpoints look like on the wire.

use http::{HeaderMap, StatusCode};
use serde_json::json;

use super::*;
use crate::{Endpoint, MediaId, Paging, StatusId, error::ApiError, read};

fn text(request: http::Request<Vec<u8>>) -> String {
    let mut lines = vec![format!("{} {}", request.method(), request.uri())];
    lines.extend(
        request
            .headers()
            .iter()
            .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())),
    );
    lines.push(String::from_utf8(request.into_body()).unwrap());
    lines.join("\n")
}

#[test]
fn a_timeline_leaves_out_what_is_not_asked() {
    let timeline = PublicTimeline {
        local: true,
        page: Paging::first(40),
        ..Default::default()
    };
    let request = timeline.to_request("https://a.example/", None).unwrap();
    assert_eq!(
        text(request),
        "GET https://a.example/api/v1/timelines/public?local=true&limit=40\n"
    );
}

#[test]
fn lists_carry_brackets_and_segments_are_encoded() {
    let timeline = TagTimeline {
        tag: "ру/с т".into(),
        any: vec!["a".into(), "b&".into()],
        ..Default::default()
    };
    assert_eq!(
        timeline.path_and_query(),
        "/api/v1/timelines/tag/%D1%80%D1%83%2F%D1%81%20%D1%82?any%5B%5D=a&any%5B%5D=b%26"
    );
}

#[test]
fn a_segment_never_climbs_the_path() {
    assert_eq!(
        GetStatus {
            id: StatusId::new("..")
        }
        .path(),
        "/api/v1/statuses/%252E"
    );
}

#[test]
fn a_post_is_json_with_token_and_idempotency_key() {
    let post = PostStatus {
        status: "hi".into(),
        media_ids: vec![MediaId::new("1")],
        idempotency_key: Some("k".into()),
        ..Default::default()
    };
    assert_eq!(
        text(post.to_request("https://a.example", Some("t")).unwrap()),
        "POST https://a.example/api/v1/statuses\nauthorization: Bearer t\ncontent-type: application/json\n\
         idempotency-key: k\n{\"media_ids\":[\"1\"],\"status\":\"hi\"}"
    );
}

#[test]
fn a_broken_token_is_an_error_not_a_panic() {
    assert!(
        GetInstance {}
            .to_request("https://a.example", Some("a\nb"))
            .is_err()
    );
    assert!(GetInstance {}.to_request("no address", None).is_err());
}

fn answer<E: Endpoint>(status: u16, body: &str) -> Result<crate::Answer<E::Answer>, ApiError> {
    read::<E>(
        StatusCode::from_u16(status).unwrap(),
        &HeaderMap::new(),
        body.as_bytes(),
    )
}

#[test]
fn one_broken_status_never_loses_a_page() {
    let good = json!({"id": 7, "uri": "u", "account": {"id": "1", "emojis": null}, "media_attachments": null});
    let page = json!([good, {"id": "8"}, "nonsense", null]).to_string();
    let answer = answer::<PublicTimeline>(200, &page).unwrap();
    assert_eq!(answer.value.len(), 1);
    assert_eq!(answer.value[0].id, StatusId::new("7"));
    assert_eq!(answer.rejected.len(), 2);
}

#[test]
fn a_page_for_people_is_no_data() {
    assert!(matches!(
        answer::<PublicTimeline>(200, " <html><body>Login"),
        Err(ApiError::NotJson { .. })
    ));
}

#[test]
fn no_bytes_are_an_empty_list_and_no_status() {
    assert_eq!(answer::<PublicTimeline>(206, "").unwrap().value, vec![]);
    assert!(!answer::<PublicTimeline>(206, "").unwrap().complete);
    assert!(matches!(
        answer::<GetStatus>(200, ""),
        Err(ApiError::Malformed { .. })
    ));
}

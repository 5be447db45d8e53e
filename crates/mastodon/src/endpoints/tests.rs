//! What endpoints look like on the wire.

use http::{HeaderMap, StatusCode};
use serde_json::json;

use super::*;
use crate::{Endpoint, MediaId, Paging, SourceState, StatusId, error::ApiError, read};

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
fn a_search_names_its_type_as_the_wire_does() {
    let search = Search {
        q: "rust".into(),
        r#type: Some("hashtags".into()),
        ..Default::default()
    };
    assert_eq!(
        search.path_and_query(),
        "/api/v2/search?q=rust&type=hashtags"
    );
}

#[test]
fn a_token_is_asked_for_by_a_form() {
    let token = CreateToken {
        grant_type: "authorization_code".into(),
        code: Some("a b".into()),
        ..Default::default()
    };
    assert_eq!(
        text(token.to_request("https://a.example", None).unwrap()),
        "POST https://a.example/oauth/token\ncontent-type: application/x-www-form-urlencoded\n\
         grant_type=authorization_code&code=a+b"
    );
}

#[test]
fn a_file_goes_in_parts_that_no_content_can_end() {
    let bytes = b"--watersmeet-00000000000000000000".to_vec();
    let file = crate::endpoint::File {
        name: "a\"b.png".into(),
        content_type: "image/png".into(),
        bytes,
    };
    let upload = UploadMedia {
        file,
        description: Some("a cat".into()),
        ..Default::default()
    };
    let request = text(upload.to_request("https://a.example", Some("t")).unwrap());
    assert!(
        request.contains("boundary=watersmeet-00000000000000000001"),
        "{request}"
    );
    assert!(request.contains(
        "name=\"file\"; filename=\"a%22b.png\"\r\nContent-Type: image/png\r\n\r\n--watersmeet-0"
    ));
    assert!(request.contains("name=\"description\"\r\n\r\na cat\r\n"));
    assert!(request.ends_with("--watersmeet-00000000000000000001--\r\n"));
}

#[test]
fn a_meant_empty_value_is_sent() {
    let filter = UpdateFilter {
        expires_in: Some(String::new()),
        ..Default::default()
    };
    assert_eq!(filter.body(), crate::Body::Json(json!({"expires_in": ""})));
}

#[test]
fn a_scheduled_status_is_told_from_a_published_one() {
    let scheduled = answer::<PostStatus>(
        200,
        r#"{"id":"1","scheduled_at":"4000-01-01T00:00:00Z","params":{"sensitive":"0"}}"#,
    );
    assert!(matches!(scheduled.unwrap().value, Posted::Scheduled(_)));
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

#[test]
fn an_error_that_calls_itself_a_success_is_an_error() {
    let refused = answer::<GetInstance>(200, r#"{"error":"no"}"#);
    assert_eq!(
        refused,
        Err(ApiError::Unexpected {
            status: 200,
            message: "no".into()
        })
    );
}

#[test]
fn a_summary_says_of_an_instance_what_the_whole_says() {
    assert_eq!(GetInstanceSummary.path(), GetInstance {}.path());
    let body = json!({
        "domain": "a.example", "title": "A", "version": "4.5.0", "api_versions": {"mastodon": 7},
        "configuration": {"urls": {"streaming": "wss://s.a.example"}, "polls": {"max_options": 4}},
        "thumbnail": "https://a.example/a.png", "registrations": false,
    })
    .to_string();
    let summary = answer::<GetInstanceSummary>(200, &body).unwrap().value;
    let whole = answer::<GetInstance>(200, &body).unwrap().value;
    assert_eq!(
        (summary.domain, summary.title, summary.version),
        (whole.domain, whole.title, whole.version)
    );
    assert_eq!(summary.api_versions, whole.api_versions);
    assert_eq!(
        summary.configuration.urls.streaming,
        whole.configuration.urls.streaming
    );
    let bare = answer::<GetInstanceSummary>(200, "{}").unwrap().value;
    assert_eq!(bare, crate::InstanceSummary::default());
}

#[test]
fn a_report_on_sources_is_read_with_whatever_it_leaves_out() {
    let body = json!({
        "relay": {"name": "W", "version": "0.1.0", "started_at": "2026-10-14T10:00:00.000Z", "offline": false},
        "sources": [
            {"domain": "a.example", "state": "live", "posts": 7, "reason": null},
            {"domain": "b.example", "state": "napping", "posts": -1},
        ],
    })
    .to_string();
    let report = answer::<GetSources>(200, &body).unwrap().value;
    assert_eq!(report.relay.name, "W");
    assert_eq!(report.sources[0].state, SourceState::Live);
    assert_eq!(report.sources[0].reason, None);
    assert_eq!(
        report.sources[1].state,
        SourceState::Other("napping".into())
    );
    assert_eq!(
        (
            report.sources[0].posts,
            report.sources[1].posts,
            report.views.len()
        ),
        (7, 0, 0)
    );
    for no_report in ["", "[]", "<html>"] {
        assert!(answer::<GetSources>(200, no_report).is_err(), "{no_report}");
    }
}

#[test]
fn the_catalogue_names_every_request_once() {
    let catalogue = catalogue();
    let mut names: Vec<_> = catalogue.iter().map(|it| it.name).collect();
    names.sort_unstable();
    let n_names = names.len();
    names.dedup();
    assert_eq!(names.len(), n_names);
    assert!(n_names > 190, "{n_names}");
    assert!(catalogue.iter().all(|it| it.path.starts_with('/')));
}

//! Parameters of reading requests that stand in a body, as some libraries send them.

use super::*;

const FORM: &str = "application/x-www-form-urlencoded";

#[tokio::test]
async fn parameters_are_taken_from_a_body_in_every_writing() {
    let relay = TestRelay::with(&[post(1, &[]), post(2, &[]), post(3, &[])]).await;
    let path = "/api/v1/accounts/familiar_followers";
    let multipart = "--x\r\nContent-Disposition: form-data; name=\"id[]\"\r\n\r\n7\r\n--x--\r\n";
    for (kind, body) in [
        ("application/json", r#"{"id": ["7"]}"#),
        ("application/json; charset=utf-8", r#"{"id": [7]}"#),
        (FORM, "id%5B%5D=7"),
        ("multipart/form-data; boundary=x", multipart),
    ] {
        let got = relay
            .send("GET", path, &[("content-type", kind)], body)
            .await;
        assert_eq!(got.json(), json!([{"id": "7", "accounts": []}]), "{kind}");
    }
    let timeline = "/api/v1/timelines/public";
    let json = [("content-type", "application/json")];
    let got = relay.send("GET", timeline, &json, r#"{"limit": 1}"#).await;
    assert_eq!(got.ids(), ids([3]));
    // What follows is read without a body, too.
    assert!(got.header("link").contains("?limit=1&max_id="));
    // The body has the last word.
    let path = format!("{timeline}?limit=1");
    let got = relay.send("GET", &path, &json, r#"{"limit": 2}"#).await;
    assert_eq!(got.ids(), ids([3, 2]));
    let got = relay
        .send("GET", timeline, &json, r#"{"min_boosts": 2}"#)
        .await;
    assert_eq!(got.status, StatusCode::BAD_REQUEST);
    assert!(got.json()["error"].as_str().unwrap().contains("min_boosts"));
}

#[tokio::test]
async fn a_body_that_cannot_be_read_does_no_harm() {
    let relay = TestRelay::with(&[post(1, &[])]).await;
    let long = format!("{{\"limit\": \"{}\"}}", "1".repeat(20_000));
    for (kind, body) in [
        ("application/json", "null"),
        ("application/json", "{\"limit\""),
        ("application/json", long.as_str()),
        ("multipart/form-data", "x"),
        (FORM, "%%%"),
        ("text/plain", "strange=1"),
    ] {
        let headers = [("content-type", kind)];
        let got = relay
            .send("GET", "/api/v1/timelines/public?limit=1", &headers, body)
            .await;
        assert_eq!(
            got.ids(),
            ids([1]),
            "{kind}: {}",
            &body[..body.len().min(20)]
        );
    }
}

//! What is read in brief is what is read whole, whatever form servers give it.

use serde_json::{Value, json};

use super::*;

fn usual() -> Value {
    json!({
        "id": "7", "uri": "https://a.example/7", "url": "https://a.example/@ann/7", "created_at": "2026-10-14T10:00:00.000Z",
        "edited_at": "2026-10-14T11:00:00.000Z", "content": "<p>\"Ümlaut\"</p>", "visibility": "public", "sensitive": true,
        "spoiler_text": "careful", "language": "de", "in_reply_to_id": "6", "in_reply_to_account_id": "2", "reblog": null,
        "media_attachments": [{ "id": "9", "type": "image", "url": "https://a.example/9.png" }],
        "mentions": [{ "id": "2", "username": "bob", "url": "https://b.example/@bob", "acct": "bob@b.example" }],
        "tags": [{ "name": "Rust", "url": "https://a.example/tags/rust" }], "emojis": [], "poll": null, "card": null,
        "quote": null, "replies_count": 1, "reblogs_count": 2, "favourites_count": 3, "quotes_count": 4,
        "account": {
            "id": "1", "username": "ann", "acct": "ann@a.example", "display_name": "Ann", "note": "<p>Hi</p>",
            "url": "https://a.example/@ann", "uri": "https://a.example/users/ann", "limited": false, "bot": true
        }
    })
}

/// What a brief holds of a status that was read whole.
fn in_brief(whole: &Status) -> Status {
    let account = &whole.account;
    let medias = whole.media_attachments.iter();
    let tags = whole.tags.iter();
    Status {
        id: whole.id.clone(),
        uri: whole.uri.clone(),
        url: whole.url.clone(),
        created_at: whole.created_at.clone(),
        edited_at: whole.edited_at.clone(),
        account: Account {
            id: account.id.clone(),
            username: account.username.clone(),
            acct: account.acct.clone(),
            note: account.note.clone(),
            url: account.url.clone(),
            uri: account.uri.clone(),
            limited: account.limited,
            ..Account::default()
        },
        content: whole.content.clone(),
        visibility: whole.visibility.clone(),
        spoiler_text: whole.spoiler_text.clone(),
        language: whole.language.clone(),
        in_reply_to_id: whole.in_reply_to_id.clone(),
        in_reply_to_account_id: whole.in_reply_to_account_id.clone(),
        reblog: whole.reblog.clone(),
        poll: whole.poll.clone(),
        quote: whole.quote.clone(),
        media_attachments: medias
            .map(|it| MediaAttachment {
                id: it.id.clone(),
                ..MediaAttachment::default()
            })
            .collect(),
        tags: tags
            .map(|it| StatusTag {
                name: it.name.clone(),
                ..StatusTag::default()
            })
            .collect(),
        replies_count: whole.replies_count,
        reblogs_count: whole.reblogs_count,
        favourites_count: whole.favourites_count,
        quotes_count: whole.quotes_count,
        ..Status::default()
    }
}

/// Whether the payload was read in brief; if so, as it is read whole.
fn is_brief(payload: &Value) -> bool {
    let text = payload.to_string();
    let Ok(brief) = Brief::of_event("status.update", text.clone()) else {
        return false;
    };
    assert_eq!((brief.is_edit, &brief.text), (true, &text));
    let whole = Brief::whole(&text).unwrap();
    assert_eq!(*brief.status, in_brief(&whole), "{text}");
    true
}

#[test]
fn a_status_of_the_usual_form_is_read_in_brief() {
    assert!(is_brief(&usual()));
    let frame =
        json!({"stream": ["hashtag", "Rust"], "event": "update", "payload": usual().to_string()});
    let brief = Brief::of_frame(&frame.to_string()).unwrap();
    assert_eq!(brief.stream, ["hashtag", "Rust"]);
    assert!(!brief.is_edit);
    assert_eq!(brief.text, usual().to_string());
}

#[test]
fn another_form_of_any_field_is_read_alike_or_left_to_the_other_way() {
    let forms = [
        Value::Null,
        json!(""),
        json!("x"),
        json!(7),
        json!(-1.5),
        json!(false),
        json!([]),
        json!({}),
        json!([null]),
        json!([{}]),
        json!([{ "id": null }]),
        json!([{ "id": "5", "name": null }, { "id": 5, "name": "n" }]),
        json!({ "id": "5" }),
    ];
    let names = |it: &Value| it.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let (mut brief, mut all) = (0, 0);
    for name in names(&usual()) {
        let mut without = usual();
        without.as_object_mut().unwrap().remove(&name);
        is_brief(&without);
        for form in &forms {
            let mut other = usual();
            other[&name] = form.clone();
            brief += usize::from(is_brief(&other));
            all += 1;
        }
    }
    for name in names(&usual()["account"]) {
        for form in &forms {
            let mut other = usual();
            other["account"][&name] = form.clone();
            brief += usize::from(is_brief(&other));
            all += 1;
        }
    }
    assert!(brief > 0 && brief < all);
}

#[test]
fn boosts_polls_and_quotes_are_left_to_the_other_way() {
    for (name, value) in [
        ("reblog", usual()),
        (
            "poll",
            json!({ "id": "1", "options": [{ "title": "yes" }] }),
        ),
        ("quote", json!({ "state": "pending" })),
    ] {
        let mut status = usual();
        status[name] = value;
        assert!(!is_brief(&status), "{name}");
    }
}

#[test]
fn what_is_no_status_comes_back() {
    for (name, payload) in [
        ("delete", "7"),
        ("update", "7"),
        ("update", ""),
        ("sing", "{}"),
    ] {
        assert_eq!(
            Brief::of_event(name, payload.to_owned()),
            Err(payload.to_owned())
        );
    }
    assert_eq!(
        Brief::of_frame(r#"{"stream":["public"],"event":"delete","payload":"7"}"#),
        None
    );
}

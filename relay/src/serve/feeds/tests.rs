//! Whatever strangers write, a feed is well-formed and safe.

use feed_rs::parser;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::archive::StoredStatus;

/// Text with everything in it that breaks out of something.
fn hostile() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[<>&\"' \\]\\[!/a-z;=-]{0,60}",
        proptest::collection::vec(
            prop_oneof![
                Just("]]>"),
                Just("<![CDATA["),
                Just("<script>x()</script>"),
                Just("<img src=x onerror=x()>"),
                Just("&#0;"),
                Just("\u{0}"),
                Just("\u{b}"),
                Just("\u{fffe}"),
                Just("</item>"),
                Just("<a href=\"javascript:x()\">"),
                Just("&lt;b&gt;"),
                Just("<svg><style><p title=\"</style><script>x()</script>\">"),
            ],
            0..8
        )
        .prop_map(|it| it.concat()),
    ]
}

fn stored(texts: &[String; 6]) -> StoredStatus {
    let [name, content, warning, described, tag, url] = texts;
    let status = json!({
        "id": "1",
        "uri": "https://a.example/1",
        "url": format!("https://a.example/{url}"),
        "created_at": "2026-01-01T00:00:00.000Z",
        "spoiler_text": warning,
        "content": content,
        "language": tag,
        "account": {"id": "1", "acct": "ada@a.example", "display_name": name, "url": url, "avatar": url},
        "tags": [{"name": tag, "url": url}],
        "media_attachments": [
            {"id": "1", "type": "image", "url": format!("https://a.example/{url}"), "description": described},
        ],
        "poll": {"id": "1", "options": [{"title": described}]},
    });
    StoredStatus {
        id: PublicId::floor(1),
        uri: "https://a.example/1".to_owned(),
        json: Bytes::from(status.to_string()),
        is_guarded: false,
        noindex: false,
    }
}

fn channel(texts: &[String; 6]) -> Channel {
    Channel {
        title: texts[0].clone(),
        description: texts[1].clone(),
        home: "https://relay.example/".to_owned(),
        address: "https://relay.example/feed.rss".to_owned(),
        icon: "https://relay.example/icon.png".to_owned(),
        about: "https://relay.example/about/relay".to_owned(),
        since_ms: 0,
        items: Item::of(&stored(texts)).into_iter().collect(),
    }
}

proptest! {
    #[test]
    fn a_feed_is_well_formed_whatever_strangers_write(
        texts in [hostile(), hostile(), hostile(), hostile(), hostile(), hostile()],
    ) {
        let channel = channel(&texts);
        prop_assert_eq!(channel.items.len(), 1);
        for written in [rss::write(&channel).unwrap(), atom::write(&channel).unwrap()] {
            let text = String::from_utf8(written).unwrap();
            let feed = parser::parse(text.as_bytes());
            let feed = feed.map_err(|error| TestCaseError::fail(format!("{error}: {text}")))?;
            prop_assert_eq!(feed.entries.len(), 1);
            prop_assert_eq!(&feed.entries[0].id, "https://a.example/1");
            let entry = &feed.entries[0];
            // Atom has it as content; its summary is plain text. RSS has nothing but a summary.
            let content = entry.content.as_ref().and_then(|it| it.body.as_deref());
            let summary = entry.summary.as_ref().map(|it| it.content.as_str());
            let html = content.or(summary).unwrap_or_default();
            prop_assert!(!html.contains("<script") && !html.contains("<img"), "{}", html);
        }
        let feed: Value = serde_json::from_slice(&json_feed::write(&channel)).unwrap();
        let html = feed["items"][0]["content_html"].as_str().unwrap();
        prop_assert!(!html.contains("<script") && !html.contains("<img"), "{}", html);
    }

    #[test]
    fn any_path_is_a_feed_or_none(path in "/?(tags|views|feed)?/?\\PC{0,40}\\.?(rss|atom|json)?") {
        if let Some(address) = Address::of(&path) {
            // What it says of itself leads back to it.
            let own = format!("{}.{}", address.subject.path(), address.form.ending());
            prop_assert_eq!(Address::of(&own), Some(address));
        }
        discovery("https://relay.example", &path);
    }
}

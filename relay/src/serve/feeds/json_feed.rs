//! JSON Feed 1.1 (<https://www.jsonfeed.org/version/1.1/>).

use serde_json::{Map, Value, json};

use super::{
    channel::Channel,
    item::{Item, rfc3339},
};

pub(super) fn write(channel: &Channel) -> Vec<u8> {
    let items: Vec<_> = channel.items.iter().map(item).collect();
    let feed = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.title,
        "description": channel.description,
        "home_page_url": channel.home,
        "feed_url": channel.address,
        "icon": channel.icon,
        "items": items,
    });
    feed.to_string().into_bytes()
}

fn item(item: &Item) -> Value {
    let author = [
        ("name", Some(&item.author.name)),
        ("url", item.author.url.as_ref()),
        ("avatar", item.author.avatar.as_ref()),
    ];
    let attachments: Vec<_> = item
        .media
        .iter()
        .map(|it| {
            present([
                ("url", Some(json!(it.url))),
                ("mime_type", Some(json!(it.mime))),
                ("title", it.description.as_ref().map(|it| json!(it))),
            ])
        })
        .collect();
    present([
        ("id", Some(json!(item.uri))),
        ("url", Some(json!(item.url))),
        ("title", Some(json!(item.title))),
        ("content_html", Some(json!(item.html))),
        (
            "summary",
            item.warning
                .as_ref()
                .map(|it| json!(format!("Content warning: {it}"))),
        ),
        ("date_published", Some(json!(rfc3339(item.published_ms)))),
        ("date_modified", Some(json!(rfc3339(item.updated_ms)))),
        (
            "authors",
            Some(json!([present(
                author.map(|(name, it)| (name, it.map(|it| json!(it))))
            )])),
        ),
        ("language", item.language.as_ref().map(|it| json!(it))),
        (
            "tags",
            Some(json!(item.tags)).filter(|_| !item.tags.is_empty()),
        ),
        (
            "attachments",
            Some(json!(attachments)).filter(|_| !attachments.is_empty()),
        ),
    ])
}

/// An object of what is there: this format knows no null.
fn present<const N: usize>(members: [(&str, Option<Value>); N]) -> Value {
    let there = members
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(there.collect::<Map<_, _>>())
}

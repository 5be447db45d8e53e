//! Posts of the size that Mastodon's streams carry (about 3 KB), as many as wanted, none like another.

use serde_json::{Value, json};

/// Where a reader of the benchmark finds the moment at which a post was appended.
pub(crate) const SENT_MARK: &str = "sent_ns=";

const TEXT: &str =
    "Rivers do not hurry and yet they arrive, and whoever follows one long enough meets another. ";

/// A status as `domain` tells it; `number` decides its `uri`, so the same number is the same post on every server.
/// Every fourth author allows full-text search.
pub(crate) fn status(number: u64, domain: &str, sent_ns: u64) -> Value {
    let author = format!("writer{}", number % 500);
    let text = TEXT.repeat(5);
    let seconds = 1_790_000_000 + number / 50;
    let second = seconds % 60;
    let minute = seconds / 60 % 60;
    json!({
        "id": format!("{}", 110_000_000_000_000_000 + number),
        "created_at": format!("2026-10-14T1{}:{minute:02}:{second:02}.000Z", seconds / 3_600 % 10),
        "in_reply_to_id": null, "in_reply_to_account_id": null, "sensitive": false, "spoiler_text": "",
        "visibility": "public", "language": "en",
        "uri": format!("https://home.example/users/{author}/statuses/{number}"),
        "url": format!("https://home.example/@{author}/{number}"),
        "replies_count": 1, "reblogs_count": 2, "favourites_count": 3, "edited_at": null,
        "content": format!("<p>{SENT_MARK}{sent_ns}; {text}<a href=\"https://home.example/tags/river\" class=\"mention hashtag\" rel=\"tag\">#<span>river</span></a></p>"),
        "reblog": null, "application": null,
        "account": account(number, &author, domain),
        "media_attachments": [], "mentions": [],
        "tags": [{ "name": "river", "url": format!("https://{domain}/tags/river") }],
        "emojis": [], "card": null, "poll": null
    })
}

fn account(number: u64, author: &str, domain: &str) -> Value {
    let text = TEXT.repeat(5);
    json!({
        "id": format!("{}", 1_000 + number % 500), "username": author, "acct": format!("{author}@home.example"),
        "display_name": format!("Writer number {}", number % 500), "locked": false, "bot": false, "discoverable": true,
        "indexable": number.is_multiple_of(4), "group": false, "created_at": "2023-01-01T00:00:00.000Z", "note": format!("<p>{text}</p>"),
        "url": format!("https://home.example/@{author}"), "uri": format!("https://home.example/users/{author}"),
        "avatar": format!("https://{domain}/system/accounts/avatars/{}/original.png", number % 500),
        "avatar_static": format!("https://{domain}/system/accounts/avatars/{}/original.png", number % 500),
        "header": format!("https://{domain}/headers/missing.png"), "header_static": format!("https://{domain}/headers/missing.png"),
        "followers_count": 120, "following_count": 80, "statuses_count": 900, "last_status_at": "2026-10-14",
        "emojis": [], "fields": [{ "name": "Place", "value": "The water's edge", "verified_at": null }]
    })
}

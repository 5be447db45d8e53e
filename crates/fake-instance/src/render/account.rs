//! Accounts.
use serde_json::{Value, json};

use crate::arena::{PersonKey, ServerKey};
use crate::clock::{date, iso, midnight};
use crate::options::Software;
use crate::world::World;
use crate::world::text;

/// An account as `server` shows it.
pub(crate) fn account(world: &World, server: ServerKey, person: PersonKey) -> Value {
    shallow(world, server, person, true)
}

fn shallow(world: &World, server: ServerKey, person: PersonKey, with_moved: bool) -> Value {
    let row = &world.people[person];
    let here = &world.servers[server];
    let home = &world.servers[row.home];
    let local = row.home == server;
    let avatar = format!("{}/system/avatars/{}.png", here.base, row.look);
    let header = format!("{}/system/headers/{}.png", here.base, row.look);
    let note = note_html(world, person);
    let followers = world
        .people
        .iter()
        .filter(|(_, other)| other.following.contains(&person))
        .count() as u64;
    // Another server knows only some of the followers.
    let crowd = if local { row.crowd } else { row.crowd / 3 };
    let shown = format!("{} {}", row.display_name, row.note);
    let fields: Vec<Value> = row
        .fields
        .iter()
        .map(|(name, value, verified)| {
            let value = if value.starts_with("http") { text::anchor(value) } else { text::escape(value) };
            json!({ "name": name, "value": value, "verified_at": verified.map(|ms| iso(ms).replace('Z', "+00:00")) })
        })
        .collect();
    let mut value = json!({
        "id": row.ids.get(&server).map(|id| here.software.id_form().write(*id)),
        "username": row.username,
        "acct": acct(world, server, person),
        "display_name": row.display_name,
        "locked": row.locked,
        "bot": row.bot,
        "discoverable": row.discoverable,
        "indexable": row.indexable,
        "group": row.group,
        "created_at": iso(midnight(row.created_ms)),
        "note": note,
        "url": format!("{}/@{}", home.base, row.username),
        "uri": uri(world, person),
        "avatar": avatar,
        "avatar_static": avatar,
        "avatar_description": "",
        "header": header,
        "header_static": header,
        "header_description": "",
        "followers_count": followers + crowd,
        "following_count": row.following.len() as u64 + crowd / 5,
        "statuses_count": row.written,
        "last_status_at": row.last_written_ms.map(date),
        "hide_collections": row.hide_collections,
        "show_media": true,
        "show_media_replies": true,
        "show_featured": true,
        "feature_approval": { "automatic": [], "manual": [], "current_user": "denied" },
        "emojis": emojis(world, server, row.home, &shown),
        "fields": fields,
    });
    if let Some(object) = value.as_object_mut() {
        if local {
            object.insert("noindex".to_owned(), row.noindex.into());
            object.insert("roles".to_owned(), json!([]));
        }
        if let (Some(moved), true) = (row.moved_to, with_moved) {
            object.insert("moved".to_owned(), shallow(world, server, moved, false));
        }
        if here.software != Software::Mastodon {
            for absent in [
                "uri",
                "noindex",
                "indexable",
                "hide_collections",
                "moved",
                "show_media",
                "show_media_replies",
                "show_featured",
                "feature_approval",
                "header_description",
                "avatar_description",
            ] {
                object.remove(absent);
            }
            object.insert(
                "last_status_at".to_owned(),
                row.last_written_ms.map(iso).into(),
            );
        }
    }
    value
}

/// The account's ActivityPub address.
pub(crate) fn uri(world: &World, person: PersonKey) -> String {
    let row = &world.people[person];
    format!("{}/users/{}", world.servers[row.home].base, row.username)
}

/// The handle as `server` shows it: local accounts have no domain.
pub(crate) fn acct(world: &World, server: ServerKey, person: PersonKey) -> String {
    let row = &world.people[person];
    if row.home == server {
        row.username.clone()
    } else {
        format!("{}@{}", row.username, world.servers[row.home].domain)
    }
}

fn note_html(world: &World, person: PersonKey) -> String {
    let row = &world.people[person];
    let base = &world.servers[row.home].base;
    text::html(
        &row.note,
        |name, server| {
            world.mentioned(row.home, name, server).map(|other| {
                let other = &world.people[other];
                format!("{}/@{}", world.servers[other.home].base, other.username)
            })
        },
        |tag| format!("{base}/tags/{tag}"),
    )
}

/// The custom emojis of `home` that a text uses, with addresses of `server`.
pub(crate) fn emojis(world: &World, server: ServerKey, home: ServerKey, text: &str) -> Vec<Value> {
    if !text.contains(':') {
        return Vec::new();
    }
    let base = &world.servers[server].base;
    world.servers[home]
        .emojis
        .iter()
        .filter(|emoji| text.contains(&format!(":{}:", emoji.shortcode)))
        .map(|emoji| custom_emoji(base, emoji))
        .collect()
}

/// One custom emoji.
pub(crate) fn custom_emoji(base: &str, emoji: &crate::world::model::Emoji) -> Value {
    let url = format!("{base}/system/emojis/{}.png", emoji.look);
    let mut value = json!({ "shortcode": emoji.shortcode, "url": url, "static_url": url, "visible_in_picker": true });
    if let (Some(category), Some(object)) = (&emoji.category, value.as_object_mut()) {
        object.insert("category".to_owned(), category.clone().into());
    }
    value
}

/// The account as its owner sees it.
pub(crate) fn credential_account(world: &World, server: ServerKey, person: PersonKey) -> Value {
    let mut value = account(world, server, person);
    let row = &world.people[person];
    let fields: Vec<Value> = row
        .fields
        .iter()
        .map(|(name, value, verified)| json!({ "name": name, "value": value, "verified_at": verified.map(iso) }))
        .collect();
    if let Some(object) = value.as_object_mut() {
        object.insert(
            "source".to_owned(),
            json!({
                "privacy": "public", "sensitive": false, "language": "", "note": row.note, "fields": fields,
                "follow_requests_count": 0, "hide_collections": row.hide_collections, "discoverable": row.discoverable,
                "indexable": row.indexable, "attribution_domains": [], "quote_policy": "public",
            }),
        );
        object.insert(
            "role".to_owned(),
            json!({ "id": "-99", "name": "", "permissions": "65536", "color": "", "highlighted": false, "collection_limit": 10 }),
        );
    }
    value
}

/// What is between the viewer and an account.
pub(crate) fn relationship(
    world: &World,
    server: ServerKey,
    viewer: PersonKey,
    other: PersonKey,
) -> Value {
    let desk = world.servers[server].desks.get(&viewer);
    let blocking = desk.is_some_and(|desk| desk.blocks.contains(&other));
    let muting = desk.is_some_and(|desk| desk.mutes.contains(&other));
    let following = world.follows(viewer, other);
    json!({
        "id": world.people[other].ids.get(&server).map(|id| world.servers[server].software.id_form().write(*id)),
        "following": following,
        "showing_reblogs": following,
        "notifying": false,
        "languages": null,
        "followed_by": world.follows(other, viewer),
        "blocking": blocking,
        "blocked_by": false,
        "muting": muting,
        "muting_notifications": muting,
        "muting_expires_at": null,
        "requested": false,
        "requested_by": false,
        "domain_blocking": false,
        "endorsed": false,
        "note": desk.and_then(|desk| desk.notes.get(&other)).cloned().unwrap_or_default(),
    })
}

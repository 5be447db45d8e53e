//! The documents in which a server describes itself.
use serde_json::{Value, json};

use crate::arena::ServerKey;
use crate::options::Software;
use crate::render::account::account;
use crate::render::{put, put_in};
use crate::world::World;

const MIME_TYPES: &[&str] = &[
    "image/jpeg",
    "image/png",
    "image/gif",
    "image/heic",
    "image/heif",
    "image/webp",
    "image/avif",
    "video/webm",
    "video/mp4",
    "video/quicktime",
    "video/ogg",
    "audio/wave",
    "audio/wav",
    "audio/x-wav",
    "audio/x-pn-wave",
    "audio/vnd.wave",
    "audio/ogg",
    "audio/vorbis",
    "audio/mpeg",
    "audio/mp3",
    "audio/webm",
    "audio/flac",
    "audio/aac",
    "audio/m4a",
    "audio/x-m4a",
    "audio/mp4",
    "audio/3gpp",
    "video/x-ms-asf",
];

/// The version text of a server's software.
pub(crate) fn version(software: Software) -> &'static str {
    match software {
        Software::Mastodon => "4.7.3",
        Software::GoToSocial => "0.20.0 git-0000000",
        Software::Hollo => "0.7.18",
        Software::Pleroma => "2.7.2 (compatible; Pleroma 2.9.1)",
    }
}

/// The name by which nodeinfo knows a server's software.
pub(crate) fn software_name(software: Software) -> &'static str {
    match software {
        Software::Mastodon => "mastodon",
        Software::GoToSocial => "gotosocial",
        Software::Hollo => "hollo",
        Software::Pleroma => "pleroma",
    }
}

/// Where a server says that its program's source is.
fn source_url(software: Software) -> &'static str {
    match software {
        Software::Mastodon => "https://github.com/mastodon/mastodon",
        Software::GoToSocial => "https://github.com/superseriousbusiness/gotosocial",
        Software::Hollo => "https://github.com/fedify-dev/hollo",
        Software::Pleroma => "https://git.pleroma.social/pleroma/pleroma",
    }
}

fn limits(with_rest: bool) -> Value {
    let mut value = json!({
        "accounts": { "max_featured_tags": 10 },
        "statuses": { "max_characters": 500, "max_media_attachments": 4, "characters_reserved_per_url": 23 },
        "media_attachments": {
            "supported_mime_types": MIME_TYPES, "image_size_limit": 16_777_216, "image_matrix_limit": 33_177_600,
            "video_size_limit": 103_809_024, "video_frame_rate_limit": 120, "video_matrix_limit": 8_294_400,
        },
        "polls": { "max_options": 4, "max_characters_per_option": 50, "min_expiration": 300, "max_expiration": 2_629_746 },
    });
    if with_rest {
        put(
            &mut value,
            "accounts",
            json!({
                "max_display_name_length": 40, "max_note_length": 500, "max_avatar_description_length": 150,
                "max_header_description_length": 150, "max_featured_tags": 10, "max_pinned_statuses": 5,
                "max_profile_fields": 4, "profile_field_name_limit": 255, "profile_field_value_limit": 255,
            }),
        );
        put_in(&mut value, "media_attachments", "description_limit", 10_000);
    }
    value
}

/// The rules that the server's people agreed to.
pub(crate) fn rules() -> Value {
    json!([
        { "id": "1", "text": "Be kind. Disagree with the words, not with the person.", "hint": "", "translations": { "de": { "text": "Sei freundlich.", "hint": "" } } },
        { "id": "2", "text": "Mark what may hurt with a content warning.", "hint": "Violence, nudity and spoilers are what most people mean.", "translations": {} },
        { "id": "3", "text": "No adverts and no scraping.", "hint": "", "translations": {} },
    ])
}

fn contact(world: &World, server: ServerKey) -> Value {
    world.servers[server]
        .locals
        .values()
        .next()
        .map_or(Value::Null, |person| account(world, server, *person))
}

/// `v2/instance`
pub(crate) fn v2(world: &World, server: ServerKey) -> Value {
    let here = &world.servers[server];
    let base = &here.base;
    let mut configuration = limits(true);
    put(
        &mut configuration,
        "urls",
        json!({
            "streaming": here.streaming_url(), "status": null, "about": format!("{base}/about"),
            "privacy_policy": format!("{base}/privacy-policy"), "terms_of_service": null,
        }),
    );
    put(
        &mut configuration,
        "vapid",
        json!({ "public_key": "BCk-QqERU0q-CfYZjcuB6lnyyOYfJ2AifKqfeGIm7Z-HiTU5T9eTG5GxVA0_OH5mMlI4UkkDTpaZwozy0TzdZ2M=" }),
    );
    put(
        &mut configuration,
        "translation",
        json!({ "enabled": false }),
    );
    let (live, hashtag) = (here.faults.live_access(), here.faults.hashtag_access());
    put(
        &mut configuration,
        "timelines_access",
        json!({
            "live_feeds": { "local": live, "remote": live },
            "hashtag_feeds": { "local": if hashtag == "disabled" { "authenticated" } else { hashtag }, "remote": hashtag },
            "trending_link_feeds": { "local": "public", "remote": "public" },
        }),
    );
    put(&mut configuration, "limited_federation", false);
    let icons: Vec<Value> = [36, 48, 96, 192, 512]
        .iter()
        .map(|size| json!({ "src": format!("{base}/system/avatars/{}.png", crate::ids::scatter_text(&here.name)), "size": format!("{size}x{size}") }))
        .collect();
    let mut value = json!({
        "domain": here.domain, "title": here.title, "version": version(here.software),
        "source_url": source_url(here.software), "description": here.description,
        "usage": { "users": { "active_month": here.locals.len() } },
        "thumbnail": { "url": format!("{base}/system/headers/{}.png", crate::ids::scatter_text(&here.name)), "description": "Hills under a wide sky" },
        "icon": icons, "languages": ["en"], "configuration": configuration,
        "registrations": { "enabled": false, "approval_required": false, "reason_required": false, "message": null, "min_age": null, "url": null },
        "api_versions": { "mastodon": if here.software == Software::Hollo { 2 } else { 11 } },
        "wrapstodon": null,
        "contact": { "email": format!("admin@{}", here.domain), "account": contact(world, server) },
        "rules": rules(),
    });
    if let Some(object) = value.as_object_mut() {
        match here.software {
            Software::Mastodon | Software::Pleroma => {}
            Software::GoToSocial => {
                for absent in ["api_versions", "icon", "wrapstodon"] {
                    object.remove(absent);
                }
                object.insert("configuration".to_owned(), {
                    let mut configuration = limits(true);
                    put(
                        &mut configuration,
                        "urls",
                        json!({ "streaming": here.streaming_url() }),
                    );
                    put_in(
                        &mut configuration,
                        "statuses",
                        "characters_reserved_per_url",
                        25,
                    );
                    configuration
                });
            }
            Software::Hollo => {
                object.insert("configuration".to_owned(), limits(false));
            }
        }
    }
    value
}

/// `v1/instance`
pub(crate) fn v1(world: &World, server: ServerKey) -> Value {
    let here = &world.servers[server];
    let urls = match here.software {
        Software::Hollo => json!({}),
        _ => json!({ "streaming_api": here.streaming_url() }),
    };
    json!({
        "uri": here.domain, "title": here.title, "short_description": here.description, "description": "",
        "email": format!("admin@{}", here.domain), "version": version(here.software), "urls": urls,
        "stats": { "user_count": here.locals.len(), "status_count": here.statuses.len(), "domain_count": world.servers.count() },
        "thumbnail": format!("{}/system/headers/{}.png", here.base, crate::ids::scatter_text(&here.name)),
        "languages": ["en"], "registrations": false, "approval_required": false, "invites_enabled": true,
        "configuration": limits(false), "contact_account": contact(world, server), "rules": rules(),
    })
}

/// `nodeinfo/2.0`
pub(crate) fn nodeinfo(world: &World, server: ServerKey) -> Value {
    let here = &world.servers[server];
    json!({
        "version": "2.0",
        "software": { "name": software_name(here.software), "version": version(here.software) },
        "protocols": ["activitypub"], "services": { "outbound": [], "inbound": [] },
        "usage": { "users": { "total": here.locals.len(), "activeMonth": here.locals.len(), "activeHalfyear": here.locals.len() }, "localPosts": here.statuses.len() },
        "openRegistrations": false, "metadata": { "nodeName": here.title, "nodeDescription": here.description },
    })
}

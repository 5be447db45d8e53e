//! Attachments and link previews.
use serde_json::{Value, json};

use crate::arena::ServerKey;
use crate::clock::iso;
use crate::picture;
use crate::render::account::account;
use crate::render::put;
use crate::world::World;
use crate::world::model::{Card, Media, MediaKind};

/// An attachment as `server` serves it; `remote_base` is set for copies from elsewhere.
pub(crate) fn attachment(
    world: &World,
    server: ServerKey,
    media: &Media,
    remote_base: Option<&str>,
) -> Value {
    let here = &world.servers[server];
    let base = &here.base;
    let id = media
        .ids
        .get(&server)
        .copied()
        .unwrap_or(crate::ids::LocalId(media.look));
    let ready = media.ready_ms <= world.now();
    let place = if remote_base.is_some() {
        "cache/media"
    } else {
        "media"
    };
    let path = |size: &str, end: &str| match media.file {
        Some(file) => format!("system/files/{file}"),
        None => format!(
            "system/{place}/{size}/{}-{}x{}.{end}",
            media.look, media.width, media.height
        ),
    };
    let end = match media.kind {
        MediaKind::Gifv | MediaKind::Video => "webm",
        MediaKind::Audio => "wav",
        _ => "png",
    };
    let pictured = !matches!(media.kind, MediaKind::Audio | MediaKind::Unknown);
    let url = (ready && media.kind != MediaKind::Unknown)
        .then(|| format!("{base}/{}", path("original", end)));
    let preview = pictured.then(|| format!("{base}/{}", path("small", "png")));
    let remote = remote_base
        .map(|remote| format!("{remote}/{}", path("original", end).replace("cache/", "")));
    let (width, height) = (media.width, media.height);
    let (small_width, small_height) = picture::small_size(width, height);
    let mut meta = match media.kind {
        MediaKind::Unknown => json!({}),
        MediaKind::Audio => json!({
            "length": "0:00:02.00", "duration": 2.0, "audio_encode": "pcm_s16le", "audio_bitrate": "8000 Hz", "audio_channels": "mono",
            "original": { "duration": 2.0, "bitrate": 64_000 },
        }),
        _ => json!({
            "original": { "width": width, "height": height, "size": format!("{width}x{height}"), "aspect": f64::from(width) / f64::from(height) },
            "small": { "width": small_width, "height": small_height, "size": format!("{small_width}x{small_height}"), "aspect": f64::from(small_width) / f64::from(small_height) },
        }),
    };
    if matches!(media.kind, MediaKind::Gifv | MediaKind::Video) {
        put(
            &mut meta,
            "original",
            json!({ "width": width, "height": height, "frame_rate": "15/1", "duration": 2.0, "bitrate": 90_000 }),
        );
    }
    if let Some((x, y)) = media.focus {
        put(&mut meta, "focus", json!({ "x": x, "y": y }));
    }
    json!({
        "id": here.software.id_form().write(id),
        "type": media.kind.name(),
        "url": url,
        "preview_url": preview,
        "remote_url": remote,
        "preview_remote_url": null,
        "text_url": null,
        "meta": meta,
        "description": media.description,
        "blurhash": pictured.then(|| picture::blurhash_of(media.look)),
    })
}

/// A link preview.
pub(crate) fn card(world: &World, server: ServerKey, card: &Card) -> Value {
    let base = &world.servers[server].base;
    let author_name = card
        .author
        .map(|author| world.people[author].display_name.clone())
        .unwrap_or_default();
    let authors: Vec<Value> = card
        .author
        .map(|author| json!({ "name": author_name, "url": "", "account": account(world, server, author) }))
        .into_iter()
        .collect();
    json!({
        "url": card.url,
        "title": card.title,
        "description": card.description,
        "language": "en",
        "type": card.kind,
        "author_name": author_name,
        "author_url": "",
        "provider_name": card.provider,
        "provider_url": "",
        "html": "",
        "width": if card.look.is_some() { 480 } else { 0 },
        "height": if card.look.is_some() { 252 } else { 0 },
        "image": card.look.map(|look| format!("{base}/system/cards/{look}-480x252.png")),
        "image_description": "",
        "embed_url": "",
        "blurhash": card.look.map(picture::blurhash_of),
        "published_at": card.published_ms.map(iso),
        "missing_attribution": false,
        "authors": authors,
    })
}

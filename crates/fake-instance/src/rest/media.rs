//! Uploads and the files that the server serves.
use std::collections::BTreeMap;

use crate::arena::PersonKey;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::errors::{Outcome, Refusal};
use crate::ids::LocalId;
use crate::picture;
use crate::render::media::attachment;
use crate::world::World;
use crate::world::model::{Media, MediaKind};

/// Most bytes of an image.
const MOST_IMAGE_BYTES: usize = 16_777_216;
/// Most uploads that an account keeps without posting them.
const MOST_UPLOADS: usize = 100;

/// `media/...`
pub(crate) fn serve(world: &mut World, call: &Call, rest: &[&str], v2: bool) -> Outcome {
    let person = call.user("write:media")?;
    match (call.method.as_str(), rest) {
        ("POST", []) => upload(world, call, person, v2),
        ("GET", [id]) => {
            let media = own(world, call, person, id)?;
            let ready = media.ready_ms <= world.now();
            let value = attachment(world, call.server, &media, None);
            Ok(Answer::json(value).status(if ready { 200 } else { 206 }))
        }
        ("PUT", [id]) => {
            let key = own_key(world, call, id)?;
            let desk = world.servers[call.server].desk(person);
            let media = desk.uploads.get_mut(&key).ok_or_else(Refusal::not_found)?;
            change(media, call);
            let media = media.clone();
            let ready = media.ready_ms <= world.now();
            let value = attachment(world, call.server, &media, None);
            Ok(Answer::json(value).status(if ready { 200 } else { 206 }))
        }
        ("DELETE", [id]) => {
            let key = own_key(world, call, id)?;
            match world.servers[call.server].desk(person).uploads.remove(&key) {
                Some(_) => Ok(Answer::empty()),
                None => Err(Refusal::not_found()),
            }
        }
        _ => Err(Refusal::new(404, "Not Found")),
    }
}

fn own_key(world: &World, call: &Call, id: &str) -> Result<LocalId, Refusal> {
    world.servers[call.server]
        .software
        .id_form()
        .read(id)
        .ok_or_else(Refusal::not_found)
}

fn own(world: &World, call: &Call, person: PersonKey, id: &str) -> Result<Media, Refusal> {
    let key = own_key(world, call, id)?;
    let desk = world.servers[call.server].desks.get(&person);
    desk.and_then(|desk| desk.uploads.get(&key))
        .cloned()
        .ok_or_else(Refusal::not_found)
}

fn change(media: &mut Media, call: &Call) {
    if let Some(description) = call.params.raw("description") {
        media.description = Some(description.to_owned()).filter(|text| !text.is_empty());
    }
    if let Some((x, y)) = call
        .params
        .text("focus")
        .and_then(|focus| focus.split_once(','))
    {
        media.focus = x.trim().parse().ok().zip(y.trim().parse().ok());
    }
}

fn upload(world: &mut World, call: &Call, person: PersonKey, v2: bool) -> Outcome {
    let Some(file) = call.params.file("file") else {
        return Err(Refusal::invalid("File can't be blank"));
    };
    let kind = match file.content_type.split('/').next() {
        Some("image") if file.content_type == "image/gif" => MediaKind::Gifv,
        Some("image") => MediaKind::Image,
        Some("video") => MediaKind::Video,
        Some("audio") => MediaKind::Audio,
        _ => return Err(Refusal::invalid("File content type is invalid")),
    };
    if kind == MediaKind::Image && file.bytes.len() > MOST_IMAGE_BYTES {
        return Err(Refusal::invalid("File must be less than 16 MB"));
    }
    let (width, height) = picture::png_size(&file.bytes).unwrap_or((640, 427));
    let now = world.now();
    // v2 works in the background and says so with 202, v1 makes the caller wait.
    let wait = if v2 {
        i64::try_from(world.servers[call.server].faults.media_processing_ms).unwrap_or(0)
    } else {
        0
    };
    let mut ids = BTreeMap::new();
    let servers: Vec<_> = world.servers.keys().collect();
    for server in servers {
        ids.insert(server, world.new_id(server, now));
    }
    let stored = world.store_file(&file.content_type, file.bytes.clone());
    let mut media = Media {
        kind,
        look: stored,
        width,
        height,
        description: None,
        focus: None,
        ids,
        ready_ms: now + wait,
        file: Some(stored),
    };
    change(&mut media, call);
    let key = media
        .ids
        .get(&call.server)
        .copied()
        .ok_or_else(Refusal::not_found)?;
    let desk = world.servers[call.server].desk(person);
    desk.uploads.insert(key, media.clone());
    if desk.uploads.len() > MOST_UPLOADS {
        desk.uploads.pop_first();
    }
    let value = attachment(world, call.server, &media, None);
    Ok(Answer::json(value).status(if wait > 0 { 202 } else { 200 }))
}

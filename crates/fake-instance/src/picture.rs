//! Pictures drawn from a number: avatars, headers, emojis, photographs of places that are nowhere.
//! The same number always gives the same picture, at any size, so a blurhash can be had from a small one.
pub(crate) mod blurhash;
pub(crate) mod draw;
pub(crate) mod sound;

use std::collections::BTreeMap;
use std::sync::Mutex;

use bytes::Bytes;

use crate::http::answer::Answer;

/// Most drawn files that are kept; the cache is emptied beyond it.
const MOST_KEPT: usize = 600;
/// Longest side of what is really drawn; a larger wish is drawn smaller, its said size stays.
const LONGEST_SIDE: u32 = 640;
/// Longest side of a preview.
const SMALL_SIDE: u32 = 400;

static KEPT: Mutex<BTreeMap<String, Bytes>> = Mutex::new(BTreeMap::new());
static HASHES: Mutex<BTreeMap<u64, String>> = Mutex::new(BTreeMap::new());

/// A short film that a browser plays; every moving attachment shows it.
static FILM: &[u8] = include_bytes!("../assets/film.webm");

/// What a picture shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Motif {
    Avatar,
    Header,
    Emoji,
    Photo,
}

/// The size of a preview: the same shape, its longer side at most 400.
pub(crate) fn small_size(width: u32, height: u32) -> (u32, u32) {
    fit(width, height, SMALL_SIDE)
}

fn fit(width: u32, height: u32, most: u32) -> (u32, u32) {
    let longest = width.max(height).max(1);
    if longest <= most {
        return (width.max(1), height.max(1));
    }
    let scale = |side: u32| (u64::from(side) * u64::from(most) / u64::from(longest)).max(1);
    (
        u32::try_from(scale(width)).unwrap_or(1),
        u32::try_from(scale(height)).unwrap_or(1),
    )
}

/// The blurhash of the photo of this number.
pub(crate) fn blurhash_of(look: u64) -> String {
    let mut hashes = HASHES
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    if hashes.len() > MOST_KEPT * 10 {
        hashes.clear();
    }
    hashes
        .entry(look)
        .or_insert_with(|| blurhash::encode(&draw::pixels(look, Motif::Photo, 32, 24), 32, 24))
        .clone()
}

/// Serves `/system/...` except uploads; `None` when there is no such file. Draws, so it does not belong on a reactor thread.
pub(crate) fn serve(path: &str) -> Option<Answer> {
    let path = path.strip_prefix("/system/")?;
    let segments: Vec<&str> = path
        .split('/')
        .filter(|segment| *segment != "cache")
        .collect();
    let (name, end) = segments.last()?.rsplit_once('.')?;
    match end {
        "webm" => return Some(Answer::file("video/webm", Bytes::from_static(FILM))),
        "wav" => {
            return Some(Answer::file(
                "audio/wav",
                sound::wav(name.split('-').next()?.parse().ok()?),
            ));
        }
        _ => {}
    }
    let (look, size) = name.split_once('-').unwrap_or((name, ""));
    let look: u64 = look.parse().ok()?;
    let said = size
        .split_once('x')
        .and_then(|(width, height)| Some((width.parse().ok()?, height.parse().ok()?)));
    let (motif, (width, height)) = match *segments.first()? {
        "avatars" => (Motif::Avatar, (96, 96)),
        "headers" => (Motif::Header, (600, 200)),
        "emojis" => (Motif::Emoji, (48, 48)),
        "cards" => (Motif::Photo, said.unwrap_or((480, 252))),
        "media" if segments.get(1) == Some(&"small") => {
            (Motif::Photo, said.map(|(w, h)| small_size(w, h))?)
        }
        "media" => (Motif::Photo, said.map(|(w, h)| fit(w, h, LONGEST_SIDE))?),
        _ => return None,
    };
    let key = format!("{motif:?}/{look}/{width}x{height}");
    let kept = KEPT
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
        .get(&key)
        .cloned();
    if let Some(bytes) = kept {
        return Some(Answer::file("image/png", bytes));
    }
    let bytes = Bytes::from(draw::png(look, motif, width, height)?);
    let mut all = KEPT
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    if all.len() >= MOST_KEPT {
        all.clear();
    }
    all.insert(key, bytes.clone());
    Some(Answer::file("image/png", bytes))
}

/// Width and height of a PNG file.
pub(crate) fn png_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let number = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    bytes
        .starts_with(b"\x89PNG")
        .then(|| Some((number(16)?, number(20)?)))
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_motif_is_a_png_of_its_size_and_the_same_each_time() {
        for path in [
            "/system/avatars/7.png",
            "/system/headers/7.png",
            "/system/emojis/7.png",
            "/system/media/original/7-320x200.png",
        ] {
            let answer = serve(path).unwrap();
            let size = png_size(&answer.body).unwrap();
            assert!(size.0 > 0 && size.1 > 0, "{path}");
            assert_eq!(serve(path).unwrap().body, answer.body);
        }
        assert_eq!(
            png_size(
                &serve("/system/cache/media/small/7-800x400.png")
                    .unwrap()
                    .body
            ),
            Some((400, 200))
        );
        assert!(serve("/system/else/7.png").is_none());
    }

    #[test]
    fn a_blurhash_has_the_length_of_its_components() {
        // 4 by 3 components: 1 + 1 + 4 + 2 * 11 characters, the first says the size.
        let hash = blurhash_of(5);
        assert_eq!(hash.len(), 28);
        assert!(hash.starts_with('L'));
        assert_ne!(hash, blurhash_of(6));
    }
}

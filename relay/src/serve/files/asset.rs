//! One file of the built app in one encoding: where it lies, what it is called, how it is known again.

use std::{
    ops::RangeInclusive,
    path::{Path, PathBuf},
};

use axum::http::HeaderValue;
use bytes::Bytes;
use percent_encoding::percent_decode_str;

use super::{super::encoding::Encoding, AppFiles};

/// The bytes to send.
#[derive(Debug)]
pub(super) struct Asset {
    pub(super) bytes: Bytes,
    pub(super) encoding: Encoding,
    /// With its quotes; differs between the forms of one file.
    pub(super) etag: String,
}

/// Longest path of a file in a build.
const MAX_NAME_BYTES: usize = 512;

/// The file's name below the app's folder, `/` separated, or nothing when `path` tries to leave it or to name something hidden.
pub(super) fn name_of(path: &str) -> Option<String> {
    let decoded = percent_decode_str(path.strip_prefix('/')?)
        .decode_utf8()
        .ok()?;
    if decoded.len() > MAX_NAME_BYTES {
        return None;
    }
    let name = decoded.trim_end_matches('/');
    let is_plain = |part: &str| {
        let hidden = part.starts_with('.') && part != ".well-known";
        !part.is_empty() && !hidden && !part.contains(['\\', ':', '\0'])
    };
    (name.is_empty() || name.split('/').all(is_plain)).then(|| name.to_owned())
}

/// Whether the build named the file after its contents, so that it can be kept for ever: `app-0123456789abcdef_bg.wasm`.
pub(super) fn is_hashed(name: &str) -> bool {
    // Trunk writes a number of 64 bits without leading zeros, so about one file in sixteen has a shorter name.
    const HASH_DIGITS: RangeInclusive<usize> = 12..=16;
    let file = name.rsplit('/').next().unwrap_or(name);
    file.split('-').skip(1).any(|part| {
        let digits = part
            .bytes()
            .take_while(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f'))
            .count();
        HASH_DIGITS.contains(&digits) && matches!(part.as_bytes().get(digits), Some(b'.' | b'_'))
    })
}

/// The type of the plain file, with a charset for text.
pub(super) fn content_type(name: &str) -> HeaderValue {
    // The table's own words for these differ between versions, and a browser refuses a wasm that is called anything else.
    let known = match name.rsplit('.').next() {
        Some("wasm") => Some("application/wasm"),
        Some("webmanifest") => Some("application/manifest+json"),
        Some("js" | "mjs") => Some("text/javascript; charset=utf-8"),
        Some("json" | "map") => Some("application/json"),
        Some("svg") => Some("image/svg+xml"),
        _ => None,
    };
    if let Some(known) = known {
        return HeaderValue::from_static(known);
    }
    let guess = mime_guess::from_path(name).first_or_octet_stream();
    let text = if guess.type_() == "text" {
        format!("{guess}; charset=utf-8")
    } else {
        guess.to_string()
    };
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("application/octet-stream"))
}

/// Reads the file `name` in the given form, if there is one.
pub(super) async fn load(files: &AppFiles, name: &str, encoding: Encoding) -> Option<Asset> {
    let name = format!("{name}{}", encoding.suffix());
    match files {
        AppFiles::Folder(folder) => {
            let folder = folder.clone();
            tokio::task::spawn_blocking(move || read(&folder, &name, encoding))
                .await
                .ok()?
        }
        AppFiles::Embedded => embedded(&name, encoding),
        AppFiles::None => None,
    }
}

/// Reads a file of a folder; a link that leads out of the folder leads nowhere.
fn read(folder: &Path, name: &str, encoding: Encoding) -> Option<Asset> {
    let root = folder.canonicalize().ok()?;
    let mut path = PathBuf::from(&root);
    path.extend(name.split('/'));
    let path = path.canonicalize().ok()?;
    if !path.starts_with(&root) || !path.is_file() {
        return None;
    }
    let changed = path.metadata().ok()?.modified().ok()?;
    let age = changed.duration_since(std::time::UNIX_EPOCH).ok()?;
    let bytes = Bytes::from(std::fs::read(&path).ok()?);
    let etag = format!("\"{:x}-{:x}\"", bytes.len(), age.as_nanos());
    Some(Asset {
        bytes,
        encoding,
        etag,
    })
}

#[cfg(feature = "embed-app")]
fn embedded(name: &str, encoding: Encoding) -> Option<Asset> {
    use std::{borrow::Cow, fmt::Write as _};

    /// What `cargo xtask dist` built before this program.
    #[derive(rust_embed::RustEmbed)]
    #[folder = "../dist"]
    struct Built;

    let file = Built::get(name)?;
    let mut etag = String::from("\"");
    for byte in file.metadata.sha256_hash().iter().take(12) {
        write!(etag, "{byte:02x}").ok()?;
    }
    etag.push('"');
    let bytes = match file.data {
        Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        Cow::Owned(bytes) => Bytes::from(bytes),
    };
    Some(Asset {
        bytes,
        encoding,
        etag,
    })
}

#[cfg(not(feature = "embed-app"))]
fn embedded(_: &str, _: Encoding) -> Option<Asset> {
    None
}

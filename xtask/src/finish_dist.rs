//! `finish-dist`: Trunk's last hook. Makes what Trunk built fit a strict content policy and a cache.

mod glue;
mod page;

use std::{
    env, fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use serde::Serialize;

use crate::{
    digest,
    failure::{Context as _, Failure, Outcome},
    progress::say,
    workspace,
};

/// Smaller files do not gain from compression.
const WORTH_COMPRESSING: usize = 512;

/// Kinds of files that compression helps; pictures are compressed already.
const COMPRESSED: [&str; 10] = [
    "css",
    "html",
    "ico",
    "js",
    "json",
    "mjs",
    "svg",
    "txt",
    "wasm",
    "webmanifest",
];

/// What the service worker needs to know to keep the shell: `/shell.json`.
#[derive(Debug, Serialize)]
struct Shell {
    /// Changes with any byte of any listed file.
    version: String,
    /// Addresses of the files.
    files: Vec<String>,
}

/// Runs as the hook: Trunk names its staging folder and profile in the environment.
pub(crate) fn run_as_hook() -> Outcome {
    let staging = env::var_os("TRUNK_STAGING_DIR")
        .map(PathBuf::from)
        .ok_or_else(|| {
            Failure::new("finish-dist is Trunk's post_build hook; TRUNK_STAGING_DIR is not set")
        })?;
    let release = env::var("TRUNK_PROFILE").is_ok_and(|profile| profile == "release");
    finish(&staging, release)
}

/// Finishes the site in `folder`; with `compress` the download is made small, and the compressed twins ahead of time.
pub(crate) fn finish(folder: &Path, compress: bool) -> Outcome {
    if folder.join("sprite.svg").is_file() {
        // The drawings are in the sprite; Trunk copied them with the rest of public/.
        drop(fs::remove_dir_all(folder.join("icons")));
    }
    let index = folder.join("index.html");
    let mut html = workspace::read(&index)?;
    if compress {
        html = glue::shorten(folder, &html)?;
    }
    html = page::move_scripts_out(&html, |script| {
        let name = format!("start-{}.js", digest::short(script.as_bytes()));
        workspace::write(&folder.join(&name), script)?;
        Ok((format!("/{name}"), digest::integrity(script.as_bytes())))
    })?;
    html = page::without_ignored_integrity(&html);
    page::check(&html, |address| {
        let path = folder.join(address.trim_start_matches('/'));
        fs::read(&path)
            .ok()
            .map(|content| digest::integrity(&content))
    })?;
    workspace::write(&index, &html)?;

    let shell = shell(folder)?;
    let count = shell.files.len();
    let json = serde_json::to_string(&shell)
        .map_err(|why| Failure::new(format!("could not write shell.json: {why}")))?;
    workspace::write(&folder.join("shell.json"), json)?;
    if compress {
        compress_all(folder)?;
    }
    say(format!(
        "finished {} ({count} files in the shell)",
        folder.display()
    ));
    Ok(())
}

/// Lists what the page needs offline. Not in it: the worker itself, its list, and what is fetched on demand.
fn shell(folder: &Path) -> Outcome<Shell> {
    let mut files = Vec::new();
    let mut contents = String::new();
    for path in workspace::files(folder, &[]) {
        let name = workspace::shown(folder, &path);
        if !in_shell(&name) {
            continue;
        }
        let content = fs::read(&path).at("read", &path)?;
        contents.push_str(&format!("{name} {}\n", digest::short(&content)));
        files.push(format!("/{name}"));
    }
    Ok(Shell {
        version: digest::short(contents.as_bytes()),
        files,
    })
}

fn in_shell(name: &str) -> bool {
    let on_demand = ["locales/", "screenshots/", ".well-known/"];
    !(matches!(name, "sw.js" | "shell.json" | "404.html" | "robots.txt")
        || name.starts_with('.')
        || is_twin(name)
        || on_demand.iter().any(|folder| name.starts_with(folder)))
}

/// Whether a file is the compressed twin of another.
pub(crate) fn is_twin(name: &str) -> bool {
    name.ends_with(".br") || name.ends_with(".gz")
}

/// Makes the compressed twins of every file that gains by it, and removes those left from before.
pub(crate) fn compress_all(folder: &Path) -> Outcome {
    for path in workspace::files(folder, &["br", "gz"]) {
        fs::remove_file(&path).at("remove", &path)?;
    }
    for path in workspace::files(folder, &COMPRESSED) {
        let content = fs::read(&path).at("read", &path)?;
        if content.len() < WORTH_COMPRESSING {
            continue;
        }
        for (extension, packed) in [("br", brotli(&content)?), ("gz", gzip(&content)?)] {
            if packed.len() < content.len() {
                let mut twin = path.clone().into_os_string();
                twin.push(format!(".{extension}"));
                workspace::write(Path::new(&twin), packed)?;
            }
        }
    }
    Ok(())
}

/// Brotli at its best level.
pub(crate) fn brotli(content: &[u8]) -> Outcome<Vec<u8>> {
    let mut packed = Vec::new();
    let params = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 24,
        size_hint: content.len(),
        ..Default::default()
    };
    brotli::BrotliCompress(&mut &*content, &mut packed, &params)
        .map_err(|why| Failure::new(format!("brotli: {why}")))?;
    Ok(packed)
}

/// Gzip at its best level.
pub(crate) fn gzip(content: &[u8]) -> Outcome<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder
        .write_all(content)
        .and_then(|()| encoder.finish())
        .map_err(|why| Failure::new(format!("gzip: {why}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shell_lists_what_works_offline_and_changes_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let page = "<html><head><script type=\"module\">go()</script></head></html>";
        for (name, content) in [
            ("index.html", page),
            ("app.js", "js"),
            ("sw.js", "worker"),
            ("locales/de.json", "{}"),
        ] {
            workspace::write(&root.join(name), content).unwrap();
        }
        finish(root, true).unwrap();
        let before = shell(root).unwrap();
        assert!(before.files.contains(&"/index.html".to_owned()));
        assert!(before.files.contains(&"/app.js".to_owned()));
        assert!(before.files.iter().any(|name| name.starts_with("/start-")));
        assert_eq!(before.files.len(), 3);
        workspace::write(&root.join("app.js"), "other").unwrap();
        assert_ne!(before.version, shell(root).unwrap().version);
    }

    #[test]
    fn large_texts_get_two_twins_and_small_ones_none() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        workspace::write(&root.join("large.css"), "a { color: red }\n".repeat(100)).unwrap();
        workspace::write(&root.join("small.css"), "a {}").unwrap();
        workspace::write(&root.join("old.js.br"), "left from before").unwrap();
        compress_all(root).unwrap();
        assert!(root.join("large.css.br").is_file());
        assert!(root.join("large.css.gz").is_file());
        assert!(!root.join("small.css.br").exists());
        assert!(!root.join("old.js.br").exists());
    }
}

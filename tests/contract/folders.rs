//! Which recordings there are.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

/// A folder with an `INDEX.tsv`.
pub(crate) struct Folder {
    pub(crate) path: PathBuf,
    meta: BTreeMap<String, Value>,
}

/// One recording.
#[derive(Clone, Debug)]
pub(crate) struct File {
    /// Relative to the folder.
    pub(crate) name: String,
    /// Such as `GET /api/v1/statuses/ID`, the name of an entity, or words about a stream; empty when not in the index.
    pub(crate) about: String,
    /// `None` where the index has no number.
    pub(crate) status: Option<u16>,
}

/// The project's own folder, then those of the environment.
pub(crate) fn folders() -> Vec<Folder> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let named = std::env::var("WATERSMEET_FIXTURES").unwrap_or_default();
    let named = named.split(':').filter(|it| !it.is_empty()).map(find);
    std::iter::once(own)
        .chain(named)
        .map(Folder::open)
        .collect()
}

/// Cargo runs tests in the folder of their package, people name folders as seen from the workspace.
fn find(name: &str) -> PathBuf {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let candidates = [workspace.join(name), PathBuf::from(name)];
    candidates
        .iter()
        .find(|path| path.is_dir())
        .unwrap_or_else(|| {
            panic!("WATERSMEET_FIXTURES names {name}, which is no folder (tried {candidates:?})")
        })
        .clone()
}

impl Folder {
    fn open(path: PathBuf) -> Self {
        let meta = std::fs::read(path.join("META.json")).unwrap_or_default();
        let meta = serde_json::from_slice(&meta).unwrap_or_default();
        Self { path, meta }
    }

    /// What the index lists, then what lies beside it unlisted.
    pub(crate) fn files(&self) -> Vec<File> {
        let index = self.path.join("INDEX.tsv");
        let text = std::fs::read_to_string(&index)
            .unwrap_or_else(|why| panic!("{}: {why}", index.display()));
        let mut files: Vec<File> = text.lines().skip(1).filter_map(row).collect();
        let listed: BTreeSet<String> = files.iter().map(|file| file.name.clone()).collect();
        for top in ["rest", "streaming"] {
            let unlisted = walk(&self.path.join(top)).into_iter().filter_map(|path| {
                let name = path.strip_prefix(&self.path).ok()?.to_str()?.to_owned();
                (!listed.contains(&name)).then(|| self.unlisted(name))
            });
            files.extend(unlisted);
        }
        files
    }

    /// A file that only `META.json` may know.
    fn unlisted(&self, name: String) -> File {
        let meta = self.meta.get(&name);
        let text = |key| Some(meta?.get(key)?.as_str()?.to_owned());
        let about = text("method")
            .zip(text("path"))
            .map(|(method, path)| format!("{method} {path}"));
        let status = meta.and_then(|it| u16::try_from(it.get("status")?.as_u64()?).ok());
        File {
            name,
            about: about.unwrap_or_default(),
            status,
        }
    }

    pub(crate) fn bytes(&self, file: &File) -> Vec<u8> {
        let path = self.path.join(&file.name);
        std::fs::read(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()))
    }

    pub(crate) fn text(&self, file: &File) -> String {
        String::from_utf8_lossy(&self.bytes(file)).into_owned()
    }

    /// The headers that were recorded with a file.
    pub(crate) fn headers(&self, file: &File) -> HeaderMap {
        let recorded = self
            .meta
            .get(&file.name)
            .and_then(|it| it.get("headers")?.as_object());
        let pairs = recorded.into_iter().flatten().filter_map(|(name, value)| {
            let value = HeaderValue::from_str(value.as_str()?).ok()?;
            Some((HeaderName::try_from(name.as_str()).ok()?, value))
        });
        pairs.collect()
    }
}

impl File {
    pub(crate) fn is_transcript(&self) -> bool {
        Path::new(&self.name)
            .extension()
            .is_some_and(|it| it == "jsonl")
    }
}

fn row(line: &str) -> Option<File> {
    let mut columns = line.split('\t').map(str::trim);
    let (name, about) = (columns.next()?, columns.next().unwrap_or_default());
    let status = columns.next().and_then(|it| it.parse().ok());
    (!name.is_empty()).then(|| File {
        name: name.to_owned(),
        about: about.to_owned(),
        status,
    })
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    paths.sort();
    paths
        .into_iter()
        .flat_map(|path| {
            if path.is_dir() {
                walk(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

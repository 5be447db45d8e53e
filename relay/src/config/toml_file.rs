//! The text of relay.toml, walked along the tables of keys; each mistake gets the number of its line.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    Config, ConfigError, Origin,
    key::{Key, suggestion},
    keys::{self, SOURCE, VIEW},
    value::Value,
};

/// What a file says.
pub(super) struct Read {
    /// Its values over the defaults.
    pub(super) config: Config,
    /// The line of each value.
    pub(super) origins: BTreeMap<String, Origin>,
    /// Its mistakes, in the order of lines.
    pub(super) wrong: ConfigError,
}

/// Reads a whole file; `path` is for the origins and for what relative paths start from.
pub(super) fn read(path: &Path, text: &str) -> Read {
    let mut walk = Walk {
        path,
        text,
        folder: path.parent().map(Path::to_path_buf).unwrap_or_default(),
        config: Config::default(),
        origins: BTreeMap::new(),
        wrong: Vec::new(),
    };
    match DeTable::parse(text) {
        Ok(table) => walk.level("", table.get_ref()),
        Err(error) => {
            let at = error.span().map_or(0, |it| it.start);
            let message = error.message().trim().replace('\n', ", ");
            walk.complain(at, format!("not valid TOML: {message}"));
        }
    }
    walk.wrong.sort_by_key(|(line, _)| *line);
    let mut wrong = ConfigError::default();
    for (_, problem) in walk.wrong {
        wrong.add(problem);
    }
    Read {
        config: walk.config,
        origins: walk.origins,
        wrong,
    }
}

struct Walk<'a> {
    path: &'a Path,
    text: &'a str,
    folder: PathBuf,
    config: Config,
    origins: BTreeMap<String, Origin>,
    wrong: Vec<(usize, String)>,
}

impl Walk<'_> {
    fn line(&self, at: usize) -> usize {
        let before = self.text.as_bytes().get(..at).unwrap_or_default();
        before.iter().filter(|&&byte| byte == b'\n').count() + 1
    }

    fn complain(&mut self, at: usize, what: String) {
        let line = self.line(at);
        let place = match self.path.as_os_str().is_empty() {
            true => format!("line {line}"),
            false => format!("{}:{line}", self.path.display()),
        };
        self.wrong.push((line, format!("{place}: {what}")));
    }

    fn note(&mut self, key: String, at: usize) {
        let origin = Origin::File(self.path.to_path_buf(), self.line(at));
        self.origins.insert(key, origin);
    }

    /// The keys of the whole file, or of one section whose name `section` is.
    fn level(&mut self, section: &str, table: &DeTable<'_>) {
        for (name, value) in table {
            let at = name.span().start;
            let path = match section {
                "" => name.get_ref().to_string(),
                _ => format!("{section}.{}", name.get_ref()),
            };
            if let Some(key) = keys::all().find(|key| key.path == path) {
                match key.put(&mut self.config, &Value::of(value.get_ref()), &self.folder) {
                    Ok(()) => self.note(path, at),
                    Err(what) => {
                        self.complain(at, format!("{}`{}` {what}", place(section), name.get_ref()))
                    }
                }
            } else if keys::all().any(|key| is_within(key.path, &path)) {
                match value.get_ref() {
                    DeValue::Table(table) => self.level(&path, table),
                    _ => self.complain(at, format!("`{path}` must be a section; write [{path}]")),
                }
            } else if path == "source" {
                let sources = self.sections(
                    "source",
                    at,
                    value.get_ref(),
                    SOURCE,
                    keys::complete_source,
                    |it| &it.domain,
                );
                self.config.sources = sources;
            } else if path == "view" {
                let views = self.sections(
                    "view",
                    at,
                    value.get_ref(),
                    VIEW,
                    keys::complete_view,
                    |it| &it.name,
                );
                self.config.views = views;
            } else {
                let known = names_in(section);
                let known = suggestion(name.get_ref(), known.iter().map(String::as_str));
                self.complain(
                    at,
                    format!(
                        "{}`{}` is not known; {known}",
                        place(section),
                        name.get_ref()
                    ),
                );
            }
        }
    }

    /// The sections that may stand several times.
    fn sections<T: Default>(
        &mut self,
        section: &str,
        at: usize,
        value: &DeValue<'_>,
        keys: &[Key<T>],
        complete: fn(&mut T) -> Result<(), String>,
        name: fn(&T) -> &String,
    ) -> Vec<T> {
        let tables: Option<Vec<_>> = match value {
            DeValue::Array(items) => items.iter().map(table_of).collect(),
            _ => None,
        };
        let Some(tables) = tables else {
            self.complain(
                at,
                format!("`{section}` must be a section; write [[{section}]] with two brackets"),
            );
            return Vec::new();
        };
        let mut all = Vec::new();
        for (idx, (at, table)) in tables.into_iter().enumerate() {
            let mut item = T::default();
            let complaints = self.wrong.len();
            // In the order of the table of keys: the first one names the section in what is said of the others.
            for key in keys {
                let Some((key_at, value)) = table.get_key_value(key.path) else {
                    continue;
                };
                let put = key.put(&mut item, &Value::of(value.get_ref()), &self.folder);
                let is_named = !name(&item).is_empty();
                let key_at = key_at.span().start;
                match put {
                    Ok(()) if is_named => {
                        let path = format!("{section}.{}.{}", name(&item), key.path);
                        self.note(path, key_at);
                    }
                    Ok(()) => {}
                    Err(what) => {
                        let called = called(section, idx, name(&item));
                        self.complain(key_at, format!("{called}`{}` {what}", key.path));
                    }
                }
            }
            let called = called(section, idx, name(&item));
            for key in table.keys() {
                if !keys.iter().any(|it| it.path == key.get_ref()) {
                    let known = suggestion(key.get_ref(), keys.iter().map(|it| it.path));
                    let what = format!("{called}`{}` is not known; {known}", key.get_ref());
                    self.complain(key.span().start, what);
                }
            }
            // What a mistake left out is not complained about again.
            if self.wrong.len() == complaints
                && let Err(what) = complete(&mut item)
            {
                self.complain(at, format!("{called}{what}"));
            }
            all.push(item);
        }
        all
    }
}

fn table_of<'a, 'b>(item: &'b Spanned<DeValue<'a>>) -> Option<(usize, &'b DeTable<'a>)> {
    match item.get_ref() {
        DeValue::Table(table) => Some((item.span().start, table)),
        _ => None,
    }
}

/// How a section is called in a complaint: by its name, and before that is known by its number.
fn called(section: &str, idx: usize, name: &str) -> String {
    match name {
        "" => format!("[[{section}]] number {}: ", idx + 1),
        name => format!("[[{section}]] {name}: "),
    }
}

fn place(section: &str) -> String {
    match section {
        "" => String::new(),
        section => format!("[{section}] "),
    }
}

fn is_within(path: &str, section: &str) -> bool {
    path.strip_prefix(section)
        .is_some_and(|rest| rest.starts_with('.'))
}

/// What may stand directly in a section (or in the file, when it is empty).
fn names_in(section: &str) -> Vec<String> {
    let mut names = Vec::new();
    for key in keys::all() {
        let rest = match section {
            "" => Some(key.path),
            _ => key
                .path
                .strip_prefix(section)
                .and_then(|it| it.strip_prefix('.')),
        };
        let Some(rest) = rest else { continue };
        let name = match rest.split_once('.') {
            Some((inner, _)) => format!("[{inner}]"),
            None => rest.to_owned(),
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    if section.is_empty() {
        names.extend(["[[source]]".to_owned(), "[[view]]".to_owned()]);
    }
    names
}

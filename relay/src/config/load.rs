//! Makes a configuration of its layers: defaults, file, stored tokens, environment, flags; a later one wins.

use std::{
    collections::{BTreeMap, HashSet},
    path::{Path, PathBuf},
};

use super::{
    ArchivePlace, Config, ConfigError, Origin, Token,
    key::{Key, suggestion, variable_of},
    keys, toml_file,
    value::Value,
};

/// Sources one relay may have: each costs a socket, a task and memory for its recent posts.
const MAX_SOURCES: usize = 500;

/// Variables that begin like ours and are not: where the configuration lies, and what containers set for a service of our name.
const NO_KEYS: [&str; 3] = [
    "WATERSMEET_CONFIG",
    "WATERSMEET_SERVICE_",
    "WATERSMEET_PORT",
];

/// What the variables of tokens begin with.
const TOKEN_PREFIX: &str = "WATERSMEET_TOKEN_";

/// Everything that has a say.
#[derive(Debug, Default)]
pub struct Given {
    /// The file's path and its text.
    pub file: Option<(PathBuf, String)>,
    /// Tokens that `sign-in` stored, by domain, and the file they are in.
    pub stored: Option<(PathBuf, BTreeMap<String, Token>)>,
    /// The process's environment; other people's variables are passed over.
    pub environment: Vec<(String, String)>,
    /// Values of the command line.
    pub flags: Vec<Flag>,
}

/// One value of the command line.
#[derive(Clone, Debug)]
pub struct Flag {
    /// As it was written: `--listen`, `--set`.
    pub flag: String,
    /// The key, as `log.max_bytes`.
    pub key: String,
    /// The value.
    pub value: String,
}

/// A configuration, and who decided what in it.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// What holds.
    pub config: Config,
    /// What is probably not meant so, but no mistake.
    pub warnings: Vec<String>,
    origins: BTreeMap<String, Origin>,
}

/// One value as `check` shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The key, as `log.max_bytes` or `source.mastodon.social.token`.
    pub key: String,
    /// The value; of a secret only whether it is there.
    pub value: String,
    /// Who decided it.
    pub origin: Origin,
    /// What it decides.
    pub doc: &'static str,
}

impl Loaded {
    /// Every value that the relay has once, in the order of the table.
    #[must_use]
    pub fn rows(&self) -> Vec<Row> {
        keys::all()
            .map(|key| self.row(key, &self.config, ""))
            .collect()
    }

    /// What was said about the sources and views, in their order; what nobody said anything about is left out.
    #[must_use]
    pub fn section_rows(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        for source in &self.config.sources {
            let prefix = format!("source.{}.", source.domain);
            rows.extend(
                keys::SOURCE
                    .iter()
                    .map(|key| self.row(key, source, &prefix)),
            );
        }
        for view in &self.config.views {
            let prefix = format!("view.{}.", view.name);
            rows.extend(keys::VIEW.iter().map(|key| self.row(key, view, &prefix)));
        }
        rows.retain(|it| it.origin != Origin::Default);
        rows
    }

    fn row<T>(&self, key: &Key<T>, of: &T, prefix: &str) -> Row {
        let name = format!("{prefix}{}", key.path);
        Row {
            value: (key.show)(of),
            origin: self.origins.get(&name).cloned().unwrap_or_default(),
            doc: key.doc,
            key: name,
        }
    }
}

/// Puts the layers together.
///
/// # Errors
/// With every mistake of every layer: its place, the key, and what to do.
pub fn load(given: Given) -> Result<Loaded, ConfigError> {
    let mut loaded = Loaded {
        config: Config::default(),
        warnings: Vec::new(),
        origins: BTreeMap::new(),
    };
    let mut wrong = ConfigError::default();
    let mut folder = PathBuf::new();
    if let Some((path, text)) = &given.file {
        folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
        let read = toml_file::read(path, text);
        loaded.config = read.config;
        loaded.origins = read.origins;
        wrong = read.wrong;
    }
    loaded.stored_tokens(given.stored);
    loaded.environment(&given.environment, &mut wrong);
    for flag in given.flags {
        loaded.flag(&flag, &mut wrong);
    }
    loaded.complete(&folder, &mut wrong);
    wrong.or(loaded)
}

impl Loaded {
    fn stored_tokens(&mut self, stored: Option<(PathBuf, BTreeMap<String, Token>)>) {
        let Some((path, mut tokens)) = stored else {
            return;
        };
        for source in &mut self.config.sources {
            if source.token.is_none()
                && let Some(token) = tokens.remove(&source.domain)
            {
                source.token = Some(token);
                let key = format!("source.{}.token", source.domain);
                self.origins.insert(key, Origin::Stored(path.clone()));
            }
        }
    }

    fn environment(&mut self, environment: &[(String, String)], wrong: &mut ConfigError) {
        for (name, value) in environment {
            if !name.starts_with("WATERSMEET_") || NO_KEYS.iter().any(|it| name.starts_with(it)) {
                continue;
            }
            if name.starts_with(TOKEN_PREFIX) {
                self.token_variable(name, value, wrong);
                continue;
            }
            let Some(key) = keys::all().find(|key| key.variable() == *name) else {
                let known: Vec<String> = keys::all().map(Key::variable).collect();
                let known = suggestion(name, known.iter().map(String::as_str));
                wrong.add(format!(
                    "the environment variable {name} is not known; {known}"
                ));
                continue;
            };
            let value = Value::Raw(value.clone());
            match key.put(&mut self.config, &value, Path::new("")) {
                Ok(()) => self.note(key.path, Origin::Environment(name.clone())),
                Err(what) => wrong.add(format!("the environment variable {name} {what}")),
            }
        }
    }

    fn token_variable(&mut self, name: &str, value: &str, wrong: &mut ConfigError) {
        let variable = |domain: &str| variable_of(&format!("token_{domain}"));
        let sources = &mut self.config.sources;
        let Some(source) = sources.iter_mut().find(|it| variable(&it.domain) == name) else {
            let known: Vec<String> = sources.iter().map(|it| variable(&it.domain)).collect();
            let known = suggestion(name, known.iter().map(String::as_str));
            let warning =
                format!("the environment variable {name} is the token of no source; {known}");
            return self.warnings.push(warning);
        };
        match keys::token(value) {
            Ok(token) => {
                source.token = token;
                let key = format!("source.{}.token", source.domain);
                self.note(&key, Origin::Environment(name.to_owned()));
            }
            Err(what) => wrong.add(format!("the environment variable {name} {what}")),
        }
    }

    fn flag(&mut self, flag: &Flag, wrong: &mut ConfigError) {
        let written = match flag.flag == "--set" {
            true => format!("--set {}", flag.key),
            false => flag.flag.clone(),
        };
        let Some(key) = keys::all().find(|key| key.path == flag.key) else {
            let known = suggestion(&flag.key, keys::all().map(|it| it.path));
            return wrong.add(format!("{written}: `{}` is not known; {known}", flag.key));
        };
        match key.put(
            &mut self.config,
            &Value::Raw(flag.value.clone()),
            Path::new(""),
        ) {
            Ok(()) => self.note(key.path, Origin::Flag(written)),
            Err(what) => wrong.add(format!("{written} {what}")),
        }
    }

    fn note(&mut self, key: &str, origin: Origin) {
        self.origins.insert(key.to_owned(), origin);
    }

    /// What follows from several values, and what must hold between them.
    fn complete(&mut self, folder: &Path, wrong: &mut ConfigError) {
        let is_said = |key: &str| self.origins.contains_key(key);
        if !is_said("public_url") {
            self.config.public_url = format!("http://{}", self.config.listen);
        }
        if !is_said("archive")
            && let ArchivePlace::File(file) = &self.config.archive
        {
            self.config.archive = ArchivePlace::File(folder.join(file));
        }
        let domains = self.config.sources.iter().map(|it| it.domain.as_str());
        no_repeats("source", "domain", domains, wrong);
        let names = self.config.views.iter().map(|it| it.name.as_str());
        no_repeats("view", "name", names, wrong);
        let passed_over = self.config.moderation.passed_over.iter();
        let told = passed_over.map(|it| format!("`moderation.blocklists`: {it}"));
        self.warnings.extend(told);
        let count = self.config.sources.len();
        if count > MAX_SOURCES {
            wrong.add(format!(
                "[[source]]: {count} of them; {MAX_SOURCES} is the most"
            ));
        }
    }
}

fn no_repeats<'a>(
    section: &str,
    key: &str,
    names: impl Iterator<Item = &'a str>,
    wrong: &mut ConfigError,
) {
    let mut seen = HashSet::new();
    // One without a name was complained about already.
    for twice in names.filter(|name| !name.is_empty() && !seen.insert(*name)) {
        wrong.add(format!(
            "[[{section}]]: `{key}` \"{twice}\" is there twice; remove one"
        ));
    }
}

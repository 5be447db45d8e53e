//! The text of relay.toml, key by key.

use std::{
    collections::HashSet,
    fmt,
    path::{Path, PathBuf},
};

use timeline::{key::host_of, tag};
use toml::{Table, Value};

use super::{ArchivePlace, Config, PublicStream, SourceConfig, Token};
use crate::views::View;

/// Sources one relay may have: each costs a socket, a task and memory for its recent posts.
const MAX_SOURCES: usize = 500;
/// Hashtags one source may be asked for: each is a subscription and a poll.
const MAX_HASHTAGS: usize = 200;

/// What is wrong with the configuration, and what to do about it, in words for the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError(String);

impl ConfigError {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }

    pub(super) fn in_file(self, path: &Path) -> Self {
        Self(format!("{}: {}", path.display(), self.0))
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for ConfigError {}

pub(super) fn parse(text: &str) -> Result<Config, ConfigError> {
    let table: Table = text
        .parse()
        .map_err(|error| ConfigError::new(format!("not valid TOML: {error}")))?;
    let mut top = Section::new("", table);
    let mut config = Config::default();
    if let Some(listen) = top.text("listen")? {
        config.listen = listen.parse().map_err(|_error: std::net::AddrParseError| {
            top.wrong(
                "listen",
                &format!("is \"{listen}\"; write an address and a port, as \"127.0.0.1:4040\""),
            )
        })?;
    }
    config.public_url = match top.text("public_url")? {
        Some(url) => top.base_url("public_url", &url, &["http", "https"])?,
        None => format!("http://{}", config.listen),
    };
    config.name = top.text("name")?.unwrap_or(config.name);
    config.contact = top.text("contact")?;
    let printable =
        |text: &str| !text.is_empty() && text.bytes().all(|b| (0x20..0x7f).contains(&b));
    if config.contact.as_deref().is_some_and(|it| !printable(it)) {
        return Err(top.wrong(
            "contact",
            "must be plain ASCII text, as \"https://example.org/about\"",
        ));
    }
    config.archive = match top.text("archive")?.as_deref() {
        None => config.archive,
        Some(":memory:") => ArchivePlace::Memory,
        Some("") => return Err(top.wrong("archive", "is empty; name a file, or \":memory:\"")),
        Some(file) => ArchivePlace::File(PathBuf::from(file)),
    };
    if let Some(mut log) = top.section("log")? {
        if let Some(max_bytes) = log.number("max_bytes")? {
            config.log_max_bytes = usize::try_from(max_bytes)
                .ok()
                .filter(|&it| it >= 1 << 16)
                .ok_or_else(|| log.wrong("max_bytes", "must be at least 65536"))?;
        }
        log.finish(&["max_bytes"])?;
    }
    for section in top.sections("source")? {
        config.sources.push(source(section)?);
    }
    for section in top.sections("view")? {
        config.views.push(view(section)?);
    }
    top.finish(&[
        "listen",
        "public_url",
        "name",
        "contact",
        "archive",
        "[log]",
        "[[source]]",
        "[[view]]",
    ])?;
    no_repeats(
        "source",
        "domain",
        config.sources.iter().map(|it| it.domain.as_str()),
    )?;
    no_repeats(
        "view",
        "name",
        config.views.iter().map(|it| it.name.as_str()),
    )?;
    if config.sources.len() > MAX_SOURCES {
        let count = config.sources.len();
        return Err(ConfigError::new(format!(
            "[[source]]: {count} of them; {MAX_SOURCES} is the most"
        )));
    }
    Ok(config)
}

fn no_repeats<'a>(
    section: &str,
    key: &str,
    mut names: impl Iterator<Item = &'a str>,
) -> Result<(), ConfigError> {
    let mut seen = HashSet::new();
    match names.find(|name| !seen.insert(*name)) {
        Some(twice) => Err(ConfigError::new(format!(
            "[[{section}]]: `{key}` \"{twice}\" is there twice; remove one"
        ))),
        None => Ok(()),
    }
}

fn source(mut section: Section) -> Result<SourceConfig, ConfigError> {
    let domain = section.needed_text("domain")?.to_lowercase();
    if host_of(&format!("https://{domain}/")).is_none() || domain.contains('/') {
        return Err(section.wrong(
            "domain",
            &format!("is \"{domain}\"; write the bare name, as \"mastodon.social\""),
        ));
    }
    section.name = format!("[[source]] {domain}: ");
    let url = match section.text("url")? {
        Some(url) => section.base_url("url", &url, &["http", "https"])?,
        None => format!("https://{domain}"),
    };
    let streaming_url = match section.text("streaming_url")? {
        Some(url) => Some(section.base_url("streaming_url", &url, &["ws", "wss"])?),
        None => None,
    };
    let token = section.text("token")?.filter(|it| !it.is_empty());
    if token
        .as_deref()
        .is_some_and(|it| !it.bytes().all(|b| (0x21..0x7f).contains(&b)))
    {
        return Err(section.wrong(
            "token",
            "holds characters that no token has; paste it without spaces",
        ));
    }
    let names = section
        .texts("streams")?
        .unwrap_or_else(|| vec!["public".to_owned()]);
    let mut streams = Vec::new();
    for name in names {
        let known = PublicStream::ALL.into_iter().find(|it| it.name() == name);
        streams.push(known.ok_or_else(|| {
            let known = "known are \"public\", \"public:local\", \"public:remote\"";
            section.wrong("streams", &format!("has \"{name}\"; {known}"))
        })?);
    }
    streams.sort();
    streams.dedup();
    let hashtags = section.hashtags()?;
    if streams.is_empty() && hashtags.is_empty() {
        let what = "is empty and there are no hashtags: nothing would be heard; give one or remove the source";
        return Err(section.wrong("streams", what));
    }
    section.finish(&[
        "domain",
        "url",
        "streaming_url",
        "token",
        "streams",
        "hashtags",
    ])?;
    Ok(SourceConfig {
        domain,
        url,
        streaming_url,
        token: token.map(Token::new),
        streams,
        hashtags,
    })
}

fn view(mut section: Section) -> Result<View, ConfigError> {
    let name = section.needed_text("name")?;
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
    if name.is_empty() || name.len() > 64 || !name.bytes().all(plain) {
        return Err(section.wrong(
            "name",
            &format!("is \"{name}\"; use lower-case letters, digits, - and _"),
        ));
    }
    section.name = format!("[[view]] {name}: ");
    let title = section.text("title")?.unwrap_or_else(|| name.clone());
    let hashtags = section.hashtags()?;
    if hashtags.is_empty() {
        return Err(section.wrong("hashtags", "is missing; name at least one, as [\"rust\"]"));
    }
    section.finish(&["name", "title", "hashtags"])?;
    Ok(View {
        name,
        title,
        hashtags,
    })
}

/// A table whose keys are taken out one by one; what is left at the end is a mistake.
struct Section {
    name: String,
    table: Table,
}

impl Section {
    fn new(name: impl Into<String>, table: Table) -> Self {
        Self {
            name: name.into(),
            table,
        }
    }

    fn wrong(&self, key: &str, what: &str) -> ConfigError {
        ConfigError::new(format!("{}`{key}` {what}", self.name))
    }

    fn text(&mut self, key: &str) -> Result<Option<String>, ConfigError> {
        match self.table.remove(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(self.wrong(
                key,
                &format!("is {}; it must be text in quotes", other.type_str()),
            )),
        }
    }

    fn needed_text(&mut self, key: &str) -> Result<String, ConfigError> {
        self.text(key)?.ok_or_else(|| self.wrong(key, "is missing"))
    }

    fn number(&mut self, key: &str) -> Result<Option<i64>, ConfigError> {
        match self.table.remove(key) {
            None => Ok(None),
            Some(Value::Integer(number)) => Ok(Some(number)),
            Some(other) => Err(self.wrong(
                key,
                &format!("is {}; it must be a whole number", other.type_str()),
            )),
        }
    }

    fn texts(&mut self, key: &str) -> Result<Option<Vec<String>>, ConfigError> {
        let Some(value) = self.table.remove(key) else {
            return Ok(None);
        };
        let as_list = |value| match value {
            Value::Array(items) => items
                .into_iter()
                .map(|item| {
                    if let Value::String(text) = item {
                        Some(text)
                    } else {
                        None
                    }
                })
                .collect::<Option<Vec<_>>>(),
            _ => None,
        };
        match as_list(value) {
            Some(list) => Ok(Some(list)),
            None => Err(self.wrong(key, "must be a list of texts, as [\"one\", \"two\"]")),
        }
    }

    fn hashtags(&mut self) -> Result<Vec<String>, ConfigError> {
        let names = self.texts("hashtags")?.unwrap_or_default();
        if names.len() > MAX_HASHTAGS {
            return Err(self.wrong(
                "hashtags",
                &format!("has {} names; {MAX_HASHTAGS} is the most", names.len()),
            ));
        }
        let mut seen = HashSet::new();
        let mut hashtags = Vec::new();
        for name in names {
            let key = tag::key(&name);
            if key.is_empty() {
                return Err(self.wrong("hashtags", &format!("has \"{name}\", which is no hashtag")));
            }
            if seen.insert(key) {
                hashtags.push(name.trim_start_matches('#').to_owned());
            }
        }
        Ok(hashtags)
    }

    fn section(&mut self, key: &str) -> Result<Option<Section>, ConfigError> {
        match self.table.remove(key) {
            None => Ok(None),
            Some(Value::Table(table)) => Ok(Some(Section::new(format!("[{key}] "), table))),
            Some(_) => Err(self.wrong(key, &format!("must be a section; write [{key}]"))),
        }
    }

    fn sections(&mut self, key: &str) -> Result<Vec<Section>, ConfigError> {
        let what = format!("must be a section; write [[{key}]] with two brackets");
        let Some(value) = self.table.remove(key) else {
            return Ok(Vec::new());
        };
        let Value::Array(items) = value else {
            return Err(self.wrong(key, &what));
        };
        let mut sections = Vec::new();
        for item in items {
            let Value::Table(table) = item else {
                return Err(self.wrong(key, &what));
            };
            sections.push(Section::new(
                format!("[[{key}]] number {}: ", sections.len() + 1),
                table,
            ));
        }
        Ok(sections)
    }

    /// An address without a path. Plain http and ws are for this machine alone.
    fn base_url(&self, key: &str, url: &str, schemes: &[&str]) -> Result<String, ConfigError> {
        let wrong = |what: &str| self.wrong(key, &format!("is \"{url}\"; {what}"));
        let no_scheme = || wrong("write it with its scheme, as \"https://example.org\"");
        let (scheme, rest) = url.split_once("://").ok_or_else(no_scheme)?;
        if !schemes.contains(&scheme) {
            return Err(wrong(&format!(
                "it must begin with {}://",
                schemes.join(":// or ")
            )));
        }
        let base = rest.trim_end_matches('/');
        let host =
            host_of(&format!("https://{base}/")).ok_or_else(|| wrong("that is no address"))?;
        if base.contains(['/', '?', '#']) {
            return Err(wrong("leave the path away"));
        }
        let open = matches!(scheme, "http" | "ws");
        if open && key != "public_url" && !is_loopback(&host) {
            return Err(wrong(
                "without encryption only this machine may be reached; use https:// or wss://",
            ));
        }
        Ok(format!("{scheme}://{base}"))
    }

    fn finish(self, known: &[&str]) -> Result<(), ConfigError> {
        match self.table.keys().next() {
            None => Ok(()),
            Some(key) => Err(self.wrong(
                key,
                &format!("is not known; known are {}", known.join(", ")),
            )),
        }
    }
}

/// Whether a host (with or without a port) is this machine.
pub(crate) fn is_loopback(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    let ip = name
        .trim_start_matches('[')
        .trim_end_matches(']')
        .parse::<std::net::IpAddr>();
    name == "localhost" || name.ends_with(".localhost") || ip.is_ok_and(|ip| ip.is_loopback())
}

//! A post as a feed tells it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use mastodon::{MediaAttachment, MediaType, Status, Timestamp};
use timeline::publish::plain_text;

use super::clean::clean;
use crate::{archive::StoredStatus, serve::page::escaped};

/// Longest title, in characters: a line of a list.
const MAX_TITLE: usize = 100;

/// One post.
#[derive(Debug)]
pub(super) struct Item {
    /// The post's identity in the whole network: the same in every feed of every relay.
    pub(super) uri: String,
    /// Where people read it.
    pub(super) url: String,
    /// Plain text; a warning comes first.
    pub(super) title: String,
    /// Clean HTML.
    pub(super) html: String,
    /// The content warning, when there is one.
    pub(super) warning: Option<String>,
    pub(super) author: Author,
    /// Milliseconds since 1970.
    pub(super) published_ms: i64,
    /// The last edit, or the same as above.
    pub(super) updated_ms: i64,
    pub(super) language: Option<String>,
    pub(super) tags: Vec<String>,
    pub(super) is_sensitive: bool,
    pub(super) media: Vec<Media>,
}

/// Who wrote it.
#[derive(Debug)]
pub(super) struct Author {
    /// The name and the full handle.
    pub(super) name: String,
    pub(super) url: Option<String>,
    pub(super) avatar: Option<String>,
}

/// A picture, film or sound.
#[derive(Debug)]
pub(super) struct Media {
    pub(super) url: String,
    pub(super) mime: String,
    /// `image`, `video` or `audio`.
    pub(super) medium: &'static str,
    pub(super) description: Option<String>,
}

impl Item {
    /// The post, unless it cannot be read or its author asks search engines to stay away.
    pub(super) fn of(stored: &StoredStatus) -> Option<Self> {
        let status: Status = serde_json::from_slice(&stored.json).ok()?;
        if status.account.noindex == Some(true) {
            return None;
        }
        let author = author(&status);
        let content = clean(status.content.as_deref().unwrap_or_default());
        let warning = Some(one_line(&status.spoiler_text)).filter(|it| !it.is_empty());
        let published_ms = status.created_at.unix_millis()?;
        let edited = status.edited_at.as_ref().and_then(Timestamp::unix_millis);
        Some(Self {
            uri: stored.uri.clone(),
            url: status
                .url
                .clone()
                .and_then(web)
                .unwrap_or_else(|| stored.uri.clone()),
            title: title(&status, &content, warning.as_deref(), &author.name),
            html: html(&status, &content, warning.as_deref()),
            is_sensitive: status.sensitive || warning.is_some(),
            warning,
            author,
            published_ms,
            updated_ms: edited.unwrap_or(published_ms).max(published_ms),
            language: status.language.filter(|it| !it.is_empty()),
            tags: status.tags.into_iter().map(|it| it.name).collect(),
            media: status
                .media_attachments
                .into_iter()
                .filter_map(Media::of)
                .collect(),
        })
    }

    /// When it was written, as RSS writes it (RFC 822 with a year of four digits).
    pub(super) fn published_rfc822(&self) -> String {
        rfc822(self.published_ms)
    }
}

/// A time as RSS writes it.
pub(super) fn rfc822(ms: i64) -> String {
    let ms = u64::try_from(ms).unwrap_or_default();
    let time: SystemTime = UNIX_EPOCH + Duration::from_millis(ms);
    httpdate::fmt_http_date(time)
}

/// A time as Atom and JSON Feed write it.
pub(super) fn rfc3339(ms: i64) -> String {
    Timestamp::from_unix_millis(ms).as_str().to_owned()
}

fn author(status: &Status) -> Author {
    let account = &status.account;
    let name = one_line(&account.display_name);
    let handle = format!("@{}", account.acct);
    Author {
        name: match name.as_str() {
            "" => handle,
            name => format!("{name} ({handle})"),
        },
        url: web(account.url.clone()),
        avatar: web(account.avatar_static.clone()).or_else(|| web(account.avatar.clone())),
    }
}

/// What stands in a list of posts. Words behind a warning are not in it.
fn title(status: &Status, content: &str, warning: Option<&str>, author: &str) -> String {
    if let Some(warning) = warning {
        return shortened(&format!("Content warning: {warning} · {author}"));
    }
    let text = one_line(&plain_text(content));
    let words = match (text.as_str(), status.poll.is_some()) {
        ("", true) => "A poll",
        ("", false) if !status.media_attachments.is_empty() => "Media",
        ("", false) => "A post",
        (text, _) => text,
    };
    if status.sensitive {
        return shortened(&format!("Sensitive media: {author}: {words}"));
    }
    shortened(&format!("{author}: {words}"))
}

fn html(status: &Status, content: &str, warning: Option<&str>) -> String {
    let mut html = String::new();
    if let Some(warning) = warning {
        html.push_str(&format!(
            "<p><strong>Content warning: {}</strong></p>",
            escaped(warning)
        ));
    }
    html.push_str(content);
    if let Some(poll) = &status.poll {
        let options: String = poll
            .options
            .iter()
            .map(|it| format!("<li>{}</li>", escaped(&it.title)))
            .collect();
        html.push_str(&format!("<ul>{options}</ul>"));
    }
    html
}

impl Media {
    fn of(media: MediaAttachment) -> Option<Self> {
        let url = media
            .url
            .and_then(web)
            .or_else(|| media.remote_url.and_then(web))?;
        let (medium, usual) = match media.kind {
            MediaType::Image => ("image", "image/jpeg"),
            MediaType::Gifv | MediaType::Video => ("video", "video/mp4"),
            MediaType::Audio => ("audio", "audio/mpeg"),
            _ => return None,
        };
        let path = url.split(['?', '#']).next().unwrap_or_default();
        let guessed = mime_guess::from_path(path).first();
        let mime = guessed.filter(|it| it.type_() == medium);
        Some(Self {
            mime: mime.map_or_else(|| usual.to_owned(), |it| it.essence_str().to_owned()),
            medium,
            description: media.description.filter(|it| !it.trim().is_empty()),
            url,
        })
    }
}

/// An address of the web, or nothing.
fn web(url: String) -> Option<String> {
    let is_web = url.starts_with("https://") || url.starts_with("http://");
    (is_web && !url.contains(char::is_whitespace)).then_some(url)
}

/// The text with its white space drawn together and without control characters.
fn one_line(text: &str) -> String {
    let parts = text.split(|it: char| it.is_whitespace() || it.is_control());
    parts
        .filter(|it| !it.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The text cut at a word where it is too long.
fn shortened(text: &str) -> String {
    if text.chars().count() <= MAX_TITLE {
        return text.to_owned();
    }
    let cut: String = text.chars().take(MAX_TITLE - 1).collect();
    let whole = cut
        .rsplit_once(' ')
        .map_or(cut.as_str(), |(whole, _)| whole);
    format!("{whole}…")
}

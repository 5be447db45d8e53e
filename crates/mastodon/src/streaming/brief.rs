//! The short way to read a frame: of a status only what tells whether it says anything new.
//!
//! A program that listens to many servers hears most statuses many times. Reading all of one takes several times as long as
//! skipping what is not needed, so this reads a few fields and leaves the rest as text. Only statuses of the usual form are read
//! so; whatever has another form has to be read whole, as leniently as ever.

use std::borrow::Cow;

use serde::{Deserialize, de::IgnoredAny};

use super::{FrameError, public_event::entity};
use crate::{
    Account, AccountId, MediaAttachment, MediaId, Status, StatusId, StatusTag, Timestamp,
    Visibility, lenient,
};

/// A status that came by a stream, read as far as is needed to recognise it.
#[derive(Clone, Debug, PartialEq)]
pub struct Brief {
    /// Which subscription it belongs to; empty where a server does not say.
    pub stream: Vec<String>,
    /// Whether it is said to have changed.
    pub is_edit: bool,
    /// The status with its ids, addresses, times, counts, language, text and warning, the names of its hashtags and how many
    /// attachments it has; of its author the id, the names, the addresses, the bio and whether they are limited. All else has its
    /// default. It is no boost, has no poll and quotes nothing.
    pub status: Box<Status>,
    /// All of it, as JSON.
    pub text: String,
}

impl Brief {
    /// Reads a text frame; `None` when it is nothing that can be read so.
    #[must_use]
    pub fn of_frame(text: &str) -> Option<Self> {
        let frame: Envelope<'_> = serde_json::from_str(text).ok()?;
        let stream = frame.stream.into_iter().map(Cow::into_owned).collect();
        Self::new(stream, &frame.event, frame.payload.into_owned())
    }

    /// Reads an event from its name and its payload; the payload comes back when it is nothing that can be read so.
    ///
    /// # Errors
    /// Not really: what comes back is to be read by [`super::Event::parse`].
    pub fn of_event(name: &str, payload: String) -> Result<Self, String> {
        match is_edit(name).zip(status(&payload)) {
            Some((is_edit, status)) => Ok(Self {
                stream: Vec::new(),
                is_edit,
                status,
                text: payload,
            }),
            None => Err(payload),
        }
    }

    fn new(stream: Vec<String>, name: &str, text: String) -> Option<Self> {
        Some(Self {
            stream,
            is_edit: is_edit(name)?,
            status: status(&text)?,
            text,
        })
    }

    /// Reads all of a status.
    ///
    /// # Errors
    /// When a part that was skipped has a form that nobody means.
    pub fn whole(text: &str) -> Result<Box<Status>, FrameError> {
        let value = lenient::json(text.as_bytes()).map_err(FrameError::NotJson)?;
        entity(value).map_err(FrameError::Unreadable)
    }
}

fn is_edit(name: &str) -> Option<bool> {
    match name {
        "update" => Some(false),
        "status.update" => Some(true),
        _ => None,
    }
}

fn status(text: &str) -> Option<Box<Status>> {
    let read: BriefStatus<'_> = serde_json::from_str(text).ok()?;
    let is_unusual = read.reblog.is_some() || read.poll.is_some() || read.quote.is_some();
    // No id is empty; where one is, the lenient way decides what that means.
    let is_empty = |id: &Option<Cow<'_, str>>| id.as_ref().is_some_and(|it| it.is_empty());
    let is_nameless = read.id.is_empty()
        || read.account.id.is_empty()
        || is_empty(&read.in_reply_to_id)
        || is_empty(&read.in_reply_to_account_id)
        || read.media_attachments.iter().any(|it| it.id.is_empty());
    if is_unusual || is_nameless {
        return None;
    }
    let owned = |text: Option<Cow<'_, str>>| text.map(Cow::into_owned);
    let account = read.account;
    Some(Box::new(Status {
        id: StatusId::new(read.id),
        uri: read.uri.into_owned(),
        url: owned(read.url),
        created_at: Timestamp::new(read.created_at),
        edited_at: read.edited_at.map(Timestamp::new),
        account: Account {
            id: AccountId::new(account.id),
            username: account.username.into_owned(),
            acct: account.acct.into_owned(),
            note: account.note.into_owned(),
            url: account.url.into_owned(),
            uri: account.uri.into_owned(),
            limited: account.limited,
            ..Account::default()
        },
        content: Some(read.content.into_owned()),
        visibility: Visibility::from(read.visibility.as_ref()),
        spoiler_text: read.spoiler_text.into_owned(),
        language: owned(read.language),
        in_reply_to_id: read.in_reply_to_id.map(StatusId::new),
        in_reply_to_account_id: read.in_reply_to_account_id.map(AccountId::new),
        media_attachments: read.media_attachments.into_iter().map(media).collect(),
        tags: read.tags.into_iter().map(tag).collect(),
        replies_count: read.replies_count,
        reblogs_count: read.reblogs_count,
        favourites_count: read.favourites_count,
        quotes_count: read.quotes_count,
        ..Status::default()
    }))
}

fn media(read: BriefMedia<'_>) -> MediaAttachment {
    MediaAttachment {
        id: MediaId::new(read.id),
        ..MediaAttachment::default()
    }
}

fn tag(read: BriefTag<'_>) -> StatusTag {
    StatusTag {
        name: read.name.into_owned(),
        ..StatusTag::default()
    }
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow, default)]
    stream: Vec<Cow<'a, str>>,
    #[serde(borrow)]
    event: Cow<'a, str>,
    #[serde(borrow)]
    payload: Cow<'a, str>,
}

#[derive(Deserialize)]
struct BriefStatus<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow)]
    uri: Cow<'a, str>,
    #[serde(borrow)]
    url: Option<Cow<'a, str>>,
    #[serde(borrow)]
    created_at: Cow<'a, str>,
    #[serde(borrow)]
    edited_at: Option<Cow<'a, str>>,
    #[serde(borrow)]
    account: BriefAccount<'a>,
    #[serde(borrow)]
    content: Cow<'a, str>,
    #[serde(borrow)]
    visibility: Cow<'a, str>,
    #[serde(borrow, default)]
    spoiler_text: Cow<'a, str>,
    #[serde(borrow)]
    language: Option<Cow<'a, str>>,
    #[serde(borrow)]
    in_reply_to_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    in_reply_to_account_id: Option<Cow<'a, str>>,
    reblog: Option<IgnoredAny>,
    poll: Option<IgnoredAny>,
    quote: Option<IgnoredAny>,
    #[serde(borrow, default)]
    media_attachments: Vec<BriefMedia<'a>>,
    #[serde(borrow, default)]
    tags: Vec<BriefTag<'a>>,
    #[serde(default)]
    replies_count: i64,
    #[serde(default)]
    reblogs_count: i64,
    #[serde(default)]
    favourites_count: i64,
    #[serde(default)]
    quotes_count: i64,
}

#[derive(Deserialize)]
struct BriefAccount<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow, default)]
    username: Cow<'a, str>,
    #[serde(borrow)]
    acct: Cow<'a, str>,
    #[serde(borrow, default)]
    note: Cow<'a, str>,
    #[serde(borrow, default)]
    url: Cow<'a, str>,
    #[serde(borrow, default)]
    uri: Cow<'a, str>,
    #[serde(default)]
    limited: bool,
}

#[derive(Deserialize)]
struct BriefMedia<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
}

#[derive(Deserialize)]
struct BriefTag<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
}

#[cfg(test)]
mod tests;

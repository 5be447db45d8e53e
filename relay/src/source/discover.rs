//! Learning what a server is, before it is listened to: what it says of itself in the present and the older form, else
//! its nodeinfo; and what it shows to strangers, since what it does not is guarded.

use mastodon::{
    ApiError, Capabilities, NodeInfo, Paging,
    endpoints::{GetInstance, GetInstanceV1, GetNodeInfoLinks},
    software,
};

use super::{budget::Urgency, ears::Closed, host::Host, manners::Manners, told::Feed};
use crate::config::{PublicStream, Show};

/// Longest name of a program that is kept, with its version.
const MAX_SOFTWARE_CHARACTERS: usize = 100;

/// What a server is.
#[derive(Clone, Debug, Default)]
pub(super) struct Learned {
    /// How it behaves.
    pub manners: Manners,
    /// Its program and version, when it says so.
    pub software: Option<String>,
    /// Whether it said so itself, or answered that it does not say. What could not be read is worth asking again soon.
    pub is_sure: bool,
}

/// Asks a server what it is.
///
/// # Errors
/// When it cannot be reached just now. One that answers, but not this, is taken as one that says nothing.
pub(super) async fn learn(host: &Host, urgency: Urgency) -> Result<Learned, ApiError> {
    let present = host.ask(&GetInstance {}, urgency).await;
    let found = match present {
        Ok(answer) => Ok((
            Capabilities::from_instance(&answer.value),
            software(&answer.value.version, &answer.value.source_url),
        )),
        Err(error) if is_silence(&error) => {
            let older = host.ask(&GetInstanceV1 {}, urgency).await;
            older.map(|it| {
                let software = software(&it.value.version, "");
                (Capabilities::from_instance_v1(&it.value), software)
            })
        }
        Err(error) => Err(error),
    };
    let (capabilities, software, is_sure) = match found {
        Ok((capabilities, software)) => (capabilities, software, true),
        Err(error) if is_passing(&error) => return Err(error),
        // Its timelines may be readable all the same.
        Err(error) => (Capabilities::default(), None, !is_unreadable(&error)),
    };
    let software = match software {
        Some(software) => Some(software),
        None => nodeinfo(host, urgency).await,
    };
    let cut = |it: String| it.chars().take(MAX_SOFTWARE_CHARACTERS).collect::<String>();
    let software = software.map(cut);
    Ok(Learned {
        manners: Manners::new(capabilities, software.as_deref()),
        software,
        is_sure,
    })
}

/// The program's name out of nodeinfo; a server without one is one that says nothing.
async fn nodeinfo(host: &Host, urgency: Urgency) -> Option<String> {
    let links = host.ask(&GetNodeInfoLinks {}, urgency).await.ok()?.value;
    let path = links
        .best()?
        .strip_prefix(host.config.url.as_str())?
        .to_owned();
    let answer = host
        .get::<NodeInfo>(&path, urgency)
        .await
        .ok()?
        .value
        .software;
    let mut letters = answer.name.chars();
    let name = match answer.name.as_str() {
        "gotosocial" => "GoToSocial".to_owned(),
        _ => letters.next()?.to_ascii_uppercase().to_string() + letters.as_str(),
    };
    Some(format!("{name} {}", answer.version).trim().to_owned())
}

/// Whether an answer says that there is no such document here.
fn is_silence(error: &ApiError) -> bool {
    matches!(
        error,
        ApiError::NotFound { .. }
            | ApiError::NotJson { .. }
            | ApiError::Malformed { .. }
            | ApiError::Unexpected { .. }
    )
}

/// Whether it is worth waiting and asking again.
pub(super) fn is_passing(error: &ApiError) -> bool {
    matches!(
        error,
        ApiError::Offline { .. } | ApiError::RateLimited { .. } | ApiError::Server { .. }
    )
}

/// Whether an answer could not be made sense of: it says neither yes nor no.
fn is_unreadable(error: &ApiError) -> bool {
    matches!(error, ApiError::NotJson { .. } | ApiError::Malformed { .. })
}

/// What a source shows only to its own people, as far as the relay reads it with a token; `false` beside it when an answer
/// could not be read, and what it was about is taken as closed until it is asked again.
///
/// Newer Mastodons say it. Others are asked as a stranger: once for public timelines, once for hashtags.
///
/// # Errors
/// When the server cannot be reached just now.
pub(super) async fn closed(host: &Host, manners: &Manners) -> Result<(Closed, bool), ApiError> {
    let config = &host.config;
    if config.token.is_none() || config.show == Show::Everybody {
        return Ok((Closed::default(), true));
    }
    let capabilities = &manners.capabilities;
    let said = Closed {
        local: !capabilities.may_read_public(false, true),
        remote: !capabilities.may_read_public(false, false),
        tags_local: !capabilities.may_read_hashtags(false, true),
        tags_remote: !capabilities.may_read_hashtags(false, false),
    };
    let mut closed = said;
    let mut is_sure = true;
    if !said.local || !said.remote {
        let stream = match (said.local, said.remote) {
            (true, _) => PublicStream::PublicRemote,
            (_, true) => PublicStream::PublicLocal,
            _ => PublicStream::Public,
        };
        let is_open = is_open(host, &Feed::Public(stream)).await?;
        is_sure &= is_open.is_some();
        if is_open != Some(true) {
            (closed.local, closed.remote) = (true, true);
        }
    }
    // Also where none is configured: readers may want some, from the next reload on if not now.
    if !(said.tags_local && said.tags_remote) {
        let any = || "fediverse".to_owned();
        let name = config.hashtags.first().cloned().unwrap_or_else(any);
        let is_open = is_open(host, &Feed::Tag(name)).await?;
        is_sure &= is_open.is_some();
        if is_open != Some(true) {
            (closed.tags_local, closed.tags_remote) = (true, true);
        }
    }
    Ok((closed, is_sure))
}

/// Whether a stranger may read a feed; `None` when the answer could not be read.
async fn is_open(host: &Host, feed: &Feed) -> Result<Option<bool>, ApiError> {
    let page = Paging::first(1);
    let asked = match feed {
        Feed::Public(stream) => {
            let page = Feed::public_page(*stream, page);
            host.ask_as_stranger(&page).await.map(drop)
        }
        Feed::Tag(name) => {
            let page = Feed::tag_page(name, page);
            host.ask_as_stranger(&page).await.map(drop)
        }
        Feed::Words(_) => return Ok(Some(false)),
    };
    match asked {
        Ok(()) => Ok(Some(true)),
        Err(error) if is_passing(&error) => Err(error),
        Err(error) if is_unreadable(&error) => Ok(None),
        Err(_) => Ok(Some(false)),
    }
}

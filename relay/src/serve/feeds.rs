//! Feeds: a hashtag, a view or any selection as RSS 2.0, Atom 1.0 or JSON Feed 1.1, for readers who read elsewhere.

mod atom;
mod channel;
mod clean;
mod fresh;
mod item;
mod json_feed;
mod rss;
#[cfg(test)]
mod tests;

use axum::{
    http::{HeaderMap, HeaderValue, Uri, header},
    response::Response,
};
use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use timeline::public_id::PublicId;

pub(super) use self::fresh::Fresh;
use self::{channel::Channel, item::Item};
use super::{
    answer::{self, Freshness},
    error::ApiError,
    follow::follow,
    query::Query,
    readers::Caller,
    shared::Shared,
};
use crate::{
    archive::Paging,
    views::{Reach, Selection, grammar},
};

/// Posts in a feed when nothing is said.
const DEFAULT_ITEMS: usize = 40;

/// Most posts in a feed.
const MAX_ITEMS: usize = 80;

/// Pages that are read to fill a feed whose posts are mostly of authors who are not in feeds.
const MAX_PAGES: usize = 4;

/// What may stand in a path as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'~')
    .remove(b'+');

/// How a feed is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Rss,
    Atom,
    Json,
}

impl Form {
    const ALL: [Self; 3] = [Self::Rss, Self::Atom, Self::Json];

    /// How its address ends, after the point.
    fn ending(self) -> &'static str {
        match self {
            Self::Rss => "rss",
            Self::Atom => "atom",
            Self::Json => "json",
        }
    }

    fn media_type(self) -> &'static str {
        match self {
            Self::Rss => "application/rss+xml",
            Self::Atom => "application/atom+xml",
            Self::Json => "application/feed+json",
        }
    }

    fn content_type(self) -> &'static str {
        match self {
            Self::Rss => "application/rss+xml; charset=utf-8",
            Self::Atom => "application/atom+xml; charset=utf-8",
            Self::Json => "application/feed+json; charset=utf-8",
        }
    }
}

/// What a feed is of.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Subject {
    /// Hashtags, any of them, as they were spelled.
    Tags(Vec<String>),
    /// A view, by name.
    View(String),
    /// Whatever the parameters say.
    Anything,
}

impl Subject {
    /// Out of a path without its ending.
    fn of(path: &str) -> Option<Self> {
        let decoded = |part: &str| {
            let text = percent_decode_str(part).decode_utf8().ok()?;
            let is_name = !text.is_empty() && !text.contains('/');
            is_name.then(|| text.into_owned())
        };
        if let Some(tags) = path.strip_prefix("/tags/") {
            let tags = decoded(tags)?;
            return Some(Self::Tags(tags.split('+').map(str::to_owned).collect()));
        }
        if let Some(view) = path.strip_prefix("/views/") {
            return decoded(view).map(Self::View);
        }
        (path == EVERYTHING).then_some(Self::Anything)
    }

    /// The path without its ending.
    fn path(&self) -> String {
        let encoded = |it: &str| utf8_percent_encode(it, PLAIN).to_string();
        match self {
            Self::Tags(tags) => format!("/tags/{}", encoded(&tags.join("+"))),
            Self::View(name) => format!("/views/{}", encoded(name)),
            Self::Anything => EVERYTHING.to_owned(),
        }
    }
}

/// The address of a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    subject: Subject,
    form: Form,
}

impl Address {
    /// The feed at a path, or nothing when that is the address of something else.
    pub(super) fn of(path: &str) -> Option<Self> {
        let (subject, ending) = path.rsplit_once('.')?;
        let form = Form::ALL.into_iter().find(|it| it.ending() == ending)?;
        let subject = Subject::of(subject)?;
        Some(Self { subject, form })
    }
}

/// Whether a feed is at this path.
pub(super) fn is_feed(path: &str) -> bool {
    Address::of(path).is_some()
}

/// The `Link` header that leads from a page of the app to its feeds; nothing for pages that have none.
pub(super) fn discovery(public_url: &str, path: &str) -> Option<HeaderValue> {
    let subject = match path {
        "/" => Subject::Anything,
        other => Subject::of(other.trim_end_matches('/')).filter(|it| *it != Subject::Anything)?,
    };
    let links = Form::ALL.map(|form| {
        format!(
            "<{public_url}{}.{}>; rel=\"alternate\"; type=\"{}\"",
            subject.path(),
            form.ending(),
            form.media_type()
        )
    });
    HeaderValue::try_from(links.join(", ")).ok()
}

/// The path of the feed of everything, without its ending.
pub(super) const EVERYTHING: &str = "/feed";

/// The path of a view's feed, without its ending.
pub(super) fn path_of_view(name: &str) -> String {
    Subject::View(name.to_owned()).path()
}

/// A feed, or 304 for who has it already.
pub(super) async fn answer(
    shared: &Shared,
    address: Address,
    caller: &Caller,
    uri: &Uri,
    asked: &HeaderMap,
) -> Result<Response, ApiError> {
    let query = Query::of(uri)?;
    let (selection, title, home) = what(shared, &address.subject, &query)?;
    let limit = query
        .get("limit")
        .and_then(|it| it.parse().ok())
        .unwrap_or(DEFAULT_ITEMS)
        .clamp(1, MAX_ITEMS);
    follow(shared, caller, &selection).await;
    let items = newest(shared, &selection, limit).await?;
    let config = &shared.config;
    let channel = Channel {
        title,
        description: format!(
            "Public posts that {} heard on {} servers",
            config.name,
            config.sources.len()
        ),
        home: format!("{}{home}", config.public_url),
        address: self_address(&config.public_url, &address, &query),
        icon: format!("{}/app/icon-512.png", config.public_url),
        about: format!("{}{}", config.public_url, super::about::PATH),
        since_ms: shared.engine.started_at,
        items,
    };
    let written = match address.form {
        Form::Rss => rss::write(&channel),
        Form::Atom => atom::write(&channel),
        Form::Json => Ok(json_feed::write(&channel)),
    };
    let body = written.map(Bytes::from).map_err(|error| {
        tracing::error!(%error, "a feed could not be written");
        ApiError::unavailable("The feed cannot be written at the moment")
    })?;
    let modified = shared.fresh.modified(&channel.address, &body);
    let mut response = if fresh::is_held(asked, modified) {
        answer::not_modified()
    } else {
        answer::of(asked, Freshness::Live, address.form.content_type(), body)
    };
    let headers = response.headers_mut();
    if let Ok(modified) = HeaderValue::try_from(httpdate::fmt_http_date(modified)) {
        headers.insert(header::LAST_MODIFIED, modified);
    }
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
    );
    Ok(response)
}

/// What belongs to a feed, its title, and the path of the page that it is of.
fn what(
    shared: &Shared,
    subject: &Subject,
    query: &Query,
) -> Result<(Selection, String, String), ApiError> {
    let relay = &shared.config.name;
    let mut selection = query.selection(&["limit"])?;
    match subject {
        Subject::Tags(tags) => {
            let own = Selection::hashtags(tags.iter().map(String::as_str), Reach::All);
            if own.tags.any.is_empty() {
                return Err(ApiError::record_not_found());
            }
            selection.tags.any.extend(own.tags.any);
            selection.tags.any.sort();
            selection.tags.any.dedup();
            selection.replies_to_others = !query.flag("no_replies");
            let names: Vec<_> = tags
                .iter()
                .map(|it| format!("#{}", it.trim_start_matches('#')))
                .collect();
            Ok((
                selection,
                format!("{} · {relay}", names.join(", ")),
                subject.path(),
            ))
        }
        Subject::View(name) => {
            let mut views = shared.config.views.iter();
            let view = views
                .find(|it| it.name == *name || it.list_id() == *name)
                .ok_or_else(ApiError::record_not_found)?;
            let any = &view.selection.tags.any;
            let home = match any.as_slice() {
                [] => "/".to_owned(),
                any => Subject::Tags(any.to_vec()).path(),
            };
            Ok((
                query.narrowed(&view.selection, &["limit"])?,
                format!("{} · {relay}", view.title),
                home,
            ))
        }
        Subject::Anything => {
            let words: Vec<_> = grammar::parameters(&selection)
                .into_iter()
                .map(|(name, value)| format!("{} {value}", name.trim_end_matches("[]")))
                .collect();
            let title = match words.as_slice() {
                [] => relay.clone(),
                words => format!("{} · {relay}", words.join(", ")),
            };
            Ok((selection, title, "/".to_owned()))
        }
    }
}

/// The newest posts of a selection, and older ones that came last: a post that was written long ago is news too, once. Newest first,
/// without those whose authors ask search engines to stay away.
async fn newest(
    shared: &Shared,
    selection: &Selection,
    limit: usize,
) -> Result<Vec<Item>, ApiError> {
    let mut items = Vec::new();
    let mut older_than: Option<PublicId> = None;
    let mut are_all = false;
    for _ in 0..MAX_PAGES {
        let paging = Paging {
            max_id: older_than,
            limit,
            ..Paging::default()
        };
        let page = shared.engine.archive.timeline(selection, &paging).await?;
        are_all = page.len() < limit;
        for status in page {
            older_than = Some(status.id);
            items.extend(Item::of(&status));
            if items.len() == limit {
                break;
            }
        }
        if are_all || items.len() == limit {
            break;
        }
    }
    if let Some(oldest) = older_than.filter(|_| !are_all || items.len() == limit) {
        items.extend(late(shared, selection, oldest, limit).await?);
    }
    Ok(items)
}

/// Of the last posts that came, those that were written before `oldest`.
async fn late(
    shared: &Shared,
    selection: &Selection,
    oldest: PublicId,
    limit: usize,
) -> Result<Vec<Item>, ApiError> {
    let mut ids = shared.engine.log.arrivals(selection, limit);
    ids.retain(|it| *it < oldest);
    ids.sort_unstable_by(|one, other| other.cmp(one));
    let mut items = Vec::new();
    for id in ids {
        // Asked as a page of one, so that a post that has left the selection since is not told.
        let paging = Paging {
            max_id: PublicId::from_i64(id.as_i64().saturating_add(1)),
            min_id: PublicId::from_i64(id.as_i64().saturating_sub(1)),
            limit: 1,
            ..Paging::default()
        };
        let page = shared.engine.archive.timeline(selection, &paging).await?;
        items.extend(page.iter().filter_map(Item::of));
    }
    Ok(items)
}

/// The feed's own address, without what only its reader knows.
fn self_address(public_url: &str, address: &Address, query: &Query) -> String {
    let mut text = format!(
        "{public_url}{}.{}",
        address.subject.path(),
        address.form.ending()
    );
    let mut kept = form_urlencoded::Serializer::new(String::new());
    kept.extend_pairs(query.without(&["access_token"]));
    let kept = kept.finish();
    if !kept.is_empty() {
        text.push('?');
        text.push_str(&kept);
    }
    text
}

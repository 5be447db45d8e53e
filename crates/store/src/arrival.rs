//! A status on its way into the store: its HTML already read into trees, its account and inner posts beside it.

use std::sync::Arc;

use content::{Content, HashtagHint, Hints, MentionHint};
use mastodon::{AccountId, CustomEmoji, QuoteState, StatusId};

use crate::entity::{Account, Status};

/// The deepest nesting of boosts and quotes that is kept: a boost of a post that quotes a post.
const MAX_NESTING: usize = 3;

/// See the module.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// The status with its references still empty.
    pub(crate) status: Status,
    pub(crate) account: Account,
    pub(crate) account_id: AccountId,
    pub(crate) in_reply_to: Option<StatusId>,
    pub(crate) reblog: Option<Box<Arrival>>,
    pub(crate) quote: Option<(QuoteState, Option<Box<Arrival>>)>,
    /// What the server said about the viewer; none when it does not know them.
    pub(crate) viewer: Viewer,
}

/// The viewer's own marks.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Viewer {
    pub(crate) favourited: Option<bool>,
    pub(crate) reblogged: Option<bool>,
    pub(crate) bookmarked: Option<bool>,
}

impl Arrival {
    /// Takes a status apart. `parse` turns HTML into a tree and is told what the status lists.
    pub fn read(status: mastodon::Status, parse: &mut dyn FnMut(&str, Hints) -> Content) -> Self {
        Self::read_nested(status, parse, MAX_NESTING)
    }

    /// Its id on the server that sent it.
    pub fn id(&self) -> &StatusId {
        &self.status.id
    }

    fn read_nested(
        from: mastodon::Status,
        parse: &mut dyn FnMut(&str, Hints) -> Content,
        levels: usize,
    ) -> Self {
        let emojis = emojis(&from.emojis);
        let hints = Hints {
            mentions: from
                .mentions
                .iter()
                .map(|it| MentionHint {
                    url: it.url.clone(),
                    acct: it.acct.clone(),
                    id: it.id.to_string(),
                })
                .collect(),
            hashtags: from
                .tags
                .iter()
                .map(|it| HashtagHint {
                    url: it.url.clone(),
                    name: it.name.clone(),
                })
                .collect(),
            drop_inline_quote: from.quote.is_some(),
            emojis,
        };
        let spoiler = if from.spoiler_text.is_empty() {
            Arc::default()
        } else {
            content::line(&from.spoiler_text, &hints.emojis).into()
        };
        let inner = |status: Box<mastodon::Status>,
                     parse: &mut dyn FnMut(&str, Hints) -> Content| {
            (levels > 1).then(|| Box::new(Self::read_nested(*status, parse, levels - 1)))
        };
        let reblog = from.reblog.and_then(|it| inner(it, parse));
        let quote = from.quote.map(|it| {
            (
                it.state,
                it.quoted_status.and_then(|quoted| inner(quoted, parse)),
            )
        });
        let text = match from.content {
            Some(html) if !html.is_empty() => Arc::new(parse(&html, hints)),
            _ => Arc::default(),
        };
        let relay = from.relay.unwrap_or_default();
        let account_id = from.account.id.clone();
        Self {
            viewer: Viewer {
                favourited: from.favourited,
                reblogged: from.reblogged,
                bookmarked: from.bookmarked,
            },
            account: account(from.account),
            account_id,
            in_reply_to: from.in_reply_to_id,
            reblog,
            quote,
            status: Status {
                id: from.id,
                uri: from.uri,
                url: from.url,
                created_at: from.created_at.unix_millis(),
                edited_at: from.edited_at.and_then(|it| it.unix_millis()),
                text,
                spoiler,
                sensitive: from.sensitive,
                visibility: from.visibility,
                language: from.language,
                in_reply_to_account: from.in_reply_to_account_id,
                media: from.media_attachments.into(),
                poll: from.poll.map(Arc::new),
                card: from.card.map(Arc::new),
                mentions: from.mentions.into(),
                tags: from.tags.into(),
                replies_count: from.replies_count,
                reblogs_count: from.reblogs_count,
                favourites_count: from.favourites_count,
                quotes_count: from.quotes_count,
                seen_on: relay.seen_on.into(),
                origin: relay.origin,
                ..Status::default()
            },
        }
    }
}

fn account(from: mastodon::Account) -> Account {
    let shown = if from.display_name.trim().is_empty() {
        &from.username
    } else {
        &from.display_name
    };
    Account {
        name: content::line(shown, &emojis(&from.emojis)).into(),
        id: from.id,
        acct: from.acct,
        username: from.username,
        url: from.url,
        avatar: from.avatar,
        avatar_static: from.avatar_static,
        bot: from.bot,
        group: from.group,
        locked: from.locked,
    }
}

fn emojis(list: &[CustomEmoji]) -> Vec<content::Emoji> {
    list.iter()
        .map(|it| content::Emoji {
            shortcode: it.shortcode.clone(),
            url: it.url.clone(),
            static_url: it.static_url.clone(),
        })
        .collect()
}

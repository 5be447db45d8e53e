//! A table of endpoints: statuses, <https://docs.joinmastodon.org/methods/statuses/>.

use serde_json::Value;

use super::{MediaAttributes, Param, PollDraft, endpoints, json_body};
use crate::{
    Account, AccountId, Body, Context, Endpoint, MediaId, Paging, PollId, ScheduledStatus, Status,
    StatusEdit, StatusId, StatusSource, Timestamp, Translation, Visibility,
    endpoint::Scope,
    lenient::{Notes, Shape, Unreadable, Wire},
};

endpoints! {
    /// One status.
    GET "/api/v1/statuses/{}" Optional => GetStatus(id: StatusId) {} -> Status;

    /// Several statuses (4.3), at most 20.
    GET "/api/v1/statuses" Optional => GetStatuses() { id: Vec<StatusId> } -> Vec<Status>;

    /// What stands around a status in its thread.
    GET "/api/v1/statuses/{}/context" Optional => GetContext(id: StatusId) {} -> Context;

    /// All versions of an edited status, oldest first.
    GET "/api/v1/statuses/{}/history" Optional => GetHistory(id: StatusId) {} -> Vec<StatusEdit>;

    /// The text of one's own status as it was typed.
    GET "/api/v1/statuses/{}/source" Needs("read:statuses") => GetSource(id: StatusId) {} -> StatusSource;

    /// A status in another language.
    POST "/api/v1/statuses/{}/translate" Needs("read:statuses") => Translate(id: StatusId) {
        lang: Option<String>,
    } -> Translation;

    /// Who boosted a status.
    GET "/api/v1/statuses/{}/reblogged_by" Optional => RebloggedBy(id: StatusId) { page: Paging } -> Vec<Account>;

    /// Who favourited a status.
    GET "/api/v1/statuses/{}/favourited_by" Optional => FavouritedBy(id: StatusId) { page: Paging } -> Vec<Account>;

    /// Statuses that quote a status (4.5).
    GET "/api/v1/statuses/{}/quotes" Needs("read:statuses") => GetQuotes(id: StatusId) { page: Paging } -> Vec<Status>;

    /// Takes one's own status out of another one.
    POST "/api/v1/statuses/{}/quotes/{}/revoke" Needs("write:statuses") => RevokeQuote(id: StatusId, quoting_id: StatusId) {}
        -> Status;

    /// Who may quote one's status (4.5): `public`, `followers` or `nobody`.
    PUT "/api/v1/statuses/{}/interaction_policy" Needs("write:statuses") => SetInteractionPolicy(id: StatusId) {
        quote_approval_policy: Option<String>,
    } -> Status;

    /// Deletes a status; the answer has its `text` for another try, except on old servers.
    DELETE "/api/v1/statuses/{}" Needs("write:statuses") => DeleteStatus(id: StatusId) { delete_media: Option<bool> }
        -> Option<Status>;

    /// Favourites a status.
    POST "/api/v1/statuses/{}/favourite" Needs("write:favourites") => Favourite(id: StatusId) {} -> Status;

    /// Takes a favourite back.
    POST "/api/v1/statuses/{}/unfavourite" Needs("write:favourites") => Unfavourite(id: StatusId) {} -> Status;

    /// Boosts a status. The answer is the boost: the status is its `reblog`.
    POST "/api/v1/statuses/{}/reblog" Needs("write:statuses") => Reblog(id: StatusId) { visibility: Option<Visibility> }
        -> Status;

    /// Takes a boost back. The answer is the status itself.
    POST "/api/v1/statuses/{}/unreblog" Needs("write:statuses") => Unreblog(id: StatusId) {} -> Status;

    /// Bookmarks a status.
    POST "/api/v1/statuses/{}/bookmark" Needs("write:bookmarks") => Bookmark(id: StatusId) {} -> Status;

    /// Takes a bookmark away.
    POST "/api/v1/statuses/{}/unbookmark" Needs("write:bookmarks") => Unbookmark(id: StatusId) {} -> Status;

    /// No more notifications about a thread.
    POST "/api/v1/statuses/{}/mute" Needs("write:mutes") => MuteConversation(id: StatusId) {} -> Status;

    /// Notifications about a thread again.
    POST "/api/v1/statuses/{}/unmute" Needs("write:mutes") => UnmuteConversation(id: StatusId) {} -> Status;

    /// Shows one's own status on top of one's profile.
    POST "/api/v1/statuses/{}/pin" Needs("write:accounts") => Pin(id: StatusId) {} -> Status;

    /// No longer shows a status on top of one's profile.
    POST "/api/v1/statuses/{}/unpin" Needs("write:accounts") => Unpin(id: StatusId) {} -> Status;

    /// Changes one's own status (3.5).
    PUT "/api/v1/statuses/{}" Needs("write:statuses") => EditStatus(id: StatusId) {
        status: Option<String>, spoiler_text: Option<String>, sensitive: Option<bool>, language: Option<String>,
        media_ids: Option<Vec<MediaId>>, media_attributes: Vec<MediaAttributes>, poll: Option<PollDraft>,
        quote_approval_policy: Option<String>, content_type: Option<String>,
    } -> Status;

    /// A poll with its present counts.
    GET "/api/v1/polls/{}" Optional => GetPoll(id: PollId) {} -> crate::Poll;

    /// Votes, by indices of the options.
    POST "/api/v1/polls/{}/votes" Needs("write:statuses") => Vote(id: PollId) { choices: Vec<u32> } -> crate::Poll;
}

/// Publishes a status, or puts it by until its time.
///
/// `POST /api/v1/statuses`
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PostStatus {
    pub status: String,
    pub media_ids: Vec<MediaId>,
    pub poll: Option<PollDraft>,
    pub in_reply_to_id: Option<StatusId>,
    pub sensitive: bool,
    pub spoiler_text: String,
    pub visibility: Option<Visibility>,
    pub language: Option<String>,
    /// At least five minutes ahead; a past time publishes at once.
    pub scheduled_at: Option<Timestamp>,
    pub quoted_status_id: Option<StatusId>,
    pub quote_approval_policy: Option<String>,
    /// When given, the server refuses to mention anyone else.
    pub allowed_mentions: Option<Vec<AccountId>>,
    /// Pleroma, GoToSocial and glitch: such as `text/markdown`.
    pub content_type: Option<String>,
    /// glitch: keep the status on its server.
    pub local_only: bool,
    /// The same key makes a second attempt give the first one's status.
    pub idempotency_key: Option<String>,
}

impl Endpoint for PostStatus {
    type Answer = Posted;

    const SCOPE: Scope = Scope::Needs("write:statuses");

    fn method(&self) -> http::Method {
        http::Method::POST
    }

    fn path(&self) -> String {
        "/api/v1/statuses".to_owned()
    }

    fn body(&self) -> Body {
        json_body(vec![
            ("status", self.status.value()),
            ("media_ids", self.media_ids.value()),
            ("poll", self.poll.value()),
            ("in_reply_to_id", self.in_reply_to_id.value()),
            ("sensitive", self.sensitive.value()),
            ("spoiler_text", self.spoiler_text.value()),
            ("visibility", self.visibility.value()),
            ("language", self.language.value()),
            ("scheduled_at", self.scheduled_at.value()),
            ("quoted_status_id", self.quoted_status_id.value()),
            ("quote_approval_policy", self.quote_approval_policy.value()),
            ("allowed_mentions", self.allowed_mentions.value()),
            ("content_type", self.content_type.value()),
            ("local_only", self.local_only.value()),
        ])
    }

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }
}

/// What became of a status: published, or put by.
#[derive(Clone, Debug, PartialEq)]
pub enum Posted {
    /// It is out.
    Published(Box<Status>),
    /// It waits for its time.
    Scheduled(Box<ScheduledStatus>),
}

impl Default for Posted {
    fn default() -> Self {
        Self::Published(Box::default())
    }
}

impl Wire for Posted {
    fn put(&mut self, value: Value, notes: &mut Notes) -> Result<(), Unreadable> {
        *self = if value.get("scheduled_at").is_some() && value.get("account").is_none() {
            Self::Scheduled(Wire::read(value, notes)?)
        } else {
            Self::Published(Wire::read(value, notes)?)
        };
        Ok(())
    }

    /// The fields of either; `id` and `media_attachments` are in both.
    fn shape() -> Shape {
        match (Status::shape(), ScheduledStatus::shape()) {
            (Shape::Object { mut fields, .. }, Shape::Object { fields: others, .. }) => {
                fields.extend(others);
                Shape::Object {
                    name: "Posted",
                    fields,
                }
            }
            (status, _) => status,
        }
    }
}

impl serde::Serialize for Posted {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Published(status) => status.serialize(serializer),
            Self::Scheduled(scheduled) => scheduled.serialize(serializer),
        }
    }
}

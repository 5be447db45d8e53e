//! What happened on a stream.

use super::public_event::{Payload, PublicEvent, entity};
use crate::{
    Announcement, AnnouncementId, Conversation, Notification, Status, StatusId,
    lenient::Unreadable, macros::part,
};

/// One event. Names are the wire's; an event that this crate does not know is kept with its payload.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A status came; it may come more than once.
    Update(Box<Status>),
    /// A status changed; this can be the first sight of it.
    StatusUpdate(Box<Status>),
    /// A status is gone; this can overtake the status itself.
    Delete(StatusId),
    /// Somebody did something that concerns the viewer.
    Notification(Box<Notification>),
    /// Notifications that had been held back were let through: fetch them anew.
    NotificationsMerged,
    /// A conversation changed.
    Conversation(Box<Conversation>),
    /// An announcement came or changed.
    Announcement(Box<Announcement>),
    /// Somebody reacted to an announcement.
    AnnouncementReaction(Reaction),
    /// An announcement is gone.
    AnnouncementDelete(AnnouncementId),
    /// Filters changed. Mastodon documents this event and since 4.3 never sends it.
    FiltersChanged,
    /// Something else.
    Unknown {
        /// Its name.
        name: String,
        /// Its payload as it came.
        payload: String,
    },
}

part! {
    /// How often one emoji stands under an announcement.
    pub struct Reaction {
        /// A Unicode emoji or a shortcode.
        pub name: String,
        /// How often it stands there now.
        pub count: i64,
        /// Under which announcement.
        pub announcement_id: Option<AnnouncementId>,
    }
}

impl Event {
    /// Reads an event from its name and its payload (JSON text, or a bare id for deletes).
    ///
    /// # Errors
    /// When the payload of a known event cannot be read.
    pub fn parse(name: &str, payload: &str) -> Result<Self, Unreadable> {
        Self::read(name, Payload::of_text(payload.to_owned()))
    }

    pub(super) fn read(name: &str, payload: Payload) -> Result<Self, Unreadable> {
        let value = payload.value;
        Ok(match name {
            "notification" => Self::Notification(entity(value)?),
            "notifications_merged" => Self::NotificationsMerged,
            "conversation" => Self::Conversation(entity(value)?),
            "announcement" => Self::Announcement(entity(value)?),
            "announcement.reaction" => Self::AnnouncementReaction(entity(value)?),
            "announcement.delete" => Self::AnnouncementDelete(entity(value)?),
            "filters_changed" => Self::FiltersChanged,
            _ => PublicEvent::read(name, Payload { value, ..payload })?.into(),
        })
    }

    /// The name on the wire.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Update(_) => "update",
            Self::StatusUpdate(_) => "status.update",
            Self::Delete(_) => "delete",
            Self::Notification(_) => "notification",
            Self::NotificationsMerged => "notifications_merged",
            Self::Conversation(_) => "conversation",
            Self::Announcement(_) => "announcement",
            Self::AnnouncementReaction(_) => "announcement.reaction",
            Self::AnnouncementDelete(_) => "announcement.delete",
            Self::FiltersChanged => "filters_changed",
            Self::Unknown { name, .. } => name,
        }
    }

    /// The payload as server-sent events carry it and WebSocket frames carry it inside a string.
    #[must_use]
    pub fn payload(&self) -> String {
        match self {
            Self::Update(status) | Self::StatusUpdate(status) => json(status),
            Self::Delete(id) => id.to_string(),
            Self::Notification(notification) => json(notification),
            Self::NotificationsMerged => "1".to_owned(),
            Self::Conversation(conversation) => json(conversation),
            Self::Announcement(announcement) => json(announcement),
            Self::AnnouncementReaction(reaction) => json(reaction),
            Self::AnnouncementDelete(id) => id.to_string(),
            Self::FiltersChanged => String::new(),
            Self::Unknown { payload, .. } => payload.clone(),
        }
    }
}

fn json(entity: &impl serde::Serialize) -> String {
    // Writing an entity to text has no way to fail: every key is a string and every number is finite.
    serde_json::to_string(entity).unwrap_or_default()
}

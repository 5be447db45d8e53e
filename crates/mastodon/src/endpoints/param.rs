//! How values of Rust become parameters of requests.

use serde_json::Value;

use crate::{Paging, id, page::Query};

/// A value that can stand in a query or body.
pub trait Param {
    /// Whether it is left out, unless an `Option` around it says that it is meant.
    fn is_left_out(&self) -> bool;

    /// The value as JSON.
    fn json(&self) -> Value;

    /// The value as JSON, or nothing when it is left out.
    fn value(&self) -> Option<Value> {
        (!self.is_left_out()).then(|| self.json())
    }

    /// Adds the value to a query: elements of lists as `name[]`, fields of objects as `name[field]`.
    fn pairs(&self, name: &'static str, query: &mut Query) {
        if let Some(value) = self.value() {
            flatten(name, value, query);
        }
    }
}

fn flatten(name: &str, value: Value, query: &mut Query) {
    match value {
        Value::Null => {}
        Value::Bool(flag) => query.push((name.to_owned().into(), flag.to_string())),
        Value::Number(number) => query.push((name.to_owned().into(), number.to_string())),
        Value::String(text) => query.push((name.to_owned().into(), text)),
        Value::Array(list) => {
            let name = format!("{name}[]");
            list.into_iter()
                .for_each(|value| flatten(&name, value, query));
        }
        Value::Object(map) => {
            map.into_iter()
                .for_each(|(key, value)| flatten(&format!("{name}[{key}]"), value, query));
        }
    }
}

impl Param for bool {
    fn is_left_out(&self) -> bool {
        !*self
    }

    fn json(&self) -> Value {
        Value::from(*self)
    }
}

impl Param for String {
    fn is_left_out(&self) -> bool {
        self.is_empty()
    }

    fn json(&self) -> Value {
        Value::from(self.as_str())
    }
}

impl<T: Param> Param for Option<T> {
    fn is_left_out(&self) -> bool {
        self.is_none()
    }

    fn json(&self) -> Value {
        self.as_ref().map_or(Value::Null, Param::json)
    }
}

impl<T: Param> Param for Vec<T> {
    fn is_left_out(&self) -> bool {
        self.is_empty()
    }

    fn json(&self) -> Value {
        self.iter().map(Param::json).collect()
    }
}

impl Param for Paging {
    fn is_left_out(&self) -> bool {
        false
    }

    fn json(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// The fields of paging stand in the query by themselves.
    fn pairs(&self, _: &'static str, query: &mut Query) {
        let Self {
            max_id,
            since_id,
            min_id,
            limit,
        } = self;
        max_id.pairs("max_id", query);
        since_id.pairs("since_id", query);
        min_id.pairs("min_id", query);
        limit.pairs("limit", query);
    }
}

/// Numbers are left out only by `Option`: zero means something.
macro_rules! number_params {
    ($($ty:ty),*) => { $(
        impl Param for $ty {
            fn is_left_out(&self) -> bool {
                false
            }

            fn json(&self) -> Value {
                Value::from(*self)
            }
        }
    )* };
}

number_params!(i64, u16, u32, u64);

/// Ids and open enums are words; an empty one says nothing.
macro_rules! word_params {
    ($($ty:ty),* $(,)?) => { $(
        impl Param for $ty {
            fn is_left_out(&self) -> bool {
                self.as_str().is_empty()
            }

            fn json(&self) -> Value {
                Value::from(self.as_str())
            }
        }
    )* };
}

word_params!(
    id::AccountId,
    id::AnnouncementId,
    id::ApplicationId,
    id::CollectionId,
    id::CollectionItemId,
    id::ConversationId,
    id::FeaturedTagId,
    id::FilterId,
    id::FilterKeywordId,
    id::FilterStatusId,
    id::ListId,
    id::MediaId,
    id::NotificationId,
    id::NotificationRequestId,
    id::PollId,
    id::ReportId,
    id::RuleId,
    id::ScheduledStatusId,
    id::StatusId,
    crate::Timestamp,
    crate::Visibility,
    crate::FilterContext,
    crate::FilterAction,
    crate::NotificationType,
    crate::PolicyAction,
    crate::ReportCategory,
);

/// Parts of bodies: objects that are written as they are.
macro_rules! object_params {
    ($($ty:ty),* $(,)?) => { $(
        impl Param for $ty {
            fn is_left_out(&self) -> bool {
                *self == Self::default()
            }

            fn json(&self) -> Value {
                // Writing such an object has no way to fail: its keys are strings and its numbers whole.
                serde_json::to_value(self).unwrap_or_default()
            }
        }
    )* };
}

object_params!(
    super::AlertsDraft,
    super::KeywordDraft,
    super::MarkerDraft,
    super::MediaAttributes,
    super::PollDraft,
    super::PushSubscriptionDraft,
);

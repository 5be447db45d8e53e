//! The world as JSON, written field by field from Mastodon's documents and not through anybody's types,
//! so that a mistake in a client's types cannot hide behind the same mistake here.
pub(crate) mod account;
pub(crate) mod instance;
pub(crate) mod media;
pub(crate) mod notification;
pub(crate) mod status;

use serde_json::Value;

/// Puts a field into an object; what is no object stays as it is.
pub(crate) fn put(object: &mut Value, name: &str, value: impl Into<Value>) {
    if let Some(fields) = object.as_object_mut() {
        fields.insert(name.to_owned(), value.into());
    }
}

/// Puts a field into an object that is itself a field.
pub(crate) fn put_in(object: &mut Value, outer: &str, name: &str, value: impl Into<Value>) {
    if let Some(inner) = object.get_mut(outer) {
        put(inner, name, value);
    }
}

//! How this crate reads JSON that other people's servers wrote: forgiving about form, strict about meaning.
//!
//! Servers promise one thing and send another: numbers for strings, strings for numbers, `null` for lists, no key at all.
//! So every type is read from a [`Value`] by [`Wire::read`], which takes each of those forms. What a reader cannot do
//! without (ids, the account of a status) is still required. List elements are read one by one: a broken one is left out
//! and noted, the others stay.
//!
//! What decides is written once for all types, over `dyn Wire`: a browser downloads it with the app.

mod types;

use serde_json::{Map, Value};

pub(crate) use self::types::{id, text};

/// How many rejections one answer describes; the rest are only counted, so that a hostile page cannot fill memory.
pub const MAX_REJECTED: usize = 20;

/// How many bytes of somebody else's text an error message quotes.
pub const MAX_QUOTE_BYTES: usize = 200;

/// A type that can be read from the wire.
pub trait Wire {
    /// Whether an object cannot be read without this field. Any other field is its default when it is missing or null.
    fn required(&self) -> bool {
        true
    }

    /// Takes the place of what was here, noting what had to be left out. Changes nothing when it fails.
    ///
    /// # Errors
    /// When the value has a form that no known server means by this type.
    fn put(&mut self, value: Value, notes: &mut Notes) -> Result<(), Unreadable>;

    /// Reads the value, noting what had to be left out.
    ///
    /// # Errors
    /// When the value has a form that no known server means by this type.
    fn read(value: Value, notes: &mut Notes) -> Result<Self, Unreadable>
    where
        Self: Default,
    {
        let mut read = Self::default();
        read.put(value, notes)?;
        Ok(read)
    }

    /// Whether an optional field with this value is left out when written.
    fn skipped(&self) -> bool {
        false
    }

    /// The fields this crate knows of, for tools that compare bodies.
    fn shape() -> Shape
    where
        Self: Sized;
}

/// The structure of a type as this crate knows it.
#[derive(Clone, Debug)]
pub enum Shape {
    /// `true` or `false`, or a word or number for it.
    Bool,
    /// A number, or digits in a string.
    Number,
    /// A string, or a number in its place.
    Text,
    /// JSON that this crate passes on as it is.
    Any,
    /// A list of one type.
    List(fn() -> Shape),
    /// An object whose keys are data.
    Map(fn() -> Shape),
    /// An object with known fields.
    Object {
        /// The Rust name of the type.
        name: &'static str,
        /// Its fields by their names on the wire.
        fields: Vec<Field>,
    },
}

/// A field by its name on the wire, with its structure.
pub type Field = (&'static str, fn() -> Shape);

/// What was left out of an answer, and why.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Notes {
    /// At most [`MAX_REJECTED`] descriptions.
    pub rejected: Vec<Rejected>,
    /// How many there were in all.
    pub n_rejected: usize,
}

impl Notes {
    /// Notes one part that was left out.
    pub fn reject(&mut self, place: &str, why: &Unreadable) {
        self.n_rejected = self.n_rejected.saturating_add(1);
        if self.rejected.len() < MAX_REJECTED {
            self.rejected.push(Rejected {
                place: place.to_owned(),
                reason: why.0.clone(),
            });
        }
    }
}

/// One part of an answer that could not be read.
#[derive(Clone, Debug, PartialEq)]
pub struct Rejected {
    /// The field, or `[]` for the element of a list.
    pub place: String,
    /// What was wrong with it.
    pub reason: String,
}

/// Why a value cannot be read as a type.
#[derive(Clone, Debug, PartialEq)]
pub struct Unreadable(String);

impl Unreadable {
    /// An error that says what was expected and quotes the beginning of what came.
    #[must_use]
    pub fn expected(what: &str, found: &Value) -> Self {
        let kind = match found {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Array(_) => "a list",
            Value::Object(_) => "an object",
        };
        Self(format!("expected {what}, found {kind}"))
    }

    fn within(self, field: &str) -> Self {
        Self(quote(&format!("{field}: {}", self.0)).to_owned())
    }
}

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unreadable {}

/// The beginning of somebody else's text, at most [`MAX_QUOTE_BYTES`] long and cut between characters.
#[must_use]
pub fn quote(text: &str) -> &str {
    let mut end = text.len().min(MAX_QUOTE_BYTES);
    while !text.is_char_boundary(end) {
        end = end.saturating_sub(1);
    }
    text.get(..end).unwrap_or_default()
}

/// Takes one field out of an object and reads it.
///
/// # Errors
/// When the field is required and missing or unreadable. Any other unreadable field is its default and is noted.
pub fn take<T: Wire + Default>(
    map: &mut Map<String, Value>,
    name: &str,
    notes: &mut Notes,
) -> Result<T, Unreadable> {
    let mut read = T::default();
    take_into(map, name, &mut read, notes)?;
    Ok(read)
}

fn take_into(
    map: &mut Map<String, Value>,
    name: &str,
    place: &mut dyn Wire,
    notes: &mut Notes,
) -> Result<(), Unreadable> {
    let required = place.required();
    let value = match map.remove(name) {
        None | Some(Value::Null) if required => {
            return Err(Unreadable(format!("{name} is missing")));
        }
        None | Some(Value::Null) => return Ok(()),
        Some(value) => value,
    };
    let nothing = means_nothing(&value);
    match place.put(value, notes) {
        Err(why) if required => Err(why.within(name)),
        Err(why) if !nothing => {
            notes.reject(name, &why);
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Reads an object field by field, into places that hold their defaults.
pub(crate) struct Reader<'a> {
    map: Map<String, Value>,
    notes: &'a mut Notes,
    failed: Option<Unreadable>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(map: Map<String, Value>, notes: &'a mut Notes) -> Self {
        Self {
            map,
            notes,
            failed: None,
        }
    }

    /// Takes one field; does nothing once a field could not be read that is required.
    #[inline(never)]
    pub(crate) fn take(&mut self, name: &str, place: &mut dyn Wire) {
        if self.failed.is_none() {
            self.failed = take_into(&mut self.map, name, place, self.notes).err();
        }
    }

    /// Reads another entity out of the same object.
    pub(crate) fn flat(&mut self, place: &mut dyn Wire) {
        if self.failed.is_none() {
            let same = Value::Object(self.map.clone());
            self.failed = place.put(same, self.notes).err();
        }
    }

    /// Whether all could be read.
    pub(crate) fn end(self) -> Result<(), Unreadable> {
        self.failed.map_or(Ok(()), Err)
    }
}

/// The value of a body. Text is checked once and then parsed as such, so that programs carry one parser.
pub(crate) fn json(body: &[u8]) -> Result<Value, String> {
    let text = std::str::from_utf8(body).map_err(|why| why.to_string())?;
    serde_json::from_str(text).map_err(|why| why.to_string())
}

/// The number that a text spells as JSON does. The parser of the standard library brings tables of ten kilobytes.
pub(crate) fn number(text: &str) -> Option<f64> {
    serde_json::from_str::<Value>(text).ok()?.as_f64()
}

/// The object inside a value.
///
/// # Errors
/// When the value is no object.
pub fn object(value: Value, name: &str) -> Result<Map<String, Value>, Unreadable> {
    match value {
        Value::Object(map) => Ok(map),
        other => Err(Unreadable::expected(name, &other)),
    }
}

/// Like [`object`] for parts that may be missing: PHP servers write an empty object as `[]`.
///
/// # Errors
/// When the value is neither an object nor empty.
pub fn object_or_empty(value: Value, name: &str) -> Result<Map<String, Value>, Unreadable> {
    match value {
        Value::Array(list) if list.is_empty() => Ok(Map::new()),
        other => object(other, name),
    }
}

/// Whether a value carries nothing: `null`, `""`, `[]` or `{}`.
#[must_use]
pub fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Whether a value that is not of its type stands for nothing: empty, or the `false` of PHP.
fn means_nothing(value: &Value) -> bool {
    is_empty(value) || *value == Value::Bool(false)
}

#[cfg(test)]
mod tests;

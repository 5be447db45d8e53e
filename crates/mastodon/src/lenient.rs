//! How this crate reads JSON that other people's servers wrote: forgiving about form, strict about meaning.
//!
//! Servers promise one thing and send another: numbers for strings, strings for numbers, `null` for lists, no key at all.
//! So every type is read from a [`Value`] by [`Wire::read`], which takes each of those forms. What a reader cannot do
//! without (ids, the account of a status) is still required. List elements are read one by one: a broken one is left out
//! and noted, the others stay.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// How many rejections one answer describes; the rest are only counted, so that a hostile page cannot fill memory.
pub const MAX_REJECTED: usize = 20;

/// How many bytes of somebody else's text an error message quotes.
pub const MAX_QUOTE_BYTES: usize = 200;

/// A type that can be read from the wire.
pub trait Wire: Sized {
    /// What a missing or null field becomes; `None` says that the field is required.
    fn absent() -> Option<Self> {
        None
    }

    /// Reads the value, noting what had to be left out.
    ///
    /// # Errors
    /// When the value has a form that no known server means by this type.
    fn read(value: Value, notes: &mut Notes) -> Result<Self, Unreadable>;

    /// Whether an optional field with this value is left out when written.
    fn skipped(&self) -> bool {
        false
    }

    /// The fields this crate knows of, for tools that compare bodies.
    fn shape() -> Shape;
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
/// When the field is required and missing or unreadable. An unreadable field that has an absent form takes that and is noted.
pub fn take<T: Wire>(
    map: &mut Map<String, Value>,
    name: &str,
    notes: &mut Notes,
) -> Result<T, Unreadable> {
    let value = match map.remove(name) {
        None | Some(Value::Null) => {
            return T::absent().ok_or_else(|| Unreadable(format!("{name} is missing")));
        }
        Some(value) => value,
    };
    let nothing = means_nothing(&value);
    match T::read(value, notes) {
        Ok(read) => Ok(read),
        Err(why) => match T::absent() {
            Some(absent) => {
                if !nothing {
                    notes.reject(name, &why);
                }
                Ok(absent)
            }
            None => Err(why.within(name)),
        },
    }
}

/// The value of a body. Text is checked once and then parsed as such, so that programs carry one parser.
pub(crate) fn json(body: &[u8]) -> Result<Value, String> {
    let text = std::str::from_utf8(body).map_err(|why| why.to_string())?;
    serde_json::from_str(text).map_err(|why| why.to_string())
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

/// The text of a string, number or boolean.
pub(crate) fn text(value: Value, what: &str) -> Result<String, Unreadable> {
    match value {
        Value::String(text) => Ok(text),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(flag) => Ok(flag.to_string()),
        other => Err(Unreadable::expected(what, &other)),
    }
}

impl Wire for String {
    fn absent() -> Option<Self> {
        Some(Self::new())
    }

    fn read(value: Value, _: &mut Notes) -> Result<Self, Unreadable> {
        text(value, "text")
    }

    fn skipped(&self) -> bool {
        self.is_empty()
    }

    fn shape() -> Shape {
        Shape::Text
    }
}

/// The words that Mastodon itself takes for false in a request.
const FALSE_WORDS: [&str; 9] = ["", "0", "f", "F", "false", "FALSE", "off", "OFF", "False"];

impl Wire for bool {
    fn absent() -> Option<Self> {
        Some(false)
    }

    fn read(value: Value, _: &mut Notes) -> Result<Self, Unreadable> {
        match value {
            Value::Bool(flag) => Ok(flag),
            Value::Number(number) => Ok(number.as_f64() != Some(0.0)),
            Value::String(text) => Ok(!FALSE_WORDS.contains(&text.as_str())),
            // A relationship of Mastodon 2.1 says how one follows instead of that one does.
            Value::Object(_) => Ok(true),
            other => Err(Unreadable::expected("true or false", &other)),
        }
    }

    fn skipped(&self) -> bool {
        !*self
    }

    fn shape() -> Shape {
        Shape::Bool
    }
}

impl Wire for i64 {
    fn absent() -> Option<Self> {
        Some(0)
    }

    fn read(value: Value, _: &mut Notes) -> Result<Self, Unreadable> {
        let number = match &value {
            Value::Number(number) => match number.as_u64() {
                // Some servers write "no limit" as the largest number they know.
                Some(large) => Some(i64::try_from(large).unwrap_or(i64::MAX)),
                None => number.as_i64().or_else(|| whole(number.as_f64()?)),
            },
            Value::String(text) => {
                let text = text.trim();
                text.parse().ok().or_else(|| whole(text.parse().ok()?))
            }
            Value::Bool(flag) => Some(i64::from(*flag)),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        };
        number.ok_or_else(|| Unreadable::expected("a whole number", &value))
    }

    fn shape() -> Shape {
        Shape::Number
    }
}

impl Wire for u16 {
    fn absent() -> Option<Self> {
        Some(0)
    }

    fn read(value: Value, notes: &mut Notes) -> Result<Self, Unreadable> {
        let number = i64::read(value, notes)?.clamp(0, i64::from(Self::MAX));
        Ok(Self::try_from(number).unwrap_or(Self::MAX))
    }

    fn shape() -> Shape {
        Shape::Number
    }
}

impl Wire for u64 {
    fn absent() -> Option<Self> {
        Some(0)
    }

    fn read(value: Value, notes: &mut Notes) -> Result<Self, Unreadable> {
        Ok(Self::try_from(i64::read(value, notes)?).unwrap_or(0))
    }

    fn shape() -> Shape {
        Shape::Number
    }
}

/// The whole number nearest to a floating one, when it has one.
fn whole(float: f64) -> Option<i64> {
    // Above 2^53 a float no longer tells whole numbers apart, so it is no count.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    #[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
    (float.is_finite() && float.abs() <= EXACT).then(|| float.round() as i64)
}

impl Wire for f64 {
    fn absent() -> Option<Self> {
        Some(0.0)
    }

    fn read(value: Value, _: &mut Notes) -> Result<Self, Unreadable> {
        let number = match &value {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.trim().parse().ok(),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        };
        number
            .filter(|it| it.is_finite())
            .ok_or_else(|| Unreadable::expected("a number", &value))
    }

    fn shape() -> Shape {
        Shape::Number
    }
}

impl Wire for Value {
    fn absent() -> Option<Self> {
        Some(Self::Null)
    }

    fn read(value: Value, _: &mut Notes) -> Result<Self, Unreadable> {
        Ok(value)
    }

    fn skipped(&self) -> bool {
        self.is_null()
    }

    fn shape() -> Shape {
        Shape::Any
    }
}

impl<T: Wire> Wire for Option<T> {
    fn absent() -> Option<Self> {
        Some(None)
    }

    fn read(value: Value, notes: &mut Notes) -> Result<Self, Unreadable> {
        // An empty list is how PHP servers write "no such thing".
        if value.is_null() || value.as_array().is_some_and(Vec::is_empty) {
            return Ok(None);
        }
        let nothing = means_nothing(&value);
        match T::read(value, notes) {
            Ok(read) => Ok(Some(read)),
            Err(_) if nothing => Ok(None),
            Err(why) => Err(why),
        }
    }

    fn skipped(&self) -> bool {
        self.is_none()
    }

    fn shape() -> Shape {
        T::shape()
    }
}

impl<T: Wire> Wire for Box<T> {
    fn absent() -> Option<Self> {
        T::absent().map(Box::new)
    }

    fn read(value: Value, notes: &mut Notes) -> Result<Self, Unreadable> {
        T::read(value, notes).map(Box::new)
    }

    fn shape() -> Shape {
        T::shape()
    }
}

impl<T: Wire> Wire for Vec<T> {
    fn absent() -> Option<Self> {
        Some(Self::new())
    }

    fn read(value: Value, notes: &mut Notes) -> Result<Self, Unreadable> {
        let list = match value {
            Value::Array(list) => list,
            // PHP writes a list with holes as an object with numbered keys.
            Value::Object(map) if map.keys().all(|key| key.parse::<u32>().is_ok()) => {
                map.into_iter().map(|(_, value)| value).collect()
            }
            empty if is_empty(&empty) => return Ok(Self::new()),
            one @ Value::Object(_) => vec![one],
            other => return Err(Unreadable::expected("a list", &other)),
        };
        let mut read = Self::with_capacity(list.len());
        for element in list {
            if element.is_null() {
                continue;
            }
            match T::read(element, notes) {
                Ok(element) => read.push(element),
                Err(why) => notes.reject("[]", &why),
            }
        }
        Ok(read)
    }

    fn skipped(&self) -> bool {
        self.is_empty()
    }

    fn shape() -> Shape {
        Shape::List(T::shape)
    }
}

impl<T: Wire> Wire for BTreeMap<String, T> {
    fn absent() -> Option<Self> {
        Some(Self::new())
    }

    fn read(value: Value, notes: &mut Notes) -> Result<Self, Unreadable> {
        let mut read = Self::new();
        for (key, value) in object_or_empty(value, "an object")? {
            match T::read(value, notes) {
                Ok(value) => drop(read.insert(key, value)),
                Err(why) => notes.reject(&key, &why),
            }
        }
        Ok(read)
    }

    fn skipped(&self) -> bool {
        self.is_empty()
    }

    fn shape() -> Shape {
        Shape::Map(T::shape)
    }
}

#[cfg(test)]
mod tests;

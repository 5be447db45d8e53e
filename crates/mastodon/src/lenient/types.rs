//! How plain types and their containers are read, whatever form servers give them.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Notes, Shape, Unreadable, Wire, is_empty, means_nothing, number, object_or_empty};

/// The text of a string, number or boolean.
pub(crate) fn text(value: Value, what: &str) -> Result<String, Unreadable> {
    match value {
        Value::String(text) => Ok(text),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(flag) => Ok(flag.to_string()),
        other => Err(Unreadable::expected(what, &other)),
    }
}

/// The text of an id, which is never empty.
pub(crate) fn id(value: Value, what: &str) -> Result<String, Unreadable> {
    match value {
        Value::String(id) if !id.is_empty() => Ok(id),
        Value::Number(id) => Ok(id.to_string()),
        other => Err(Unreadable::expected(what, &other)),
    }
}

impl Wire for String {
    fn required(&self) -> bool {
        false
    }

    fn put(&mut self, value: Value, _: &mut Notes) -> Result<(), Unreadable> {
        *self = text(value, "text")?;
        Ok(())
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
    fn required(&self) -> bool {
        false
    }

    fn put(&mut self, value: Value, _: &mut Notes) -> Result<(), Unreadable> {
        *self = match value {
            Value::Bool(flag) => flag,
            Value::Number(number) => number.as_f64() != Some(0.0),
            Value::String(text) => !FALSE_WORDS.contains(&text.as_str()),
            // A relationship of Mastodon 2.1 says how one follows instead of that one does.
            Value::Object(_) => true,
            other => return Err(Unreadable::expected("true or false", &other)),
        };
        Ok(())
    }

    fn skipped(&self) -> bool {
        !*self
    }

    fn shape() -> Shape {
        Shape::Bool
    }
}

impl Wire for i64 {
    fn required(&self) -> bool {
        false
    }

    fn put(&mut self, value: Value, _: &mut Notes) -> Result<(), Unreadable> {
        let found = match &value {
            Value::Number(number) => match number.as_u64() {
                // Some servers write "no limit" as the largest number they know.
                Some(large) => Some(i64::try_from(large).unwrap_or(i64::MAX)),
                None => number.as_i64().or_else(|| whole(number.as_f64()?)),
            },
            Value::String(text) => {
                let text = text.trim();
                text.parse().ok().or_else(|| whole(number(text)?))
            }
            Value::Bool(flag) => Some(i64::from(*flag)),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        };
        *self = found.ok_or_else(|| Unreadable::expected("a whole number", &value))?;
        Ok(())
    }

    fn shape() -> Shape {
        Shape::Number
    }
}

impl Wire for u16 {
    fn required(&self) -> bool {
        false
    }

    fn put(&mut self, value: Value, notes: &mut Notes) -> Result<(), Unreadable> {
        let number = i64::read(value, notes)?.clamp(0, i64::from(Self::MAX));
        *self = Self::try_from(number).unwrap_or(Self::MAX);
        Ok(())
    }

    fn shape() -> Shape {
        Shape::Number
    }
}

impl Wire for u64 {
    fn required(&self) -> bool {
        false
    }

    fn put(&mut self, value: Value, notes: &mut Notes) -> Result<(), Unreadable> {
        *self = Self::try_from(i64::read(value, notes)?).unwrap_or(0);
        Ok(())
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
    fn required(&self) -> bool {
        false
    }

    fn put(&mut self, value: Value, _: &mut Notes) -> Result<(), Unreadable> {
        let found = match &value {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => number(text),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        };
        *self = found
            .filter(|it| it.is_finite())
            .ok_or_else(|| Unreadable::expected("a number", &value))?;
        Ok(())
    }

    fn shape() -> Shape {
        Shape::Number
    }
}

impl Wire for Value {
    fn required(&self) -> bool {
        false
    }

    fn put(&mut self, value: Value, _: &mut Notes) -> Result<(), Unreadable> {
        *self = value;
        Ok(())
    }

    fn skipped(&self) -> bool {
        self.is_null()
    }

    fn shape() -> Shape {
        Shape::Any
    }
}

impl<T: Wire + Default> Wire for Option<T> {
    fn required(&self) -> bool {
        false
    }

    fn put(&mut self, value: Value, notes: &mut Notes) -> Result<(), Unreadable> {
        let mut inner = T::default();
        *self = put_something(&mut inner, value, notes)?.then_some(inner);
        Ok(())
    }

    fn skipped(&self) -> bool {
        self.is_none()
    }

    fn shape() -> Shape {
        T::shape()
    }
}

/// Says whether the value was something that could be put.
fn put_something(
    place: &mut dyn Wire,
    value: Value,
    notes: &mut Notes,
) -> Result<bool, Unreadable> {
    // An empty list is how PHP servers write "no such thing".
    if value.is_null() || value.as_array().is_some_and(Vec::is_empty) {
        return Ok(false);
    }
    let nothing = means_nothing(&value);
    match place.put(value, notes) {
        Ok(()) => Ok(true),
        Err(_) if nothing => Ok(false),
        Err(why) => Err(why),
    }
}

impl<T: Wire> Wire for Box<T> {
    fn required(&self) -> bool {
        T::required(self)
    }

    fn put(&mut self, value: Value, notes: &mut Notes) -> Result<(), Unreadable> {
        T::put(self, value, notes)
    }

    fn shape() -> Shape {
        T::shape()
    }
}

impl<T: Wire + Default> Wire for Vec<T> {
    fn required(&self) -> bool {
        false
    }

    fn put(&mut self, value: Value, notes: &mut Notes) -> Result<(), Unreadable> {
        let mut read = Self::new();
        each(list(value)?, &mut |element| {
            let mut place = T::default();
            if put_element(&mut place, "[]", element, notes) {
                read.push(place);
            }
        });
        *self = read;
        Ok(())
    }

    fn skipped(&self) -> bool {
        self.is_empty()
    }

    fn shape() -> Shape {
        Shape::List(T::shape)
    }
}

fn each(list: Vec<Value>, read: &mut dyn FnMut(Value)) {
    list.into_iter().for_each(read);
}

/// The elements of a list, without those that are null.
fn list(value: Value) -> Result<Vec<Value>, Unreadable> {
    let mut list = match value {
        Value::Array(list) => list,
        // PHP writes a list with holes as an object with numbered keys.
        Value::Object(map) if map.keys().all(|key| key.parse::<u32>().is_ok()) => {
            map.into_iter().map(|(_, value)| value).collect()
        }
        empty if is_empty(&empty) => Vec::new(),
        one @ Value::Object(_) => vec![one],
        other => return Err(Unreadable::expected("a list", &other)),
    };
    list.retain(|it| !it.is_null());
    Ok(list)
}

/// Puts one of many and says whether that went well; if not, it is noted.
fn put_element(place: &mut dyn Wire, name: &str, value: Value, notes: &mut Notes) -> bool {
    match place.put(value, notes) {
        Ok(()) => true,
        Err(why) => {
            notes.reject(name, &why);
            false
        }
    }
}

impl<T: Wire + Default> Wire for BTreeMap<String, T> {
    fn required(&self) -> bool {
        false
    }

    fn put(&mut self, value: Value, notes: &mut Notes) -> Result<(), Unreadable> {
        let mut read = Self::new();
        for (key, value) in object_or_empty(value, "an object")? {
            let mut place = T::default();
            if put_element(&mut place, &key, value, notes) {
                read.insert(key, place);
            }
        }
        *self = read;
        Ok(())
    }

    fn skipped(&self) -> bool {
        self.is_empty()
    }

    fn shape() -> Shape {
        Shape::Map(T::shape)
    }
}

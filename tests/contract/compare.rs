//! Whether what was written says the same as what was read, as far as the types know it.

use mastodon::lenient::{Shape, is_empty};
use serde_json::{Map, Value};

/// What a comparison found.
#[derive(Default)]
pub(crate) struct Findings {
    /// Places where something known was lost or changed.
    pub(crate) lost: Vec<String>,
    /// `Type.field` of what no type knows.
    pub(crate) unknown: Vec<String>,
}

/// Compares a body with what became of it.
pub(crate) fn compare(
    shape: &Shape,
    read: &Value,
    written: &Value,
    place: &str,
    findings: &mut Findings,
) {
    if is_empty(read) && says_nothing(written) {
        return;
    }
    // A single object where a list belongs is a list of one.
    match (shape, read, written) {
        (_, Value::Bool(false), _) if says_nothing(written) => {}
        (Shape::Bool, ..) => check(
            truth(read) == truth(written),
            read,
            written,
            place,
            findings,
        ),
        (Shape::Number, ..) => check(
            number(read) == number(written),
            read,
            written,
            place,
            findings,
        ),
        (Shape::Text, Value::Object(object), Value::String(_)) => {
            check(
                object.get("url") == Some(written),
                read,
                written,
                place,
                findings,
            );
        }
        (Shape::Text, ..) => check(text(read) == text(written), read, written, place, findings),
        (Shape::Any, ..) => check(read == written, read, written, place, findings),
        (Shape::List(of), read, Value::Array(written)) => {
            list(&of(), elements(read), written, place, findings)
        }
        (Shape::Map(of), Value::Object(read), Value::Object(written)) => {
            for (key, value) in read {
                let written = written.get(key).unwrap_or(&Value::Null);
                compare(&of(), value, written, &format!("{place}.{key}"), findings);
            }
        }
        (Shape::Object { name: "Quote", .. }, Value::Object(status), Value::Object(quote))
            if is_status(status) =>
        {
            let quoted = quote.get("quoted_status").unwrap_or(&Value::Null);
            compare(
                &<mastodon::Status as mastodon::lenient::Wire>::shape(),
                read,
                quoted,
                place,
                findings,
            );
        }
        (Shape::Object { name, fields }, Value::Object(read), Value::Object(written)) => {
            for (key, value) in read {
                match fields.iter().rfind(|(field, _)| field == key) {
                    Some((_, of)) => {
                        let written = written.get(key).unwrap_or(&Value::Null);
                        compare(&of(), value, written, &format!("{place}.{key}"), findings);
                    }
                    None => findings.unknown.push(format!("{name}.{key}")),
                }
            }
        }
        // The answer is not looked at.
        (Shape::Object { fields, .. }, ..) if fields.is_empty() => {}
        // A bare value stands for the field that it is: hashtags of the first search, the thumbnail of an instance.
        (Shape::Object { .. }, Value::String(_) | Value::Bool(_), Value::Object(object)) => {
            let found = ["name", "url", "enabled"]
                .iter()
                .any(|field| object.get(*field) == Some(read));
            check(found, read, written, place, findings);
        }
        _ => check(false, read, written, place, findings),
    }
}

fn list(of: &Shape, read: Vec<&Value>, written: &[Value], place: &str, findings: &mut Findings) {
    if read.len() != written.len() {
        findings.lost.push(format!(
            "{place} had {} elements and has {}",
            read.len(),
            written.len()
        ));
        return;
    }
    for (index, (read, written)) in read.into_iter().zip(written).enumerate() {
        compare(of, read, written, &format!("{place}[{index}]"), findings);
    }
}

fn elements(value: &Value) -> Vec<&Value> {
    let elements = match value {
        Value::Array(list) => list.iter().collect(),
        Value::Object(map) if map.keys().all(|key| key.parse::<u32>().is_ok()) => {
            map.values().collect()
        }
        other => vec![other],
    };
    elements.into_iter().filter(|it| !it.is_null()).collect()
}

fn check(same: bool, read: &Value, written: &Value, place: &str, findings: &mut Findings) {
    if !same {
        let short = |value: &Value| value.to_string().chars().take(80).collect::<String>();
        findings.lost.push(format!(
            "{place} was {} and is {}",
            short(read),
            short(written)
        ));
    }
}

fn is_status(map: &Map<String, Value>) -> bool {
    !map.contains_key("state") && map.contains_key("account")
}

/// Empty, false, or an object of only such.
fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Object(map) => map.values().all(says_nothing),
        Value::Bool(flag) => !flag,
        Value::Number(number) => number.as_f64() == Some(0.0),
        other => is_empty(other),
    }
}

fn truth(value: &Value) -> bool {
    match value {
        Value::Bool(flag) => *flag,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !matches!(
            text.as_str(),
            "" | "0" | "f" | "F" | "false" | "False" | "FALSE" | "off" | "OFF"
        ),
        Value::Object(_) => true,
        Value::Null | Value::Array(_) => false,
    }
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        Value::Bool(flag) => Some(f64::from(u8::from(*flag))),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use mastodon::{Status, lenient::Wire as _};
    use serde_json::{Value, json};

    use super::{Findings, compare};

    fn findings(read: Value, written: Value) -> Findings {
        let mut findings = Findings::default();
        compare(&Status::shape(), &read, &written, "", &mut findings);
        findings
    }

    #[test]
    fn a_lost_field_is_found_however_deep_it_lies() {
        let lost = findings(
            json!({"account": {"fields": [{"name": "a"}]}, "replies_count": 3, "sensitive": true}),
            json!({"account": {"fields": [{"name": "b"}]}, "replies_count": 0}),
        );
        assert_eq!(lost.lost.len(), 3);
    }

    #[test]
    fn an_element_that_was_left_out_is_found() {
        assert_eq!(
            findings(
                json!({"tags": [{"name": "a"}, {"name": "b"}]}),
                json!({"tags": [{"name": "a"}]})
            )
            .lost
            .len(),
            1
        );
    }

    #[test]
    fn other_forms_of_the_same_are_the_same() {
        let same = findings(
            json!({"id": 7, "replies_count": "3", "sensitive": "1", "tags": null, "card": [], "poll": false, "muted": false}),
            json!({"id": "7", "replies_count": 3, "sensitive": true, "tags": [], "card": null, "poll": null}),
        );
        assert!(same.lost.is_empty(), "{:?}", same.lost);
    }

    #[test]
    fn what_no_type_knows_is_told_by_its_type() {
        assert_eq!(
            findings(
                json!({"pleroma": {}, "account": {"x": 1}}),
                json!({"account": {}})
            )
            .unknown,
            ["Account.x", "Status.pleroma"]
        );
    }
}

//! Whether an answer is as an example says: `…` is anything, `$name` is the same wherever it stands.

use std::collections::BTreeMap;

use serde_json::Value;

/// What the names stand for.
pub(super) type Names = BTreeMap<String, String>;

/// Puts what is known in the place of every name.
pub(super) fn fill(text: &str, names: &Names) -> Result<String, String> {
    parts(text)
        .into_iter()
        .map(|part| match part {
            Part::Text(text) => Ok(text),
            Part::Any => Err("`…` cannot be sent".to_owned()),
            Part::Name(name) => names
                .get(&name)
                .cloned()
                .ok_or(format!("${name} stands for nothing yet")),
        })
        .collect()
}

/// Compares a text and learns what new names stand for.
pub(super) fn text(pattern: &str, real: &str, names: &mut Names) -> Result<(), String> {
    let mut learnt = names.clone();
    if fits(&parts(pattern), real, &mut learnt) {
        *names = learnt;
        return Ok(());
    }
    Err(format!(
        "{real:?} is not {pattern:?}{}",
        known(pattern, names)
    ))
}

/// Compares a JSON value. An object may have more fields than the pattern's, and a list whose pattern ends with `"…"` more elements.
pub(super) fn json(
    pattern: &Value,
    real: &Value,
    place: &str,
    names: &mut Names,
) -> Result<(), String> {
    match (pattern, real) {
        (Value::String(any), _) if any == "…" => Ok(()),
        (Value::String(pattern), Value::String(real)) => {
            text(pattern, real, names).map_err(|why| format!("{place}: {why}"))
        }
        (Value::Object(pattern), Value::Object(fields)) => {
            pattern.iter().try_for_each(|(key, pattern)| {
                let place = format!("{place}.{key}");
                let real = fields.get(key).ok_or(format!("{place} is missing"))?;
                json(pattern, real, &place, names)
            })
        }
        (Value::Array(pattern), Value::Array(elements)) => {
            let (pattern, open) = match pattern.split_last() {
                Some((last, rest)) if last == "…" => (rest, true),
                _ => (pattern.as_slice(), false),
            };
            if elements.len() < pattern.len() || (!open && elements.len() > pattern.len()) {
                return Err(format!("{place} has {} elements: {real}", elements.len()));
            }
            pattern
                .iter()
                .zip(elements)
                .enumerate()
                .try_for_each(|(at, (pattern, real))| {
                    json(pattern, real, &format!("{place}[{at}]"), names)
                })
        }
        _ if pattern == real => Ok(()),
        _ => Err(format!("{place} is {real}, not {pattern}")),
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Any,
    Name(String),
}

fn parts(pattern: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = pattern;
    while let Some(at) = rest.find(['…', '$']) {
        if at > 0 {
            parts.push(Part::Text(rest[..at].to_owned()));
        }
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix('…') {
            parts.push(Part::Any);
            rest = after;
            continue;
        }
        let end = rest[1..]
            .find(|it: char| !it.is_ascii_alphanumeric() && it != '_')
            .map_or(rest.len(), |it| it + 1);
        match end {
            1 => parts.push(Part::Text("$".to_owned())),
            _ => parts.push(Part::Name(rest[1..end].to_owned())),
        }
        rest = &rest[end..];
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest.to_owned()));
    }
    parts
}

fn fits(parts: &[Part], real: &str, names: &mut Names) -> bool {
    let ends = || real.char_indices().map(|(at, _)| at).chain([real.len()]);
    match parts.split_first() {
        None => real.is_empty(),
        Some((Part::Text(text), rest)) => real
            .strip_prefix(text.as_str())
            .is_some_and(|real| fits(rest, real, names)),
        Some((Part::Any, rest)) => ends().any(|at| fits(rest, &real[at..], names)),
        Some((Part::Name(name), rest)) => match names.get(name).cloned() {
            Some(known) => real
                .strip_prefix(known.as_str())
                .is_some_and(|real| fits(rest, real, names)),
            // As short as may be, but something: what follows decides where it ends.
            None => ends().skip(1).any(|at| {
                names.insert(name.clone(), real[..at].to_owned());
                let fitting = fits(rest, &real[at..], names);
                if !fitting {
                    names.remove(name);
                }
                fitting
            }),
        },
    }
}

fn known(pattern: &str, names: &Names) -> String {
    parts(pattern)
        .into_iter()
        .filter_map(|part| match part {
            Part::Name(name) => names
                .get(&name)
                .map(|it| format!(", where ${name} is {it:?}")),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json as value;

    use super::*;

    #[test]
    fn a_name_stands_for_the_same_everywhere() {
        let mut names = Names::new();
        text(
            "/users/$who/statuses/$id",
            "/users/ada/statuses/17",
            &mut names,
        )
        .unwrap();
        assert_eq!(names["who"], "ada");
        assert_eq!(fill("$who has $id", &names).unwrap(), "ada has 17");
        assert!(text("$who", "ben", &mut names).is_err());
        text("$who@$host …", "ada@a.example and more", &mut names).unwrap();
        assert_eq!(names["host"], "a.example");
        assert!(fill("$nobody", &names).is_err());
    }

    #[test]
    fn an_object_may_say_more_and_an_open_list_go_on() {
        let real = value!([{"id": "1", "more": true}, {"id": "2"}]);
        let mut names = Names::new();
        json(&value!([{"id": "$a"}, "…"]), &real, "", &mut names).unwrap();
        assert!(json(&value!([{"id": "$a"}]), &real, "", &mut names).is_err());
        assert!(json(&value!(["…", {"id": "3"}]), &real, "", &mut names).is_err());
        assert!(json(&value!([{"name": "…"}, "…"]), &real, "", &mut names).is_err());
        json(
            &value!({"list": "…"}),
            &value!({"list": [1, 2]}),
            "",
            &mut names,
        )
        .unwrap();
    }
}

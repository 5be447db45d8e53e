//! Parameters from the query, a form, a multipart body or JSON: one flat list, as Rails gives them to Mastodon.
use serde_json::Value;

/// A file of a multipart body.
#[derive(Clone, Debug)]
pub(crate) struct Upload {
    pub(crate) name: String,
    pub(crate) content_type: String,
    pub(crate) bytes: bytes::Bytes,
}

/// All parameters in order; `a[b][]` names are kept as they are.
#[derive(Clone, Debug, Default)]
pub(crate) struct Params {
    pairs: Vec<(String, String)>,
    pub(crate) files: Vec<Upload>,
}

impl Params {
    /// Reads a query string or an urlencoded body.
    pub(crate) fn add_form(&mut self, text: &[u8]) {
        self.pairs.extend(form_urlencoded::parse(text).into_owned());
    }

    /// Reads a JSON object; false when the text is no JSON.
    pub(crate) fn add_json(&mut self, text: &[u8]) -> bool {
        let Ok(value) = serde_json::from_slice::<Value>(text) else {
            return false;
        };
        if let Value::Object(fields) = value {
            for (name, value) in fields {
                self.add_value(name, value);
            }
        }
        true
    }

    fn add_value(&mut self, name: String, value: Value) {
        match value {
            Value::Null => {}
            Value::Bool(flag) => self.pairs.push((name, flag.to_string())),
            Value::Number(number) => self.pairs.push((name, number.to_string())),
            Value::String(text) => self.pairs.push((name, text)),
            Value::Array(items) => {
                for item in items {
                    self.add_value(format!("{name}[]"), item);
                }
            }
            Value::Object(fields) => {
                for (field, value) in fields {
                    self.add_value(format!("{name}[{field}]"), value);
                }
            }
        }
    }

    /// Reads a multipart body.
    pub(crate) fn add_multipart(&mut self, body: &bytes::Bytes, boundary: &str) {
        let mark = format!("--{boundary}");
        let marks = positions(body, mark.as_bytes());
        for pair in marks.windows(2) {
            let [from, to] = pair else { continue };
            let part = body.slice((from + mark.len()).min(*to)..*to);
            let Some(head_end) = positions(&part, b"\r\n\r\n").first().copied() else {
                continue;
            };
            let head =
                String::from_utf8_lossy(part.get(..head_end).unwrap_or_default()).into_owned();
            let content_end = part
                .len()
                .saturating_sub(2)
                .max(head_end + 4)
                .min(part.len());
            let content = part.slice((head_end + 4).min(content_end)..content_end);
            let disposition = header_of(&head, "content-disposition").unwrap_or_default();
            let Some(name) = quoted(&disposition, "name") else {
                continue;
            };
            if disposition.contains("filename") {
                let content_type = header_of(&head, "content-type")
                    .unwrap_or_else(|| "application/octet-stream".to_owned());
                self.files.push(Upload {
                    name,
                    content_type,
                    bytes: content,
                });
            } else {
                self.pairs
                    .push((name, String::from_utf8_lossy(&content).into_owned()));
            }
        }
    }

    /// The last value of a name; an empty one counts as absent.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.raw(name).filter(|value| !value.is_empty())
    }

    /// The last value of a name, empty or not.
    pub(crate) fn raw(&self, name: &str) -> Option<&str> {
        self.pairs
            .iter()
            .rev()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// All values of `name[]`, with or without numbers in the brackets; a bare `name` counts too.
    pub(crate) fn list(&self, name: &str) -> Vec<&str> {
        let prefix = format!("{name}[");
        self.pairs
            .iter()
            .filter(|(known, _)| {
                known == name
                    || known
                        .strip_prefix(&prefix)
                        .and_then(|rest| rest.strip_suffix(']'))
                        .is_some_and(|inside| inside.bytes().all(|byte| byte.is_ascii_digit()))
            })
            .map(|(_, value)| value.as_str())
            .collect()
    }

    /// A flag; Mastodon takes `0 f F false FALSE off OFF` and nothing as false and all else as true.
    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        self.raw(name).map(|value| {
            !matches!(
                value,
                "0" | "f" | "F" | "false" | "FALSE" | "off" | "OFF" | ""
            )
        })
    }

    /// A number.
    pub(crate) fn number(&self, name: &str) -> Option<i64> {
        self.text(name).and_then(|value| value.parse().ok())
    }

    /// The file of a name.
    pub(crate) fn file(&self, name: &str) -> Option<&Upload> {
        self.files.iter().find(|file| file.name == name)
    }
}

fn positions(text: &[u8], wanted: &[u8]) -> Vec<usize> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| rest.len() >= wanted.len()) {
        if rest.starts_with(wanted) {
            found.push(at);
            at += wanted.len();
        } else {
            at += 1;
        }
    }
    found
}

fn header_of(head: &str, wanted: &str) -> Option<String> {
    head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.trim()
            .eq_ignore_ascii_case(wanted)
            .then(|| value.trim().to_owned())
    })
}

fn quoted(disposition: &str, wanted: &str) -> Option<String> {
    disposition.split(';').find_map(|part| {
        let (name, value) = part.split_once('=')?;
        (name.trim() == wanted).then(|| value.trim().trim_matches('"').to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_and_json_give_the_same_parameters() {
        let mut form = Params::default();
        form.add_form(
            b"status=hi&poll%5Boptions%5D%5B%5D=a&poll%5Boptions%5D%5B%5D=b&sensitive=0&id%5B%5D=1&id%5B%5D=2",
        );
        let mut json = Params::default();
        assert!(json.add_json(
            br#"{"status":"hi","poll":{"options":["a","b"]},"sensitive":false,"id":[1,"2"]}"#
        ));
        for params in [form, json] {
            assert_eq!(params.text("status"), Some("hi"));
            assert_eq!(params.list("poll[options]"), ["a", "b"]);
            assert_eq!(params.flag("sensitive"), Some(false));
            assert_eq!(params.list("id"), ["1", "2"]);
        }
    }

    #[test]
    fn a_multipart_body_gives_its_fields_and_files() {
        let body = "--X\r\nContent-Disposition: form-data; name=\"description\"\r\n\r\na cat\r\n--X\r\nContent-Disposition: form-data; name=\"file\"; filename=\"c.png\"\r\nContent-Type: image/png\r\n\r\nBYTES\r\n--X--\r\n";
        let mut params = Params::default();
        params.add_multipart(&bytes::Bytes::from(body), "X");
        assert_eq!(params.text("description"), Some("a cat"));
        let file = params.file("file").unwrap();
        assert_eq!(
            (&*file.bytes, file.content_type.as_str()),
            (&b"BYTES"[..], "image/png")
        );
    }
}

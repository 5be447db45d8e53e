//! The page is read back by a strict reader of the format, so that a scraper's complaint is seen here first.

use std::collections::{BTreeMap, BTreeSet};

use super::*;

/// One line of numbers.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sample {
    pub(crate) name: String,
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) value: f64,
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_' || c == ':')
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == ':')
}

/// Reads labels up to and with the closing brace; gives what follows.
fn labels(text: &str) -> Result<(BTreeMap<String, String>, &str), String> {
    let mut labels = BTreeMap::new();
    let mut rest = text;
    loop {
        let (name, after) = rest.split_once("=\"").ok_or("a label without a value")?;
        if !is_name(name) || name.contains(':') || name.starts_with("__") {
            return Err(format!("label {name}"));
        }
        let mut value = String::new();
        let mut chars = after.char_indices();
        let end = loop {
            match chars.next().ok_or("an open label")? {
                (at, '"') => break at + 1,
                (_, '\\') => match chars.next().ok_or("an open escape")?.1 {
                    'n' => value.push('\n'),
                    c @ ('"' | '\\') => value.push(c),
                    other => return Err(format!("escape {other}")),
                },
                (_, c) => value.push(c),
            }
        };
        if labels.insert(name.to_owned(), value).is_some() {
            return Err(format!("label {name} twice"));
        }
        rest = &after[end..];
        if let Some(after) = rest.strip_prefix('}') {
            return Ok((labels, after));
        }
        rest = rest.strip_prefix(',').ok_or("no comma between labels")?;
    }
}

/// Reads a whole page, or says what is wrong with it.
pub(crate) fn read(page: &str) -> Result<Vec<Sample>, String> {
    if !page.ends_with('\n') {
        return Err("the last line does not end".to_owned());
    }
    let mut samples: Vec<Sample> = Vec::new();
    let mut families = BTreeSet::new();
    let mut known = BTreeSet::new();
    let (mut family, mut kind, mut helped) = (String::new(), String::new(), String::new());
    for line in page.lines() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            let (name, _) = help.split_once(' ').ok_or(format!("no help: {line}"))?;
            helped = name.to_owned();
        } else if let Some(of) = line.strip_prefix("# TYPE ") {
            let (name, it) = of.split_once(' ').ok_or(format!("no type: {line}"))?;
            let kinds = ["counter", "gauge", "histogram"];
            if !is_name(name)
                || !kinds.contains(&it)
                || helped != name
                || !families.insert(name.to_owned())
            {
                return Err(format!("family {line}"));
            }
            if (it == "counter") != name.ends_with("_total") {
                return Err(format!("a counter's name ends in _total: {line}"));
            }
            (family, kind) = (name.to_owned(), it.to_owned());
        } else {
            let (head, value) = line.rsplit_once(' ').ok_or(format!("no value: {line}"))?;
            let (name, labels) = match head.split_once('{') {
                None => (head, BTreeMap::new()),
                Some((name, rest)) => {
                    let (labels, rest) = labels(rest)?;
                    if !rest.is_empty() {
                        return Err(format!("after the labels: {line}"));
                    }
                    (name, labels)
                }
            };
            let of_family = match kind.as_str() {
                "histogram" => ["_bucket", "_sum", "_count"]
                    .iter()
                    .any(|it| name == format!("{family}{it}")),
                _ => name == family,
            };
            if !of_family {
                return Err(format!("{name} stands in the family {family}"));
            }
            let value: f64 = value.parse().map_err(|_error| format!("value of {line}"))?;
            if kind == "counter" && (value < 0.0 || value.is_nan()) {
                return Err(format!("a negative count: {line}"));
            }
            if !known.insert((name.to_owned(), labels.clone())) {
                return Err(format!("twice: {line}"));
            }
            samples.push(Sample {
                name: name.to_owned(),
                labels,
                value,
            });
        }
    }
    histograms(&samples)?;
    Ok(samples)
}

/// The buckets of a histogram grow, and the last one holds all.
fn histograms(samples: &[Sample]) -> Result<(), String> {
    let mut last: Option<(&str, f64, f64)> = None;
    for sample in samples.iter().filter(|it| it.name.ends_with("_bucket")) {
        let bound = match sample.labels.get("le").map(String::as_str) {
            Some("+Inf") => f64::INFINITY,
            Some(text) => text.parse().map_err(|_error| format!("bound {text}"))?,
            None => return Err(format!("{} has no bound", sample.name)),
        };
        if let Some((name, below, count)) = last
            && name == sample.name
            && (below >= bound || count > sample.value)
        {
            return Err(format!("the buckets of {name} do not grow"));
        }
        let name = sample.name.trim_end_matches("_bucket");
        let total = samples.iter().find(|it| it.name == format!("{name}_count"));
        if bound.is_infinite() && total.map(|it| it.value) != Some(sample.value) {
            return Err(format!("{name} counts something else than its last bucket"));
        }
        last = Some((&sample.name, bound, sample.value));
    }
    Ok(())
}

#[test]
fn a_page_is_read_back_as_it_was_meant() {
    let mut page = Page::default();
    let mut family = page.family("w_state", Kind::Gauge, "How\nit \\ is");
    family.sample(&[("source", "a\"b\\c\nd"), ("state", "live")], 1.0);
    family.sample(&[("source", "b"), ("state", "live")], 0.0);
    page.one("w_posts_total", Kind::Counter, "Posts", 12_345_678.0);
    let histogram = Histogram::new([0.001, 0.5]);
    histogram.note(0.0005);
    histogram.note(0.25);
    histogram.note_time(Duration::from_secs(3));
    page.histogram("w_seconds", "Times", &histogram);
    let text = page.into_text();
    let samples = read(&text).unwrap();
    assert_eq!(samples[0].labels["source"], "a\"b\\c\nd");
    let values: Vec<f64> = samples.iter().map(|it| it.value).collect();
    assert_eq!(values, [1.0, 0.0, 12_345_678.0, 1.0, 2.0, 3.0, 3.2505, 3.0]);
}

#[test]
fn the_strict_reader_finds_what_a_scraper_would_refuse() {
    for broken in [
        "x 1\n",
        "# HELP a b\n# TYPE a gauge\na 1",
        "# HELP a b\n# TYPE a gauge\na 1\na 2\n",
        "# HELP a b\n# TYPE a gauge\nb 1\n",
        "# HELP a b\n# TYPE a counter\na 1\n",
        "# HELP a b\n# TYPE a gauge\na{x=\"1\",x=\"2\"} 1\n",
        "# HELP a b\n# TYPE a gauge\na{x=\"1} 1\n",
        "# HELP a b\n# TYPE a gauge\na x\n",
        "# HELP a b\n# TYPE a histogram\na_bucket{le=\"1\"} 2\na_bucket{le=\"+Inf\"} 1\na_count 1\na_sum 1\n",
    ] {
        assert!(read(broken).is_err(), "{broken}");
    }
}

#[test]
fn who_is_present_is_counted_until_they_leave() {
    let room = Arc::new(Gauge::default());
    let first = Present::new(&room);
    let second = Present::new(&room);
    drop(first);
    assert_eq!(room.get(), 1);
    drop(second);
    assert_eq!(room.get(), 0);
}

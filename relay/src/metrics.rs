//! What is measured while the relay runs, and the text in which Prometheus reads it.
//!
//! Numbers are atomics that nobody waits for; labels come from closed sets and from the operator's own sources, so
//! that no reader can make the page grow. The format is <https://prometheus.io/docs/instrumenting/exposition_formats/>.

pub(crate) mod process;

use std::{
    fmt::Write as _,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

/// A count that only grows.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// So many more.
    pub fn add(&self, more: u64) {
        self.0.fetch_add(more, Relaxed);
    }

    /// How many so far.
    #[must_use]
    pub fn get(&self) -> u64 {
        self.0.load(Relaxed)
    }
}

/// A number that goes up and down.
#[derive(Debug, Default)]
pub struct Gauge(AtomicI64);

impl Gauge {
    /// It is so much now.
    pub fn set(&self, number: i64) {
        self.0.store(number, Relaxed);
    }

    /// The number now.
    #[must_use]
    pub fn get(&self) -> i64 {
        self.0.load(Relaxed)
    }
}

/// Somebody who is counted by a gauge as long as this lives.
#[derive(Debug)]
pub struct Present(Arc<Gauge>);

impl Present {
    /// Counts until this is dropped.
    #[must_use]
    pub fn new(gauge: &Arc<Gauge>) -> Self {
        gauge.0.fetch_add(1, Relaxed);
        Self(Arc::clone(gauge))
    }
}

impl Drop for Present {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Relaxed);
    }
}

/// How often a number fell below each of a few bounds.
#[derive(Debug)]
pub struct Histogram<const N: usize> {
    bounds: [f64; N],
    below: [AtomicU64; N],
    count: AtomicU64,
    /// In millionths, so that it is a whole number.
    sum_micro: AtomicU64,
}

impl<const N: usize> Histogram<N> {
    /// One with these upper bounds, ascending.
    #[must_use]
    pub fn new(bounds: [f64; N]) -> Self {
        Self {
            bounds,
            below: std::array::from_fn(|_| AtomicU64::new(0)),
            count: AtomicU64::new(0),
            sum_micro: AtomicU64::new(0),
        }
    }

    /// Takes one number in.
    pub fn note(&self, value: f64) {
        for (bound, below) in self.bounds.iter().zip(&self.below) {
            if value <= *bound {
                below.fetch_add(1, Relaxed);
            }
        }
        self.count.fetch_add(1, Relaxed);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a float that does not fit becomes the nearest that does"
        )]
        self.sum_micro.fetch_add((value * 1e6) as u64, Relaxed);
    }

    /// Takes a time in, in seconds.
    pub fn note_time(&self, time: Duration) {
        self.note(time.as_secs_f64());
    }
}

/// What kind of number a family holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Only grows.
    Counter,
    /// Goes up and down.
    Gauge,
}

/// The page that is read, family by family.
#[derive(Debug, Default)]
pub struct Page {
    text: String,
}

/// One family of a page: numbers of one name that differ in their labels.
#[derive(Debug)]
pub struct Family<'a> {
    page: &'a mut Page,
    name: &'a str,
}

impl Page {
    /// The media type of the text.
    pub const TYPE: &'static str = "text/plain; version=0.0.4; charset=utf-8";

    /// Begins a family. A counter's name ends in `_total`.
    pub fn family<'a>(&'a mut self, name: &'a str, kind: Kind, help: &str) -> Family<'a> {
        self.head(
            name,
            if kind == Kind::Counter {
                "counter"
            } else {
                "gauge"
            },
            help,
        );
        Family { page: self, name }
    }

    /// A family of one number without labels.
    pub fn one(&mut self, name: &str, kind: Kind, help: &str, value: f64) {
        self.family(name, kind, help).sample(&[], value);
    }

    /// A histogram.
    pub fn histogram<const N: usize>(&mut self, name: &str, help: &str, of: &Histogram<N>) {
        self.head(name, "histogram", help);
        // The count is read first: what is noted meanwhile may be below a bound and not yet counted.
        let count = of.count.load(Relaxed);
        let bucket = format!("{name}_bucket");
        for (bound, below) in of.bounds.iter().zip(&of.below) {
            let below = below.load(Relaxed).min(count);
            self.sample(&bucket, &[("le", &bound.to_string())], whole(below));
        }
        self.sample(&bucket, &[("le", "+Inf")], whole(count));
        let sum = whole(of.sum_micro.load(Relaxed)) / 1e6;
        self.sample(&format!("{name}_sum"), &[], sum);
        self.sample(&format!("{name}_count"), &[], whole(count));
    }

    /// The text so far.
    #[must_use]
    pub fn into_text(self) -> String {
        self.text
    }

    fn head(&mut self, name: &str, kind: &str, help: &str) {
        let help = help.replace('\\', "\\\\").replace('\n', "\\n");
        self.text
            .push_str(&format!("# HELP {name} {help}\n# TYPE {name} {kind}\n"));
    }

    fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: f64) {
        self.text.push_str(name);
        for (idx, (label, text)) in labels.iter().enumerate() {
            let text = text
                .replace('\\', "\\\\")
                .replace('"', "\\\"")
                .replace('\n', "\\n");
            let before = if idx == 0 { '{' } else { ',' };
            self.text.push_str(&format!("{before}{label}=\"{text}\""));
        }
        let after = if labels.is_empty() { "" } else { "}" };
        // Writing to a string does not fail.
        writeln!(self.text, "{after} {value}").unwrap_or_default();
    }
}

impl Family<'_> {
    /// One number of the family.
    pub fn sample(&mut self, labels: &[(&str, &str)], value: f64) {
        self.page.sample(self.name, labels, value);
    }
}

/// A count as the format's floating point; beyond 2^53 the last digits are nobody's concern.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "said above")]
pub fn whole(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
pub(crate) mod tests;

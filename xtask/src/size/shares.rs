//! Which crate the code in the wasm comes from.

use std::{collections::BTreeMap, path::Path};

use super::{grouped, wasm};
use crate::{
    failure::{Context as _, Outcome},
    workspace,
};

/// Crates that we write.
const OURS: [&str; 5] = ["app", "content", "mastodon", "store", "timeline"];

/// The language's own: a function of theirs over our type is counted as ours.
const STD: [&str; 3] = ["alloc", "core", "std"];

/// How the names of methods on the language's own types begin.
const PRIMITIVES: [&str; 6] = ["<str>::", "<char>::", "<u32>::", "<f64>::", "<[", "<i64>::"];

/// How many rows the table has.
const ROWS: usize = 24;

/// Bytes of code by crate, largest first, as the compiler left them.
#[derive(Debug)]
pub(super) struct Shares {
    crates: Vec<(String, usize)>,
    data: usize,
}

/// Reads the shares from what wasm-bindgen left, which still has names; wasm-opt removes them later.
pub(super) fn read(root: &Path) -> Outcome<Option<Shares>> {
    let path = workspace::target(root).join("wasm-bindgen/release/app_bg.wasm");
    if !path.is_file() {
        return Ok(None);
    }
    let bytes = std::fs::read(&path).at("read", &path)?;
    Ok(wasm::read(&bytes).map(|module| of_module(&module)))
}

fn of_module(module: &wasm::Module) -> Shares {
    let mut by_crate: BTreeMap<String, usize> = BTreeMap::new();
    for (name, size) in &module.functions {
        *by_crate.entry(crate_of(name)).or_default() += size;
    }
    let mut crates: Vec<_> = by_crate.into_iter().collect();
    crates.sort_by_key(|(_, size)| std::cmp::Reverse(*size));
    Shares {
        crates,
        data: module.data,
    }
}

impl Shares {
    fn total(&self) -> usize {
        self.data + self.crates.iter().map(|(_, size)| size).sum::<usize>()
    }

    /// The part of the wasm that is our own code, from 0 to 1.
    pub(super) fn ours(&self) -> f64 {
        let ours = self
            .crates
            .iter()
            .filter(|(name, _)| OURS.contains(&name.as_str()))
            .map(|(_, size)| size)
            .sum();
        part(ours, self.total())
    }

    /// A table of shares, with what each is of the compressed file.
    pub(super) fn table(&self, compressed: usize) -> String {
        let mut out = format!(
            "Where the wasm comes from (share before wasm-opt, and that share of {} compressed bytes):\n{:>7} {:>10}  crate\n",
            grouped(compressed),
            "share",
            "brotli"
        );
        let total = self.total();
        let mut row = |size: usize, name: &str| {
            let share = part(size, total);
            out.push_str(&format!(
                "{:>6.1}% {:>10}  {name}\n",
                share * 100.0,
                grouped(scaled(compressed, share))
            ));
        };
        for (name, size) in self.crates.iter().take(ROWS) {
            row(*size, name);
        }
        let rest = self.crates.iter().skip(ROWS).map(|(_, size)| size).sum();
        row(rest, "all others");
        row(self.data, "static data (texts, tables)");
        out
    }
}

/// A fraction; the sizes are far below the 2^52 that a float counts exactly.
pub(super) fn part(some: usize, all: usize) -> f64 {
    let float = |number: usize| u32::try_from(number).map_or(f64::MAX, f64::from);
    if all == 0 {
        0.0
    } else {
        float(some) / float(all)
    }
}

/// `bytes` times `factor`, as a whole number.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "sizes of files times small positive factors"
)]
pub(super) fn scaled(bytes: usize, factor: f64) -> usize {
    (part(bytes, 1) * factor).round() as usize
}

/// The crate that a function belongs to, by its name.
fn crate_of(name: &str) -> String {
    let readable = without_hashes(&format!("{:#}", rustc_demangle::demangle(name)));
    if PRIMITIVES.iter().any(|start| readable.starts_with(start)) {
        return "core".to_owned();
    }
    let roots = roots(&readable);
    let outside = roots.iter().find(|root| !STD.contains(root));
    match outside.or(roots.first()) {
        Some(root) => (*root).to_owned(),
        None => "no name (glue, allocator)".to_owned(),
    }
}

/// wasm-bindgen writes the crate's hash behind its name: `core[c5930c85a12de822]::fmt`.
fn without_hashes(name: &str) -> String {
    let mut out = String::new();
    let mut rest = name;
    while let Some((before, after)) = rest.split_once('[') {
        out.push_str(before);
        let hash = after.split_once(']').filter(|(hash, _)| {
            hash.len() == 16 && hash.chars().all(|digit| digit.is_ascii_hexdigit())
        });
        match hash {
            Some((_, behind)) => rest = behind,
            None => {
                out.push('[');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// The first segments of all paths in a name: `<a::B as c::D>::e` gives a and c.
fn roots(name: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let part_of_name = |letter: char| letter.is_alphanumeric() || letter == '_';
    let mut rest = name;
    let mut before = ' ';
    while let Some(first) = rest.chars().next() {
        let length = rest
            .find(|letter| !part_of_name(letter))
            .unwrap_or(rest.len());
        if length == 0 {
            before = first;
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
            continue;
        }
        let (word, after) = rest.split_at(length);
        let starts_low = word.starts_with(|letter: char| letter.is_lowercase());
        if before != ':' && starts_low && after.starts_with("::") {
            found.push(word);
        }
        before = word.chars().next_back().unwrap_or(' ');
        rest = after;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_belongs_to_the_crate_that_wrote_it() {
        for (name, krate) in [
            ("app::features::timeline::draw", "app"),
            ("<app::Route as core::fmt::Display>::fmt", "app"),
            ("core::ptr::drop_in_place<store::Entry>", "store"),
            (
                "<alloc::vec::Vec<mastodon::Status> as core::fmt::Debug>::fmt",
                "mastodon",
            ),
            ("serde_json::de::from_str::<mastodon::Status>", "serde_json"),
            ("core::fmt::write", "core"),
            (
                "<f64 as core[c5930c85a12de822]::str::FromStr>::from_str",
                "core",
            ),
            ("<dlmalloc[e24a27700634d609]::Dlmalloc>::malloc", "dlmalloc"),
            ("<str>::to_lowercase", "core"),
            ("__wbindgen_malloc", "no name (glue, allocator)"),
        ] {
            assert_eq!(crate_of(name), krate, "{name}");
        }
    }

    #[test]
    fn shares_add_up_to_the_whole() {
        let module = wasm::Module {
            functions: vec![("app::a".into(), 30), ("leptos::b".into(), 50)],
            data: 20,
        };
        let shares = of_module(&module);
        assert!((shares.ours() - 0.3).abs() < 1e-9);
        assert!(shares.table(1_000).contains("30.0%        300  app"));
    }
}

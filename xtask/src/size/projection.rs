//! What the whole client would weigh if it grew the way it has grown so far.

use std::path::Path;

use super::{
    Shipped,
    budget::Budget,
    grouped, of_kind,
    shares::{Shares, part, scaled},
};
use crate::{failure::Outcome, workspace};

/// The sources whose code is in the wasm.
const SOURCES: [&str; 5] = [
    "app/src",
    "crates/content/src",
    "crates/mastodon/src",
    "crates/store/src",
    "crates/timeline/src",
];

/// The projection in words and numbers:
///
/// - our code: its compressed bytes a line now, times the planned lines;
/// - other people's code: as now, times the planned growth;
/// - style: compressed bytes a line now, times the planned lines;
/// - scripts, page, sprite and the first answer: as now.
pub(super) fn text(
    root: &Path,
    budget: &Budget,
    shares: &Shares,
    first: &[Shipped],
) -> Outcome<String> {
    let planned = &budget.projection;
    let wasm = of_kind(first, "wasm");
    let css = of_kind(first, "css");
    let rust_lines = lines(root, &SOURCES, "rs")?;
    let css_lines = lines(root, &["style"], "css")?;
    let ours = scaled(wasm, shares.ours());
    let rust = scaled(ours, part(planned.rust_lines, rust_lines.max(1)));
    let others = scaled(wasm - ours, planned.further_crates);
    let style = scaled(css, part(planned.css_lines, css_lines.max(1)));
    let all: usize = first.iter().map(|file| file.brotli).sum();
    let rest = all - wasm - css + budget.first_post.answers;
    let total = rust + others + style + rest;
    Ok(format!(
        "Projection for the whole client (brotli bytes):\n\
         {:>10}  our code: {} bytes for {} lines now, {} lines planned\n\
         {:>10}  other crates: {} now, times {}\n\
         {:>10}  style: {} bytes for {} lines now, {} lines planned\n\
         {:>10}  page, scripts, sprite, first answer: as now\n\
         {:>10}  in all, {:.0}% of the budget\n",
        grouped(rust),
        grouped(ours),
        grouped(rust_lines),
        grouped(planned.rust_lines),
        grouped(others),
        grouped(wasm - ours),
        planned.further_crates,
        grouped(style),
        grouped(css),
        grouped(css_lines),
        grouped(planned.css_lines),
        grouped(rest),
        grouped(total),
        part(total, budget.first_post.brotli) * 100.0,
    ))
}

/// Lines that are neither blank nor tests.
fn lines(root: &Path, folders: &[&str], extension: &str) -> Outcome<usize> {
    let mut count = 0;
    for folder in folders {
        for path in workspace::files(&root.join(folder), &[extension]) {
            if workspace::stem(&path) == "tests" {
                continue;
            }
            let text = workspace::read(&path)?;
            let code = text
                .split("#[cfg(test)]\nmod tests {")
                .next()
                .unwrap_or_default();
            count += code.lines().filter(|line| !line.trim().is_empty()).count();
        }
    }
    Ok(count)
}

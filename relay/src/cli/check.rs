//! `check`: what the configuration means and who decided it, and what is wrong, before anything is started.

use clap::Args;
use serde_json::json;

use super::{
    Failure, Outcome, counted,
    paint::{Ink, Paint},
    say,
    settings::Settings,
    table,
};
use crate::config::{Loaded, Origin, Row};

/// Options of `check`.
#[derive(Args, Debug)]
pub(crate) struct Check {
    #[command(flatten)]
    settings: Settings,
    /// Print everything as JSON
    #[arg(long)]
    json: bool,
}

/// Reads, prints, and fails when something is wrong.
pub(crate) fn run(check: &Check) -> Outcome {
    if !check.settings.config.exists() {
        return Err(Failure::new(format!(
            "there is no {}. `watersmeet serve` writes a first one; --config names another.",
            check.settings.config.display()
        )));
    }
    let loaded = check.settings.load(&[])?;
    if check.json {
        return say(&format!("{:#}\n", as_json(&loaded)));
    }
    let paint = Paint::of_stdout();
    say(&format!(
        "{} is in order: {}, {}.\n\n{}",
        check.settings.config.display(),
        counted(loaded.config.sources.len(), "source"),
        counted(loaded.config.views.len(), "view"),
        shown(&loaded, paint)
    ))
}

fn shown(loaded: &Loaded, paint: Paint) -> String {
    let mut rows = loaded.rows();
    rows.extend(loaded.section_rows());
    let cells: Vec<Vec<String>> = rows
        .iter()
        .map(|it| vec![it.key.clone(), it.value.clone(), it.origin.to_string()])
        .collect();
    let aligned = table::aligned(&cells);
    let mut told = String::new();
    for (line, row) in aligned.lines().zip(&rows) {
        let ink = match row.origin {
            Origin::Default => Ink::Faint,
            _ => Ink::Strong,
        };
        let rest = line.strip_prefix(&row.key).unwrap_or_default();
        told.push_str(&format!("{}{rest}\n", paint.with(ink, &row.key)));
    }
    for warning in &loaded.warnings {
        told.push_str(&format!(
            "{} {warning}\n",
            paint.with(Ink::Warn, "warning:")
        ));
    }
    told
}

fn as_json(loaded: &Loaded) -> serde_json::Value {
    let row = |it: &Row| json!({"key": it.key, "value": it.value, "origin": it.origin.to_string(), "doc": it.doc});
    let rows = loaded.rows();
    let sections = loaded.section_rows();
    let values: Vec<_> = rows.iter().chain(&sections).map(row).collect();
    json!({"ok": true, "problems": [], "warnings": loaded.warnings, "values": values})
}

//! `check`: what the configuration means and who decided it, and what is wrong, before anything is started.

use clap::Args;
use serde_json::json;

use super::{
    Failure, Outcome, block_on, counted,
    paint::{Ink, Paint},
    say,
    settings::Settings,
    table, text,
};
use crate::{
    config::{Config, Loaded, Origin, Row},
    source::probe::{self, ProbeReport},
};

/// Sources that are asked at a time.
const AT_ONCE: usize = 8;

/// Options of `check`.
#[derive(Args, Debug)]
pub(crate) struct Check {
    #[command(flatten)]
    settings: Settings,
    /// Ask no source how it answers
    #[arg(long)]
    offline: bool,
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
    let loaded = match check.settings.load(&[]) {
        Err(failure) if check.json => {
            let told =
                json!({"ok": false, "problems": failure.to_string().lines().collect::<Vec<_>>()});
            say(&format!("{told:#}\n"))?;
            return Err(Failure::new("the configuration has mistakes"));
        }
        loaded => loaded?,
    };
    if check.json {
        let reports = if check.offline {
            Vec::new()
        } else {
            probe(&loaded.config)?
        };
        say(&format!("{:#}\n", as_json(&loaded, &reports)))?;
        return verdict(&reports);
    }
    let paint = Paint::of_stdout();
    say(&format!(
        "{} is in order: {}, {}.\n\n{}",
        check.settings.config.display(),
        counted(loaded.config.sources.len(), "source"),
        counted(loaded.config.views.len(), "view"),
        shown(&loaded, paint)
    ))?;
    if check.offline || loaded.config.sources.is_empty() {
        return Ok(());
    }
    say("\nAsking each source, which takes some seconds:\n")?;
    let reports = probe(&loaded.config)?;
    say(&reports
        .iter()
        .map(|it| found(it, paint))
        .collect::<String>())?;
    verdict(&reports)
}

/// Tries every source out, some at a time; the reports are in the order of the configuration.
fn probe(config: &Config) -> Result<Vec<ProbeReport>, Failure> {
    use futures_util::StreamExt as _;
    block_on(async {
        let probes = config.sources.iter().map(|it| probe::probe(config, it));
        Ok(futures_util::stream::iter(probes)
            .buffered(AT_ONCE)
            .collect()
            .await)
    })
}

/// Fails when a source gives nothing.
fn verdict(reports: &[ProbeReport]) -> Outcome {
    let silent: Vec<&str> = reports
        .iter()
        .filter(|it| !it.is_readable)
        .map(|it| it.domain.as_str())
        .collect();
    if silent.is_empty() {
        return Ok(());
    }
    Err(Failure::new(format!(
        "nothing can be read from {}",
        silent.join(", ")
    )))
}

/// What was found out about one source. Servers' words are strangers' words.
fn found(report: &ProbeReport, paint: Paint) -> String {
    let ink = if report.is_readable {
        Ink::Good
    } else {
        Ink::Bad
    };
    let mut told = format!("{}\n", paint.with(ink, &report.domain));
    for finding in &report.findings {
        let (mark, ink) = if finding.is_good {
            ("+", Ink::Good)
        } else {
            ("-", Ink::Warn)
        };
        told.push_str(&format!(
            "  {} {}\n",
            paint.with(ink, mark),
            text::line(&finding.words)
        ));
    }
    if let Some(hint) = &report.hint {
        told.push_str(&format!(
            "  {}\n",
            paint.with(Ink::Faint, &text::line(hint))
        ));
    }
    told
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

fn as_json(loaded: &Loaded, reports: &[ProbeReport]) -> serde_json::Value {
    let row = |it: &Row| json!({"key": it.key, "value": it.value, "origin": it.origin.to_string(), "doc": it.doc});
    let rows = loaded.rows();
    let sections = loaded.section_rows();
    let values: Vec<_> = rows.iter().chain(&sections).map(row).collect();
    json!({"ok": true, "problems": [], "warnings": loaded.warnings, "values": values, "sources": reports})
}

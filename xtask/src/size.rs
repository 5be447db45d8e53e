//! `size`: what a reader downloads until the first post shows, against the budget.

mod budget;
mod projection;
mod shares;
mod wasm;

use std::{
    fs,
    path::{Path, PathBuf},
};

use self::budget::Budget;
use crate::{
    building,
    failure::{Context as _, Failure, Outcome},
    finish_dist,
    progress::{Steps, say},
    run, workspace,
};

/// A shipped file with its three sizes in bytes.
#[derive(Clone, Debug)]
struct Shipped {
    name: String,
    raw: usize,
    gzip: usize,
    brotli: usize,
}

/// Builds the app when it is not up to date, then weighs it.
pub(crate) fn build_and_run(root: &Path) -> Outcome {
    let mut steps = Steps::new(2);
    run::prepare_tools(root, &mut steps)?;
    steps.begin("Building the app as it ships (about 4 minutes the first time)");
    building::app(root)?;
    steps.end();
    run(root)
}

/// Weighs `dist`, prints the tables, and fails when a budget is exceeded.
pub(crate) fn run(root: &Path) -> Outcome {
    let dist = building::dist(root);
    if !dist.join("index.html").is_file() {
        return Err(Failure::new(
            "there is no dist/: `cargo xtask dist` or `run` builds it",
        ));
    }
    let budget = Budget::read(root)?;
    let shipped = weigh(&dist)?;
    let (first, later): (Vec<_>, Vec<_>) = shipped
        .into_iter()
        .partition(|file| budget.counts(&file.name));

    say("Needed until the first post shows:");
    say(table(&first));
    say("Fetched later, or never:");
    say(table(&later));

    let wasm: usize = of_kind(&first, "wasm");
    let shares = shares::read(root)?;
    match &shares {
        Some(shares) => say(shares.table(wasm)),
        None => say("No wasm with names in the target folder, so no shares of crates.\n"),
    }
    let total = first.iter().map(|file| file.brotli).sum::<usize>() + budget.first_post.answers;
    if let Some(shares) = &shares {
        say(projection::text(root, &budget, shares, &first)?);
    }
    say(format!(
        "Until the first post: {} bytes brotli, {} of them the first answer; the budget is {}.",
        grouped(total),
        grouped(budget.first_post.answers),
        grouped(budget.first_post.brotli)
    ));
    verdict(&budget, &first, total)
}

fn verdict(budget: &Budget, first: &[Shipped], total: usize) -> Outcome {
    let mut over = Vec::new();
    if total > budget.first_post.brotli {
        over.push(format!("everything: {}", grouped(total)));
    }
    for (kind, most) in &budget.kinds {
        let is = of_kind(first, kind);
        if is > *most {
            over.push(format!("{kind}: {} of {}", grouped(is), grouped(*most)));
        }
    }
    match over.is_empty() {
        true => Ok(()),
        false => Err(Failure::new(format!(
            "over the budget of budgets.toml (brotli bytes): {}",
            over.join(", ")
        ))),
    }
}

/// Brotli bytes of all files of a kind.
fn of_kind(files: &[Shipped], kind: &str) -> usize {
    files
        .iter()
        .filter(|file| extension(&file.name) == kind)
        .map(|file| file.brotli)
        .sum()
}

fn extension(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, extension)| extension)
}

fn weigh(dist: &Path) -> Outcome<Vec<Shipped>> {
    let mut shipped = Vec::new();
    for path in workspace::files(dist, &[]) {
        let name = workspace::shown(dist, &path);
        if finish_dist::is_twin(&name) || name.starts_with('.') {
            continue;
        }
        let content = fs::read(&path).at("read", &path)?;
        let raw = content.len();
        let packed = |extension: &str| -> usize {
            let mut twin = path.clone().into_os_string();
            twin.push(extension);
            fs::metadata(PathBuf::from(twin))
                .ok()
                .and_then(|data| usize::try_from(data.len()).ok())
                .unwrap_or(raw)
        };
        shipped.push(Shipped {
            raw,
            gzip: packed(".gz"),
            brotli: packed(".br"),
            name,
        });
    }
    shipped.sort_by_key(|file| std::cmp::Reverse(file.brotli));
    Ok(shipped)
}

fn table(files: &[Shipped]) -> String {
    let mut out = format!("{:>11} {:>11} {:>11}  file\n", "raw", "gzip", "brotli");
    let mut row = |raw: usize, gzip: usize, brotli: usize, name: &str| {
        out.push_str(&format!(
            "{:>11} {:>11} {:>11}  {name}\n",
            grouped(raw),
            grouped(gzip),
            grouped(brotli)
        ));
    };
    let mut sum = (0, 0, 0);
    for file in files {
        row(file.raw, file.gzip, file.brotli, &file.name);
        sum = (sum.0 + file.raw, sum.1 + file.gzip, sum.2 + file.brotli);
    }
    row(sum.0, sum.1, sum.2, "in all");
    out
}

/// A number with thin groups: `1_234_567` as `1,234,567`.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, brotli: usize) -> Shipped {
        Shipped {
            name: name.into(),
            raw: brotli * 3,
            gzip: brotli * 2,
            brotli,
        }
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(grouped(7), "7");
        assert_eq!(grouped(1_234), "1,234");
        assert_eq!(grouped(123_456), "123,456");
        assert_eq!(grouped(1_234_567), "1,234,567");
    }

    #[test]
    fn a_part_over_its_budget_fails_even_when_the_whole_holds() {
        let budget = Budget::parse(
            "[first_post]\nbrotli = 100\nanswers = 10\nlater = []\n[kinds]\ncss = 20\n[projection]\nrust_lines = 1\ncss_lines = 1\nfurther_crates = 1.0\n",
        )
        .unwrap();
        assert!(verdict(&budget, &[file("a.css", 20), file("a.wasm", 60)], 90).is_ok());
        assert!(verdict(&budget, &[file("a.css", 21)], 31).is_err());
        assert!(verdict(&budget, &[file("a.wasm", 91)], 101).is_err());
    }
}

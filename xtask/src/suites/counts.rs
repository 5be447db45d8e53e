//! What test runners print at their end, added up.

use crate::failure::{Failure, Outcome};

/// Outcomes of tests, added up over suites.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    /// Tests that passed.
    pub(super) passed: u64,
    /// Tests that failed, a suite that could not be built counting as one.
    pub(super) failed: u64,
    /// What was not tried, in words.
    pub(super) skipped: Vec<String>,
}

impl Counts {
    /// Adds the outcome of a runner, which may have failed without naming a test.
    pub(super) fn add(&mut self, other: &Self, success: bool, runner: &str) {
        self.passed += other.passed;
        self.failed += match (success, other.failed) {
            (false, 0) => 1,
            (_, failed) => failed,
        };
        for skipped in &other.skipped {
            self.skipped.push(format!("{runner}: {skipped}"));
        }
    }

    /// The last line that a person reads.
    pub(super) fn line(&self) -> String {
        let skipped = match self.skipped.len() {
            0 => String::new(),
            count => format!(", {count} skipped"),
        };
        format!("{} passed, {} failed{skipped}", self.passed, self.failed)
    }

    /// Fails when a test failed, and in CI also when something was skipped.
    pub(super) fn judge(&self, ci: bool) -> Outcome {
        if self.failed > 0 {
            return Err(Failure::new(format!("{} tests failed", self.failed)));
        }
        if ci && !self.skipped.is_empty() {
            return Err(Failure::new(
                "something was skipped, and in CI (CI is set) that is a failure",
            ));
        }
        if self.passed == 0 && self.skipped.is_empty() {
            return Err(Failure::new("no test ran at all"));
        }
        Ok(())
    }
}

/// Adds up the `test result:` lines of cargo's and wasm-bindgen's harness.
pub(super) fn of_cargo(output: &str) -> Counts {
    let mut counts = Counts::default();
    for line in output.lines() {
        let Some((_, rest)) = line.split_once("test result: ") else {
            continue;
        };
        counts.passed += number_before(rest, "passed");
        counts.failed += number_before(rest, "failed");
        let ignored = number_before(rest, "ignored");
        if ignored > 0 {
            counts.skipped.push(format!("{ignored} ignored"));
        }
    }
    counts
}

/// Reads the summary that Playwright's list reporter ends with.
pub(super) fn of_playwright(output: &str) -> Counts {
    let mut counts = Counts::default();
    for line in output.lines() {
        let mut words = line.split_whitespace();
        let (Some(number), Some(what)) = (words.next(), words.next()) else {
            continue;
        };
        let Ok(number) = number.parse::<u64>() else {
            continue;
        };
        match what {
            "passed" | "flaky" => counts.passed += number,
            "failed" | "interrupted" => counts.failed += number,
            "skipped" => counts.skipped.push(format!("{number} skipped")),
            "did" => counts.skipped.push(format!("{number} did not run")),
            _ => {}
        }
    }
    counts
}

fn number_before(text: &str, word: &str) -> u64 {
    text.split_once(word)
        .and_then(|(before, _)| before.split_whitespace().next_back())
        .and_then(|number| number.parse().ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_of_several_binaries_add_up() {
        let output = "running 2 tests\ntest result: ok. 2 passed; 0 failed; 0 ignored; 0 measured\n\
            test result: FAILED. 3 passed; 1 failed; 2 ignored; 0 measured; 0 filtered out\n";
        let counts = of_cargo(output);
        assert_eq!((counts.passed, counts.failed), (5, 1));
        assert_eq!(counts.skipped, ["2 ignored"]);
    }

    #[test]
    fn the_summary_of_playwright_is_read() {
        let output = "  ✓  1 a.spec.mjs:3:1 › 2 passed the post (1s)\n\n  1 failed\n    a.spec.mjs\n  2 skipped\n  12 passed (34.1s)\n";
        let counts = of_playwright(output);
        assert_eq!((counts.passed, counts.failed), (12, 1));
        assert_eq!(counts.skipped, ["2 skipped"]);
    }

    #[test]
    fn a_skip_fails_only_in_ci_and_nothing_at_all_fails_everywhere() {
        let skipped = Counts {
            passed: 1,
            failed: 0,
            skipped: vec!["web".into()],
        };
        assert!(skipped.judge(false).is_ok());
        assert!(skipped.judge(true).is_err());
        assert!(Counts::default().judge(false).is_err());
        assert_eq!(skipped.line(), "1 passed, 0 failed, 1 skipped");
    }

    #[test]
    fn a_runner_that_fails_without_a_failed_test_counts_as_one() {
        let mut counts = Counts::default();
        counts.add(&of_cargo("error: could not compile"), false, "cargo test");
        assert_eq!(counts.failed, 1);
    }
}

//! `test`: every suite, what it needs, and what came out of it.

mod chromium;
mod clients;
mod counts;

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use clap::{Args, ValueEnum};

use self::{chromium::Chromium, clients::Python, counts::Counts};
use crate::{
    building,
    failure::{Failure, Outcome},
    progress::{Steps, say},
    run,
    task::Task,
    tools::{self, Tool},
    workspace,
};

/// Options of `test`.
#[derive(Args, Clone, Debug)]
pub(crate) struct Test {
    /// Only this suite
    suite: Option<Suite>,
    /// The long form: 1,000 seeds, every colour scheme, size and language
    #[arg(long)]
    full: bool,
}

/// A suite of tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Suite {
    /// Unit tests of all crates, the relay, the toolbox, and the parts of the app that need no browser
    Native,
    /// The API's types against recorded answers of real servers
    Contract,
    /// Anything at all into what reads frames, queries, ids, cursors and settings
    Fuzz,
    /// The relay against several misbehaving servers, with an oracle
    System,
    /// Mastodon.py, masto.js and toot, which others wrote, as readers of the relay
    Clients,
    /// The app's components in headless Chromium
    Web,
    /// The built app against relay and servers, driven by Playwright
    E2e,
}

const ALL: [Suite; 7] = [
    Suite::Native,
    Suite::Contract,
    Suite::Fuzz,
    Suite::System,
    Suite::Clients,
    Suite::Web,
    Suite::E2e,
];

/// Runs the suites and prints minutes and counts.
pub(crate) fn run(root: &Path, options: &Test) -> Outcome {
    let suites = options
        .suite
        .map_or_else(|| ALL.to_vec(), |suite| vec![suite]);
    let mut bench = Session {
        root,
        full: options.full,
        steps: Steps::new(steps_of(&suites)),
        counts: Counts::default(),
    };
    for suite in &suites {
        match suite {
            Suite::Native => bench.native()?,
            Suite::Contract => {
                bench.outer("contract", "Reading recorded answers of real servers")?
            }
            Suite::Fuzz => bench.fuzz()?,
            Suite::System => bench.outer("system", "Trying the relay against faulty servers")?,
            Suite::Clients => bench.clients()?,
            Suite::Web => bench.web()?,
            Suite::E2e => bench.e2e()?,
        }
    }
    bench.finish()
}

fn steps_of(suites: &[Suite]) -> usize {
    suites
        .iter()
        .map(|suite| match suite {
            Suite::Native => 3,
            Suite::Contract | Suite::Fuzz | Suite::System => 1,
            Suite::Clients | Suite::Web => 2,
            Suite::E2e => 5,
        })
        .sum()
}

/// A run of one or more suites.
#[derive(Debug)]
struct Session<'a> {
    root: &'a Path,
    full: bool,
    steps: Steps,
    counts: Counts,
}

impl Session<'_> {
    fn native(&mut self) -> Outcome {
        self.steps
            .begin("Building all native programs and tests (about 6 minutes the first time)");
        building::native(self.root)?;
        self.steps.begin("Running the unit tests");
        let mut task = Task::new("cargo")
            .args(["test", "--no-fail-fast", "--lib", "--bins"])
            .args(building::NATIVE);
        for name in integration_tests(self.root) {
            task = task.args(["--test", &name]);
        }
        self.cargo_tests(task)?;
        self.steps.begin("Running the toolbox's own tests");
        self.cargo_tests(Task::new("cargo").args(["test", "--locked", "--package", "xtask"]))
    }

    fn outer(&mut self, name: &str, title: &str) -> Outcome {
        self.steps.begin(title);
        let task = Task::new("cargo")
            .args(["test", "--test", name])
            .args(building::NATIVE)
            .args(["--", "--nocapture"]);
        self.cargo_tests(task)
    }

    fn fuzz(&mut self) -> Outcome {
        self.steps.begin("Reading anything at all");
        let cases = if self.full { "20000" } else { "256" };
        let task = Task::new("cargo")
            .args(["test", "--test", "fuzz"])
            .args(building::NATIVE)
            // A failure is written down as a test by hand, not in a file of seeds.
            .env("PROPTEST_FAILURE_PERSISTENCE", "off")
            .env("PROPTEST_CASES", cases);
        self.cargo_tests(task)
    }

    fn clients(&mut self) -> Outcome {
        self.steps.begin("Installing clients that others wrote");
        let folder = self.root.join("tests/clients");
        let python = match clients::python(self.root, &folder)? {
            Python::Ready(python) => Some(python),
            Python::Lacking(why) => {
                self.skip(&format!("Mastodon.py, toot and feedparser: {why}"));
                None
            }
        };
        npm(&folder, "masto.js, one of the clients, needs")?;
        self.steps.begin("Reading the relay with them");
        Task::new("cargo")
            .args(["build", "--bins"])
            .args(building::NATIVE)
            .current_dir(self.root)
            .quiet()?;
        let mut task = Task::new("cargo")
            .args(["test", "--test", "clients"])
            .args(building::NATIVE)
            .env("WATERSMEET_NODE", "node")
            .env(
                "WATERSMEET_RELAY",
                workspace::program(self.root, "debug", "watersmeet"),
            );
        task = match python {
            Some(python) => task.env("WATERSMEET_PYTHON", python),
            None => task.args(["--", "masto_js"]),
        };
        self.cargo_tests(task)
    }

    fn web(&mut self) -> Outcome {
        self.steps.begin("Looking for Chromium and its driver");
        if !self.root.join("app/tests/web.rs").is_file() {
            self.skip("component tests: there is no app/tests/web.rs");
            return Ok(());
        }
        let chromium = chromium::ensure(self.root)?;
        let Some(driver) = chromium.driver else {
            self.skip("component tests: no chromedriver that fits the browser (Debian: apt-get install chromium-driver)");
            return Ok(());
        };
        tools::ensure(self.root, &[Tool::WasmBindgen])?;
        self.steps.begin(
            "Running the component tests in Chromium (building takes 3 minutes the first time)",
        );
        let runner = tools::program(self.root, Tool::WasmBindgen, "wasm-bindgen-test-runner")?;
        let task = tools::task(self.root, "cargo")?
            .args(["test", "--locked", "--package", "app", "--test", "web"])
            .args(["--target", "wasm32-unknown-unknown"])
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner)
            .env("CHROMEDRIVER", driver);
        self.cargo_tests(task)
    }

    fn e2e(&mut self) -> Outcome {
        let folder = self.root.join("tests/e2e");
        run::prepare_tools(self.root, &mut self.steps)?;
        self.steps
            .begin("Building the app as it ships (about 4 minutes the first time)");
        building::app(self.root)?;
        self.steps
            .begin("Building relay and servers for the browser tests");
        building::native(self.root)?;
        self.steps
            .begin("Installing Playwright and looking for Chromium");
        npm(&folder, "The browser tests need")?;
        let Chromium { browser, .. } = chromium::ensure(self.root)?;
        self.steps.begin("Driving the app in Chromium");
        let dev = |name| workspace::program(self.root, "debug", name);
        let finished = Task::new("node")
            .args(["node_modules/@playwright/test/cli.js", "test"])
            .current_dir(&folder)
            .env("WATERSMEET_RELAY", dev("watersmeet"))
            .env("WATERSMEET_FAKE_INSTANCE", dev("fake-instance"))
            .env("WATERSMEET_DIST", building::dist(self.root))
            .env("WATERSMEET_CHROMIUM", browser)
            .env("WATERSMEET_FULL", if self.full { "1" } else { "" })
            .tee()?;
        self.counts.add(
            &counts::of_playwright(&finished.output),
            finished.success,
            "e2e",
        );
        Ok(())
    }

    fn cargo_tests(&mut self, task: Task) -> Outcome {
        let seeds = if self.full { "1000" } else { "100" };
        let mut task = task
            .current_dir(self.root)
            .env("WATERSMEET_FULL", if self.full { "1" } else { "" });
        if env::var_os("WATERSMEET_SEEDS").is_none() {
            task = task.env("WATERSMEET_SEEDS", seeds);
        }
        let finished = task.tee()?;
        self.counts.add(
            &counts::of_cargo(&finished.output),
            finished.success,
            "cargo test",
        );
        Ok(())
    }

    fn skip(&mut self, what: &str) {
        say(format!("      SKIPPED {what}"));
        self.counts.skipped.push(what.to_owned());
    }

    fn finish(mut self) -> Outcome {
        say(self.steps.minutes());
        for skipped in &self.counts.skipped {
            say(format!("skipped: {skipped}"));
        }
        say(self.counts.line());
        self.counts.judge(is_ci())
    }
}

/// Whether this runs where nobody looks at the screen, so that a skip must fail.
fn is_ci() -> bool {
    env::var("CI").is_ok_and(|value| !matches!(value.as_str(), "" | "0" | "false"))
}

/// The integration tests of our crates, but not those that have a suite of their own.
fn integration_tests(root: &Path) -> Vec<String> {
    let mut folders = vec![root.join("relay/tests")];
    if let Ok(crates) = fs::read_dir(root.join("crates")) {
        folders.extend(crates.flatten().map(|entry| entry.path().join("tests")));
    }
    let mut names: Vec<String> = folders
        .iter()
        .flat_map(|folder| workspace::files(folder, &["rs"]))
        .filter(|path| {
            path.parent()
                .is_some_and(|parent| parent.ends_with("tests"))
        })
        .map(|path| workspace::stem(&path))
        .collect();
    names.sort();
    names
}

/// Installs what `package-lock.json` names, unless that is installed already.
fn npm(folder: &Path, who_needs: &str) -> Outcome {
    let lock = workspace::read(&folder.join("package-lock.json"))?;
    let mark: PathBuf = folder.join("node_modules/.installed-from");
    if workspace::read(&mark).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    Task::new("npm")
        .args(["ci", "--no-audit", "--no-fund"])
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
        .current_dir(folder)
        .quiet()
        .map_err(|why| {
            Failure::new(format!(
                "{why}\n{who_needs} node 20 or newer (https://nodejs.org), which brings npm."
            ))
        })?;
    workspace::write(&mark, lock)
}

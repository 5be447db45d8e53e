//! Finds a Chromium for the tests, and installs one when there is none.

use std::{
    env,
    path::{Path, PathBuf},
};

use crate::{
    failure::{Failure, Outcome},
    progress::say,
    task::Task,
    tools, workspace,
};

/// A browser for tests.
#[derive(Debug)]
pub(super) struct Chromium {
    /// The browser itself.
    pub(super) browser: PathBuf,
    /// Its WebDriver, when one of the same version is there.
    pub(super) driver: Option<PathBuf>,
}

/// Names under which systems ship it.
const NAMES: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// Finds Chromium or installs it: Debian's packages when we are root there, else Playwright's own build.
pub(super) fn ensure(root: &Path) -> Outcome<Chromium> {
    let debian = Path::new("/etc/debian_version").exists() && is_root();
    if debian && (find(root).is_none() || on_path(&["chromedriver"]).is_none()) {
        install_debian()?;
    }
    if let Some(chromium) = find(root) {
        return Ok(chromium);
    }
    install_playwright(root)?;
    find(root).ok_or_else(|| {
        Failure::new("no Chromium: install one, or name it in the variable WATERSMEET_CHROMIUM")
    })
}

fn find(root: &Path) -> Option<Chromium> {
    let named = env::var_os("WATERSMEET_CHROMIUM").map(PathBuf::from);
    let browser = named
        .or_else(|| on_path(&NAMES))
        .or_else(|| playwrights(root))?;
    let driver = on_path(&["chromedriver"]).filter(|driver| same_version(&browser, driver));
    Some(Chromium { browser, driver })
}

fn on_path(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    names
        .iter()
        .flat_map(|name| env::split_paths(&path).map(move |folder| folder.join(name)))
        .find(|candidate| candidate.is_file())
}

/// The build that `playwright install` put into the tools folder.
fn playwrights(root: &Path) -> Option<PathBuf> {
    workspace::files(&browsers(root), &[])
        .into_iter()
        .find(|path| {
            path.file_name()
                .is_some_and(|name| name == "chrome" || name == "Chromium" || name == "chrome.exe")
        })
}

fn browsers(root: &Path) -> PathBuf {
    tools::folder(root).join("browsers")
}

/// A driver of another main version refuses to talk to the browser.
fn same_version(browser: &Path, driver: &Path) -> bool {
    let main_version = |program: &Path| {
        let said = Task::new(program).args(["--version"]).output().ok()?;
        said.split_whitespace()
            .find_map(|word| word.split('.').next()?.parse::<u32>().ok())
    };
    main_version(browser).is_some() && main_version(browser) == main_version(driver)
}

fn is_root() -> bool {
    Task::new("id")
        .args(["-u"])
        .output()
        .is_ok_and(|id| id.trim() == "0")
}

fn install_debian() -> Outcome {
    say("      installing Debian's chromium and chromium-driver");
    let update = Task::new("apt-get").args(["update"]).quiet();
    Task::new("apt-get")
        .args(["install", "--yes", "--no-install-recommends"])
        .args([
            "chromium",
            "chromium-driver",
            "fonts-noto-core",
            "fonts-noto-color-emoji",
        ])
        .env("DEBIAN_FRONTEND", "noninteractive")
        .quiet()
        .map(drop)
        // An old list of packages may do; only when it does not is the failed update worth a word.
        .map_err(|why| match update {
            Err(first) => Failure::new(format!("{first}\n{why}")),
            Ok(_) => why,
        })
}

fn install_playwright(root: &Path) -> Outcome {
    say("      installing Playwright's Chromium into .tools/browsers");
    Task::new("npx")
        .args(["--yes", "playwright", "install", "chromium"])
        .env("PLAYWRIGHT_BROWSERS_PATH", browsers(root))
        .current_dir(&root.join("tests/e2e"))
        .quiet()
        .map(drop)
        .map_err(|why| {
            Failure::new(format!(
                "{why}\nInstall Chromium yourself, or name one in the variable WATERSMEET_CHROMIUM."
            ))
        })
}

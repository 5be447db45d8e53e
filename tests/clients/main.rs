//! Clients that nobody here wrote read the relay: Mastodon.py, masto.js and toot, each driven by a script beside this file.
//!
//! A script is told the world in `WATERSMEET_WORLD` and prints `ok - WHAT`, `not ok - WHAT` or `skip - WHAT` for each check.
//! `cargo xtask test clients` installs the clients and names the interpreters in `WATERSMEET_PYTHON` and `WATERSMEET_NODE`;
//! what is not named is left out. A word as argument runs only the scripts whose name holds it.

#[path = "../world.rs"]
mod world;

use std::{
    collections::BTreeMap,
    env,
    path::{Path, PathBuf},
    process::{ExitCode, Stdio},
    time::Duration,
};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    net::TcpListener,
    process::{Child, Command},
    time::{Instant, timeout},
};

use crate::world::World;

/// The longest a script may take: they take seconds, and wait for streams at most so long.
const PATIENCE: Duration = Duration::from_secs(180);

/// The scripts, and the variable that names what runs each.
const SCRIPTS: [(&str, &str); 4] = [
    ("mastodon_py.py", "WATERSMEET_PYTHON"),
    ("toot_command.py", "WATERSMEET_PYTHON"),
    ("feeds.py", "WATERSMEET_PYTHON"),
    ("masto_js.mjs", "WATERSMEET_NODE"),
];

/// What came out, as the test harness of Rust counts.
#[derive(Default)]
struct Tally {
    passed: usize,
    failed: usize,
    left_out: usize,
}

impl Tally {
    fn line(&mut self, script: &str, line: &str) {
        let said = |outcome: &str, what: &str| println!("test {script}: {what} ... {outcome}");
        if let Some(what) = line.strip_prefix("ok - ") {
            self.passed += 1;
            said("ok", what);
        } else if let Some(what) = line.strip_prefix("not ok - ") {
            self.failed += 1;
            said("FAILED", what);
        } else if let Some(what) = line.strip_prefix("skip - ") {
            self.left_out += 1;
            said("ignored", what);
        } else {
            println!("    {line}");
        }
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let words: Vec<String> = env::args()
        .skip(1)
        .filter(|it| !it.starts_with('-'))
        .collect();
    let wanted =
        |name: &str| words.is_empty() || words.iter().any(|word| name.contains(word.as_str()));
    let began = Instant::now();
    let mut tally = Tally::default();
    let mut scripts = Vec::new();
    for (name, variable) in SCRIPTS.into_iter().filter(|(name, _)| wanted(name)) {
        match env::var_os(variable).filter(|it| !it.is_empty()) {
            Some(program) => scripts.push((name, PathBuf::from(program))),
            None => {
                tally.left_out += 1;
                println!(
                    "test {name} ... ignored, {variable} names nothing: `cargo xtask test clients` does"
                );
            }
        }
    }
    if !scripts.is_empty()
        && let Err(why) = run(&scripts, &mut tally).await
    {
        tally.failed += 1;
        println!("{why}");
    }
    println!(
        "test result: {}. {} passed; {} failed; {} ignored; 0 measured; 0 filtered out; finished in {:.1}s",
        if tally.failed == 0 { "ok" } else { "FAILED" },
        tally.passed,
        tally.failed,
        tally.left_out,
        began.elapsed().as_secs_f32()
    );
    ExitCode::from(u8::from(tally.failed > 0))
}

async fn run(scripts: &[(&str, PathBuf)], tally: &mut Tally) -> Result<(), String> {
    let world = World::start().await?;
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let (relay, base) = relay(&world, folder.path()).await?;
    world.shown_by(&base).await?;
    let told = told(&world, &base).to_string();
    for (name, program) in scripts {
        if let Err(why) = script(name, program, &told, folder.path(), tally).await {
            tally.line(name, &format!("not ok - {why}"));
        }
    }
    drop(relay);
    Ok(())
}

/// What the scripts are told.
fn told(world: &World, base: &str) -> Value {
    let servers = world.fediverse.servers().iter();
    let domains: BTreeMap<String, String> = servers
        .map(|server| (server.name(), server.domain()))
        .collect();
    json!({
        "base": base,
        "control": world.fediverse.control_url(),
        "domains": domains,
        "posts": world.posts,
        "public": world.public(),
    })
}

/// Starts the relay as people do: the program, with a relay.toml, as a process of its own.
async fn relay(world: &World, folder: &Path) -> Result<(Child, String), String> {
    let error = |error: std::io::Error| format!("the relay cannot be started: {error}");
    // Free when asked, and nobody else on this machine asks for this one in the moment until the relay has it.
    let free = TcpListener::bind("127.0.0.1:0").await.map_err(error)?;
    let address = free.local_addr().map_err(error)?;
    drop(free);
    let base = format!("http://{address}");
    let config = folder.join("relay.toml");
    std::fs::write(&config, world.relay_toml(&base)).map_err(error)?;
    let mut command = Command::new(watersmeet()?);
    // It refuses settings in the environment that it does not know, and ours are none.
    for (name, _) in env::vars_os() {
        if name.to_string_lossy().starts_with("WATERSMEET_") {
            command.env_remove(name);
        }
    }
    let relay = command
        .args(["serve", "--listen", &address.to_string(), "--config"])
        .arg(&config)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(error)?;
    Ok((relay, base))
}

/// The relay's program: named, or where cargo puts it, above the folder of this test.
fn watersmeet() -> Result<PathBuf, String> {
    if let Some(named) = env::var_os("WATERSMEET_RELAY") {
        return Ok(named.into());
    }
    let own = env::current_exe().map_err(|error| error.to_string())?;
    let name = format!("watersmeet{}", env::consts::EXE_SUFFIX);
    own.ancestors()
        .skip(1)
        .map(|folder| folder.join(&name))
        .find(|it| it.is_file())
        .ok_or_else(|| "there is no watersmeet: `cargo build -p relay` makes it".to_owned())
}

async fn script(
    name: &str,
    program: &Path,
    told: &str,
    folder: &Path,
    tally: &mut Tally,
) -> Result<(), String> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("clients");
    let before = tally.failed;
    let mut running = Command::new(program)
        .arg(beside.join(name))
        .env("WATERSMEET_WORLD", told)
        // Where programs of people keep what they know: nothing of the person's own is read or written.
        .env("HOME", folder)
        .env("XDG_CONFIG_HOME", folder.join("config"))
        .env("XDG_CACHE_HOME", folder.join("cache"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("PYTHONUNBUFFERED", "1")
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| format!("{} cannot be started: {error}", program.display()))?;
    // Its words come as they are said, so that one that hangs shows where.
    let heard = async {
        let mut lines = running.stdout.take().map(|it| BufReader::new(it).lines());
        while let Some(lines) = &mut lines
            && let Some(line) = lines.next_line().await?
        {
            tally.line(name, &line);
        }
        running.wait().await
    };
    let status = timeout(PATIENCE, heard)
        .await
        .map_err(|_late| format!("does not end within {} seconds", PATIENCE.as_secs()))?
        .map_err(|error| error.to_string())?;
    match (status.success(), tally.failed > before) {
        (false, false) => Err(format!("ended with {status}")),
        _ => Ok(()),
    }
}

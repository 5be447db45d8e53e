//! `watersmeet sign-in` from the first word to a running relay that listens with the new token.

use std::{
    io::{BufReader, Read as _, Write as _},
    net::SocketAddr,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use fake_instance::{Fediverse, Options};

/// How long something may take to happen; only a failing test waits so long.
const PATIENCE: Duration = Duration::from_secs(60);

/// A process that ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().unwrap_or_default();
        self.0.wait().map(drop).unwrap_or_default();
    }
}

fn watersmeet(command: &[&str], config: &Path) -> Running {
    let mut process = Command::new(env!("CARGO_BIN_EXE_watersmeet"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("WATERSMEET_") {
            process.env_remove(name);
        }
    }
    let child = process
        .args(command)
        .arg("--config")
        .arg(config)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    Running(child)
}

/// Reads lines until one holds this; what was read comes back.
fn until(what: &str, lines: &mut impl std::io::BufRead) -> String {
    let mut read = String::new();
    loop {
        let before = read.len();
        assert!(lines.read_line(&mut read).unwrap() > 0, "{read}");
        if read[before..].contains(what) {
            return read;
        }
    }
}

/// What a person does on the server's page: lets the relay in and copies the code.
async fn code_at(url: &str, domain: &str) -> String {
    let (page, query) = url.split_once('?').unwrap();
    let name = domain.split(':').next().unwrap();
    let here = SocketAddr::from(([127, 0, 0, 1], 0));
    let client = reqwest::Client::builder().no_proxy().resolve(name, here);
    let request = client
        .build()
        .unwrap()
        .post(page)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(format!("{query}&decision=allow&account=reader"));
    let shown = request.send().await.unwrap().text().await.unwrap();
    let (_, rest) = shown.split_once("value=\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

async fn state_at(relay: &str) -> String {
    let answer = reqwest::get(format!("{relay}/api/watersmeet/sources")).await;
    let body: serde_json::Value =
        serde_json::from_slice(&answer.unwrap().bytes().await.unwrap()).unwrap();
    body["sources"][0]["state"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_good_code_becomes_a_token_for_the_owner_alone_that_a_running_relay_listens_with() {
    let options = Options::new(7, ["alpha"]).without_history();
    let fediverse = Fediverse::start(options).await.unwrap();
    let alpha = fediverse.server("alpha");
    let (domain, url) = (alpha.domain(), alpha.url());
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("relay.toml");
    let text = format!(
        "listen = \"127.0.0.1:0\"\narchive = \":memory:\"\n[[source]]\ndomain = \"{domain}\"\nurl = \"{url}\"\n"
    );
    std::fs::write(&config, text).unwrap();
    let mut relay = watersmeet(&["serve"], &config);
    let mut greeting = BufReader::new(relay.0.stdout.take().unwrap());
    let said = until("http://127.0.0.1:", &mut greeting);
    let here = said.split_whitespace().last().unwrap().to_owned();

    let mut command = watersmeet(&["sign-in", &domain], &config);
    let mut output = BufReader::new(command.0.stdout.take().unwrap());
    let mut told = until("/oauth/authorize", &mut output);
    let page = told.split_whitespace().last().unwrap().to_owned();
    let code = code_at(&page, &domain).await;
    let mut input = command.0.stdin.take().unwrap();
    writeln!(input, "{code}").unwrap();
    assert!(command.0.wait().unwrap().success());
    output.read_to_string(&mut told).unwrap();
    let mut errors = command.0.stderr.take().unwrap();
    errors.read_to_string(&mut told).unwrap();

    let files = std::fs::read_dir(folder.path()).unwrap();
    let files: Vec<_> = files.map(|it| it.unwrap().path()).collect();
    let stored = files
        .iter()
        .find(|it| it.to_string_lossy().contains("token"));
    let stored = stored.unwrap();
    let mode = std::fs::metadata(stored).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let kept = std::fs::read_to_string(stored).unwrap();
    assert!(kept.contains(&domain));
    let mut words = kept.rsplit('"');
    let secret = words.find(|it| it.len() > 20 && !it.contains(':')).unwrap();
    assert!(!told.contains(secret) && !told.contains(&code), "{told}");

    let end = Instant::now() + PATIENCE;
    while state_at(&here).await != "live" {
        assert!(Instant::now() < end, "the relay does not take it");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    relay.0.kill().unwrap();
    let mut logged = String::new();
    let mut log = relay.0.stderr.take().unwrap();
    log.read_to_string(&mut logged).unwrap();
    assert!(!logged.contains(secret), "{logged}");
}

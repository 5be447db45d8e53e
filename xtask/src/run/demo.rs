//! The demo: three servers of our own in a process of their own, and a relay that listens to them.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use serde::Deserialize;

use crate::{
    building,
    children::Child,
    failure::{Failure, Outcome},
    progress::say,
    task::Task,
    workspace,
};

/// How long the demo servers may take to fill their world and listen.
const START: Duration = Duration::from_secs(60);

/// Posts a minute over all three servers: lively, and slow enough to read.
const LIVING: &str = "12";

/// What the demo servers print when they listen.
#[derive(Debug, Deserialize)]
struct Listening {
    servers: Vec<Server>,
}

#[derive(Debug, Deserialize)]
struct Server {
    domain: String,
    url: String,
    token: Option<String>,
}

/// Starts the servers and writes a configuration for them.
pub(super) fn start(root: &Path) -> Outcome<(Child, PathBuf)> {
    let program = building::release(root, "fake-instance", "fake-instance", &[])?;
    let (mut child, lines) = Task::new(program)
        .args(["--servers", "alpha,beta,gamma", "--seed", "1"])
        .args(["--living", LIVING, "--print-json", "--until-stdin-closes"])
        .current_dir(root)
        .spawn_and_listen()?;
    let begun = Instant::now();
    let listening = loop {
        if let Ok(line) = lines.recv_timeout(Duration::from_millis(100))
            && let Ok(listening) = serde_json::from_str::<Listening>(&line)
        {
            break listening;
        }
        if child.ended().is_some() || begun.elapsed() > START {
            return Err(Failure::new(
                "the demo servers did not say where they listen",
            ));
        }
    };
    for server in &listening.servers {
        say(format!("      {} is at {}", server.domain, server.url));
    }
    let path = root.join("target/demo/relay.toml");
    workspace::write(&path, config(&listening.servers))?;
    Ok((child, path))
}

fn config(servers: &[Server]) -> String {
    let mut text = String::from("name = \"Watersmeet demo\"\narchive = \":memory:\"\n");
    for server in servers {
        text.push_str(&format!(
            "\n[[source]]\ndomain = {:?}\nurl = {:?}\n",
            server.domain, server.url
        ));
        if let Some(token) = &server.token {
            text.push_str(&format!("token = {token:?}\n"));
        }
    }
    for (name, title, tags) in VIEWS {
        text.push_str(&format!(
            "\n[[view]]\nname = {name:?}\ntitle = {title:?}\nhashtags = {tags:?}\n"
        ));
    }
    text
}

/// Views over hashtags that the demo's people use.
const VIEWS: [(&str, &str, &[&str]); 2] = [
    ("rust", "Rust", &["rust", "rustlang"]),
    ("photography", "Photography", &["photography", "mastoart"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_configuration_names_every_server_and_keeps_nothing() {
        let line = r#"{"servers":[{"domain":"alpha.localhost:5001","url":"http://alpha.localhost:5001","token":"t"}],"control":"http://127.0.0.1:5000"}"#;
        let listening: Listening = serde_json::from_str(line).unwrap();
        let table: toml::Table = config(&listening.servers).parse().unwrap();
        assert_eq!(table["archive"].as_str(), Some(":memory:"));
        let source = &table["source"].as_array().unwrap()[0];
        assert_eq!(source["domain"].as_str(), Some("alpha.localhost:5001"));
        assert_eq!(source["token"].as_str(), Some("t"));
    }
}

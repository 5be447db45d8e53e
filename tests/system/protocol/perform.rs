//! Does what an example says and compares what comes.

use std::time::Duration;

use fake_instance::{EditSpec, PostSpec};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::Value;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

use super::{
    block::{Block, Kind},
    pattern::{self, Names},
};
use crate::world::World;

/// How long a frame or an answer may take; only a failure waits so long.
const PATIENCE: Duration = Duration::from_secs(60);

/// The relay under the examples, and what their names stand for by now.
pub(super) struct Stage<'a> {
    world: &'a World,
    base: String,
    names: Names,
    client: reqwest::Client,
}

impl<'a> Stage<'a> {
    /// A relay at `base` over `world`. Known from the beginning are `$base`, the servers' domains and the posts' `uri`s by their names.
    pub(super) fn new(world: &'a World, base: &str) -> Self {
        let mut names = Names::new();
        let host = base.trim_start_matches("http://");
        names.insert("base".into(), base.to_owned());
        names.insert("host".into(), host.to_owned());
        for server in world.fediverse.servers() {
            names.insert(server.name(), server.domain());
        }
        for (name, uri) in &world.posts {
            names.insert((*name).to_owned(), uri.clone());
        }
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap_or_default();
        Self {
            world,
            base: base.to_owned(),
            names,
            client,
        }
    }

    pub(super) async fn perform(&mut self, block: &Block) -> Result<(), String> {
        match block.kind {
            Kind::Http => self.http(&block.lines).await,
            Kind::WebSocket => self.socket(&block.lines).await,
            Kind::Events => self.events(&block.lines).await,
            Kind::Settings => {
                let text = self.settings(&block.lines);
                relay::config::Config::parse(&text)
                    .map(drop)
                    .map_err(|error| error.to_string())
            }
        }
    }

    /// Settings may be a part of a file: the source that every file needs is added.
    fn settings(&self, lines: &[String]) -> String {
        lines.join("\n")
    }

    async fn http(&mut self, lines: &[String]) -> Result<(), String> {
        let mut lines = lines.iter().map(String::as_str).peekable();
        let first = lines.next().and_then(|it| it.strip_prefix("> "));
        let request = first.ok_or("begin with `> GET /path`")?;
        let mut headers = Vec::new();
        let mut body = String::new();
        while let Some(line) = lines.next_if(|it| it.starts_with('>')) {
            let line = pattern::fill(line.trim_start_matches('>').trim_start(), &self.names)?;
            match line.split_once(": ") {
                Some((name, value)) if body.is_empty() && !name.contains(['=', '{']) => {
                    headers.push((name.to_owned(), value.to_owned()));
                }
                _ => body.push_str(&line),
            }
        }
        let (status, real_headers, real) = self.send(request, &headers, body).await?;
        let wanted = lines.next().and_then(|it| it.strip_prefix("< "));
        let wanted = wanted.ok_or("go on with `< 200`")?;
        if status != wanted.split(' ').next().unwrap_or_default() {
            return Err(format!("{request} answers {status}, not {wanted}: {real}"));
        }
        while let Some(line) = lines.next_if(|it| it.starts_with('<')) {
            let (name, value) = line[1..]
                .trim()
                .split_once(": ")
                .ok_or("write a header as `< Name: value`")?;
            let real = real_headers
                .get(name)
                .and_then(|it| it.to_str().ok())
                .ok_or(format!("{request} has no header {name}"))?;
            pattern::text(value, real, &mut self.names).map_err(|why| format!("{name}: {why}"))?;
        }
        let wanted: Vec<&str> = lines.collect();
        let wanted = wanted.join("\n");
        if wanted.trim().is_empty() {
            return Ok(());
        }
        match (serde_json::from_str(&wanted), serde_json::from_str(&real)) {
            (Ok(wanted), Ok(real)) => pattern::json(&wanted, &real, request, &mut self.names)
                .map_err(|why| format!("{why}\nin {real:#}")),
            (Err(why), Ok(_)) => Err(format!("the example's own JSON: {why}")),
            _ => pattern::text(wanted.trim(), real.trim(), &mut self.names),
        }
    }

    async fn send(
        &self,
        request: &str,
        headers: &[(String, String)],
        body: String,
    ) -> Result<(String, reqwest::header::HeaderMap, String), String> {
        let filled = pattern::fill(request, &self.names)?;
        let (method, path) = filled.split_once(' ').ok_or("a method and a path")?;
        let method = method.parse().map_err(|_invalid| "no such method")?;
        let mut call = self
            .client
            .request(method, format!("{}{path}", self.base))
            .timeout(PATIENCE);
        for (name, value) in headers {
            call = call.header(name, value);
        }
        if !body.is_empty() {
            call = call.body(body);
        }
        let answer = call.send().await.map_err(|error| error.to_string())?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let text = answer.text().await.map_err(|error| error.to_string())?;
        Ok((status.as_u16().to_string(), headers, text))
    }

    async fn socket(&mut self, lines: &[String]) -> Result<(), String> {
        let first = lines.first().and_then(|it| it.strip_prefix("> GET "));
        let path = pattern::fill(first.ok_or("begin with `> GET /path`")?, &self.names)?;
        let url = format!("{}{path}", self.base.replacen("http", "ws", 1));
        let (mut socket, _) = tokio_tungstenite::connect_async(&url)
            .await
            .map_err(|error| format!("{url}: {error}"))?;
        for line in &lines[1..] {
            if let Some(frame) = line.strip_prefix("> ") {
                let frame = pattern::fill(frame, &self.names)?;
                let sent = socket.send(Message::text(frame)).await;
                sent.map_err(|error| error.to_string())?;
                // Nothing answers a subscription: the relay is given the time to read it.
                tokio::time::sleep(Duration::from_millis(100)).await;
            } else if let Some(deed) = line.strip_prefix("! ") {
                self.deed(deed)?;
            } else if let Some(wanted) = line.strip_prefix("< ") {
                let frame = timeout(PATIENCE, async {
                    while let Some(Ok(message)) = socket.next().await {
                        match message {
                            Message::Text(text) => return Some(text.to_string()),
                            Message::Close(frame) => {
                                return frame.map(|it| format!("close {}", u16::from(it.code)));
                            }
                            _ => {}
                        }
                    }
                    None
                })
                .await
                .map_err(|_late| format!("{wanted} does not come"))?
                .ok_or(format!("the socket closed before {wanted}"))?;
                self.compare(wanted, &frame)?;
            } else {
                return Err(format!("{line:?} is nothing that an example says"));
            }
        }
        Ok(())
    }

    async fn events(&mut self, lines: &[String]) -> Result<(), String> {
        let first = lines.first().and_then(|it| it.strip_prefix("> GET "));
        let path = pattern::fill(first.ok_or("begin with `> GET /path`")?, &self.names)?;
        let mut call = self.client.get(format!("{}{path}", self.base));
        let mut rest = lines[1..].iter().peekable();
        while let Some(header) = rest.next_if(|it| it.starts_with("> ")) {
            let header = pattern::fill(&header[2..], &self.names)?;
            let (name, value) = header.split_once(": ").ok_or("a header is `Name: value`")?;
            call = call.header(name, value);
        }
        let mut answer = call.send().await.map_err(|error| error.to_string())?;
        let mut came = String::new();
        for line in rest {
            if let Some(deed) = line.strip_prefix("! ") {
                self.deed(deed)?;
                continue;
            }
            let wanted = line
                .strip_prefix("< ")
                .ok_or(format!("{line:?} is nothing that an example says"))?;
            let real = timeout(PATIENCE, next_line(&mut answer, &mut came))
                .await
                .map_err(|_late| format!("{wanted} does not come"))??;
            match (wanted.strip_prefix("data: "), real.strip_prefix("data: ")) {
                (Some(wanted), Some(real)) => self.compare(wanted, real)?,
                _ => pattern::text(wanted, &real, &mut self.names)?,
            }
        }
        Ok(())
    }

    fn compare(&mut self, wanted: &str, real: &str) -> Result<(), String> {
        match (
            serde_json::from_str::<Value>(wanted),
            serde_json::from_str::<Value>(real),
        ) {
            (Ok(wanted), Ok(real)) => pattern::json(&wanted, &real, "frame", &mut self.names),
            _ => pattern::text(wanted, real, &mut self.names),
        }
    }

    /// `ben@beta writes $rain: words`, `edits $rain: words`, `deletes $rain`.
    fn deed(&mut self, deed: &str) -> Result<(), String> {
        let error = |error: fake_instance::FediverseError| error.to_string();
        let uri = |names: &Names, name: &str| pattern::fill(name, names);
        if let Some(name) = deed.strip_prefix("deletes ") {
            return self
                .world
                .fediverse
                .delete(&uri(&self.names, name)?)
                .map_err(error);
        }
        let (what, words) = deed.split_once(": ").ok_or("say the words after `: `")?;
        if let Some(name) = what.strip_prefix("edits ") {
            let edit = EditSpec::text(words);
            return self
                .world
                .fediverse
                .edit(&uri(&self.names, name)?, &edit)
                .map_err(error);
        }
        let (who, name) = what
            .split_once(" writes $")
            .ok_or(format!("{deed:?} is no deed"))?;
        let mut spec = PostSpec::text(words);
        spec.delay_ms = Some(0);
        let post = self.world.fediverse.publish(who, &spec).map_err(error)?;
        self.names.insert(name.to_owned(), post.uri);
        Ok(())
    }
}

/// The next line that says something: heartbeats and the ends of events are passed over.
async fn next_line(answer: &mut reqwest::Response, came: &mut String) -> Result<String, String> {
    loop {
        if let Some((line, rest)) = came.split_once('\n') {
            let (line, rest) = (line.trim_end().to_owned(), rest.to_owned());
            *came = rest;
            if !line.is_empty() && line != ":thump" {
                return Ok(line);
            }
            continue;
        }
        let chunk = answer.chunk().await.map_err(|error| error.to_string())?;
        let chunk = chunk.ok_or("the stream ended")?;
        came.push_str(&String::from_utf8_lossy(&chunk));
    }
}

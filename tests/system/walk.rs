//! Walks every id in every answer of a relay over a small world, and fetches what it names.
//!
//! The fields are found by their names alone (`id`, and whatever ends in `_id`), so that a new one cannot be forgotten: one
//! that the table does not know is a failure, and so is an id that leads nowhere.

mod table;

use std::collections::{BTreeSet, HashSet, VecDeque};

use fake_instance::PostSpec;
use futures_util::StreamExt as _;
use relay::{
    config::{Config, Timing},
    serve::AppFiles,
};
use serde_json::Value;
use tokio::{
    net::TcpListener,
    time::{Duration, Instant, sleep, timeout},
};

use self::table::{Kind, SEEDS, kind_of, paths_of};
use crate::world::World;

/// How long an answer may take; only a failure waits so long.
const PATIENCE: Duration = Duration::from_secs(60);

/// Answers that are looked at at most: several times what the world gives, so that a circle of new addresses ends.
const MAX_ANSWERS: usize = 5_000;

/// What is to be fetched, and who said so.
#[derive(Clone)]
struct Errand {
    path: String,
    /// The id that the answer must have, when it is one thing.
    wanted: Option<String>,
    named_by: String,
}

/// The walk so far.
struct Walk {
    base: String,
    client: reqwest::Client,
    token: String,
    open: VecDeque<Errand>,
    seen: HashSet<String>,
    met: BTreeSet<Kind>,
    failures: Vec<String>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_id_in_every_answer_leads_somewhere() {
    let world = World::start().await.unwrap();
    write_what_leads_out(&world);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let settings = format!(
        "{}\n[about]\nrules = [\"Be kind\", \"Be brief\"]\n",
        world.relay_toml(&base)
    );
    let config = Config {
        timing: Timing::nearby(),
        ..Config::parse(&settings).unwrap()
    };
    let relay = tokio::spawn(relay::run(
        listener,
        config,
        AppFiles::None,
        std::future::pending(),
    ));
    world.shown_by(&base).await.unwrap();
    let mut walk = Walk::new(&base).await;
    walk.count_trends().await;
    walk.hear(&world).await;
    for path in SEEDS {
        walk.plan(path, None, "the beginning");
    }
    while let Some(errand) = walk.open.pop_front() {
        if let Err(why) = walk.run(&errand).await {
            let Errand { path, named_by, .. } = errand;
            walk.failures
                .push(format!("{path} (from {named_by}): {why}"));
        }
    }
    relay.abort();
    println!(
        "{} answers, {} failed",
        walk.seen.len(),
        walk.failures.len()
    );
    assert!(walk.failures.is_empty(), "{}", walk.failures.join("\n"));
    let unmet: Vec<_> = Kind::ALL
        .into_iter()
        .filter(|it| !walk.met.contains(it))
        .collect();
    assert!(unmet.is_empty(), "the world has none of {unmet:?}");
}

/// Posts that lead to what no relay shows: an answer to a post that is not listed and a quote of it, and an answer to one
/// that is private.
fn write_what_leads_out(world: &World) {
    let publish = |who: &str, mut post: PostSpec| {
        post.delay_ms = Some(0);
        world.fediverse.publish(who, &post).unwrap().uri
    };
    let quiet = world.post("unlisted");
    publish("ben@beta", PostSpec::text("Quiet? #river").reply_to(quiet));
    let mut quote = PostSpec::text("See how quiet #river");
    quote.quote = Some(quiet.to_owned());
    publish("ben@beta", quote);
    let secret = PostSpec::text("Between us").visibility("private");
    let secret = publish("ada@alpha", secret);
    let answer = PostSpec::text("@cleo@gamma Aloud #river").reply_to(&secret);
    publish("ada@alpha", answer);
}

impl Walk {
    /// Begins with what a client is told that signs in as a guest.
    async fn new(base: &str) -> Self {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        let mut walk = Self {
            base: base.to_owned(),
            client,
            token: String::new(),
            open: VecDeque::new(),
            seen: HashSet::new(),
            met: BTreeSet::new(),
            failures: Vec::new(),
        };
        walk.sign_in().await;
        walk
    }

    async fn sign_in(&mut self) {
        const BACK: &str = "https://client.example/back";
        let wish = [
            ("client_name", "Walker"),
            ("redirect_uris", BACK),
            ("scopes", "read"),
        ];
        let app = self.post("/api/v1/apps", &wish).await.text().await;
        let app: Value = serde_json::from_str(&app.unwrap()).unwrap();
        self.look("/api/v1/apps", &app);
        let text = |name: &str| app[name].as_str().unwrap().to_owned();
        let (id, secret) = (text("client_id"), text("client_secret"));
        let pressed = [
            ("client_id", id.as_str()),
            ("redirect_uri", BACK),
            ("response_type", "code"),
            ("scope", "read"),
        ];
        let back = self.post("/oauth/authorize", &pressed).await;
        let location = back.headers()["location"].to_str().unwrap().to_owned();
        let (_, code) = location.split_once("code=").unwrap();
        let ticket = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("client_id", id.as_str()),
            ("client_secret", secret.as_str()),
            ("redirect_uri", BACK),
        ];
        let token = self.post("/oauth/token", &ticket).await.text().await;
        let token: Value = serde_json::from_str(&token.unwrap()).unwrap();
        self.look("/oauth/token", &token);
        self.token = token["access_token"].as_str().unwrap().to_owned();
    }

    async fn post(&self, path: &str, form: &[(&str, &str)]) -> reqwest::Response {
        let request = self.client.post(format!("{}{path}", self.base)).form(form);
        timeout(PATIENCE, request.send()).await.unwrap().unwrap()
    }

    /// Waits until trends are counted.
    async fn count_trends(&self) {
        let until = Instant::now() + PATIENCE;
        loop {
            let (_, tags) = self.get("/api/v1/trends/tags").await.unwrap();
            let (_, statuses) = self.get("/api/v1/trends/statuses").await.unwrap();
            if [tags, statuses]
                .iter()
                .all(|it| *it != serde_json::json!([]))
            {
                return;
            }
            assert!(Instant::now() < until, "nothing trends");
            sleep(Duration::from_millis(100)).await;
        }
    }

    /// Looks at a post that a stream brings.
    async fn hear(&mut self, world: &World) {
        let path = "/api/v1/streaming/public";
        let request = self.client.get(format!("{}{path}", self.base));
        let answer = timeout(PATIENCE, request.send()).await.unwrap().unwrap();
        let mut stream = answer.bytes_stream();
        let mut text = String::new();
        let mut post = PostSpec::text("@ben@beta A post that streams #river")
            .reply_to(world.post("tea"))
            .image("A stream");
        post.quote = Some(world.post("bread").to_owned());
        post.delay_ms = Some(0);
        let mut written = false;
        let data = loop {
            if let Some(data) = text.lines().find_map(|it| it.strip_prefix("data: "))
                && text.ends_with('\n')
            {
                break data.to_owned();
            }
            if !written && !text.is_empty() {
                world.fediverse.publish("ada@alpha", &post).unwrap();
                written = true;
            }
            let chunk = timeout(PATIENCE, stream.next()).await.unwrap();
            text.push_str(&String::from_utf8_lossy(&chunk.unwrap().unwrap()));
        };
        self.look(path, &serde_json::from_str(&data).unwrap());
    }

    /// An answer's `Link` to what follows, and its body.
    async fn get(&self, path: &str) -> Result<(Option<String>, Value), String> {
        let request = self
            .client
            .get(format!("{}{path}", self.base))
            .bearer_auth(&self.token);
        let answer = timeout(PATIENCE, request.send()).await;
        let answer = answer.map_err(|_late| "no answer")?;
        let answer = answer.map_err(|error| error.to_string())?;
        let status = answer.status();
        let link = answer.headers().get("link");
        let link = link.and_then(|it| it.to_str().ok()).map(str::to_owned);
        let text = answer.text().await.map_err(|error| error.to_string())?;
        if status != 200 {
            return Err(format!("{status}: {text}"));
        }
        let body = serde_json::from_str(&text).map_err(|error| format!("{error}: {text}"))?;
        Ok((link.and_then(|it| self.next_in(&it)), body))
    }

    fn next_in(&self, link: &str) -> Option<String> {
        let mut parts = link.split(", ");
        let next = parts.find(|it| it.ends_with("rel=\"next\""))?;
        let (address, _) = next.strip_prefix('<')?.split_once('>')?;
        address.strip_prefix(&self.base).map(str::to_owned)
    }

    fn plan(&mut self, path: &str, wanted: Option<&str>, named_by: &str) {
        if self.seen.len() < MAX_ANSWERS && self.seen.insert(path.to_owned()) {
            self.open.push_back(Errand {
                path: path.to_owned(),
                wanted: wanted.map(str::to_owned),
                named_by: named_by.to_owned(),
            });
        }
    }

    async fn run(&mut self, errand: &Errand) -> Result<(), String> {
        let (next, body) = self.get(&errand.path).await?;
        if let Some(wanted) = &errand.wanted {
            let id = body["id"].as_str();
            if id != Some(wanted) {
                return Err(format!("has the id {id:?}, not {wanted}"));
            }
        }
        self.look(&errand.path, &body);
        if let Some(next) = next {
            self.plan(&next, None, &errand.path);
        }
        Ok(())
    }

    /// Plans to fetch what an answer's ids name.
    fn look(&mut self, path: &str, body: &Value) {
        let mut found = Vec::new();
        find(body, "", &mut found);
        for field in found {
            let place = format!("{path} at {}", field.way);
            let id = match field.value {
                Value::Null => continue,
                Value::String(id) if !id.is_empty() => id,
                other => {
                    self.failures.push(format!("{place}: {other} is no id"));
                    continue;
                }
            };
            let Some(kind) = kind_of(path, &field.way) else {
                self.failures.push(format!(
                    "{place}: nobody said what this id names; add it to tests/system/walk/table.rs"
                ));
                continue;
            };
            self.met.insert(kind);
            match paths_of(kind, id, field.around) {
                Ok(paths) => {
                    for (path, is_the_thing) in paths {
                        let wanted = is_the_thing.then_some(id.as_str());
                        self.plan(&path, wanted, &place);
                    }
                }
                Err(why) => self.failures.push(format!("{place}: {why}")),
            }
        }
    }
}

/// A field that holds an id.
struct Field<'a> {
    /// The names of the objects around it and its own, with points between; lists have no name.
    way: String,
    value: &'a Value,
    /// The object that it is a field of.
    around: &'a Value,
}

fn find<'a>(value: &'a Value, way: &str, found: &mut Vec<Field<'a>>) {
    match value {
        Value::Array(items) => {
            for item in items {
                find(item, way, found);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                let way = match way {
                    "" => name.clone(),
                    way => format!("{way}.{name}"),
                };
                if name == "id" || name.ends_with("_id") {
                    found.push(Field {
                        way: way.clone(),
                        value: member,
                        around: value,
                    });
                }
                find(member, &way, found);
            }
        }
        _ => {}
    }
}

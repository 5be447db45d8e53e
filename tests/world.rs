//! A small world that stands still: three servers, three people and known posts, for tests that compare whole answers.

use std::{collections::BTreeMap, time::Duration};

use fake_instance::{
    AccountSpec, CardSpec, EditSpec, Fediverse, MediaSpec, Options, PollSpec, PostSpec,
};
use serde_json::Value;
use tokio::time::{Instant, sleep};

/// How long the relay may take to show the world; only a failure waits so long.
const PATIENCE: Duration = Duration::from_secs(60);

/// Posts that only fill pages.
const FILLERS: usize = 45;

/// A minute of the world, in milliseconds.
const MINUTE: i64 = 60_000;

/// The servers, their people and what they wrote.
pub(crate) struct World {
    pub(crate) fediverse: Fediverse,
    /// `uri`s of the posts that tests know by a name.
    pub(crate) posts: BTreeMap<&'static str, String>,
}

impl World {
    /// Starts the servers and lets the people write; the last post is some minutes old.
    pub(crate) async fn start() -> Result<Self, String> {
        let options = Options::new(11, ["alpha", "beta", "gamma:gotosocial"])
            .without_history()
            .without_limits();
        let fediverse = Fediverse::start(options)
            .await
            .map_err(|error| error.to_string())?;
        let mut world = Self {
            fediverse,
            posts: BTreeMap::new(),
        };
        for (who, name, note) in [
            ("ada@alpha", "Ada of the mill", "Grinds flour, reads maps."),
            ("ben@beta", "Ben", "Bread, mostly."),
            ("cleo@gamma", "Cleo 🌉", "Builds bridges."),
        ] {
            let account = AccountSpec {
                display_name: name.into(),
                note: note.into(),
                discoverable: Some(true),
                indexable: true,
                ..AccountSpec::default()
            };
            world
                .fediverse
                .account(who, &account)
                .map_err(|error| error.to_string())?;
        }
        world.write()?;
        match world.fediverse.settle(PATIENCE).await {
            true => Ok(world),
            false => Err("the servers do not come to rest".into()),
        }
    }

    /// The `uri` of a post that has a name here.
    pub(crate) fn post(&self, name: &str) -> &str {
        self.posts.get(name).map_or("", String::as_str)
    }

    fn write(&mut self) -> Result<(), String> {
        let began = self.fediverse.now_ms() - 120 * MINUTE;
        for number in 0..FILLERS {
            let (who, minute) = (
                ["ada@alpha", "ben@beta", "cleo@gamma"][number % 3],
                number as i64,
            );
            let spec = PostSpec::text(format!("Stone number {number} of the bridge #count"))
                .created_at(began + minute * MINUTE);
            self.say("filler", who, spec)?;
        }
        let at = |minute: i64| began + (50 + minute) * MINUTE;
        let text = |words: &str, minute: i64| PostSpec::text(words).created_at(at(minute));

        let tea = text("Fresh tea at the mill by the #river", 0).image("A cup on a window sill");
        self.say("tea", "ada@alpha", tea)?;
        let bread = text("@ada@alpha I bring bread. #tea", 1).reply_to(self.post("tea"));
        self.say("bread", "ben@beta", bread)?;
        let butter = text("@ben@beta And I have butter", 2).reply_to(self.post("bread"));
        self.say("butter", "ada@alpha", butter)?;
        let mut poll = text("Which bridge next? #bridges", 3);
        poll.poll = Some(PollSpec {
            options: vec!["The stone one".into(), "The rope one".into()],
            crowd: vec![3, 1],
            expires_in: 7 * 24 * 3_600,
            ..PollSpec::default()
        });
        self.say("poll", "cleo@gamma", poll)?;
        let mut warned = text("Eine lange Geschichte über den #river", 4);
        warned.spoiler_text = "Ends badly".into();
        warned.language = Some("de".into());
        self.say("warned", "ada@alpha", warned)?;
        let mut quote = text("This is the best tea of the valley", 5);
        quote.quote = Some(self.post("tea").to_owned());
        self.say("quote", "ben@beta", quote)?;
        let mut card = text("How bridges stand: https://bridges.example/how #bridges", 6);
        card.card = Some(CardSpec {
            url: "https://bridges.example/how".into(),
            title: "How bridges stand".into(),
            description: "An introduction".into(),
            provider: "Bridges".into(),
            author: Some("ben@beta".into()),
            ..CardSpec::default()
        });
        self.say("card", "cleo@gamma", card)?;
        self.say("edited", "ben@beta", text("The oven is wram #bread", 7))?;
        self.say(
            "deleted",
            "ada@alpha",
            text("Nobody shall read this #river", 8),
        )?;
        let mut film = text("The wheel turns #river", 9);
        film.media.push(MediaSpec {
            kind: Some("video".into()),
            description: Some("A water wheel".into()),
            ..MediaSpec::default()
        });
        self.say("film", "ada@alpha", film)?;
        let quiet = text("Only for those who follow #river", 10).visibility("unlisted");
        self.say("unlisted", "ada@alpha", quiet)?;

        let error = |error: fake_instance::FediverseError| error.to_string();
        let (edited, deleted) = (self.post("edited"), self.post("deleted"));
        let words = EditSpec::text("The oven is warm #bread");
        self.fediverse.edit(edited, &words).map_err(error)?;
        self.fediverse.delete(deleted).map_err(error)?;
        self.fediverse
            .boost("cleo@gamma", self.post("tea"))
            .map_err(error)?;
        Ok(())
    }

    fn say(&mut self, name: &'static str, who: &str, mut spec: PostSpec) -> Result<(), String> {
        spec.delay_ms = Some(0);
        let post = self
            .fediverse
            .publish(who, &spec)
            .map_err(|error| format!("{name}: {error}"))?;
        self.posts.insert(name, post.uri);
        Ok(())
    }

    /// The relay.toml of a relay over these servers that is reached at `base`.
    pub(crate) fn relay_toml(&self, base: &str) -> String {
        let mut text = format!(
            "name = \"The ford\"\npublic_url = {base:?}\narchive = \":memory:\"\ncontact = \"https://ford.example/about\"\n"
        );
        for server in self.fediverse.servers() {
            text.push_str(&format!(
                "\n[[source]]\ndomain = {:?}\nurl = {:?}\ntoken = {:?}\nhashtags = [\"river\"]\n",
                server.domain(),
                server.url(),
                server.token()
            ));
        }
        text.push_str("\n[[view]]\nname = \"water\"\ntitle = \"By the water\"\nhashtags = [\"river\", \"bridges\"]\n");
        text
    }

    /// The `uri`s of what a public timeline owes: living public posts that answer nobody else.
    pub(crate) fn public(&self) -> Vec<String> {
        let truth = self.fediverse.truth();
        truth
            .living()
            .filter(|post| post.visibility == "public" && !post.reply_to_other)
            .map(|post| post.uri.clone())
            .collect()
    }

    /// Waits until the relay at `base` shows everything, and every source streams to it.
    pub(crate) async fn shown_by(&self, base: &str) -> Result<(), String> {
        let client = reqwest::Client::new();
        let owed = self.public();
        let until = Instant::now() + PATIENCE;
        loop {
            let found = shown(&client, base).await;
            let lacking = match &found {
                Ok(found) => owed.iter().filter(|uri| !found.contains(uri)).count(),
                Err(_) => owed.len(),
            };
            let deaf = self
                .fediverse
                .servers()
                .iter()
                .any(|it| it.listeners() == 0);
            if lacking == 0 && !deaf && found.as_ref().is_ok_and(|it| it.len() == owed.len()) {
                return Ok(());
            }
            if Instant::now() > until {
                return Err(format!(
                    "the relay does not show the world: {lacking} posts are missing of {}; {found:?}",
                    owed.len()
                ));
            }
            sleep(Duration::from_millis(100)).await;
        }
    }
}

/// The `uri`s of two pages of the public timeline, which are more than the world has.
async fn shown(client: &reqwest::Client, base: &str) -> Result<Vec<String>, String> {
    let mut found: Vec<String> = Vec::new();
    let mut query = String::new();
    for _ in 0..3 {
        let url = format!("{base}/api/v1/timelines/public?limit=40{query}");
        let error = |error: reqwest::Error| format!("{url}: {error}");
        let answer = client.get(&url).send().await.map_err(error)?;
        let text = answer.text().await.map_err(error)?;
        let page: Vec<Value> =
            serde_json::from_str(&text).map_err(|it| format!("{url}: {it}: {text}"))?;
        let Some(last) = page.last() else { break };
        query = format!("&max_id={}", last["id"].as_str().unwrap_or_default());
        found.extend(
            page.iter()
                .filter_map(|it| it["uri"].as_str().map(str::to_owned)),
        );
    }
    Ok(found)
}
